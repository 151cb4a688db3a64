#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""truth.py: what paths say of lines, beside what netem does to these, what a bare veth adds, and what ping says in the same
seconds.

Each line is a veth between two namespaces, near and far, with netem at the near end. A figure of a path is of ten probes: jitter
of ten is off by a sixth or so by chance alone, so what is compared is the mean of many windows that share no probe (jitter by its
square, with the 10/9 that a variance by n lacks). Loss is that of the long window, 1,024 probes, of several paths."""
import math
import subprocess
import time

import common
from common import mx, run

# name, netem, mean delay and standard deviation in ms, paths
LINES = (
    ("veth", "delay 0", 0, 0, 10),
    ("1ms", "delay 1ms", 1, 0, 2),
    ("10ms", "delay 10ms", 10, 0, 2),
    ("100ms", "delay 100ms", 100, 0, 2),
    ("600ms", "delay 600ms", 600, 0, 2),
    ("20±6ms", "delay 20ms 6ms", 20, 6 / math.sqrt(3), 10),
    ("60±30ms", "delay 60ms 30ms", 60, 30 / math.sqrt(3), 10),
    ("50~5ms", "delay 50ms 5ms distribution normal", 50, 5, 10),
)
LOSSES = (0.5, 1, 5, 20)
LOSS_PATHS = 20
BROWN_PATHS = 100


def address(n, end):
    return "10.50.%d.%d" % (n, end)


def line(n):
    """Cable n between near and far."""
    run("ip", "-b", "-", stdin="link add l%(n)d netns near up type veth peer name l%(n)d netns far\n" % {"n": n})
    run("ip", "-n", "near", "addr", "add", address(n, 1) + "/24", "dev", "l%d" % n)
    run("ip", "-n", "far", "-b", "-", stdin="link set l%d up\naddr add %s/24 dev l%d\n" % (n, address(n, 2), n))
    run("tc", "-n", "near", "qdisc", "add", "dev", "l%d" % n, "root", "netem", "limit", "100000")


def netem(n, words):
    run("tc", "-n", "near", "qdisc", "change", "dev", "l%d" % n, "root", "netem", "limit", "100000", *words.split())


def add(n, name, count, words):
    """So many paths over line n."""
    mx("near", "-b", "-", stdin="".join("path add %s.%d dev l%d peer %s %s\n" % (name, i, n, address(n, 2), words)
                                        for i in range(count)))


def full(count, key="samples"):
    return lambda: all(p["figures"].get(key, 0) >= count for p in common.paths("near").values())


def ping(n, seconds):
    return subprocess.Popen(["nsenter", "--net=/run/netns/near", "ping", "-q", "-n", "-i", "0.1", "-w", str(seconds),
                             address(n, 2)], stdout=subprocess.PIPE, text=True)


def said(process):
    """The mean and the standard deviation that ping tells, in ms."""
    figures = process.communicate()[0].rsplit("=", 1)[1].split()[0].split("/")
    return float(figures[1]), float(figures[3])


def trips(bars, windows):
    """Round trips and jitter."""
    for n, (_, words, _, _, count) in enumerate(LINES):
        netem(n, words)
        add(n, "t%d" % n, count, "interval 100ms brownout 0 worse 1000")
    common.wait_for("samples", full(10), 60)
    rtt = [[] for _ in LINES]
    square = [[] for _ in LINES]
    pings = [ping(n, windows + 1) for n in range(len(LINES))]
    for _ in range(windows):
        before = {name: p["stats"]["received"] for name, p in common.paths("near").items()}
        # ten new answers of each
        common.wait_for("a new window", lambda b=before: all(p["stats"]["received"] >= b[name] + 10
                                                             for name, p in common.paths("near").items()), 60, 0.1)
        for name, p in common.paths("near").items():
            n = int(name[1:].split(".")[0])
            rtt[n].append(p["figures"]["rtt-us"] / 1e3)
            square[n].append((p["figures"]["jitter-us"] / 1e3) ** 2 * 10 / 9)
    peers = [said(p) for p in pings]
    rtt = [sum(r) / len(r) for r in rtt]
    jitter = [math.sqrt(sum(s) / len(s)) for s in square]
    bars.say("%-9s%10s%10s%10s%9s%12s%10s%10s" % ("line", "truth ms", "path ms", "ping ms", "off ms", "truth +-ms", "path +-ms",
                                                  "ping +-ms"))
    for n, (name, _, mean, spread, _) in enumerate(LINES):
        truth = mean + rtt[0]
        wobble = math.hypot(spread, jitter[0])
        bars.say("%-9s%10.3f%10.3f%10.3f%9.3f%12.3f%10.3f%10.3f" % (name, truth, rtt[n], peers[n][0], rtt[n] - truth, wobble,
                                                                     jitter[n], peers[n][1]))
        bars.data[name] = {"truth_ms": truth, "path_ms": rtt[n], "ping_ms": peers[n][0], "truth_jitter_ms": wobble,
                           "path_jitter_ms": jitter[n], "ping_jitter_ms": peers[n][1]}
    worst = max(range(1, len(LINES)), key=lambda n: abs(rtt[n] - LINES[n][2] - rtt[0]) / (0.1 + (LINES[n][2] + rtt[0]) / 100))
    good = all(abs(rtt[n] - LINES[n][2] - rtt[0]) <= 0.1 + (LINES[n][2] + rtt[0]) / 100 for n in range(1, len(LINES)))
    bars.bar("rtt_worst", LINES[worst][0], "RTT within 0.1 ms + 1 %% of netem and veth: %s (the farthest: %s, %+.3f ms; path : ping "
             "%.3f)" % ("all" if good else "not all", LINES[worst][0], rtt[worst] - LINES[worst][2] - rtt[0],
                        rtt[worst] / peers[worst][0]), good)
    wobbly = [n for n in range(len(LINES)) if LINES[n][3]]
    off = {n: jitter[n] / math.hypot(LINES[n][3], jitter[0]) - 1 for n in wobbly}
    worst = max(wobbly, key=lambda n: abs(off[n]))
    bars.bar("jitter_worst", LINES[worst][0], "jitter within 5 %% of netem and veth: %s (the farthest: %s, %+.1f %%; path : ping "
             "%.3f)" % ("all" if abs(off[worst]) <= 0.05 else "not all", LINES[worst][0], off[worst] * 100,
                        jitter[worst] / peers[worst][1]), abs(off[worst]) <= 0.05)
    mx("near", "path", "flush")


def wilson(lost, n):
    """The 95 % interval of a share."""
    z, p = 1.96, lost / n
    mid = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return mid - half, mid + half


def losses(bars):
    """Loss of the long window."""
    for n, percent in enumerate(LOSSES):
        netem(n, "delay 1ms loss %g%%" % percent)
        add(n, "l%d" % n, LOSS_PATHS, "interval 20ms brownout 0 worse 1000")
    common.wait_for("1,024 samples", full(1024, "samples-long"), 600, 1)
    seen = common.paths("near")
    inside = total = 0
    for n, percent in enumerate(LOSSES):
        share = [seen["l%d.%d" % (n, i)]["figures"] for i in range(LOSS_PATHS)]
        held = [(f["samples-long"], f["loss-long-ppm"] * f["samples-long"] / 1e6) for f in share]
        probes, lost = sum(h[0] for h in held), sum(h[1] for h in held)
        low, high = wilson(lost, probes)
        hit = sum(w[0] <= percent / 100 <= w[1] for w in (wilson(lost, probes) for probes, lost in held))
        inside, total = inside + hit, total + LOSS_PATHS
        bars.bar("loss_%g" % percent, lost / probes, "loss of %g %%: %.3f %% of %d probes, 95 %% interval %.3f to %.3f; of each path's own "
                 "1,024, %d of %d intervals have it" % (percent, lost / probes * 100, probes, low * 100, high * 100, hit, LOSS_PATHS),
                 low <= percent / 100 <= high)
    # 95 of 100 on average; fewer than 86 of 80 + chance would be once in a thousand
    bars.bar("loss_inside", inside / total, "the truth is inside the 95 %% interval of %d of %d paths" % (inside, total),
             inside >= 0.86 * total)
    mx("near", "path", "flush")


def brownout(bars):
    """5 % of loss at 100 ms."""
    netem(0, "delay 1ms")
    add(0, "b0", BROWN_PATHS, "interval 100ms")
    common.wait_for("100 samples", full(100, "samples-long"), 60)
    netem(0, "delay 1ms loss 5%")
    began = time.monotonic()
    seen = {}
    while len(seen) < BROWN_PATHS and time.monotonic() < began + 60:
        at = time.monotonic()
        for name, p in common.paths("near").items():
            if p["status"] != "up":
                seen.setdefault(name, at - p["since"] / 1e3 - began)
        time.sleep(0.5)
    # who has not seen it by then counts as having seen it then
    took = sorted(list(seen.values()) + [60.0] * (BROWN_PATHS - len(seen)))
    within = sum(t <= 10 for t in took)
    # what chance leaves: fewer than three of a path's probes are lost in that time, see Documentation/paths.rst
    bars.bar("brownout_s", took, "brownout of 5 %% at 100 ms: seen within 10 s by %d of %d paths, median %.1f s, worst %.1f s"
             % (within, BROWN_PATHS, common.median(took), took[-1]), within >= 0.86 * BROWN_PATHS)
    mx("near", "path", "flush")
    netem(0, "delay 0")


def overhead(bars):
    """Bytes of probes at the default interval, as the wire has them."""
    run("nsenter", "--net=/run/netns/far", "nft", "-f", "-", stdin="""
table inet count {
	chain in {
		type filter hook input priority 0
		udp dport 51822 counter
	}
}""")
    add(0, "o0", 10, "")
    common.wait_for("probes", full(10), 60)
    sent = {name: p["stats"]["sent"] for name, p in common.paths("near").items()}
    rules = run("nsenter", "--net=/run/netns/far", "nft", "list", "chain", "inet", "count", "in")
    words = rules.split()
    packets, size = int(words[words.index("packets") + 1]), int(words[words.index("bytes") + 1])
    each = size / packets
    bars.bar("overhead", {"payload": each - 28, "ip": each}, "a probe: %.0f bytes of payload, %.0f with UDP and IPv4; at 5 s %.1f and "
             "%.1f bytes a second each way (source: 40 bytes, 8 bytes a second; %d sent for 10 paths at start)"
             % (each - 28, each, (each - 28) / 5, each / 5, sum(sent.values())), each - 28 <= 48)
    mx("near", "path", "flush")


def main():
    bars = common.Bars("truth")
    for ns in "near", "far":
        run("ip", "netns", "add", ns)
        run("ip", "-n", ns, "link", "set", "lo", "up")
    for n in range(len(LINES)):
        line(n)
    mx("far", "reflector", "add", "rate", "100000")
    overhead(bars)
    trips(bars, 5 if common.SHORT else 30)
    losses(bars)
    brownout(bars)
    for ns in "near", "far":
        run("ip", "netns", "del", ns)
    bars.end()


if __name__ == "__main__":
    main()
