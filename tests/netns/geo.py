#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Databases of countries for geo.sh: writes small MMDB files, spoils files, holds uploads open, asks random addresses."""
import bisect
import concurrent.futures
import ipaddress
import os
import random
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import genl  # noqa: E402

N = genl.names(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../include/uapi/linux/mutex_genl.h'))


U16, U32, U64 = 5, 6, 9


def field(kind, size):
    """The control bytes of a field of MMDB."""
    out = bytearray([0])
    if kind > 7:
        out.append(kind - 7)
    else:
        out[0] |= kind << 5
    if size < 29:
        out[0] |= size
        return bytes(out)
    out[0] |= 29
    return bytes(out) + bytes([size - 29])


def value(v):
    """A value as MMDB stores it: maps, arrays, strings, numbers."""
    if isinstance(v, dict):
        return field(7, len(v)) + b''.join(value(k) + value(x) for k, x in v.items())
    if isinstance(v, list):
        return field(11, len(v)) + b''.join(map(value, v))
    if isinstance(v, str):
        return field(2, len(v.encode())) + v.encode()
    kind, v = v if isinstance(v, tuple) else (U32, v)
    data = v.to_bytes(8, 'big').lstrip(b'\0')
    return field(kind, len(data)) + data


def layout(style, code):
    """The record of a country, as the databases in use have it."""
    continent = {'DE': 'EU', 'FR': 'EU', 'US': 'NA', 'JP': 'AS'}.get(code, '')
    if style == 'flat':
        return {'country_code': code}
    if style == 'short':
        return {'country': code, 'continent': continent}
    if style == 'continent':
        return {'continent': {'code': 'OC', 'names': {'en': 'Oceania'}}}
    return {'continent': {'code': continent, 'geoname_id': 1},
            'country': {'geoname_id': 2, 'iso_code': code, 'names': {'en': 'a name', 'de': 'ein Name'}}}


def mmdb(path, style, bits, *ranges):
    """PREFIX=CC...: in a tree of IPv6, IPv4 lies at ::/96 and is found at ::ffff:0:0/96 and 2002::/16 too."""
    version = 4 if style == 'v4' else 6
    nodes, data, at = [[None, None]], b'', {}

    def put(number, length, leaf):
        width, node = (32 if version == 4 else 128), 0
        for i in range(length):
            bit = number >> (width - 1 - i) & 1
            if i == length - 1:
                nodes[node][bit] = leaf
            else:
                if not isinstance(nodes[node][bit], int):
                    nodes.append([None, None])
                    nodes[node][bit] = len(nodes) - 1
                node = nodes[node][bit]

    def find(number, length):
        node = 0
        for i in range(length):
            node = nodes[node][number >> (127 - i) & 1]
        return node

    for item in ranges:
        prefix, code = item.split('=')
        net = ipaddress.ip_network(prefix)
        if code not in at:
            at[code] = len(data)
            data += value(layout(style, code))
        length = net.prefixlen + (96 if net.version == 4 and version == 6 else 0)
        put(int(net.network_address), length, (code,))
    if version == 6 and any('.' in item for item in ranges):
        v4 = find(0, 96)
        put(0xffff << 32, 96, v4)
        put(0x2002 << 112, 16, v4)
    count, bits = len(nodes), int(bits)
    tree = b''
    for pair in nodes:
        records = [count if r is None else r if isinstance(r, int) else count + 16 + at[r[0]] for r in pair]
        if bits == 28:
            tree += (records[0] & 0xffffff).to_bytes(3, 'big') + bytes([records[0] >> 24 << 4 | records[1] >> 24]) + \
                (records[1] & 0xffffff).to_bytes(3, 'big')
        else:
            tree += b''.join(r.to_bytes(bits // 8, 'big') for r in records)
    meta = value({'binary_format_major_version': (U16, 2), 'binary_format_minor_version': (U16, 0),
                  'build_epoch': (U64, 1700000000), 'database_type': 'Test', 'description': {'en': 'test'},
                  'ip_version': (U16, version), 'languages': ['en'], 'node_count': count, 'record_size': (U16, bits)})
    with open(path, 'wb') as f:
        f.write(tree + bytes(16) + data + b'\xab\xcd\xefMaxMind.com' + meta)


def spoil(path, out, count):
    """So many copies with some bytes changed."""
    whole = open(path, 'rb').read()
    for seed in range(1, int(count) + 1):
        rnd, data = random.Random(seed), bytearray(whole)
        for _ in range(rnd.randint(1, 8)):
            data[rnd.randrange(len(data))] = rnd.choice((0, 1, 0xff, 0x80, rnd.randrange(256)))
        with open('%s.%d.mmdb' % (out, seed), 'wb') as f:
            f.write(data)


def chunk(n, code, start=0x01000000):
    """N prefixes /32 of one country."""
    return b''.join(struct.pack('>IBB2s', start + i, 32, 0, code) for i in range(n))


def hold(ready):
    """Uploads half a database, and then does nothing."""
    g = genl.Genl()
    g.call(N['MUTEX_CMD_GEO_BEGIN'], genl.attr(N['MUTEX_A_GEO_NAME'], 'half'))
    g.call(N['MUTEX_CMD_GEO_ADD'], genl.attr(N['MUTEX_A_GEO_PREFIXES4'], chunk(8191, b'XX', 0x0a000000)))
    with open(ready + '.new', 'w') as f:
        f.write(str(os.getpid()))
    os.rename(ready + '.new', ready)
    time.sleep(3600)


def big(path, n, code):
    """A CSV of so many ranges, none of which joins another."""
    with open(path, 'w') as f:
        for i in range(int(n)):
            a = ipaddress.ip_address(0x0b000000 + 4 * i)
            f.write('%s,%s,%s\n' % (a, a + 1, code))


def ranges(path):
    """A CSV's ranges, in order: (start, end, line, country)."""
    out = []
    for number, line in enumerate(open(path)):
        start, end, code = line.rstrip().split(',')
        out.append((int(ipaddress.ip_address(start)), int(ipaddress.ip_address(end)), number, code))
    return sorted(out)


def random_addrs(path, count, v6, seed):
    """Addresses of which most are in a database: near the ends of its ranges, and anywhere."""
    rnd = random.Random(int(seed))
    known = ranges(path) if path != '-' else None
    for _ in range(int(count)):
        if known and rnd.random() < 0.8:
            r = rnd.choice(known)
            n = rnd.choice((r[0], r[1], rnd.randint(r[0], r[1]), max(r[0] - 1, 0), r[1] + 1))
        elif v6 == '6':
            n = 0x2 << 124 | rnd.getrandbits(123)
        else:
            n = rnd.getrandbits(32)
        yield ipaddress.IPv6Address(n & (1 << 128) - 1) if v6 == '6' else ipaddress.IPv4Address(n & (1 << 32) - 1)


def kernel(addrs):
    """What the kernel says of each address, "" for unknown."""
    g = genl.Genl()
    out = []
    for a in addrs:
        reply = genl.attrs(g.call(N['MUTEX_CMD_GEO_FIND'], genl.attr(N['MUTEX_A_GEO_ADDR'], a.packed))[0][1])
        out.append(reply.get(N['MUTEX_A_GEO_COUNTRY'], b'\0')[:-1].decode())
    return out


def report(what, addrs, got, want):
    bad = [(str(a), g, w) for a, g, w in zip(addrs, got, want) if g != w]
    print('%s: %d addresses, %d known, %d differ %s' % (what, len(addrs), sum(map(bool, want)), len(bad), bad[:5]))
    return bool(bad) or not any(want)


def agree_csv(count, *files):
    """The kernel agrees with a search in the files: the narrowest range that holds an address."""
    bad = False
    for path in files:
        v6 = '6' if 'v6' in path else '4'
        known, reach = ranges(path), []
        for r in known:
            reach.append(max(r[1], reach[-1] if reach else 0))
        starts = [r[0] for r in known]
        addrs, want = list(random_addrs(path, count, v6, 1)), []
        for a in addrs:
            i, best = bisect.bisect_right(starts, int(a)) - 1, None
            while i >= 0 and reach[i] >= int(a):
                start, end, line, code = known[i]
                if end >= int(a) and (best is None or (end - start, -line) < best[0]):
                    best = ((end - start, -line), code)
                i -= 1
            want.append('' if best is None or best[1] in ('ZZ', '-', 'None', '') else best[1])
        bad |= report(os.path.basename(path), addrs, kernel(addrs), want)
    return bad


def lookup(path, count, out):
    """What mmdblookup says of random addresses, of which each call asks one: ADDRESS COUNTRY, one a line."""
    def ask(a):
        p = subprocess.run(['mmdblookup', '--file', path, '--ip', str(a), 'country_code'], capture_output=True, text=True)
        parts = p.stdout.split('"')
        return '%s %s\n' % (a, parts[1] if len(parts) > 1 else '')

    addrs = list(random_addrs('-', int(count) // 2, '4', 2)) + list(random_addrs('-', int(count) // 2, '6', 3))
    with concurrent.futures.ThreadPoolExecutor(4) as pool, open(out, 'w') as f:
        f.writelines(pool.map(ask, addrs))


def agree_lookup(path):
    """The kernel agrees with what mmdblookup said."""
    pairs = [line.rstrip('\n').split(' ') for line in open(path)]
    addrs = [ipaddress.ip_address(a) for a, _ in pairs]
    return report('mmdblookup', addrs, kernel(addrs), [c for _, c in pairs])


if __name__ == '__main__':
    sys.exit({'mmdb': mmdb, 'spoil': spoil, 'hold': hold, 'big': big, 'agree-csv': agree_csv,
              'lookup': lookup, 'agree-lookup': agree_lookup}[sys.argv[1]](*sys.argv[2:]) or 0)
