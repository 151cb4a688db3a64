#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""spec.py SPEC: prints a C header that tells the fuzzer of every command of a netlink spec in YAML: what it takes, what
it answers, and what values its attributes like best. An attribute of a name not known here gets random values of its
type, so a new one is fuzzed from its first day."""
import sys
import yaml

# Beyond the words that find flows, what filters them further: used sparely, or no request would find any.
FILTERS = ("forward", "active", "fast", "idle", "expires", "family", "mark", "mark-mask", "answered", "ct", "sport-max", "dport-max")
CHECKS = {"check": ("CHECK", 0), "check-port": ("CHECK_PORT", 0), "check-interval": ("CHECK_MS", 0),
          "check-timeout": ("CHECK_MS", 1), "check-rise": ("CHECK_COUNT", 0), "check-fall": ("CHECK_COUNT", 0),
          "check-source": ("CHECK_SOURCE", 0), "check-source6": ("CHECK_SOURCE", 1), "check-dev": ("CHECK_DEV", 0),
          "check-send": ("CHECK_BYTES", 0), "check-expect": ("CHECK_BYTES", 0)}
TYPES = {"u8": 1, "u16": 2, "u32": 4, "u64": 8}

# Times and places: kinds of their own, since most of these attributes come in pairs.
GEO = {
    "rule": {"hours-begin": ("MINUTE", 0), "hours-end": ("MINUTE", 1), "days": ("DAYS", 0), "zone": ("ZONE", 0),
             "zone-changes": ("CHANGES", 0), "country": ("CODES", 0), "country-not": ("NOT", 0), "region": ("REGIONS", 0),
             "region-not": ("NOT", 1)},
    "geo": {"name": ("ZONE", 1), "prefixes4": ("GEO", 0), "prefixes6": ("GEO", 1)},
    "resolve": {"time": ("CLOCK", 0)},
}


def kind(family, name, attr):
    """The generator of an attribute's values, and its number (which of two prefixes, of two ports)."""
    if family == "flow" and name in FILTERS:
        return "FILTER", 0
    if family == "flow" and name.endswith("plen"):
        return "BITS", 0
    if family == "group" and name.startswith("check"):
        return CHECKS[name]
    if name in GEO.get(family, {}):
        return GEO[family][name]
    if name == "path" or (family, name) == ("path", "name"):
        return "PATH", 0
    if (family, name) == ("path", "dev"):
        return "DEV", 2
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
    if name.startswith("rate-"):
        return "RATE", int(name != "rate-conns")
    if name.startswith("persist-plen"):
        return "CLIENT", 32 if name.endswith("4") else 128
    if name.endswith("plen"):
        return "PLEN", int(not name.startswith("src"))
    if attr.get("enum-as-flags"):
        return "FLAGS", 0
    if "enum" in attr:
        return "ENUM", 0
    if "port" in name:
        return "PORT", int(name.endswith("max"))
    if name.startswith("timeout") or name in ("interval", "window", "hold-min", "hold-max", "deadline", "slow-start", "load-valid",
                                              "persist", "burst"):
        return "TIME", 0
    if name in ("load", "dynamic-min", "dynamic-max"):
        return "PERCENT", int(name.endswith("max"))
    return {"proto": "PROTO", "weight": "WEIGHT", "metric": "SMALL", "priority": "SMALL", "id": "ID", "dscp": "DSCP",
            "fails": "SMALL", "rise": "SMALL", "fall": "SMALL", "worse": "SMALL", "samples": "SMALL", "mark": "MARK", "mark-mask": "MASK", "set-mark": "MARK",
            "set-mark-mask": "MASK", "set-dscp": "DSCP", "max-conns": "SMALL", "flows-max": "FLOWS"}.get(name, "NONE"), 0


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
            checks = attr.get("checks") or {}
            top = checks.get("max-len", checks.get("max", 0) if attr["type"] == "u8" else 0)
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
