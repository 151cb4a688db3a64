#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""guest.py DIR SOURCE FAMILY FLOWS WHAT ROUNDS: inside a guest, with the
modules of DIR: each contestant gets network namespaces of its own,

    generator ---- box ---- sink

UDP comes from the generator, the box does what it is made for, and the sink
counts what arrives by a veth and drops it. SOURCE is "pktgen", by a veth, or
"card" (gen.c), as from a network card. WHAT is "balance" (FLOWS known flows)
or "new" (every packet begins a flow). The contestants take turns, ROUNDS
times. Prints the figures as one line of JSON after the word RESULT."""
import ctypes
import errno
import json
import mmap
import os
import subprocess
import sys
import time

SERVERS = 8
PACKETS = 40000         # of one measurement, at least
PORT0, PORTS = 1024, 50000      # source ports, as gen.c has them
SEND = "/sys/kernel/debug/mx_gen/send"
CLONE_NEWNET = 0x40000000

SOURCE = sys.argv[2]
libc = ctypes.CDLL(None, use_errno=True)
home = os.open("/proc/self/ns/net", os.O_RDONLY)


class Family:
    """Addresses, and what the tools call them."""

    def __init__(self, number):
        self.six = number == 6
        self.net = "ip6" if self.six else "ip"
        self.client = "fd00:1::%x" if self.six else "10.1.%d.%d"
        self.box_in = "fd00:1::ffff/64" if self.six else "10.1.255.254/16"
        self.box_out = "fd00:2::ffff/64" if self.six else "10.2.255.254/16"
        self.vip = "fd00:5::1" if self.six else "203.0.113.1"
        self.host = "128" if self.six else "32"
        self.servers = [("fd00:2::%x" if self.six else "10.2.0.%d") % (n + 1)
                        for n in range(SERVERS)]

    def source(self, n):
        """The n-th client."""
        n += 1
        if self.six:
            return self.client % n
        return self.client % (n >> 8, n & 255)

    def bracket(self, addr):
        return "[%s]" % addr if self.six else addr


def run(*words, stdin=None):
    done = subprocess.run(words, input=stdin, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise RuntimeError(" ".join(words) + ": " + done.stdout)


class Inside:
    """with Inside(name): the process is in that network namespace."""

    def __init__(self, name):
        self.path = "/run/netns/" + name

    def __enter__(self):
        fd = os.open(self.path, os.O_RDONLY)
        if libc.setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), self.path)
        os.close(fd)

    def __exit__(self, *_):
        libc.setns(home, CLONE_NEWNET)


def write(path, text):
    with open(path, "w") as file:
        file.write(text + "\n")


class Lane:
    """A contestant's two namespaces."""

    def __init__(self, name, family, flows, setup):
        self.name, self.f = name, family
        self.flows = flows
        self.box, self.sink, self.gen = (p + name for p in ("b-", "s-", "g-"))
        for ns in (self.box, self.sink, self.gen):
            run("ip", "netns", "add", ns)
        run("ip", "-n", self.box, "-b", "-", stdin=f"""
            link add in type veth peer name eth0 netns {self.gen}
            link add out type veth peer name eth0 netns {self.sink}
            link set in addrgenmode none
            link set out addrgenmode none
            link set lo up
            link set in up
            link set out up
            """)
        for ns in (self.gen, self.sink):
            run("ip", "-n", ns, "-b", "-", stdin="""
                link set eth0 addrgenmode none
                link set eth0 up
                """)
        # A packet off a wire has its checksum; pktgen makes it so.
        run("ip", "netns", "exec", self.gen, "ethtool", "-K", "eth0", "tx",
            "off")
        self.mac_in = self.mac(self.box, "in")
        self.mac_sink = self.mac(self.sink, "eth0")
        with Inside(self.box):
            for path in ("net/ipv4/ip_forward",
                         "net/ipv6/conf/all/forwarding"):
                write("/proc/sys/" + path, "1")
            for dev in ("all", "in", "out"):
                write(f"/proc/sys/net/ipv4/conf/{dev}/rp_filter", "0")
        nodad = "nodad" if family.six else ""
        run("ip", "-n", self.box, "-b", "-", stdin=f"""
            addr add {family.box_in} dev in {nodad}
            addr add {family.box_out} dev out {nodad}
            """ + "".join(
                f"neigh add {s} lladdr {self.mac_sink} nud permanent dev out\n"
                for s in family.servers))
        with Inside(self.sink):
            run("nft", "-f", "-", stdin="""
                table netdev sink {
                    chain c { type filter hook ingress device eth0 priority 0
                              policy drop
                    }
                }""")
        setup(self)

    @staticmethod
    def mac(ns, dev):
        out = subprocess.run(["ip", "-n", ns, "-j", "link", "show", dev],
                             check=True, capture_output=True).stdout
        return json.loads(out)[0]["address"]

    def nft(self, text):
        with Inside(self.box):
            run("nft", "-f", "-", stdin=text)

    def received(self):
        """Packets that reached the sink."""
        with Inside(self.sink), open("/proc/self/net/dev") as file:
            for line in file:
                if line.strip().startswith("eth0:"):
                    return int(line.split(":")[1].split()[1])
        raise RuntimeError("no eth0")

    def send(self, total, first_source=0):
        """Sends so many packets, over all flows in turn. Returns nanoseconds
        a packet, and how many packets did not come through."""
        before = self.received()
        how = self.send_card if SOURCE == "card" else self.send_pktgen
        took = how(total, first_source)
        # The last ones may still wait for ksoftirqd.
        end = time.monotonic() + 2
        while self.received() - before < total and time.monotonic() < end:
            time.sleep(0.01)
        return took / total, max(0, total - self.received() + before)

    def send_card(self, total, first_source):
        with Inside(self.box):
            write(SEND, f"in {self.f.source(first_source)} {self.f.vip} "
                        f"{self.flows} {total}")
        with open(SEND) as file:
            return int(file.read())

    def send_pktgen(self, total, first_source):
        """Of many flows each source has a share; pktgen takes one after the
        other."""
        pg = "/proc/self/net/pktgen/"
        sources = -(-self.flows // PORTS)
        with Inside(self.gen):
            write(pg + "kpktgend_0", "rem_device_all")
            for i in range(sources):
                flows = self.flows // sources
                name = "%seth0@%d" % (pg, i)
                self.add_device(pg, "eth0@%d" % i)
                lines = [f"count {total // sources}", "delay 0",
                         "clone_skb 0", "dst_mac " + self.mac_in,
                         "flag UDPCSUM", "udp_dst_min 80", "udp_dst_max 80",
                         f"udp_src_min {PORT0}",
                         f"udp_src_max {PORT0 + flows}"]
                source = self.f.source(first_source + i)
                if self.f.six:
                    lines += ["pkt_size 80", "src6 " + source,
                              "dst6 " + self.f.vip]
                else:
                    lines += ["pkt_size 60", "src_min " + source,
                              "src_max " + source, "dst_min " + self.f.vip,
                              "dst_max " + self.f.vip]
                for line in lines:
                    write(name, line)
            write(pg + "pgctrl", "start")
            # All began together.
            return 1000 * max(self.result("%seth0@%d" % (pg, i))
                              for i in range(sources))

    @staticmethod
    def add_device(pg, name):
        """Waits until the one of that name is gone: its thread removes it."""
        end = time.monotonic() + 10
        while True:
            try:
                write(pg + "kpktgend_0", "add_device " + name)
                return
            except OSError as error:
                if error.errno != errno.EBUSY or time.monotonic() > end:
                    raise
                time.sleep(0.05)

    @staticmethod
    def result(path):
        """Microseconds that pktgen took."""
        with open(path) as file:
            for line in file:
                if line.startswith("Result: OK:"):
                    return int(line.split("OK:")[1].split("(")[0])
        raise RuntimeError("pktgen: no result in " + path)


def floor(lane):
    with Inside(lane.box):
        run("insmod", sys.argv[1] + "/mx_floor.ko", "to=" + lane.mac_sink)


def forward(lane):
    run("ip", "-n", lane.box, "route", "add", lane.f.vip, "via",
        lane.f.servers[0])


def conntrack(lane):
    forward(lane)
    lane.nft("""table inet t {
        chain f { type filter hook forward priority 0
                  ct state invalid drop
        }
    }""")


def ipvs(scheduler, how):
    def setup(lane):
        vip = lane.f.bracket(lane.f.vip)
        run("ip", "-n", lane.box, "addr", "add", lane.f.vip, "dev", "lo")
        rules = f"-A -u {vip}:80 -s {scheduler}\n" + "".join(
            f"-a -u {vip}:80 -r {lane.f.bracket(s)}:80 {how}\n"
            for s in lane.f.servers)
        with Inside(lane.box):
            run("ipvsadm", "-R", stdin=rules)
    return setup


def nft_map(lane):
    pairs = ", ".join(f"{n} : {s}" for n, s in enumerate(lane.f.servers))
    return (f"jhash {lane.f.net} saddr . udp sport mod {SERVERS} "
            f"map {{ {pairs} }}")


def nft_dnat(lane, more=""):
    net = lane.f.net
    lane.nft(f"""table {net} t {{
        {more}
        chain p {{ type nat hook prerouting priority -100
                   {net} daddr {lane.f.vip} dnat to {nft_map(lane)}
        }}
    }}""")


def nft_stateless(lane):
    net = lane.f.net
    lane.nft(f"""table {net} t {{
        chain p {{ type filter hook prerouting priority -300
                   {net} daddr {lane.f.vip} {net} daddr set {nft_map(lane)}
        }}
    }}""")


def nft_flowtable(lane):
    nft_dnat(lane, """flowtable ft {
            hook ingress priority 0
            devices = { in, out }
        }
        chain f { type filter hook forward priority 0
                  meta l4proto udp flow add @ft
        }""")


def mutex(forward_mode, fast):
    def setup(lane):
        vip = lane.f.vip + "/" + lane.f.host
        text = (f"group add web lb rr forward {forward_mode}\n" + "".join(
                f"server add {s} group web\n" for s in lane.f.servers) +
                f"rule add priority 1 to {vip} group web\n"
                "settings set flows-max 4000000 timeout-udp 300m\n")
        if fast:
            text += "dev add in\ndev add out\n"
        run(os.environ["MX_CTL"], "-n", lane.box, "-b", "-", stdin=text)
    return setup


def mutex_path(fast):
    """The best of 16 paths, by the last of 100 rules; all paths leave by the
    same device, to the neighbours that are there."""
    def setup(lane):
        nobody = ("2001:db8:%d::/48" if lane.f.six else "198.18.%d.0/24")
        text = "group add wan type path lb quality prefer bandwidth\n"
        for n in range(16):
            via = lane.f.servers[n % SERVERS]
            text += (f"path add p{n} dev out via {via} peer {via} probe none "
                     f"hold-down 0 bandwidth {100 + n}\n"
                     f"member add p{n} group wan\n")
        for n in range(99):
            text += (f"rule add priority {n + 1} to {nobody % n} proto udp "
                     f"dport 1-1023 group wan\n")
        text += f"rule add priority 100 to {lane.f.vip} group wan\n"
        text += "settings set flows-max 4000000 timeout-udp 300m\n"
        if fast:
            text += "dev add in\ndev add out\n"
        run(os.environ["MX_CTL"], "-n", lane.box, "-b", "-", stdin=text)
        up(lane.box, 16)
    return setup


def up(ns, count):
    """Waits for so many paths."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        out = subprocess.run((os.environ["MX_CTL"], "-n", ns, "-j", "path"),
                             check=True, capture_output=True).stdout
        if sum(p["status"] == "up" for p in json.loads(out)) == count:
            return
        time.sleep(0.05)
    raise RuntimeError(ns + ": paths are not up")


CONTESTANTS = {
    "floor": floor,
    "forward": forward,
    "forward-conntrack": conntrack,
    "ipvs-nat": ipvs("rr", "-m"),
    "ipvs-dr": ipvs("mh", "-g"),
    "nft-dnat": nft_dnat,
    "nft-stateless": nft_stateless,
    "nft-flowtable": nft_flowtable,
    "mutex-nat": mutex("nat", False),
    "mutex-nat-fast": mutex("nat", True),
    "mutex-route": mutex("route", False),
    "mutex-route-fast": mutex("route", True),
    "mutex-path": mutex_path(False),
    "mutex-path-fast": mutex_path(True),
}
NEW = ("forward", "ipvs-nat", "nft-dnat", "mutex-nat", "mutex-nat-fast",
       "mutex-route", "mutex-path", "mutex-path-fast")
# Those that tests/bench/paths asks for by name.
EXTRA = ("mutex-path", "mutex-path-fast")


def touch():
    """Has the host give the guest's memory now. User-mode Linux gets a page at
    the first touch by a fault of the host, which takes microseconds and which
    no kernel on hardware has: without this, new flows pay for it."""
    with open("/proc/meminfo") as file:
        free = next(int(line.split()[1]) for line in file
                    if line.startswith("MemFree:"))
    with mmap.mmap(-1, free * 7 // 8 * 1024, flags=mmap.MAP_PRIVATE |
                   mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE):
        pass


def prepare(flows):
    """Tables of the whole guest: sized so that none is short, and nothing
    expires while it is measured."""
    touch()
    buckets = 4 * max(flows, 262144)
    write("/sys/module/nf_conntrack/parameters/hashsize", str(buckets))
    netfilter = "/proc/sys/net/netfilter/nf_conntrack_"
    write(netfilter + "max", str(16 * buckets))
    # Hardware checks sums on a real box; none is checked here either.
    write(netfilter + "checksum", "0")
    write("/proc/sys/net/core/netdev_max_backlog", "100000")
    write("/proc/sys/net/ipv4/neigh/default/gc_thresh3", "65536")
    run("insmod", os.environ["MX_KO"])
    run("insmod", sys.argv[1] + "/mx_gen.ko")


def patient(lane):
    """Conntrack's timeouts are the namespace's own."""
    with Inside(lane.box):
        for name in ("udp_timeout", "udp_timeout_stream"):
            path = "/proc/sys/net/netfilter/nf_conntrack_" + name
            if os.path.exists(path):
                write(path, "20000")
        path = "/proc/sys/net/netfilter/nf_flowtable_udp_timeout"
        if os.path.exists(path):
            write(path, "20000")


def main():
    family, flows = Family(int(sys.argv[3])), int(sys.argv[4])
    what, rounds = sys.argv[5], int(sys.argv[6])
    prepare(flows)
    names = NEW if what == "new" else CONTESTANTS
    only = os.environ.get("MX_BENCH_ONLY", "").split()
    names = [n for n in names if (n in only if only else n not in EXTRA)]
    lanes = []
    for name in names:
        lane = Lane(name, family, flows, CONTESTANTS[name])
        patient(lane)
        lanes.append(lane)
    figures = {lane.name: [] for lane in lanes}
    lost = {lane.name: 0 for lane in lanes}
    total = flows if what == "new" else max(PACKETS, flows)
    # A share of each source without a rest, and whole turns of the flows.
    total -= total % flows
    if what != "new":
        for lane in lanes:
            lane.send(2 * max(flows, 1000))
    for turn in range(rounds):
        for lane in lanes:
            nsec, gone = lane.send(
                total, first_source=16 * turn if what == "new" else 0)
            figures[lane.name].append(round(nsec, 1))
            lost[lane.name] += gone
    print("RESULT " + json.dumps({
        "source": SOURCE, "family": 6 if family.six else 4, "flows": flows,
        "what": what, "kernel": os.uname().release, "packets": total,
        "ns": figures, "lost": lost}))


main()
