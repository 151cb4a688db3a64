#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Hostile packets, written to a device as they are.

  raw.py overlap DEV SRC DST PORT       datagrams in fragments that overlap, of several kinds
  raw.py ah DEV SRC DST PORT N          N datagrams behind an Authentication Header (RFC 4302)
  raw.py damaged DEV SRC DST PORT N     N datagrams from as many ports, the checksum of their IPv4 header wrong
  raw.py answers DEV SRC DST PORT N     what looks like answers to checks of SRC:PORT and is none
  raw.py flood DEV SRC4 DST4 SRC6 DST6 N
                                        every truncated length of every header, wrong lengths, odd options and extension
                                        headers, zero and wrong checksums, TTL 0 and 1, packets to themselves, and N mutations
Prints how many were sent.
"""
import random
import socket
import struct
import sys

TCP, UDP, ICMP, SCTP, ICMP6, DCCP, UDPLITE = 6, 17, 1, 132, 58, 33, 136


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def a2b(addr):
    return socket.inet_pton(socket.AF_INET6 if ":" in addr else socket.AF_INET, addr)


def ip4(src, dst, proto, body, ttl=64, ident=1, frag=0, options=b"", length=None, ihl=None, version=4, good=True):
    if ihl is None:
        ihl = 5 + len(options) // 4
    if length is None:
        length = 20 + len(options) + len(body)
    head = struct.pack("!BBHHHBBH4s4s", version << 4 | ihl, 0, length & 0xffff, ident, frag, ttl, proto, 0,
                       a2b(src), a2b(dst)) + options
    total = checksum(head)
    return head[:10] + struct.pack("!H", total if good else total ^ 0x1111) + head[12:] + body


def ip6(src, dst, proto, body, ttl=64, length=None):
    if length is None:
        length = len(body)
    return struct.pack("!IHBB", 6 << 28, length & 0xffff, proto, ttl) + a2b(src) + a2b(dst) + body


def pseudo(src, dst, proto, length):
    ends = a2b(src) + a2b(dst)
    return ends + (struct.pack("!II", length, proto) if ":" in src else struct.pack("!HH", proto, length))


def fill(src, dst, proto, body, at):
    total = checksum(pseudo(src, dst, proto, len(body)) + body)
    return body[:at] + struct.pack("!H", total or 0xffff) + body[at + 2:]


def udp(src, dst, dport, data, sport=4242, length=None, good=True):
    body = struct.pack("!HHHH", sport, dport, (8 + len(data)) if length is None else length, 0) + data
    return fill(src, dst, UDP, body, 6) if good else body


def tcp(src, dst, dport, data=b"", sport=4243, flags=2, offset=5, options=b"", good=True):
    body = struct.pack("!HHIIBBHHH", sport, dport, 1, 0, offset << 4, flags, 1000, 0, 0) + options + data
    return fill(src, dst, TCP, body, 16) if good else body


def sctp(dport, sport=4244):
    return struct.pack("!HHII", sport, dport, 0, 0) + struct.pack("!BBHIIHHI", 1, 0, 20, 7, 1500, 1, 1, 1)


def dccp(dport):
    return struct.pack("!HHBBHI", 4245, dport, 4, 0, 0, 0) + b"\0" * 8


def echo(six, ident=77):
    body = struct.pack("!BBHHH", 128 if six else 8, 0, 0, ident, 1) + b"ping"
    if six:
        return body
    return body[:2] + struct.pack("!H", checksum(body)) + body[4:]


def error(six, kind, code, quote, word=0):
    body = struct.pack("!BBHI", kind, code, 0, word) + quote
    if six:
        return body
    return body[:2] + struct.pack("!H", checksum(body)) + body[4:]


class Wire:
    """A device, and the link address on its other end."""

    def __init__(self, dev):
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.sock.bind((dev, 0))
        self.sent = 0
        with open("/proc/net/arp") as arp:
            peers = [line.split()[3] for line in arp.readlines()[1:] if line.split()[5] == dev]
        self.peer = bytes.fromhex(peers[0].replace(":", ""))
        self.mine = self.sock.getsockname()[4]

    def send(self, packet, proto=None):
        if proto is None:
            proto = 0x86dd if packet and packet[0] >> 4 == 6 else 0x0800
        frame = self.peer + self.mine + struct.pack("!H", proto) + packet
        try:
            self.sock.send(frame[:1514])
            self.sent += 1
        except OSError:
            pass


def overlap(dev, src, dst, port):
    wire = Wire(dev)
    six = ":" in src
    data = b"OVERLAP " * 200
    whole = udp(src, dst, int(port), data)

    def piece(ident, start, end, more, content=None):
        part = (content or whole)[start:end]
        if six:
            frag = struct.pack("!BBHI", UDP, 0, start | more, ident)
            wire.send(ip6(src, dst, 44, frag + part))
        else:
            wire.send(ip4(src, dst, UDP, part, ident=ident, frag=start // 8 | (0x2000 if more else 0)))

    evil = bytes(255 - b for b in whole)
    n = len(whole)
    piece(1001, 0, 800, 1)
    piece(1001, 400, n, 0, evil)          # the second covers the first's end
    piece(1002, 400, n, 0)
    piece(1002, 0, 800, 1, evil)          # the first comes last
    piece(1003, 0, 800, 1)
    piece(1003, 8, 16, 1, evil)           # one inside another
    piece(1003, 800, n, 0)
    piece(1004, 0, 800, 1)
    piece(1004, 800, 1200, 0)
    piece(1004, 1200, n, 0)               # two ends
    piece(1005, 800, 804, 1)              # not a multiple of 8, more to come
    piece(1006, 8, n, 0)                  # no beginning
    if not six:
        wire.send(ip4(src, dst, UDP, whole[:64], ident=1007, frag=0x1fff))   # beyond 64 KiB
        wire.send(ip4(src, dst, UDP, whole[:8], ident=1008, frag=0x2001))    # a header in pieces
        wire.send(ip4(src, dst, UDP, b"", ident=1009, frag=0x2000))
    print("sent %d" % wire.sent)


def ah(dev, src, dst, port, count):
    wire = Wire(dev)
    make = ip6 if ":" in src else ip4
    for n in range(int(count)):
        wire.send(make(src, dst, 51, struct.pack("!BBHII", UDP, 4, 0, 4711, n + 1) + b"signed words" +
                       udp(src, dst, int(port), b"data")))
    print("sent %d" % wire.sent)


def damaged(dev, src, dst, port, count):
    wire = Wire(dev)
    for n in range(int(count)):
        wire.send(ip4(src, dst, UDP, udp(src, dst, int(port), b"data", sport=20000 + n), good=False))
    print("sent %d" % wire.sent)


def answers(dev, src, dst, port, count):
    """SYN-ACKs and RSTs that acknowledge something else, ICMP errors that quote too little or another packet."""
    wire = Wire(dev)
    six = ":" in src
    ip, icmp = (ip6, ICMP6) if six else (ip4, ICMP)
    for n in range(int(count)):
        mine = 61000 + n % 4096
        for flags in (0x12, 0x14, 0x10, 0x04):
            body = struct.pack("!HHIIBBHHH", int(port), mine, 1, random.getrandbits(32), 5 << 4, flags, 1000, 0, 0)
            wire.send(ip(src, dst, TCP, fill(src, dst, TCP, body, 16)))
            wire.send(ip(src, dst, TCP, body[:n % 20]))
        quote = ip(dst, src, TCP, tcp(dst, src, int(port), sport=mine))
        cut = quote[:n % len(quote)]
        for q in (quote, cut, bytes(40)):
            body = error(six, 1 if six else 3, n % 16, q)
            wire.send(ip(src, dst, icmp, fill(src, dst, icmp, body, 2) if six else body))
        body = struct.pack("!BBHHH", 129 if six else 0, 0, 0, n & 0xffff, n & 0xffff)
        wire.send(ip(src, dst, icmp, fill(src, dst, icmp, body, 2) if six else
                     body[:2] + struct.pack("!H", checksum(body)) + body[4:]))
    print("sent %d" % wire.sent)


def flood4(wire, src, dst):
    bodies = {
        UDP: udp(src, dst, 5300, b"data"), TCP: tcp(src, dst, 80), ICMP: echo(False), SCTP: sctp(80),
        DCCP: dccp(80), UDPLITE: udp(src, dst, 5300, b"data"), 47: b"\0" * 8, 51: b"\0" * 24, 2: b"\x11\0\0\0" * 2,
        0: b"zero", 255: b"raw", 41: ip6("fd00::2", "fd00::3", UDP, b"x" * 8), 4: ip4(src, dst, UDP, b"y" * 8),
    }
    quotes = [ip4(dst, src, UDP, udp(dst, src, 4242, b"quoted", sport=5300)), ip4(dst, src, TCP, tcp(dst, src, 4243)),
              ip4(src, dst, UDP, udp(src, dst, 5300, b"q")), ip4(dst, src, ICMP, echo(False)),
              ip4(dst, src, ICMP, error(False, 3, 3, b"\0" * 28)), ip4(dst, src, UDP, b"1234"),
              ip4(dst, src, UDP, b"", frag=100), ip6("fd00::2", "fd00::3", UDP, b"x" * 8), b"", b"\x45", b"\xff" * 40]
    errors = [error(False, kind, code, quote, word) for quote in quotes
              for kind, code, word in ((3, 3, 0), (3, 4, 68), (3, 4, 0), (11, 0, 0), (12, 0, 0), (5, 1, 0x0a000001), (4, 0, 0))]
    for proto, body in list(bodies.items()) + [(ICMP, e) for e in errors[:14]]:
        whole = ip4(src, dst, proto, body)
        for n in range(len(whole) + 1):
            wire.send(whole[:n], 0x0800)                                  # the frame ends early
        for n in range(len(body)):
            wire.send(ip4(src, dst, proto, body[:n]))                     # the packet does, and says so
        for length in (0, 1, 19, 20, 21, 27, len(whole) - 1, len(whole) + 1, 1500, 65535):
            wire.send(ip4(src, dst, proto, body, length=length))
        for ihl in range(16):
            wire.send(ip4(src, dst, proto, body, ihl=ihl))
        for words in (1, 5, 10):
            for fillb in (b"\x01", b"\x00", b"\x44", b"\x83", b"\x89", b"\x94", b"\xff"):
                options = (fillb * (words * 4))
                wire.send(ip4(src, dst, proto, body, options=options))
        wire.send(ip4(src, dst, proto, body, options=b"\x83\x07\x04" + a2b(dst) + b"\x00"))  # source route
        wire.send(ip4(src, dst, proto, body, options=b"\x07\x27\x04" + b"\0" * 37))          # record route to the brim
        for ttl in (0, 1, 2, 255):
            wire.send(ip4(src, dst, proto, body, ttl=ttl))
        wire.send(ip4(src, dst, proto, body, good=False))
        for a, b in ((src, src), (dst, dst), (dst, src), ("0.0.0.0", dst), (src, "0.0.0.0"), ("127.0.0.1", dst),
                     (src, "127.0.0.1"), ("255.255.255.255", dst), (src, "255.255.255.255"), ("224.0.0.1", dst),
                     (src, "224.0.0.1"), ("10.0.0.1", dst), (src, "10.0.0.1"), ("10.0.0.1", "10.0.0.1"),
                     ("10.0.1.2", dst), ("240.0.0.1", dst)):
            wire.send(ip4(a, b, proto, body))
        for version in range(16):
            wire.send(ip4(src, dst, proto, body, version=version), 0x0800)
            wire.send(ip4(src, dst, proto, body, version=version), 0x86dd)
    for e in errors:
        wire.send(ip4(src, dst, ICMP, e))
        wire.send(ip4("10.0.1.2", src, ICMP, e))
    for offset in range(16):
        wire.send(ip4(src, dst, TCP, tcp(src, dst, 80, offset=offset, options=b"\xff" * 40)))
    for flags in range(256):
        wire.send(ip4(src, dst, TCP, tcp(src, dst, 80, flags=flags, sport=6000 + flags % 4)))
    for length in (0, 7, 8, 9, 11, 13, 65535):
        wire.send(ip4(src, dst, UDP, udp(src, dst, 5300, b"data", length=length)))
    wire.send(ip4(src, dst, UDP, udp(src, dst, 5300, b"data", good=False)))
    wire.send(ip4(src, dst, TCP, tcp(src, dst, 80, good=False)))
    for sport, dport in ((0, 0), (0, 80), (80, 0), (80, 80), (65535, 65535)):
        wire.send(ip4(src, dst, TCP, tcp(src, dst, dport, sport=sport)))
        wire.send(ip4(src, dst, UDP, udp(src, dst, dport, b"p", sport=sport)))
        wire.send(ip4(dst, dst, TCP, tcp(dst, dst, dport, sport=dport)))    # land


def flood6(wire, src, dst):
    def ext(kind, nxt, words=0, data=None):
        if kind == 44:
            return struct.pack("!BBHI", nxt, 0, 0, 9)
        if kind == 51:
            return struct.pack("!BB", nxt, words + 1) + b"\0" * (words * 4 + 10)
        pad = b"\x01" + bytes([min(words * 8 + 4, 255)]) + b"\0" * (words * 8 + 4)
        if kind == 43:
            pad = b"\x00\x00" + b"\0" * (words * 8 + 4)
        return struct.pack("!BB", nxt, words) + (data or pad)

    bodies = {UDP: udp(src, dst, 5300, b"data"), TCP: tcp(src, dst, 80), ICMP6: fill(src, dst, ICMP6, echo(True), 2),
              SCTP: sctp(80), DCCP: dccp(80), UDPLITE: udp(src, dst, 5300, b"data"), 59: b"", 47: b"\0" * 8,
              135: b"\x3b\0" + b"\0" * 6, 4: ip4("10.0.0.2", "10.0.0.3", UDP, b"z" * 8)}
    quotes = [ip6(dst, src, UDP, udp(dst, src, 4242, b"quoted", sport=5300)), ip6(dst, src, TCP, tcp(dst, src, 4243)),
              ip6(dst, src, 0, ext(0, UDP) + udp(dst, src, 4242, b"q", sport=5300)), ip6(dst, src, 44, ext(44, UDP) + b"1234"),
              ip6(dst, src, ICMP6, error(True, 1, 4, b"\0" * 48)), ip4("10.0.0.2", "10.0.0.3", UDP, b"w" * 8),
              b"", b"\x60", b"\xff" * 60]
    errors = [fill(src, dst, ICMP6, error(True, kind, code, quote, word), 2) for quote in quotes
              for kind, code, word in ((1, 4, 0), (2, 0, 1280), (2, 0, 0), (3, 0, 0), (4, 1, 40), (127, 0, 0))]
    chains = [((kind,), words) for kind in (0, 43, 44, 51, 60, 135, 139, 140) for words in (0, 1, 3)]
    chains += [((0, 60, 43, 60), 0), ((60,) * 7, 0), ((60,) * 8, 0), ((60,) * 9, 0), ((60,) * 60, 0), ((0, 0), 0),
               ((44, 44), 0), ((60,), 100), ((44, 60), 0), ((51, 44), 0)]
    for proto, body in list(bodies.items()) + [(ICMP6, e) for e in errors[:12]]:
        whole = ip6(src, dst, proto, body)
        for n in range(len(whole) + 1):
            wire.send(whole[:n], 0x86dd)
        for n in range(len(body)):
            wire.send(ip6(src, dst, proto, body[:n]))
        for length in (0, 1, 7, 8, len(body) - 1, len(body) + 1, 1500, 65535):
            wire.send(ip6(src, dst, proto, body, length=length))
        for ttl in (0, 1, 2, 255):
            wire.send(ip6(src, dst, proto, body, ttl=ttl))
        for a, b in ((src, src), (dst, dst), (dst, src), ("::", dst), (src, "::"), ("::1", dst), (src, "::1"),
                     ("ff02::1", dst), (src, "ff02::1"), (src, "fe80::1"), ("fe80::1", dst), ("::ffff:10.0.0.2", dst),
                     (src, "::ffff:192.0.2.10"), ("fd00::1", dst), (src, "fd00::1"), ("fd00::1", "fd00::1")):
            wire.send(ip6(a, b, proto, body))
    for kinds, words in chains:
        packet, nxt = bodies[UDP], UDP
        for kind in reversed(kinds):
            packet, nxt = ext(kind, nxt, words) + packet, kind
        whole = ip6(src, dst, nxt, packet)
        wire.send(whole)
        for n in range(40, min(len(whole), 400)):
            wire.send(whole[:n])
            wire.send(ip6(src, dst, nxt, packet[:n - 40]))
        for bad in (1, 2, 31, 255):
            wire.send(ip6(src, dst, nxt, packet[:1] + bytes([bad]) + packet[2:]))
    jumbo = struct.pack("!BBBBI", UDP, 0, 0xc2, 4, 70000)
    wire.send(ip6(src, dst, 0, jumbo + bodies[UDP], length=0))
    for e in errors:
        wire.send(ip6(src, dst, ICMP6, e))
        wire.send(ip6("fd00:1::2", src, ICMP6, e))
    for offset in range(16):
        wire.send(ip6(src, dst, TCP, tcp(src, dst, 80, offset=offset, options=b"\xff" * 40)))
    for flags in range(256):
        wire.send(ip6(src, dst, TCP, tcp(src, dst, 80, flags=flags, sport=6000 + flags % 4)))
    for length in (0, 7, 8, 9, 11, 13, 65535):
        wire.send(ip6(src, dst, UDP, udp(src, dst, 5300, b"data", length=length)))
    wire.send(ip6(src, dst, UDP, udp(src, dst, 5300, b"data", good=False)))


def mutations(wire, packets, count):
    rng = random.Random(20260101)
    for _ in range(count):
        packet = bytearray(rng.choice(packets))
        for _ in range(rng.choice((1, 1, 2, 4, 8))):
            packet[rng.randrange(len(packet))] = rng.choice((0, 1, 255, rng.randrange(256)))
        wire.send(bytes(packet[:rng.choice((len(packet), rng.randrange(len(packet) + 1)))]),
                  rng.choice((0x0800, 0x86dd)) if rng.random() < 0.02 else None)


def flood(dev, src4, dst4, src6, dst6, count):
    wire = Wire(dev)
    flood4(wire, src4, dst4)
    flood6(wire, src6, dst6)
    mutations(wire, [
        ip4(src4, dst4, UDP, udp(src4, dst4, 5300, b"data")), ip4(src4, dst4, TCP, tcp(src4, dst4, 80)),
        ip4(src4, dst4, ICMP, error(False, 3, 4, ip4(dst4, src4, UDP, udp(dst4, src4, 4242, b"q", sport=5300)), 1400)),
        ip4(src4, dst4, UDP, udp(src4, dst4, 5300, b"data" * 20)[:64], frag=0x2000),
        ip4(src4, dst4, SCTP, sctp(80)), ip6(src6, dst6, UDP, udp(src6, dst6, 5300, b"data")),
        ip6(src6, dst6, TCP, tcp(src6, dst6, 80)),
        ip6(src6, dst6, ICMP6, fill(src6, dst6, ICMP6, error(True, 2, 0, ip6(
            dst6, src6, UDP, udp(dst6, src6, 4242, b"q", sport=5300)), 1400), 2)),
        ip6(src6, dst6, 60, struct.pack("!BB", 44, 0) + b"\x01\x04\0\0\0\0" + struct.pack("!BBHI", UDP, 0, 1, 5) + b"d" * 40),
    ], int(count))
    print("sent %d" % wire.sent)


if __name__ == "__main__":
    if len(sys.argv) == 6 and sys.argv[1] == "overlap":
        overlap(*sys.argv[2:])
    elif len(sys.argv) == 7 and sys.argv[1] == "ah":
        ah(*sys.argv[2:])
    elif len(sys.argv) == 7 and sys.argv[1] == "damaged":
        damaged(*sys.argv[2:])
    elif len(sys.argv) == 7 and sys.argv[1] == "answers":
        answers(*sys.argv[2:])
    elif len(sys.argv) == 8 and sys.argv[1] == "flood":
        flood(*sys.argv[2:])
    else:
        sys.exit(__doc__)
