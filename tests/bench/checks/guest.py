#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What checks cost: inside a guest of one CPU, 1,000 servers in another namespace, checked every 100 ms, ten times as
often as the bar asks for, so that the cost can be seen. Seconds with and without checks take turns. What is counted is
how far a program gets that asks for the time over and over: what it gets less far is the cost of the worker, of all
softirqs that run in it, and so of both ends, since the servers' namespace answers on the same CPU. The bar is for one
end. The time that a thread has run would not do: this guest's scheduler counts it in ticks, and a worker that is woken by
a tick and done before the next one costs nothing then."""
import json
import os
import statistics
import subprocess
import sys
import time

SERVERS = 1000
INTERVAL = 0.1
BAR = 2.0
ROUNDS = int(os.environ.get("MX_BENCH_ROUNDS", "9"))
SECONDS = float(os.environ.get("MX_BENCH_SECONDS", "3"))
CTL = os.environ["MX_CTL"]


def run(*args, **kwargs):
    return subprocess.run(args, check=True, text=True, **kwargs)


def mx(*args):
    return run(CTL, "-n", "lb", *args, capture_output=True).stdout


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


def listener():
    """A socket that listens, and a process that sleeps: no check ever wakes it."""
    return subprocess.Popen(["ip", "netns", "exec", "srv", sys.executable, "-S", "-c", """
import signal, socket
s = socket.socket()
s.bind(("0.0.0.0", 80))
s.listen(4096)
print("ready", flush=True)
signal.pause()"""], stdout=subprocess.PIPE, text=True)


def good():
    return sum(s["check"]["good"] for s in json.loads(mx("-j", "server", "show", "group", "g")) if "check" in s)


def turn():
    """Rounds a second of a program that does nothing else."""
    start, rounds = time.monotonic(), 0
    while True:
        rounds += 1
        now = time.monotonic()
        if now - start >= SECONDS:
            return rounds / (now - start)


def main():
    run("insmod", os.environ["MX_KO"])
    topology()
    server = listener()
    server.stdout.readline()
    mx("group", "add", "g", "lb", "rr")
    batch = "".join("server add %s:80 group g\n" % address(n) for n in range(SERVERS))
    run(CTL, "-n", "lb", "-b", "-", input=batch)
    idle, costs, rates = [], [], []
    for _ in range(ROUNDS):
        mx("group", "set", "g", "check", "none")
        time.sleep(0.5)
        idle.append(turn())
        mx("group", "set", "g", "check", "tcp", "check-interval", "%dms" % (INTERVAL * 1000))
        time.sleep(0.5)
        count, since = good(), time.monotonic()
        left = turn()
        rate = (good() - count) / (time.monotonic() - since)
        rates.append(rate)
        costs.append((1 - left / idle[-1]) / max(rate, 1))
    server.kill()
    cost = statistics.median(costs)
    share = cost * SERVERS * 100
    print("checks a second         %8.0f" % statistics.median(rates))
    print("a check, both ends, us  %8.2f  (%.2f to %.2f)" % (cost * 1e6, min(costs) * 1e6, max(costs) * 1e6))
    print("1,000 servers checked every second: %.2f %% of a core (bar %.0f %%)" % (share, BAR))
    with open(os.path.join(os.environ["MX_OUT"], "checks.json"), "w") as f:
        json.dump({"cost_us": cost * 1e6, "percent": share, "rate": statistics.median(rates)}, f)
    enough = statistics.median(rates) > 0.8 * SERVERS / INTERVAL
    if not enough:
        print("fewer checks than asked for")
    if share <= 0:
        print("nothing was measured: the machine is too busy")
    return 0 if 0 < share < BAR and enough else 1


if __name__ == "__main__":
    sys.exit(main())
