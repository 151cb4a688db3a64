#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""report.py DIR SOURCE USEC4 USEC6: prints the results that the bench module
left in DIR/lpm-module.json as a table, and writes DIR/lpm.json: the same, with
the time that `ip -batch` took. Fails if a bar is missed."""
import json
import os
import sys

SETS = ("random", "covered", "trace", "hot", "cold")
# Lookups of these sets must be so many times as fast as the kernel's.
BARS = {"random": 2, "trace": 2}


def show(name, res, usec):
    batch = usec * 1000 / res["prefixes"]
    res["ip_batch_ns"] = round(batch)
    print(f"{name}: {res['prefixes']:,} prefixes, "
          f"{res['bytes'] / 2**20:.1f} MiB, "
          f"{res['bytes'] / res['prefixes']:.1f} bytes a prefix")
    for order, text in (("in_file_order", "in file order"),
                        ("shuffled", "shuffled")):
        print(f"  {text:13}  insert {res[order]['insert_ns']['median']:6} ns"
              f"   remove {res[order]['remove_ns']['median']:6} ns"
              f"   (ip -batch {batch:.0f} ns)")
    print(f"  {'lookup':10}{'mutex ns':>24}{'kernel ns':>26}{'faster':>10}")
    for key in SETS:
        row = res["lookup_ns"][key]
        cells = [f"{r['median']:.1f} ({r['min']:.1f}-{r['max']:.1f})"
                 for r in (row["mutex"], row["kernel"])]
        print(f"  {key:10}{cells[0]:>24}{cells[1]:>26}"
              f"{row['times_as_fast']:>9}x")
    print(f"  answers unlike the kernel's: {res['lookups_that_differ']}")


def main():
    out, source, usec = sys.argv[1], sys.argv[2], sys.argv[3:5]
    with open(os.path.join(out, "lpm-module.json")) as file:
        results = json.load(file)
    os.remove(os.path.join(out, "lpm-module.json"))
    results["source"] = source
    missed = []
    print(f"prefixes: {source}; medians, (least-most)")
    for name, taken in zip(("ipv4", "ipv6"), usec):
        res = results[name]
        show(name, res, int(taken))
        if res["lookups_that_differ"]:
            missed.append(f"{name}: answers differ from the kernel's")
        for key, bar in BARS.items():
            if res["lookup_ns"][key]["times_as_fast"] < bar:
                missed.append(f"{name}: {key} below {bar}x")
    # The trie's own share of loading must leave room for all the rest.
    ipv4 = results["ipv4"]
    for order in ("in_file_order", "shuffled"):
        if ipv4[order]["insert_ns"]["median"] > ipv4["ip_batch_ns"] / 10:
            missed.append(f"ipv4: insert {order} above ip -batch / 10")
    results["missed"] = missed
    with open(os.path.join(out, "lpm.json"), "w") as file:
        json.dump(results, file, indent=1)
        file.write("\n")
    for line in missed:
        print(f"BAR MISSED: {line}")
    sys.exit(bool(missed))


main()
