#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Sockets that the scripts of this directory need and no common program offers.

  net.py udp-echo PORT NAME [zero] [ports=N]
                                       answers each datagram with NAME and what came; zero: without a checksum (IPv4);
                                       ports: at N ports from PORT on
  net.py udp-ask ADDR PORT COUNT [retries=N] [size=N] [same] [from=ADDR] [zero] [nodf]
            [short|long] [names]       COUNT requests, each on a socket of its own (same: all on one), each sent again
                                       after a while; prints answered, retried and lost, or the answering names.
                                       short, long: whatever the request's size, the answer is short or 1,400 bytes long
  net.py udp-ports ADDR PORT N         one socket asks N ports twice; prints how many answered each time
  net.py udp-hold ADDR PORT FILE       asks on one socket until FILE is there; prints the longest row of lost requests
  net.py mtu ADDR PORT SIZE            sends DF datagrams of SIZE; prints the path MTU that the kernel learns
  net.py ttl ADDR PORT TTL             a flow, then a datagram with TTL on it; prints who sent which error
  net.py refused ADDR PORT             a datagram to a closed port; prints who sent which error
  net.py udp-blind SOURCE ADDR PORT    a request whose answer meets a closed port
  net.py errors DEV SECONDS            watches ICMP errors on a device; prints each with what it quotes
  net.py tcp-reuse ADDR PORT[,PORT] N  N connections from one port; prints how many SYNs had to be sent again
  net.py tcp-revive ADDR PORT          a connection whose client vanishes at a line on stdin, and a new one from its port;
                                       prints each one's answer
  net.py http-hold ADDR FILE           asks over one connection until FILE is there; prints who answered, and how it ended
  net.py tcp-many ADDR PORT N          N connections open at once, closed again at a line on stdin
  net.py sctp-ask ADDR PORT N          N associations, prints the answers
  net.py sctp-echo PORT NAME
"""
import errno
import os
import select
import socket
import struct
import sys
import time

IP_MTU_DISCOVER, IP_RECVERR, IP_MTU, PMTUDISC_DO = 10, 11, 14, 2
IPV6_MTU_DISCOVER, IPV6_RECVERR, IPV6_MTU = 23, 25, 24
SO_NO_CHECK = 11
WAIT = 1.0 if os.environ.get("MX_GUEST", "uml") == "uml" else 5.0


def family(addr):
    return socket.AF_INET6 if ":" in addr else socket.AF_INET


def udp(addr, source=None):
    s = socket.socket(family(addr), socket.SOCK_DGRAM)
    if source:
        s.bind((source, 0))
    return s


def options(args):
    opts = {}
    for arg in args:
        key, _, value = arg.partition("=")
        opts[key] = value or True
    return opts


def udp_echo(port, name, *args):
    opts = options(args)
    socks = []
    for n in range(int(opts.get("ports", 1))):
        s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        if "zero" in opts:
            s.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
        s.bind(("::", int(port) + n))
        socks.append(s)
    while True:
        for s in select.select(socks, [], [])[0]:
            try:
                data, control, _, peer = s.recvmsg(65535, 512, socket.MSG_DONTWAIT)
                if data[:1] == b"S":
                    data = data[:8]
                elif data[:1] == b"B":
                    data = data[:8].ljust(1400, b"b")
                # from the address that was asked, by whatever device
                control = [(level, kind, info[:16] + bytes(4)) for level, kind, info in control
                           if (level, kind) == (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO)]
                s.sendmsg([name.encode() + b" " + data], control, 0, peer)
            except OSError:
                pass


def udp_ports(addr, port, count):
    """One socket asks each of many ports twice."""
    s = udp(addr)
    answered = [0, 0]
    for again in range(2):
        for n in range(int(count)):
            s.connect((addr, int(port) + n))
            answered[again] += ask(s, n, 8, 0)[0] is not None
    print("answered %d and %d" % tuple(answered))


def ask(s, number, size, retries, kind=b"0"):
    """One request. Returns (answer, sent again how often)."""
    body = (kind + b"%07d" % number).ljust(size, b"x")
    for attempt in range(retries + 1):
        try:
            s.send(body)
        except OSError:
            pass
        end = time.monotonic() + WAIT
        while True:
            left = end - time.monotonic()
            if left <= 0 or not select.select([s], [], [], left)[0]:
                break
            try:
                data = s.recv(65535)
            except OSError:
                continue
            name, _, rest = data.partition(b" ")
            if rest == body or kind != b"0" and rest[:8] == body[:8]:
                return name.decode(), attempt
    return None, retries


def udp_ask(addr, port, count, *args):
    opts = options(args)
    names, retried, lost, s = {}, 0, 0, None
    for number in range(int(count)):
        if s is None or "same" not in opts:
            if s:
                s.close()
            s = udp(addr, opts.get("from"))
            if "zero" in opts:
                s.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
            if "nodf" in opts:
                s.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, 0)
            s.connect((addr, int(port)))
        kind = b"S" if "short" in opts else b"B" if "long" in opts else b"0"
        name, again = ask(s, number, int(opts.get("size", 8)), int(opts.get("retries", 0)), kind)
        if name is None:
            lost += 1
        else:
            retried += again > 0
            names[name] = names.get(name, 0) + 1
    if "names" in opts:
        print(" ".join("%s:%d" % item for item in sorted(names.items())))
    else:
        print("answered %d retried %d lost %d" % (sum(names.values()), retried, lost))


def udp_hold(addr, port, stop):
    """Row: how many requests in a row stayed unanswered, at worst."""
    s = udp(addr)
    s.connect((addr, int(port)))
    row = worst = asked = number = 0
    names = []
    while not os.path.exists(stop):
        number += 1
        asked += 1
        name, _ = ask(s, number, 8, 0)
        row = 0 if name else row + 1
        worst = max(worst, row)
        if name and (not names or names[-1] != name):
            names.append(name)
        time.sleep(0.01)
    print("asked %d worst %d names %s" % (asked, worst, " ".join(names)))


def error_of(s):
    """Who sent the error that is queued on a socket, its type and code."""
    end = time.monotonic() + 4 * WAIT
    while time.monotonic() < end:
        try:
            _, control, _, dest = s.recvmsg(1, 512, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
        except BlockingIOError:
            time.sleep(0.02)
            continue
        for level, kind, data in control:
            if (level, kind) == (socket.IPPROTO_IP, IP_RECVERR):
                _, _, typ, code, _, _, _ = struct.unpack_from("=IBBBBII", data)
                who = socket.inet_ntop(socket.AF_INET, data[20:24])
            elif (level, kind) == (socket.IPPROTO_IPV6, IPV6_RECVERR):
                _, _, typ, code, _, _, _ = struct.unpack_from("=IBBBBII", data)
                who = socket.inet_ntop(socket.AF_INET6, data[24:40])
            else:
                continue
            return "%s type %d code %d about %s:%d" % (who, typ, code, dest[0], dest[1])
    return "none"


def want_errors(s):
    if s.family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    else:
        s.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)


def mtu(addr, port, size):
    s = udp(addr)
    six = s.family == socket.AF_INET6
    level = socket.IPPROTO_IPV6 if six else socket.IPPROTO_IP
    s.setsockopt(level, IPV6_MTU_DISCOVER if six else IP_MTU_DISCOVER, PMTUDISC_DO)
    s.connect((addr, int(port)))
    ask(s, 0, 8, 3)
    head = 48 if six else 28
    learned = None
    end = time.monotonic() + 4 * WAIT
    while time.monotonic() < end:
        try:
            s.send(b"m" * int(size))
            if select.select([s], [], [], 0.05)[0]:
                s.recv(65535)
        except OSError as err:
            if err.errno == errno.EMSGSIZE:
                learned = s.getsockopt(level, IPV6_MTU if six else IP_MTU)
                # Every 30 s Linux forgets what it learned of ways by a gateway that is no IPv6 router: then once more.
                if learned < int(size) + head:
                    break
    if learned is None:
        print("none")
        return
    fits = learned - head
    name, _ = ask(s, 1, fits, 3)
    print("%d %s" % (learned, "passes" if name else "lost"))


def ttl(addr, port, hops):
    s = udp(addr)
    s.connect((addr, int(port)))
    name, _ = ask(s, 0, 8, 3)
    want_errors(s)
    if s.family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, int(hops))
    else:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, int(hops))
    s.send(b"dies on the way")
    print(error_of(s) if name else "no answer")


def refused(addr, port):
    s = udp(addr)
    s.connect((addr, int(port)))
    want_errors(s)
    s.send(b"anybody?")
    print(error_of(s))


def udp_blind(source, addr, port):
    """A request from a port that nobody has, so that the answer meets none."""
    s = socket.socket(family(addr), socket.SOCK_RAW, socket.IPPROTO_UDP)
    six = s.family == socket.AF_INET6
    body = b"blind"
    head = struct.pack("!HHHH", 40404, int(port), 8 + len(body), 0)
    ends = socket.inet_pton(s.family, source) + socket.inet_pton(s.family, addr)
    length = 8 + len(body)
    pseudo = ends + (struct.pack("!II", length, 17) if six else struct.pack("!HH", 17, length))
    total = checksum(pseudo + head + body)
    s.bind((source, 0))
    s.sendto(head[:6] + struct.pack("!H", total or 0xffff) + body, (addr, 0))


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def quoted(packet):
    """Source, destination and protocol of a quoted packet, and its ports."""
    if packet[0] >> 4 == 4:
        hlen, proto = (packet[0] & 15) * 4, packet[9]
        src, dst = (socket.inet_ntop(socket.AF_INET, packet[i:i + 4]) for i in (12, 16))
        head = "ok" if checksum(packet[:hlen]) == 0 else "BAD"
    else:
        hlen, proto, head = 40, packet[6], "ok"
        src, dst = (socket.inet_ntop(socket.AF_INET6, packet[i:i + 16]) for i in (8, 24))
    if proto in (6, 17, 132):
        sport, dport = struct.unpack_from("!HH", packet, hlen)
    else:
        sport = dport = 0
    return "%s %s proto %d ports %d %d header %s" % (src, dst, proto, sport, dport, head)


def errors(dev, seconds):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
    s.bind((dev, 3))
    print("ready", flush=True)
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        if not select.select([s], [], [], 0.2)[0]:
            continue
        data = s.recv(65535)
        if data[0] >> 4 == 4 and data[9] == 1:
            hlen = (data[0] & 15) * 4
            icmp = data[hlen:struct.unpack_from("!H", data, 2)[0]]
            if icmp[0] not in (3, 11, 12):
                continue
            good = checksum(icmp) == 0
            src, dst = (socket.inet_ntop(socket.AF_INET, data[i:i + 4]) for i in (12, 16))
        elif data[0] >> 4 == 6 and data[6] == 58:
            icmp = data[40:40 + struct.unpack_from("!H", data, 4)[0]]
            if not 1 <= icmp[0] <= 4:
                continue
            pseudo = data[8:40] + struct.pack("!II", len(icmp), 58)
            good = checksum(pseudo + icmp) == 0
            src, dst = (socket.inet_ntop(socket.AF_INET6, data[i:i + 16]) for i in (8, 24))
        else:
            continue
        print("%s > %s type %d code %d checksum %s quotes %s" % (
            src, dst, icmp[0], icmp[1], "ok" if good else "BAD", quoted(icmp[8:])), flush=True)


def tcp_reuse(addr, ports, count):
    ports = [int(port) for port in ports.split(",")]
    slow = failed = 0
    for i in range(int(count)):
        s = socket.socket(family(addr), socket.SOCK_STREAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("", 33333))
        s.settimeout(10 * WAIT)
        try:
            s.connect((addr, ports[i % len(ports)]))
            # tcpi_total_retrans
            info = s.getsockopt(socket.IPPROTO_TCP, 11, 104)
            slow += struct.unpack_from("I", info, 100)[0] > 0
            s.sendall(b"GET / HTTP/1.0\r\n\r\n")
            while s.recv(4096):
                pass
        except OSError as err:
            print("# %s" % err)
            failed += 1
        # The client's side forgets at once, as one behind an address translator would.
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()
    print("again %d failed %d" % (slow, failed))


def tcp_revive(addr, port):
    for last in (False, True):
        s = socket.socket(family(addr), socket.SOCK_STREAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("", 33334))
        s.settimeout(30 * WAIT)
        s.connect((addr, int(port)))
        s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        print(s.recv(4096).decode().split()[-1], flush=True)
        if not last:
            sys.stdin.readline()
        # a socket under repair (TCP_REPAIR) goes without a word
        s.setsockopt(socket.IPPROTO_TCP, 19, 1)
        s.close()


def http_hold(addr, stop):
    """One connection, asked time and again."""
    s = socket.create_connection((addr, 80), timeout=30 * WAIT)
    names, end = [], "whole"
    try:
        while not os.path.exists(stop):
            s.sendall(b"GET /hold HTTP/1.1\r\nHost: hold\r\n\r\n")
            answer = b""
            while not answer.partition(b"\r\n\r\n")[2].endswith(b"\n"):
                part = s.recv(4096)
                if not part:
                    raise ConnectionError("closed")
                answer += part
            name = answer.partition(b"\r\n\r\n")[2].decode().strip()
            if name not in names:
                names.append(name)
            time.sleep(0.02)
    except OSError as err:
        end = str(err)
    print(" ".join(names), end)
    s.close()


def tcp_many(addr, port, count):
    conns, failed = [], 0
    for _ in range(int(count)):
        s = socket.socket(family(addr), socket.SOCK_STREAM)
        s.setblocking(False)
        if s.connect_ex((addr, int(port))) not in (0, errno.EINPROGRESS):
            failed += 1
            s.close()
            continue
        conns.append(s)
        if len(conns) % 64 == 0:
            poll = select.poll()
            poll.register(s, select.POLLOUT)
            poll.poll(10000 * WAIT)
    end = time.monotonic() + 30 * WAIT
    for s in conns:
        poll = select.poll()
        poll.register(s, select.POLLOUT)
        poll.poll(max(0, (end - time.monotonic()) * 1000))
        failed += s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0
    print("open %d failed %d" % (len(conns), failed), flush=True)
    sys.stdin.readline()
    # Some at a time, and not before the server has closed too: the queues of a slow guest would overflow.
    for first in range(0, len(conns), 64):
        some = conns[first:first + 64]
        for s in some:
            try:
                s.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        for s in some:
            poll = select.poll()
            poll.register(s, select.POLLIN)
            poll.poll(10000 * WAIT)
            s.close()
    print("closed", flush=True)


def sctp_echo(port, name):
    s = socket.socket(socket.AF_INET6, socket.SOCK_STREAM, 132)
    s.bind(("::", int(port)))
    s.listen(64)
    while True:
        conn, _ = s.accept()
        data = conn.recv(1000)
        conn.send(name.encode() + b" " + data)
        conn.close()


def sctp_ask(addr, port, count):
    names = {}
    for _ in range(int(count)):
        try:
            s = socket.socket(family(addr), socket.SOCK_STREAM, 132)
            s.settimeout(5 * WAIT)
            s.connect((addr, int(port)))
            s.send(b"hello")
            name = s.recv(1000).split(b" ")[0].decode()
            names[name] = names.get(name, 0) + 1
            s.close()
        except OSError as err:
            names["error:%s" % err] = names.get("error:%s" % err, 0) + 1
    print(" ".join("%s:%d" % item for item in sorted(names.items())))


COMMANDS = {"udp-echo": udp_echo, "udp-ask": udp_ask, "udp-ports": udp_ports, "udp-hold": udp_hold, "mtu": mtu, "ttl": ttl,
            "refused": refused, "errors": errors, "udp-blind": udp_blind, "tcp-reuse": tcp_reuse, "tcp-revive": tcp_revive,
            "http-hold": http_hold, "tcp-many": tcp_many, "sctp-echo": sctp_echo, "sctp-ask": sctp_ask}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    COMMANDS[sys.argv[1]](*sys.argv[2:])
