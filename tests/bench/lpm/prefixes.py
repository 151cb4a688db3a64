#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""prefixes.py DIR [FILE]: writes what the trie's bench loads into DIR.

FILE has one prefix a line and may be compressed with gzip. Without FILE a
table is made up, whose lengths are spread like the Internet's. Writes
  bench.bin   for the module: 18 bytes each, family, length, address
  ip4, ip6    for `ip -batch`
  source      where the prefixes come from, for the results
"""
import gzip
import ipaddress
import os
import random
import struct
import sys

# Prefixes of each length that the made-up table has.
LENGTHS = {
    4: {8: 16, 10: 40, 11: 100, 12: 300, 13: 600, 14: 1200, 15: 2100,
        16: 13500, 17: 8200, 18: 13800, 19: 24900, 20: 42600, 21: 50800,
        22: 108600, 23: 96500, 24: 537700, 32: 900},
    6: {20: 16, 24: 30, 28: 190, 29: 4400, 30: 650, 32: 22500, 33: 2900,
        34: 2600, 36: 6000, 38: 1600, 40: 13400, 42: 2300, 44: 14400,
        46: 3000, 47: 3200, 48: 75500, 56: 24, 64: 180, 128: 10},
}


def made_up():
    """Prefixes cluster: two of three lie within one that is there already."""
    rnd = random.Random(1)
    for family, lengths in LENGTHS.items():
        bits = 32 if family == 4 else 128
        seen, homes = set(), []
        for plen in sorted(lengths):
            for _ in range(lengths[plen]):
                while True:
                    if family == 6:
                        addr = 1 << 125 | rnd.getrandbits(21) << 104
                    else:
                        addr = rnd.randrange(1 << 24, 224 << 24)
                    free = bits - 16
                    if homes and rnd.random() < 0.67:
                        addr, free = rnd.choice(homes)
                    addr |= rnd.getrandbits(free)
                    addr = addr >> (bits - plen) << (bits - plen)
                    if (addr, plen) not in seen:
                        break
                seen.add((addr, plen))
                if plen < 24 or family == 6 and plen < 48:
                    homes.append((addr, bits - plen))
        for addr, plen in sorted(seen):
            yield family, addr.to_bytes(bits // 8, "big"), plen


def from_file(name):
    with open(name, "rb") as probe:
        packed = probe.read(2) == b"\x1f\x8b"
    with gzip.open(name, "rt") if packed else open(name) as lines:
        for line in lines:
            net = ipaddress.ip_network(line.strip())
            yield net.version, net.network_address.packed, net.prefixlen


def main():
    out, source = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    with open(os.path.join(out, "bench.bin"), "wb") as binary, \
         open(os.path.join(out, "ip4"), "w") as ip4, \
         open(os.path.join(out, "ip6"), "w") as ip6:
        for family, addr, plen in from_file(source) if source else made_up():
            binary.write(struct.pack("BB16s", family, plen, addr))
            text = ipaddress.ip_address(addr)
            print(f"route add {text}/{plen} dev d0",
                  file=ip4 if family == 4 else ip6)
    with open(os.path.join(out, "source"), "w") as name:
        print(os.path.basename(source) if source else "made up", file=name)


main()
