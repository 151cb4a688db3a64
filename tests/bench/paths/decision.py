#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""decision.py FILE: of the results that tests/bench/packet left in FILE, what a decision among 16 paths behind 100 rules adds to
plain forwarding of a packet: of one that begins a flow (the flow is made, too), and of one whose flow is known."""
import json
import statistics
import sys

BARS = {"new": ("a new flow, 100 rules and 16 paths", 2000), "balance": ("a known flow", 200)}


def main():
    with open(sys.argv[1]) as file:
        runs = json.load(file)["runs"]
    missed = False
    print("\ndecision")
    for run in runs:
        what, bar = BARS[run["what"]]
        for name, ns in run["ns"].items():
            if not name.startswith("mutex-path"):
                continue
            # of each round, since what disturbs one contestant mostly disturbs its neighbours, too
            adds = statistics.median(n - f for n, f in zip(ns, run["ns"]["forward"]))
            times = statistics.median(n / f for n, f in zip(ns, run["ns"]["forward"]))
            good = adds < bar
            missed |= not good
            print("  %s, %s: adds %.0f ns to a packet (bar < %d), %.2f times what forwarding takes%s"
                  % (what, name, adds, bar, times, "" if good else "   MISSED"))
    sys.exit(missed)


main()
