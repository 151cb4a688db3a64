#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""cost.py: what probes cost. 1,000 paths to as many peers in another namespace, probed at 10 Hz, and none, take turns; what is
counted is how far a program gets that asks for the time over and over (tests/bench/checks/guest.py tells why). That is the cost of
both ends, since the peers' reflector answers on the same CPU. How much of it the reflector has is told by pktgen: packets that look
like probes, with a reflector and with nobody at the port; answers are dropped as they arrive."""
import os
import subprocess
import time

import common
from common import mx, run

PATHS = 1000
HZ = 10
BAR = 2.0
ROUNDS = int(os.environ.get("MX_BENCH_ROUNDS", "3" if common.SHORT else "9"))
SECONDS = float(os.environ.get("MX_BENCH_SECONDS", "3"))
PACKETS = 50000


def address(n):
    return "10.1.%d.%d" % (n // 250, n % 250 + 1)


def topology():
    for ns in "lb", "srv":
        run("ip", "netns", "add", ns)
        run("ip", "-n", ns, "link", "set", "lo", "up")
    run("ip", "link", "add", "v0", "netns", "lb", "up", "type", "veth", "peer", "name", "v1", "netns", "srv")
    run("ip", "-n", "srv", "link", "set", "v1", "up")
    run("ip", "-n", "lb", "addr", "add", "10.0.0.1/24", "dev", "v0")
    run("ip", "-n", "srv", "addr", "add", "10.0.0.2/24", "dev", "v1")
    run("ip", "-n", "lb", "route", "add", "10.1.0.0/16", "via", "10.0.0.2")
    run("ip", "-n", "srv", "route", "add", "local", "10.1.0.0/16", "dev", "lo")


def turn():
    """Rounds a second of a program that does nothing else."""
    start, rounds = time.monotonic(), 0
    while True:
        rounds += 1
        now = time.monotonic()
        if now - start >= SECONDS:
            return rounds / (now - start)


def received():
    return sum(p["stats"]["received"] for p in common.paths("lb").values())


def lost():
    return sum(p["stats"]["lost"] for p in common.paths("lb").values())


def probes(bars):
    """Both ends of a probe: microseconds."""
    batch = "".join("path add p%d dev v0 via 10.0.0.2 peer %s interval %dms\n" % (n, address(n), 1000 // HZ) for n in range(PATHS))
    idle, costs, rates = [], [], []
    for _ in range(ROUNDS):
        idle.append(turn())
        mx("lb", "-b", "-", stdin=batch)
        common.wait_for("the first ten of each", lambda: all(p["figures"].get("samples", 0) >= 10
                                                              for p in common.paths("lb").values()))
        count, since = received(), time.monotonic()
        left = turn()
        rates.append((received() - count) / (time.monotonic() - since))
        costs.append((1 - left / idle[-1]) / max(rates[-1], 1))
        gone = lost()
        mx("lb", "path", "flush")
    bars.say("%.0f probes a second were answered (%d wanted), %d lost in the last round" % (common.median(rates), PATHS * HZ, gone))
    if common.median(rates) < 0.8 * PATHS * HZ:
        bars.missed.append("fewer probes than asked for")
    return costs


def pktgen(mac):
    """Nanoseconds that a packet takes to port 51822."""
    script = """
pg() { echo "$2" >"/proc/net/pktgen/$1"; }
pg kpktgend_0 rem_device_all
pg kpktgend_0 "add_device v0"
for line in "count %d" "clone_skb 0" "pkt_size 86" "delay 0" "dst 10.1.0.1" "dst_mac %s" "src_min 10.0.0.1" "src_max 10.0.0.1" \
	"udp_src_min 9" "udp_src_max 9" "udp_dst_min 51822" "udp_dst_max 51822" "flag UDPCSUM"; do
	pg v0 "$line"
done
pg pgctrl start
sed -n "s/.*Result: OK: \\([0-9]*\\)(.*/\\1/p" /proc/net/pktgen/v0""" % (PACKETS, mac)
    return int(run("nsenter", "--net=/run/netns/lb", "bash", "-c", script)) * 1000 / PACKETS


def reflector(bars):
    """What of a probe is the reflector's, microseconds; None if its answers do not show."""
    mac = run("ip", "-n", "srv", "-br", "link", "show", "v1").split()[2]
    # what comes back, answers or errors, ends as early as can be
    run("nsenter", "--net=/run/netns/lb", "nft", "-f", "-", stdin="""
table netdev sink {
	chain c {
		type filter hook ingress device v0 priority 0; policy drop;
	}
}""")
    run("nsenter", "--net=/run/netns/srv", "nft", "-f", "-", stdin="""
table netdev sink {
	chain c {
		type filter hook ingress device v1 priority 0
	}
}""")
    subprocess.run(["modprobe", "pktgen"], check=False, stderr=subprocess.DEVNULL)
    with_it, without = [], []
    answered = lambda: int(common.show("srv", "reflector", "show")[0]["stats"]["answered"])
    before = answered()
    for n in range(ROUNDS + 1):
        for policy, into in ("drop", without), ("accept", with_it):
            run("nsenter", "--net=/run/netns/srv", "nft", "chain netdev sink c { policy %s; }" % policy)
            took = pktgen(mac)
            if n:
                into.append(took)
    if answered() - before < PACKETS * ROUNDS * 0.9:
        bars.say("(pktgen's packets are not answered: %d of %d)" % (answered() - before, PACKETS * (ROUNDS + 1)))
        return None
    return (common.median(with_it) - common.median(without)) / 1e3


def main():
    bars = common.Bars("cost")
    topology()
    mx("srv", "reflector", "add", "rate", "1000000")
    costs = probes(bars)
    cost = common.median(costs) * 1e6
    bars.say("a probe, both ends: %.2f us (%.2f to %.2f)" % (cost, min(costs) * 1e6, max(costs) * 1e6))
    answer = reflector(bars)
    if answer is not None:
        bars.say("of that the reflector, from the packet's arrival to its answer's: %.2f us" % answer)
    percent = (cost - (answer or 0)) * PATHS * HZ / 1e4
    bars.data["both_us"], bars.data["reflector_us"] = cost, answer
    bars.bar("percent", percent, "1,000 paths probed at 10 Hz: %.2f %% of a core%s (bar < %g %%); both ends %.2f %%"
             % (percent, " at the end that probes" if answer is not None else ", both ends", BAR, cost * PATHS * HZ / 1e4),
             0 < percent < BAR)
    for ns in "lb", "srv":
        run("ip", "netns", "del", ns)
    bars.end()


if __name__ == "__main__":
    main()
