#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""report.py FILE: reads the lines of JSON that guest.py printed, prints them
as tables, and writes FILE: the same with medians and ratios. Fails if a bar is
missed or a packet was lost."""
import json
import statistics
import sys

# mutex against a peer: (flows, what, ours, peer, times as fast), of IPv4 and
# packets of pktgen, by which the figures that set them were taken.
BARS = (
    (1000, "balance", "mutex-nat-fast", "forward", 1.3),
    (1000, "balance", "mutex-nat-fast", "ipvs-nat", 1.7),
    (1000, "balance", "mutex-nat-fast", "nft-dnat", 2.0),
    (1000, "balance", "mutex-nat", "ipvs-nat", 1.1),
    (10000, "new", "mutex-nat-fast", "ipvs-nat", 1.5),
    (1000000, "balance", "mutex-nat-fast", "ipvs-nat", 1.0),
)


def ratio(run, ours, peer):
    """How many times as fast, from the rounds in pairs: what disturbs one
    contestant of a round mostly disturbs its neighbours too."""
    return statistics.median(
        p / o for o, p in zip(run["ns"][ours], run["ns"][peer]))


def table(run):
    what = "begun in each round" if run["what"] == "new" else "known"
    print(f"\npackets of {run['source']}, IPv{run['family']}, "
          f"{run['flows']:,} flows {what}; Linux {run['kernel']}")
    print(f"  {'':18}{'Mpps':>7}{'ns a packet (least-most)':>27}"
          f"{'above floor':>13}{'x forward':>11}{'lost':>7}")
    floor, forward = (run["ns"].get(n) for n in ("floor", "forward"))
    for name, ns in run["ns"].items():
        mid = statistics.median(ns)
        above = f"{mid - statistics.median(floor):.0f}" if floor else "-"
        spread = f"{mid:.0f} ({min(ns):.0f}-{max(ns):.0f})"
        times = round(ratio(run, name, "forward"), 2) if forward else None
        print(f"  {name:18}{1000 / mid:7.2f}{spread:>27}{above:>13}"
              f"{times or '-':>11}{run['lost'][name]:7}")
        run.setdefault("median_ns", {})[name] = round(mid, 1)
        run.setdefault("times_forward", {})[name] = times


def main():
    runs = [json.loads(line) for line in sys.stdin]
    failed = []
    for run in runs:
        table(run)
        for name, lost in run["lost"].items():
            if lost:
                failed.append(f"{run['source']}, IPv{run['family']}, "
                              f"{run['flows']} flows, {run['what']}: "
                              f"{name} lost {lost} packets")
    print()
    for flows, what, ours, peer, bar in BARS:
        for run in runs:
            if (run["source"], run["family"], run["flows"],
                    run["what"]) != ("pktgen", 4, flows, what):
                continue
            if ours not in run["ns"] or peer not in run["ns"]:
                continue
            got = ratio(run, ours, peer)
            text = (f"{flows:,} flows, {what}: {ours} is {got:.2f} times as "
                    f"fast as {peer} (bar {bar})")
            print(text)
            run.setdefault("bars", []).append(
                {"ours": ours, "peer": peer, "bar": bar, "got": round(got, 3)})
            if got < bar:
                failed.append("bar missed: " + text)
    with open(sys.argv[1], "w") as file:
        json.dump({"runs": runs, "failed": failed}, file, indent=1)
        file.write("\n")
    for line in failed:
        print("FAILED: " + line)
    sys.exit(bool(failed))


main()
