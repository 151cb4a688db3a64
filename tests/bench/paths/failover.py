#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""failover.py: of two sites that the guest has drawn (sites.bash), one's uplink dies.

Many groups of two paths each, one over either uplink, watch the same two lines, each by probes of its own, so that one blackout
shows many. A group's flows are datagrams that this program sends at site a and receives at site b. What is told of a group is
from the last datagram that any flow got over the line that died to when the first one was sent that came again, of the flow for
which that took the longest: it has the time between two datagrams in it."""
import json
import subprocess

import common
from common import mx, run
from stream import Inside, Stream

GROUPS = 20
DELAY = {1: "2ms", 2: "20ms"}
QUICK = "interval 100ms timeout 0 hold-down 0"


def on(letter):
    """How many flows of site a an uplink has."""
    return sum(common.show("a", "flow", "count", "path", name)[0]["count"] for name in common.paths("a") if name[0] == letter)


def line(k, *words):
    """Commands that make uplink k of site a so."""
    words = " ".join(words or ("delay", DELAY[k]))
    return ("tc -n a qdisc change dev u%d root netem limit 100000 %s && "
            "tc -n net%d qdisc change dev toa root netem limit 100000 %s" % (k, words, k, words))


def clean(site):
    """Takes groups and paths away again."""
    for rule in common.show(site, "rule", "show"):
        mx(site, "rule", "del", "id", str(rule["id"]))
    for group in common.show(site, "group", "show"):
        mx(site, "group", "del", group["name"])
    mx(site, "path", "flush")
    mx(site, "flow", "flush")


class Site:
    """Site a's paths, x over uplink 1 and y over uplink 2, and a stream over them."""

    def __init__(self, groups, share, step):
        self.groups, self.share = groups, share
        if groups == 1:
            self.nets = ["10.2.0.0/16"]
            to = ["10.2.%d.%d" % (1 + (i >> 8), i & 255) for i in range(share)]
        else:
            self.nets = ["10.2.%d.0/24" % (g + 1) for g in range(groups)]
            to = ["10.2.%d.%d" % (g + 1, i + 1) for g in range(groups) for i in range(share)]
        self.stream = Stream("ca", "cb", to, 5004, step, 64)

    def add(self, words, apart=0.0):
        """The paths and groups; apart: seconds between two groups, so that not all probes go at the same time."""
        for g, net in enumerate(self.nets):
            mx("a", "-b", "-", stdin="""
path add x%(g)d dev wg1 peer 10.201.0.2 %(words)s
path add y%(g)d dev wg2 peer 10.202.0.2 %(words)s
group add g%(g)d type path lb quality prefer latency
member add x%(g)d group g%(g)d
member add y%(g)d group g%(g)d
rule add priority 1 to %(net)s group g%(g)d
""" % {"g": g, "words": words, "net": net})
            self.stream.pump(apart)

    def statuses(self, letter):
        return [p["status"] for name, p in common.paths("a").items() if name[0] == letter]

    def all_are(self, letters, status):
        return all(s == status for letter in letters for s in self.statuses(letter))

    def wait(self, letters, status, seconds=120):
        common.wait_for("%s %s" % (letters, status), lambda: self.all_are(letters, status), seconds,
                        pump=self.stream.pump)

    def begin(self):
        """Waits until the first line, which is the shorter one, has all flows."""
        flows = self.groups * self.share
        self.wait("xy", "up")
        common.wait_for("figures", lambda: all(p["figures"]["samples"] == 10 for p in common.paths("a").values()),
                        pump=self.stream.pump)
        mx("a", "flow", "flush")
        common.wait_for("flows on the first line", lambda: on("x") >= flows, 300, pump=self.stream.pump)

    def cut(self, k, limit):
        """Line k dies. Return: for each group, how many seconds its last flow was without a way."""
        s = self.stream
        kill = subprocess.Popen(line(k, "loss", "100%"), shell=True)
        if not s.pump(30, lambda: kill.poll() is not None) or kill.returncode:
            raise RuntimeError("the line does not die")
        s.renew()
        if not s.pump(limit, lambda: not s.missing):
            raise RuntimeError("%d flows did not move in %d s" % (s.missing, limit))
        return [(max(s.first[g * self.share:(g + 1) * self.share]) - s.before) / 1e9 for g in range(self.groups)]

    def restore(self, k):
        run("sh", "-c", line(k))

    def gone(self):
        for sock in self.stream.out, self.stream.back:
            sock.close()
        clean("a")


def slow(bars):
    """At the default interval of 5 s, 1,000 flows."""
    site = Site(GROUPS, 50, 0.25)
    site.add("", apart=5 / GROUPS)
    site.begin()
    took = site.cut(1, 60)
    bars.bar("slow_s", took, "blackout to last flow moved, default interval, 1,000 flows of %d groups: "
             "median %.2f s, worst of %d %.2f s (bar < 10 s)" % (GROUPS, common.median(took), len(took), max(took)),
             max(took) < 10)
    site.restore(1)
    site.gone()


def quick(bars, rounds):
    """Every 100 ms; the lines die in turn."""
    site = Site(GROUPS, 3, 0.02)
    site.add(QUICK, apart=0.05)
    site.begin()
    took = []
    for n in range(rounds):
        k = n % 2 + 1
        site.stream.late = 0
        took += site.cut(k, 30)
        site.wait("xy"[k - 1], "down")
        site.restore(k)
        site.wait("xy", "up")
    p99 = common.rank(took, 0.99)
    bars.bar("quick_s", took, "at 100 ms, 60 flows of %d groups: median %.0f ms, p99 of %d %.0f ms (bar < 350 ms), worst %.0f ms"
             % (GROUPS, common.median(took) * 1e3, len(took), p99 * 1e3, max(took) * 1e3), p99 < 0.35)
    bars.say("(20 ms of that are between two datagrams of a flow; the sender itself was late by %.0f ms at most in the last round)"
             % (site.stream.late * 1e3))
    site.gone()


def many(bars, flows, rate):
    """Very many flows, each of which says something now and then: when was the last datagram lost?"""
    site = Site(1, flows, flows / rate)
    site.add(QUICK)
    site.begin()
    took = []
    for k in 1, 2:
        site.cut(k, 60 + 3 * flows / rate)
        took.append(max(0, site.stream.lost - site.stream.before) / 1e9)
        site.wait("xy"[k - 1], "down")
        site.restore(k)
        site.wait("xy", "up")
    bars.bar("many_s", took, "at 100 ms, %d flows: %s ms to the last datagram that was lost, and all of them went on"
             % (flows, ", ".join("%.0f" % (t * 1e3) for t in took)), True)
    site.gone()


def both(words):
    """Paths of both sites, each a group for the other."""
    for here, there, n in ("a", "b", 2), ("b", "a", 1):
        mx(here, "-b", "-", stdin="""
path add x1 dev wg1 peer 10.201.0.%(n)d %(words)s
path add y1 dev wg2 peer 10.202.0.%(n)d %(words)s
group add to-%(there)s type path lb quality prefer latency
member add x1 group to-%(there)s
member add y1 group to-%(there)s
rule add priority 1 to 10.%(n)d.0.0/16 group to-%(there)s
""" % {"n": n, "there": there, "words": words})


def longest(report):
    """The longest row of intervals in which a receiver of iperf3 got nothing, in seconds."""
    worst = row = 0.0
    for part in report.get("server_output_json", report)["intervals"]:
        row = row + part["sum"]["seconds"] if part["sum"]["bytes"] == 0 else 0.0
        worst = max(worst, row)
    return worst


def gaps(bars, what, words):
    """A call and a transfer while the line dies that both use."""
    both(words)
    call = Stream("ca", "cb", ["10.2.1.1"], 5004)
    for site in "ab":
        common.wait_for("paths up", lambda s=site: all(p["status"] == "up" for p in common.paths(s).values()))
    with Inside("cb"):
        server = subprocess.Popen(["iperf3", "-s", "-1"], stdout=subprocess.DEVNULL)
    try:
        common.wait_for("iperf3", lambda: run("nsenter", "--net=/run/netns/cb", "ss", "-Hltn", "sport = :5201"))
        seconds = 25 if "100ms" not in words else 10
        with Inside("ca"):
            client = subprocess.Popen(["iperf3", "-J", "-i", "0.1", "--get-server-output", "-b", "20M", "-t", str(seconds),
                                       "-c", "10.2.0.2"], stdout=subprocess.PIPE, text=True)
        common.wait_for("flows", lambda: on("x") >= 3, pump=call.pump)
        call.pump(2)
        if not call.received:
            raise RuntimeError("nobody hears the call")
        call.gap = [0]
        kill = subprocess.Popen(line(1, "loss", "100%"), shell=True)
        call.pump(30, lambda: kill.poll() is not None)
        call.renew()
        call.pump(60, lambda: not call.missing)
        call.pump(60, lambda: client.poll() is not None)
        report = json.loads(client.stdout.read())
        if "error" in report:
            raise RuntimeError("iperf3: " + report["error"])
    finally:
        server.kill()
        server.wait()
    tcp, udp = longest(report), (call.gap[0] - 20e6) / 1e9
    bars.bar("gap_" + what, {"tcp_s": tcp, "udp_s": udp}, "failover at %s: the call (20 ms) has a gap of %.0f ms, iperf3 one of %.0f ms"
             % (what, udp * 1e3, tcp * 1e3), True)
    run("sh", "-c", line(1))
    for sock in call.out, call.back:
        sock.close()
    for site in "ab":
        clean(site)


def main():
    bars = common.Bars("failover")
    for site in "ab":
        mx(site, "reflector", "add", "rate", "100000")
    for k in 1, 2:
        run("sh", "-c", line(k))
    quick(bars, 2 if common.SHORT else 10)
    slow(bars)
    many(bars, 1000 if common.SHORT else 50000, 2500)
    gaps(bars, "100 ms", QUICK)
    gaps(bars, "the default interval", "")
    bars.end()


if __name__ == "__main__":
    main()
