#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""spec.py SPEC: prints a C header that tells the fuzzer of every command of a netlink spec in YAML: what it takes, what
it answers, and what values its attributes like best. An attribute of a name not known here gets random values of its
type, so a new one is fuzzed from its first day."""
import sys
import yaml

TYPES = {"u8": 1, "u16": 2, "u32": 4, "u64": 8}


def kind(family, name, attr):
    """The generator of an attribute's values, and its number (which of two prefixes, of two ports)."""
    if attr["type"] == "string":
        if name in ("iif", "oif") or family == "dev":
            return "DEV", int(name == "oif")
        if name == "name":
            return {"group": ("GROUP", 0), "table": ("TABLE", 0)}.get(family, ("NONE", 0))
        return {"group": "GROUP", "fallback": "GROUP", "table": "TABLE", "sched": "SCHED", "seed": "SEED", "node": "SEED"}.get(name, "NONE"), 0
    if attr["type"] == "binary":
        if family in ("route", "rule"):
            return "PREFIX", int(name == "dst")
        return {"src": ("ADDR", 0), "dst": ("ADDR", 1)}.get(name, ("ADDR", 2))
    if name.endswith("plen"):
        return "PLEN", int(not name.startswith("src"))
    if attr.get("enum-as-flags"):
        return "FLAGS", 0
    if "enum" in attr:
        return "ENUM", 0
    if "port" in name:
        return "PORT", int(name.endswith("max"))
    if name.startswith("timeout") or name in ("window", "hold-min", "hold-max"):
        return "TIME", 0
    return {"proto": "PROTO", "weight": "WEIGHT", "metric": "SMALL", "priority": "SMALL", "id": "ID", "dscp": "DSCP",
            "fails": "SMALL", "rise": "SMALL", "mark": "MARK", "mark-mask": "MASK", "flows-max": "FLOWS"}.get(name, "NONE"), 0


def main():
    with open(sys.argv[1], encoding="utf-8") as spec_file:
        spec = yaml.safe_load(spec_file)
    tops = {d["name"]: len(d["entries"]) - 1 if d["type"] == "enum" else (1 << len(d["entries"])) - 1
            for d in spec["definitions"] if d["type"] in ("enum", "flags")}
    sets = {s["name"]: s for s in spec["attribute-sets"]}
    ops = {o["name"]: o for o in spec["operations"]["list"]}
    print("/* SPDX-License-Identifier: GPL-2.0 */\n/* Made by spec.py. */\n")

    def c_name(*parts):
        return "_".join(parts).replace("-", "_")

    def attrs(label, op, mode, way):
        part = (op.get(mode) or {}).get(way)
        if not part:
            return "NULL, 0"
        family = op["attribute-set"]
        known = {a["name"]: a for a in sets[family]["attributes"]}
        table = c_name("spec", label, mode, way)
        print(f"static const struct spec_attr {table}[] = {{")
        for name in part["attributes"]:
            attr = known[name]
            which, index = kind(family, name, attr)
            top = (attr.get("checks") or {}).get("max-len", 0)
            if "enum" in attr:
                top = tops[attr["enum"]]
            const = (sets[family]["name-prefix"] + name).upper().replace("-", "_")
            print(f'\t{{ {const}, {TYPES.get(attr["type"], 0)}, SPEC_{attr["type"].upper()}, KIND_{which}, {index}, {top}, '
                  f'"{name}" }},')
        print("};\n")
        return f"{table}, ARRAY_SIZE({table})"

    rows = []
    for name, op in ops.items():
        if "notify" in op:
            told = ops[op["notify"]]
            part = [f"NULL, 0, NULL, 0, {attrs(name, told, 'do', 'reply')}, SPEC_NOTIFY"]
        else:
            flags = ["0"]
            flags += ["SPEC_DO"] if "do" in op else []
            flags += ["SPEC_DUMP"] if "dump" in op else []
            flags += ["SPEC_ADMIN"] if "uns-admin-perm" in op.get("flags", []) else []
            part = [attrs(name, op, "do", "request"), attrs(name, op, "dump", "request"),
                    attrs(name, op, "do", "reply"), " | ".join(flags)]
        const = (spec["operations"]["name-prefix"] + name).upper().replace("-", "_")
        rows.append(f'\t[{const}] = {{ "{name}", {", ".join(part)} }},')
    print("static const struct spec_op spec_ops[] = {")
    print("\n".join(rows))
    print("};")


main()
