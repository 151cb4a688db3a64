#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The netlink interface, message by message: what it takes, what it refuses and in which words. Speaks TAP."""
import errno
import os
import random
import socket
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import genl  # noqa: E402

N = genl.names(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../include/uapi/linux/mutex_genl.h'))
CASES = []


def case(fn):
    CASES.append(fn)
    return fn


def ip(text):
    return socket.inet_pton(socket.AF_INET6 if ':' in text else socket.AF_INET, text)


U8, U16, U32 = 'B', 'H', 'I'
FORMATS = {}
for key in ('GROUP_FAILOVER GROUP_FAILS SERVER_HEALTH SERVER_REASON').split():
    FORMATS[key] = U8
for key in ('GROUP_TYPE GROUP_HASH_KEY GROUP_FORWARD SERVER_STATE ROUTE_PLEN RULE_SRC_PLEN RULE_DST_PLEN RULE_PROTO RULE_DSCP '
            'RULE_ACTION FLOW_PROTO FLOW_STATE RESOLVE_PROTO RESOLVE_DSCP PATH_PROBE PATH_ADMIN PATH_SAMPLES').split():
    FORMATS[key] = U8
for key in ('SERVER_PORT RULE_SPORT_MIN RULE_SPORT_MAX RULE_DPORT_MIN RULE_DPORT_MAX FLOW_SPORT FLOW_DPORT FLOW_SERVER_PORT '
            'RESOLVE_SPORT RESOLVE_DPORT PATH_PORT PATH_FALL PATH_WORSE PATH_RISE').split():
    FORMATS[key] = U16


def pack(kind, values):
    """Attributes of an object: kind is GROUP, SERVER, ..."""
    out = b''
    for name, value in values.items():
        name = kind + '_' + name.upper()
        if isinstance(value, int):
            value = (FORMATS.get(name, U32), value)
        out += genl.attr(N['MUTEX_A_' + name], value)
    return out


class Mutex:
    """Commands by name: m.group_new(name='g')."""

    def __init__(self):
        self.nl = genl.Genl()

    def run(self, name, values, flags):
        kind = name.split('_')[0].upper()
        got = self.nl.call(N['MUTEX_CMD_' + name.upper()], pack(kind, values), flags)
        return [self.unpack(kind, genl.attrs(body)) for _, body in got]

    @staticmethod
    def unpack(kind, attrs):
        start = 'MUTEX_A_' + kind + '_'
        words = {v: k[len(start):].lower() for k, v in N.items() if k.startswith(start) and k != start + 'MAX'}
        out = {}
        for at, data in attrs.items():
            name = words[at]
            if name in ('addr', 'dst', 'src', 'server', 'route_dst', 'peer', 'via', 'local'):
                out[name] = socket.inet_ntop(socket.AF_INET if len(data) == 4 else socket.AF_INET6, data)
            elif name in ('name', 'group', 'table', 'sched', 'seed', 'node', 'iif', 'oif', 'why', 'fallback', 'dev'):
                out[name] = data[:-1].decode()
            elif len(data) in (1, 2, 4, 8):
                out[name] = int.from_bytes(data, sys.byteorder)
        return out

    def __getattr__(self, name):
        if name.endswith('_dump'):
            return lambda **v: self.run(name[:-4] + 'get', v, genl.REQUEST | genl.DUMP)
        return lambda **v: self.run(name, v, genl.REQUEST | genl.ACK)


def refuse(err, words, fn, missing=None, offset=True, **values):
    """fn must be refused with an errno, words in its text, and the attribute's place or the missing attribute's type."""
    try:
        fn(**values)
    except genl.Refused as refused:
        assert refused.err == err, 'refused by %s' % refused
        assert words in refused.text, 'refused by %s' % refused
        if missing:
            assert refused.missing == N['MUTEX_A_' + missing], 'missing is %s' % refused
        elif offset:
            assert refused.offset, 'no offset: %s' % refused
        return
    raise AssertionError('%r was not refused' % (values,))


def clean(m):
    for rule in m.rule_dump():
        m.rule_del(id=rule['id'])
    for table in m.table_dump():
        m.table_del(name=table['name'])
    for group in m.group_dump():
        m.group_del(name=group['name'])
    for path in m.path_dump():
        m.path_del(name=path['name'])


@case
def group_defaults(m):
    m.group_new(name='g')
    g, = m.group_get(name='g')
    assert (g['sched'], g['forward'], g['hash_key'], g['seed'], g['members']) == ('rr', 0, 0, '', 0), g
    assert 'mark' not in g
    assert m.group_dump() == [g]
    m.group_del(name='g')
    assert m.group_dump() == []


@case
def group_refusals(m):
    refuse(errno.EINVAL, 'missing name', m.group_new, missing='GROUP_NAME')
    m.group_new(name='g')
    refuse(errno.EEXIST, 'exists already', m.group_new, name='g')
    for fn in (m.group_get, m.group_set, m.group_del):
        refuse(errno.ENOENT, 'no such group', fn, name='h')
    for name in ('', 'a b', 'a/b', 'a"b', 'a#b', 'a\nb', 'caf\u00e9', '\x7f'):
        refuse(errno.EINVAL, 'printable', m.group_new, name=name)
    refuse(errno.EINVAL, 'policy', m.group_new, name='x' * 32)
    refuse(errno.EINVAL, 'policy', m.group_new, name='x' * 1000)
    m.group_new(name='x' * 31)
    refuse(errno.EINVAL, 'unknown scheduler', m.group_new, name='h', sched='best')
    refuse(errno.EOPNOTSUPP, 'path groups', m.group_new, name='h', type=1)
    refuse(errno.ERANGE, '', m.group_new, name='h', type=2)
    refuse(errno.EINVAL, 'per-packet', m.group_new, name='h', sched='packet')
    refuse(errno.EINVAL, 'needs a mark', m.group_new, missing='GROUP_MARK', name='h', forward=2)
    refuse(errno.EINVAL, 'needs forward mark', m.group_new, name='h', mark=3)
    m.group_new(name='h', sched='packet', forward=2, mark=7)
    assert m.group_get(name='h')[0]['mark'] == 7
    refuse(errno.EINVAL, 'per-packet', m.group_set, name='h', forward=0)
    m.group_set(name='h', sched='wrr', forward=1)
    h, = m.group_get(name='h')
    assert (h['sched'], h['forward'], 'mark' in h) == ('wrr', 1, False), h
    for seed in ('a"b', 'a\\b', 'a\tb', 'caf\u00e9'):
        refuse(errno.EINVAL, 'a seed', m.group_set, name='h', seed=seed)
    m.group_set(name='h', seed='a b/#')
    assert m.group_get(name='h')[0]['seed'] == 'a b/#'


@case
def paths(m):
    way = {'dev': 'wan1', 'peer': ip('203.0.113.1')}
    refuse(errno.EINVAL, 'missing name', m.path_new, missing='PATH_NAME', **way)
    refuse(errno.EINVAL, 'missing device', m.path_new, missing='PATH_DEV', name='p', peer=ip('203.0.113.1'))
    refuse(errno.EINVAL, 'missing peer', m.path_new, missing='PATH_PEER', name='p', dev='wan1')
    for name in ('', 'a b', 'a/b', 'a"b', 'a#b', 'a\nb', 'caf\u00e9', '\x7f'):
        refuse(errno.EINVAL, 'printable', m.path_new, name=name, **way)
    refuse(errno.EINVAL, 'policy', m.path_new, name='x' * 32, **way)
    for dev in ('', '.', '..', 'a/b', 'a b', 'a:b'):
        refuse(errno.EINVAL, 'no device', m.path_new, name='p', dev=dev, peer=ip('203.0.113.1'))
    refuse(errno.EINVAL, 'policy', m.path_new, name='p', dev='x' * 16, peer=ip('203.0.113.1'))
    for size in (0, 1, 3, 5, 15, 17, 1000):
        refuse(errno.EINVAL, '4 or 16 bytes', m.path_new, name='p', dev='wan1', peer=b'\1' * size)
        refuse(errno.EINVAL, '4 or 16 bytes', m.path_new, name='p', via=b'\1' * size, **way)
        refuse(errno.EINVAL, '4 or 16 bytes', m.path_new, name='p', local=b'\1' * size, **way)
    for what in ('probe', 'admin'):
        refuse(errno.ERANGE, '', m.path_new, name='p', **way, **{what: 4})
    for ms in (0, 9, 3600001, 0xffffffff):
        refuse(errno.EINVAL, 'to an hour', m.path_new, name='p', interval=ms, **way)
    for ms in (1, 9, 3600001, 0xffffffff):
        refuse(errno.EINVAL, 'to an hour', m.path_new, name='p', timeout=ms, **way)
    for what in ('fall', 'worse', 'rise'):
        for n in (0, 1001, 65535):
            refuse(errno.EINVAL, '1 to 1000', m.path_new, name='p', **way, **{what: n})
    for what in ('margin', 'brownout', 'hold_min', 'hold_max'):
        refuse(errno.EINVAL, 'too high', m.path_new, name='p', **way, **{what: 0xffffffff})
    assert m.path_dump() == [], 'refusals made a path'
    m.path_new(name='x' * 31, **way)
    m.path_new(name='p', via=ip('::ffff:198.51.100.1'), local=ip('::ffff:198.51.100.2'), timeout=0, **way)
    refuse(errno.EEXIST, 'exists already', m.path_new, name='p', **way)
    p, = m.path_get(name='p')
    assert (p['dev'], p['via'], p['peer'], p['local'], p['port']) == \
        ('wan1', '198.51.100.1', '203.0.113.1', '198.51.100.2', 51822), p
    assert (p['status'], p['reason'], p['link'], p['groups'], 'ifindex' in p) == (3, 2, 0, 0, False), p
    m.path_set(name='p', via=ip('::'), local=ip('::'), cost=7)
    q, = m.path_get(name='p')
    assert 'via' not in q and 'local' not in q and (q['cost'], q['timeout'], q['interval']) == (7, 0, 5000), q
    refuse(errno.EINVAL, 'different families', m.path_set, name='p', local=ip('2001:db8::1'))
    for fn in (m.path_get, m.path_set, m.path_del):
        refuse(errno.ENOENT, 'no such path', fn, name='q')
        refuse(errno.EINVAL, 'missing name', fn, missing='PATH_NAME')
    assert [p['name'] for p in m.path_dump()] == ['x' * 31, 'p']
    refuse(errno.EINVAL, 'forward path', m.group_new, name='g', forward=3)
    m.path_del(name='p')


@case
def servers(m):
    m.group_new(name='g')
    refuse(errno.EINVAL, 'missing group', m.server_new, missing='SERVER_GROUP', addr=ip('10.0.0.1'))
    refuse(errno.EINVAL, 'missing address', m.server_new, missing='SERVER_ADDR', group='g')
    for addr in ('0.0.0.0', '224.0.0.1', '255.255.255.255', '::', 'ff02::1', '::ffff:224.0.0.1'):
        refuse(errno.EINVAL, 'unicast', m.server_new, group='g', addr=ip(addr))
    for size in (0, 1, 3, 5, 15, 17, 1000):
        refuse(errno.EINVAL, '4 or 16 bytes', m.server_new, group='g', addr=b'\1' * size)
    for weight in (0, 10001, 1 << 31):
        refuse(errno.EINVAL, 'weight must be 1 to 10000', m.server_new, group='g', addr=ip('10.0.0.1'), weight=weight)
    m.server_new(group='g', addr=ip('::ffff:10.0.0.1'), port=80)
    s, = m.server_get(group='g', addr=ip('10.0.0.1'), port=80)
    assert (s['addr'], s['port'], s['weight'], s['state'], s['latency_min']) == ('10.0.0.1', 80, 100, 0, 0), s
    refuse(errno.EEXIST, 'already', m.server_new, group='g', addr=ip('10.0.0.1'), port=80)
    refuse(errno.ENOENT, 'no such server', m.server_set, group='g', addr=ip('10.0.0.1'), port=81)
    refuse(errno.ENOENT, 'no such group', m.server_set, group='f', addr=ip('10.0.0.1'), port=80)
    refuse(errno.ERANGE, '', m.server_set, group='g', addr=ip('10.0.0.1'), port=80, state=3)
    m.server_set(group='g', addr=ip('10.0.0.1'), port=80, weight=7)
    m.server_set(group='g', addr=ip('10.0.0.1'), port=80, state=2)
    s, = m.server_get(group='g', addr=ip('10.0.0.1'), port=80)
    assert (s['weight'], s['state']) == (7, 2), s
    g, = m.group_get(name='g')
    assert (g['members'], g['usable']) == (1, 0), g
    m.server_new(group='g', addr=ip('2001:db8::1'))
    m.group_new(name='h')
    m.server_new(group='h', addr=ip('10.0.0.1'))
    assert [s['group'] for s in m.server_dump()] == ['g', 'g', 'h']
    assert len(m.server_dump(group='g')) == 2
    refuse(errno.ENOENT, 'no such group', m.server_dump, group='nope', offset=False)
    refuse(errno.EINVAL, 'cannot be filtered', m.server_dump, port=80, offset=False)
    m.server_del(group='g', addr=ip('10.0.0.1'), port=80)
    refuse(errno.ENOENT, 'no such server', m.server_get, group='g', addr=ip('10.0.0.1'), port=80)


@case
def tables_and_routes(m):
    m.group_new(name='g')
    m.group_new(name='h')
    m.table_new(name='t', priority=5)
    refuse(errno.EEXIST, 'already', m.table_new, name='t')
    refuse(errno.ENOENT, 'no such table', m.table_set, name='u', priority=1)
    m.table_set(name='t', priority=9)
    assert m.table_get(name='t')[0]['priority'] == 9
    r = {'table': 't', 'dst': ip('10.0.0.0'), 'plen': 8}
    refuse(errno.EINVAL, 'beyond the prefix', m.route_new, table='t', dst=ip('10.0.0.1'), plen=8, group='g')
    refuse(errno.EINVAL, 'longer than its address', m.route_new, table='t', dst=ip('10.0.0.1'), plen=33, group='g')
    refuse(errno.EINVAL, 'longer than its address', m.route_new, table='t', dst=ip('::'), plen=129, group='g')
    refuse(errno.EINVAL, 'beyond the prefix', m.route_new, table='t', dst=ip('::ffff:10.0.0.0'), plen=95, group='g')
    refuse(errno.EINVAL, 'missing group', m.route_new, missing='ROUTE_GROUP', **r)
    refuse(errno.ENOENT, 'no such group', m.route_new, group='nope', **r)
    refuse(errno.ENOENT, 'no such table', m.route_new, table='u', dst=ip('10.0.0.0'), plen=8, group='g')
    m.route_new(group='g', **r)
    m.route_new(group='h', metric=5, **r)
    refuse(errno.EEXIST, 'metric already', m.route_new, group='h', **r)
    m.route_new(table='t', dst=ip('::ffff:11.0.0.0'), plen=104, group='g')
    m.route_new(table='t', dst=ip('0.0.0.0'), plen=0, group='g')
    m.route_new(table='t', dst=ip('::'), plen=0, group='g')
    m.route_new(table='t', dst=ip('2001:db8::1'), group='g')
    got = [(x['dst'], x['plen'], x['group'], x['metric']) for x in m.route_dump()]
    assert got == [('0.0.0.0', 0, 'g', 1000), ('10.0.0.0', 8, 'h', 5), ('10.0.0.0', 8, 'g', 1000), ('11.0.0.0', 8, 'g', 1000),
                   ('::', 0, 'g', 1000), ('2001:db8::1', 128, 'g', 1000)], got
    t, = m.table_dump()
    assert (t['routes4'], t['routes6']) == (4, 2), t
    assert m.route_get(**r)[0]['metric'] == 5
    assert m.route_get(metric=1000, **r)[0]['group'] == 'g'
    refuse(errno.ENOENT, 'no such route', m.route_get, metric=7, **r)
    m.route_set(group='g', metric=5, **r)
    assert m.route_get(**r)[0]['group'] == 'g'
    refuse(errno.EBUSY, 'in use', m.group_del, name='g')
    m.group_del(name='h')
    refuse(errno.ENOENT, 'no such table', m.route_dump, table='u', offset=False)
    m.route_del(**r)
    assert m.route_get(**r)[0]['metric'] == 1000
    m.route_del(**r)
    refuse(errno.ENOENT, 'no such route', m.route_del, **r)
    m.route_flush(table='t')
    assert m.route_dump(table='t') == []
    m.group_del(name='g')


@case
def long_dumps_are_whole(m):
    m.group_new(name='g')
    for i in range(300):
        m.server_new(group='g', addr=struct.pack('>I', 0x0a000001 + i))
    assert len({s['addr'] for s in m.server_dump()}) == 300 == len(m.server_dump(group='g'))
    for i in range(120):
        m.table_new(name='t%d' % i, priority=i)
        for j in range(12):
            m.route_new(table='t%d' % i, dst=struct.pack('>I', j << 24), plen=8, group='g')
            m.route_new(table='t%d' % i, dst=ip('2001:db8::'), plen=32, group='g', metric=j)
    routes = m.route_dump()
    assert len({(r['table'], r['dst'], r['metric']) for r in routes}) == len(routes) == 120 * 24
    assert [t['priority'] for t in m.table_dump()] == list(range(119, -1, -1))
    for i in range(400):
        m.group_new(name='group-%d' % i)
        m.rule_new(priority=i, action=3)
    assert len(m.group_dump()) == 401
    assert [r['priority'] for r in m.rule_dump()] == list(range(399, -1, -1))


@case
def a_change_marks_a_dump(m):
    m.group_new(name='g')
    for i in range(500):
        m.server_new(group='g', addr=struct.pack('>I', 0x0a000001 + i))
    other = Mutex()
    nl = m.nl
    nl.seq += 1
    nl.sock.send(nl.message(N['MUTEX_CMD_SERVER_GET'], b'', genl.REQUEST | genl.DUMP, nl.seq))
    first = list(nl.receive())
    other.group_new(name='h')
    nl.answers(nl.seq)
    assert first and nl.intr, 'no NLM_F_DUMP_INTR'
    m.server_dump()
    assert not nl.intr


@case
def rules(m):
    m.group_new(name='g')
    m.table_new(name='t')
    assert m.rule_new(priority=5, action=2) == [{'id': 1}]
    assert m.rule_new(id=9, action=3) == [{'id': 9}]
    assert m.rule_new(action=3) == [{'id': 10}]
    refuse(errno.EEXIST, 'id already', m.rule_new, id=9, action=3)
    refuse(errno.EINVAL, '1 or higher', m.rule_new, id=0, action=3)
    refuse(errno.EINVAL, 'missing action', m.rule_new, missing='RULE_ACTION')
    refuse(errno.EINVAL, 'missing table', m.rule_new, missing='RULE_TABLE', action=0)
    refuse(errno.EINVAL, 'missing group', m.rule_new, missing='RULE_GROUP', action=1)
    refuse(errno.EINVAL, 'only action table', m.rule_new, action=1, group='g', table='t')
    refuse(errno.EINVAL, 'only action group', m.rule_new, action=2, group='g')
    refuse(errno.ENOENT, 'no such group', m.rule_new, action=1, group='nope')
    refuse(errno.ENOENT, 'no such table', m.rule_new, action=0, table='nope')
    refuse(errno.EINVAL, 'both be IPv4', m.rule_new, action=2, src=ip('10.0.0.1'), dst=ip('::1'))
    refuse(errno.EINVAL, 'beyond the prefix', m.rule_new, action=2, src=ip('10.0.0.1'), src_plen=8)
    refuse(errno.EINVAL, 'without its address', m.rule_new, action=2, src_plen=8)
    refuse(errno.EINVAL, 'ends before', m.rule_new, action=2, dport_min=5, dport_max=4)
    refuse(errno.EINVAL, 'has no ports', m.rule_new, action=2, proto=1, dport_min=5)
    refuse(errno.EINVAL, 'without its mark', m.rule_new, action=2, mark_mask=1)
    refuse(errno.EINVAL, 'mask of 0', m.rule_new, action=2, mark=1, mark_mask=0)
    refuse(errno.EINVAL, 'dscp', m.rule_new, action=2, dscp=64)
    for name in ('', 'a b', 'a/b', '..'):
        refuse(errno.EINVAL, 'no device', m.rule_new, action=2, iif=name)
    refuse(errno.EINVAL, 'policy', m.rule_new, action=2, oif='x' * 16)
    full = {'priority': 7, 'src': ip('10.0.0.0'), 'src_plen': 8, 'dst': ip('::ffff:11.0.0.0'), 'dst_plen': 104, 'sport_min': 1,
            'sport_max': 2, 'dport_max': 53, 'proto': 17, 'mark': 0xf1, 'mark_mask': 0xff, 'iif': 'eth0', 'dscp': 46,
            'action': 1, 'group': 'g'}
    i = m.rule_new(**full)[0]['id']
    r, = m.rule_get(id=i)
    assert r == {'id': i, 'priority': 7, 'src': '10.0.0.0', 'src_plen': 8, 'dst': '11.0.0.0', 'dst_plen': 8, 'sport_min': 1,
                 'sport_max': 2, 'dport_min': 53, 'dport_max': 53, 'proto': 17, 'mark': 0xf1, 'mark_mask': 0xff,
                 'iif': 'eth0', 'dscp': 46, 'action': 1, 'group': 'g', 'hits': 0}, r
    refuse(errno.EBUSY, 'in use', m.group_del, name='g')
    m.rule_set(id=i, action=0, table='t')
    m.group_del(name='g')
    refuse(errno.EBUSY, 'in use', m.table_del, name='t')
    refuse(errno.ENOENT, 'no such rule', m.rule_set, id=99, action=2)
    refuse(errno.ENOENT, 'no such rule', m.rule_del, id=99)
    j = m.rule_new(src=ip('::'), src_plen=0, action=2)[0]['id']
    r, = m.rule_get(id=j)
    assert (r['dst'], r['dst_plen']) == ('::', 0), r
    m.rule_new(id=0xffffffff, action=2)
    assert m.rule_new(action=2) == [{'id': 2}]


@case
def rules_that_no_packet_meets(m):
    refuse(errno.EINVAL, 'bits that its mask leaves out', m.rule_new, action=2, mark=0xff, mark_mask=0xf)
    refuse(errno.EINVAL, 'bits that its mask leaves out', m.rule_new, action=2, mark=0x100, mark_mask=0xff)
    refuse(errno.EINVAL, 'never both', m.rule_new, action=2, iif='eth0', oif='eth1')
    refuse(errno.EINVAL, 'ICMP is of IPv4', m.rule_new, action=2, proto=1, dst=ip('2001:db8::'), dst_plen=32)
    refuse(errno.EINVAL, 'ICMPv6 is of IPv6', m.rule_new, action=2, proto=58, src=ip('10.0.0.0'), src_plen=8)
    for dst, plen in (('224.0.0.0', 4), ('239.1.2.3', 32), ('255.255.255.255', 32), ('0.0.0.0', 8), ('ff00::', 8), ('ff02::1', 128),
                      ('fe80::', 10), ('fe80::1', 128), ('::', 128)):
        refuse(errno.EINVAL, 'never steered', m.rule_new, action=2, dst=ip(dst), dst_plen=plen)
    for dst, plen in (('224.0.0.0', 3), ('0.0.0.0', 7), ('fe00::', 8), ('fe80::', 9), ('255.255.255.254', 31), ('::', 127)):
        m.rule_new(action=2, dst=ip(dst), dst_plen=plen)
    assert len(m.rule_dump()) == 6
    i = m.rule_new(action=2, proto=17, dport_min=53, mark=1, mark_mask=3, iif='eth0', dst=ip('10.0.0.0'), dst_plen=8)[0]['id']
    before = m.rule_get(id=i)
    refuse(errno.EINVAL, 'has no ports', m.rule_set, id=i, proto=1)
    refuse(errno.EINVAL, 'never both', m.rule_set, id=i, oif='eth1')
    refuse(errno.EINVAL, 'both be IPv4', m.rule_set, id=i, src=ip('2001:db8::'), src_plen=32)
    refuse(errno.EINVAL, 'bits that its mask leaves out', m.rule_set, id=i, mark=7, mark_mask=3)
    assert m.rule_get(id=i) == before


@case
def rule_set_changes_what_it_names(m):
    m.group_new(name='g')
    m.table_new(name='t')
    m.table_new(name='u')
    want = {'priority': 7, 'src': '10.0.0.0', 'src_plen': 8, 'dst': '11.0.0.0', 'dst_plen': 8, 'sport_min': 1, 'sport_max': 2,
            'dport_min': 53, 'dport_max': 53, 'proto': 17, 'mark': 1, 'mark_mask': 3, 'iif': 'eth0', 'dscp': 46, 'action': 0,
            'table': 't'}
    args = dict(want, src=ip('10.0.0.0'), dst=ip('11.0.0.0'))
    i = m.rule_new(**args)[0]['id']
    want.update(id=i, hits=0)

    def after(gone=(), **values):
        m.rule_set(id=i, **values)
        for name in gone:
            del want[name]
        want.update({k: socket.inet_ntop(socket.AF_INET if len(v) == 4 else socket.AF_INET6, v) if isinstance(v, bytes) else v
                     for k, v in values.items() if k != 'clear'})
        assert m.rule_get(id=i) == [want], (m.rule_get(id=i), want)

    after()
    after(priority=9)
    after(dport_min=80, dport_max=90)
    after(src=ip('12.0.0.0'), src_plen=6)
    after(table='u')
    after(mark=2, mark_mask=0xffffffff)
    after(dscp=0)
    after(iif='eth1')
    after(action=2, gone=['table'])
    refuse(errno.EINVAL, 'only action table', m.rule_set, id=i, table='t')
    refuse(errno.EINVAL, 'missing table', m.rule_set, missing='RULE_TABLE', id=i, action=0)
    after(action=1, group='g')
    after(action=1)
    bits = {name: 1 << n for n, name in enumerate('src dst sport dport proto mark iif oif dscp'.split())}
    assert [N['MUTEX_RULE_FIELD_' + name.upper()] for name in bits] == list(bits.values())
    after(clear=bits['sport'], gone=['sport_min', 'sport_max'])
    after(clear=bits['iif'], oif='eth2', gone=['iif'])
    after(clear=bits['src'], dst=ip('2001:db8::'), dst_plen=32, gone=['src', 'src_plen'])
    after(clear=bits['dport'] | bits['mark'] | bits['dscp'] | bits['oif'],
          gone=['dport_min', 'dport_max', 'mark', 'mark_mask', 'dscp', 'oif'])
    after(clear=bits['dst'] | bits['proto'], gone=['dst', 'dst_plen', 'proto'])
    after(dst=ip('::'), dst_plen=0)
    refuse(errno.EINVAL, 'both be IPv4', m.rule_set, id=i, src=ip('10.0.0.0'), src_plen=8)
    after(clear=bits['dst'], gone=['dst', 'dst_plen'])
    after(clear=0x3fff)
    refuse(errno.EINVAL, '', m.rule_set, id=i, clear=1 << 31)
    refuse(errno.EINVAL, '', m.rule_new, action=2, clear=1, offset=False)


@case
def settings_and_counters(m):
    s, = m.settings_get()
    assert len(s) == 8 and s['timeout_tcp'] == 300000, s
    for name in ('timeout_syn', 'timeout_tcp', 'timeout_fin', 'timeout_closed', 'timeout_udp', 'timeout_other'):
        refuse(errno.EINVAL, '100 ms to 24 hours', m.settings_set, **{name: 99})
        refuse(errno.EINVAL, '100 ms to 24 hours', m.settings_set, **{name: 86400001})
        m.settings_set(**{name: 86400000})
        assert m.settings_get()[0][name] == 86400000
        m.settings_set(**{name: s[name]})
    for cap in (0, 16777217):
        refuse(errno.EINVAL, '1 to 16777216', m.settings_set, flows_max=cap)
    refuse(errno.EINVAL, 'not be empty', m.settings_set, node='')
    refuse(errno.EINVAL, 'printable', m.settings_set, node='a\nb')
    refuse(errno.EINVAL, '1 to 16777216', m.settings_set, node='other', flows_max=0)
    assert m.settings_get() == [s]
    m.group_new(name='g')
    m.settings_set(node='Rx0y1', flows_max=1000)
    got, = m.settings_get()
    assert (got['node'], got['flows_max']) == ('Rx0y1', 1000)
    m.settings_set(node=s['node'], flows_max=s['flows_max'])
    counters, = m.stats_get()
    assert len(counters) == 28 and 'dropped_full' in counters, counters
    m.stats_reset()
    refuse(errno.EINVAL, 'nsupported', m.settings_get, pad=b'')


@case
def flows_none(m):
    assert m.flow_dump() == []
    assert m.flow_count() == m.flow_del() == m.flow_reevaluate() == [{'count': 0}]
    refuse(errno.EINVAL, 'missing source', m.flow_get, missing='FLOW_SRC', dst=ip('10.0.0.1'), proto=6)
    refuse(errno.EINVAL, 'missing destination', m.flow_get, missing='FLOW_DST', src=ip('10.0.0.1'), proto=6)
    refuse(errno.EINVAL, 'missing protocol', m.flow_get, missing='FLOW_PROTO', src=ip('10.0.0.1'), dst=ip('10.0.0.1'))
    refuse(errno.ENOENT, 'no such flow', m.flow_get, offset=False, src=ip('10.0.0.1'), dst=ip('10.0.0.1'), proto=6)
    refuse(errno.EINVAL, 'both be IPv4', m.flow_get, src=ip('10.0.0.1'), dst=ip('::1'), proto=6)
    refuse(errno.ENOENT, 'no such group', m.flow_count, group='nope')
    refuse(errno.ENOENT, 'no such group', m.flow_dump, group='nope', offset=False)
    refuse(errno.EINVAL, '4 or 16 bytes', m.flow_dump, server=b'123', offset=False)


@case
def flow_dumps_miss_none_that_stays(m):
    m.group_new(name='g', forward=2, mark=5)
    m.server_new(group='g', addr=ip('10.99.0.2'))
    m.rule_new(dst=ip('10.99.0.0'), dst_plen=16, action=1, group='g')
    other = Mutex()
    rng = random.Random(int(os.environ.get('MX_SEED', '1')))

    def flow(port):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(('', port))
            sock.sendto(b'x', ('10.99.0.1', 53))

    def numbers(messages):
        return [struct.unpack('H', genl.attrs(body[4:])[N['MUTEX_A_FLOW_SPORT']])[0]
                for kind, _, _, body in messages if kind == m.nl.family]

    # flows go between two messages, and the table shrinks; then they come, and it grows
    for first, drop, add in ((20000, 15, 0), (20000, 10, 3), (40000, 1, 20)):
        ports = list(range(first, first + 2500))
        for port in ports:
            flow(port)
        stays, gone, coming = set(ports), 0, first + 3000
        rng.shuffle(ports)
        nl = genl.Genl(size=8192)
        nl.sock.send(nl.message(N['MUTEX_CMD_FLOW_GET'], b'', genl.REQUEST | genl.DUMP))
        seen, end = [], False
        while not end:
            messages = list(nl.receive())
            end = messages[-1][0] == genl.DONE
            seen += numbers(messages)
            for port in ports[gone:gone + drop]:
                other.flow_del(sport=port)
                stays.discard(port)
            gone += drop
            for _ in range(add):
                flow(coming)
                coming += 1
        assert len(seen) == len(set(seen)), '%d flows came twice' % (len(seen) - len(set(seen)))
        assert not stays - set(seen), '%d of %d flows are missing' % (len(stays - set(seen)), len(stays))
        m.flow_del()


@case
def flows_of_traffic(m):
    m.group_new(name='g', forward=2, mark=5)
    m.group_new(name='h', forward=2, mark=6)
    m.server_new(group='g', addr=ip('10.99.0.2'))
    m.server_new(group='h', addr=ip('fd99::2'))
    m.rule_new(dst=ip('10.99.0.0'), dst_plen=16, action=1, group='g')
    m.rule_new(dst=ip('fd99::'), dst_plen=64, action=1, group='h')
    count = 3000
    for family, to in ((socket.AF_INET, '10.99.0.1'), (socket.AF_INET6, 'fd99::1')):
        for port in range(count):
            with socket.socket(family, socket.SOCK_DGRAM) as sock:
                sock.bind(('', 20000 + port))
                sock.sendto(b'x', (to, 53))
    assert m.flow_count() == [{'count': 2 * count}], m.flow_count()
    flows = m.flow_dump()
    assert len({(f['dst'], f['sport']) for f in flows}) == 2 * count, len(flows)
    assert {f['group'] for f in flows} == {'g', 'h'}
    assert {f['server'] for f in m.flow_dump(group='h')} == {'fd99::2'}
    assert m.flow_count(group='h', dport=53, proto=17) == [{'count': count}]
    f, = m.flow_dump(sport=20007, dst=ip('10.99.0.1'))
    got, = m.flow_get(src=ip(f['src']), dst=ip('10.99.0.1'), sport=20007, dport=53, proto=17)
    assert (got['server'], got['server_port'], got['forward'], got['active']) == ('10.99.0.2', 0, 2, 1), got
    assert got['expires'] <= 300000
    r, = m.resolve(src=ip(f['src']), dst=ip('10.99.0.1'), sport=20007, dport=53, proto=17)
    assert (r['cached'], r['why']) == (1, 'a flow remembers group g, server 10.99.0.2'), r
    refuse(errno.ENOENT, 'no such flow', m.flow_get, offset=False, src=ip(f['src']), dst=ip('10.99.0.1'), sport=20007, dport=53,
           proto=17, group='h')
    assert m.group_get(name='g')[0]['flows'] == count
    assert m.server_get(group='g', addr=ip('10.99.0.2'))[0]['conns_total'] == count
    i = m.rule_dump()[0]['id']
    hits = m.rule_get(id=i)[0]['hits']
    m.rule_set(id=i, dst=ip('10.99.0.0'), dst_plen=16, action=1, group='g')
    assert m.rule_get(id=i)[0]['hits'] == hits == count
    assert m.flow_reevaluate() == [{'count': 0}]
    assert m.flow_del(group='h') == [{'count': count}]
    assert m.flow_count() == [{'count': count}]
    m.server_set(group='g', addr=ip('10.99.0.2'), state=1)
    assert m.flow_reevaluate() == [{'count': count}]
    assert m.group_get(name='g')[0]['flows'] == 0


@case
def devices(m):
    refuse(errno.EINVAL, 'missing name', m.dev_new, missing='DEV_NAME')
    refuse(errno.ENODEV, 'no such device', m.dev_new, name='nope')
    refuse(errno.EINVAL, 'loopback', m.dev_new, name='lo')
    refuse(errno.ENOENT, 'does not have', m.dev_del, name='lo')
    m.dev_new(name='mx0')
    refuse(errno.EEXIST, 'already', m.dev_new, name='mx0')
    d, = m.dev_dump()
    assert d == {**d, 'name': 'mx0', 'fast_packets': 0}, d
    assert m.dev_get(name='mx0') == [d]
    m.dev_del(name='mx0')
    assert m.dev_dump() == []


@case
def resolve_says_why(m):
    refuse(errno.EINVAL, 'missing destination', m.resolve, missing='RESOLVE_DST')
    refuse(errno.EINVAL, 'both be IPv4', m.resolve, src=ip('::1'), dst=ip('10.0.0.1'))
    refuse(errno.EINVAL, 'never both', m.resolve, dst=ip('10.0.0.1'), iif='eth0', oif='eth1')
    r, = m.resolve(dst=ip('10.1.2.3'))
    assert r == {'verdict': 0, 'cached': 0, 'why': 'no rule and no route matches: passes untouched'}, r
    m.group_new(name='api', seed='x')
    m.table_new(name='web', priority=3)
    m.route_new(table='web', dst=ip('10.1.0.0'), plen=16, group='api', metric=100)
    m.route_new(table='web', dst=ip('2001:db8::'), plen=32, group='api')
    r, = m.resolve(dst=ip('10.1.2.3'))
    assert r['why'] == ('in table web (priority 3) 10.1.0.0/16 metric 100 leads to group api; group api has no usable server of '
                        'IPv4: passes untouched'), r
    assert r['verdict'] == 4
    m.server_new(group='api', addr=ip('10.0.0.2'), port=8080)
    m.server_new(group='api', addr=ip('2001:db8:1::2'))
    r, = m.resolve(dst=ip('10.1.2.3'))
    assert r['why'] == ('in table web (priority 3) 10.1.0.0/16 metric 100 leads to group api; rr picks 10.0.0.2:8080, the only '
                        'usable server'), r
    m.server_new(group='api', addr=ip('10.0.0.3'), port=8080)
    i = m.rule_new(priority=200, iif='eth9', dport_min=80, dport_max=90, proto=6, action=0, table='web')[0]['id']
    r, = m.resolve(dst=ip('10.1.2.3'), dport=85, proto=6, iif='eth9', src=ip('1.2.3.4'), sport=99)
    assert r == {'verdict': 1, 'cached': 0, 'rule': i, 'rule_priority': 200, 'table': 'web', 'table_priority': 3,
                 'route_dst': '10.1.0.0', 'route_plen': 16, 'route_metric': 100, 'group': 'api', 'sched': 'rr', 'forward': 0,
                 'server': '10.0.0.2', 'server_port': 8080,
                 'why': 'rule %d (priority 200) sends it to table web; 10.1.0.0/16 metric 100 leads to group api; rr picks '
                        '10.0.0.2:8080 of 2 usable servers' % i}, r
    assert m.resolve(dst=ip('10.1.2.3'), dport=85, proto=6, iif='eth9')[0]['server'] == '10.0.0.2', 'resolve changed something'
    r, = m.resolve(dst=ip('2001:db8::9'))
    assert r['why'].endswith('2001:db8::/32 metric 1000 leads to group api; rr picks 2001:db8:1::2, the only usable server'), r
    m.rule_new(id=77, priority=300, dst=ip('10.1.2.0'), dst_plen=24, action=2)
    r, = m.resolve(dst=ip('10.1.2.3'))
    assert (r['verdict'], r['why']) == (2, 'rule 77 (priority 300) drops it'), r
    m.rule_set(id=77, action=3)
    assert m.resolve(dst=ip('10.1.2.3'))[0]['why'] == 'rule 77 (priority 300) lets it pass untouched'
    m.rule_set(id=77, action=1, group='api', clear=N['MUTEX_RULE_FIELD_DST'])
    assert m.resolve(dst=ip('9.9.9.9'))[0]['why'].startswith('rule 77 (priority 300) sends it to group api; rr picks 10.0.0.2')
    assert m.group_get(name='api')[0]['total_requests'] == 0
    assert m.rule_get(id=77)[0]['hits'] == 0


@case
def transactions(m):
    other = Mutex()
    for fn in (m.txn_commit, m.txn_abort):
        refuse(errno.EINVAL, 'no transaction of this socket', fn, offset=False)
    m.group_new(name='old')
    m.txn_begin()
    refuse(errno.EBUSY, 'has a transaction already', m.txn_begin, offset=False)
    refuse(errno.EBUSY, 'another socket', other.txn_begin, offset=False)
    refuse(errno.EBUSY, 'another socket', other.group_new, name='x', offset=False)
    refuse(errno.EINVAL, 'no transaction of this socket', other.txn_commit, offset=False)
    m.group_new(name='new', sched='wrr')
    m.server_new(group='new', addr=ip('10.0.0.1'))
    m.table_new(name='t')
    m.route_new(table='t', dst=ip('0.0.0.0'), plen=0, group='new')
    m.rule_new(action=0, table='t')
    m.dev_new(name='mx0')
    m.settings_set(timeout_udp=5000)
    refuse(errno.EINVAL, 'weight', m.server_new, group='new', addr=ip('10.0.0.2'), weight=0)
    assert [g['name'] for g in m.group_dump()] == ['old']
    assert m.dev_dump() == m.table_dump() == []
    assert m.txn_commit() == [{'changes': 7}]
    assert [g['name'] for g in m.group_dump()] == ['new']
    assert [d['name'] for d in m.dev_dump()] == ['mx0']
    assert m.settings_get()[0]['timeout_udp'] == 5000
    m.txn_begin()
    m.group_new(name='aborted')
    assert m.txn_abort() == [{'changes': 1}]
    assert [g['name'] for g in m.group_dump()] == ['new']
    other.txn_begin()
    other.group_new(name='lost')
    other.dev_new(name='mx0')
    other.nl.sock.close()
    m.txn_begin()
    assert m.txn_commit() == [{'changes': 0}]
    assert m.group_dump() == m.dev_dump() == m.rule_dump() == m.table_dump() == []
    assert m.settings_get()[0]['timeout_udp'] == 300000


@case
def hits_outlive_a_transaction(m):
    def send(port):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            try:
                sock.sendto(b'x', ('10.99.0.1', port))
            except PermissionError:
                pass

    def rule(port, **more):
        return dict({'priority': 5, 'dst': ip('10.99.0.0'), 'dst_plen': 16, 'dport_min': port, 'action': 2}, **more)

    def hits():
        return {r['id']: r['hits'] for r in m.rule_dump()}

    m.table_new(name='t')
    m.rule_new(**rule(1001, id=1))
    m.rule_new(**rule(1002, id=2))
    m.rule_new(**rule(1003, id=3))
    m.rule_new(**rule(1003, id=4))
    m.rule_new(**rule(1004, id=5))
    for port, times in ((1001, 1), (1002, 2), (1003, 3), (1004, 4)):
        for _ in range(times):
            send(port)
    assert hits() == {1: 1, 2: 2, 3: 3, 4: 0, 5: 4}, hits()

    # by id, whatever the rule says now
    m.txn_begin()
    m.rule_new(**rule(1002, id=2))
    m.rule_new(**rule(1001, id=1, priority=6))
    m.rule_new(**rule(1003, id=3))
    m.rule_new(**rule(1003, id=4))
    m.rule_new(**rule(1004, id=5))
    m.rule_set(id=5, priority=8)
    assert hits() == {1: 1, 2: 2, 3: 3, 4: 0, 5: 4}, hits()
    send(1002)
    m.txn_commit()
    assert hits() == {1: 1, 2: 3, 3: 3, 4: 0, 5: 4}, hits()
    send(1002)
    assert hits()[2] == 4, hits()

    # without an id, by what it says; each counter once
    m.txn_begin()
    m.rule_new(**rule(1005))
    m.rule_new(**rule(1004, priority=8))
    m.rule_new(**rule(1003))
    m.rule_new(**rule(1003))
    m.rule_new(**rule(1003))
    m.txn_commit()
    assert hits() == {1: 0, 2: 4, 3: 3, 4: 0, 5: 0}, hits()
    send(1003)
    assert hits() == {1: 0, 2: 4, 3: 4, 4: 0, 5: 0}, hits()

    # a transaction that is given up leaves them alone, as does a rule that was taken back in it
    m.txn_begin()
    m.rule_new(**rule(1004, id=2))
    m.txn_abort()
    send(1004)
    assert hits() == {1: 0, 2: 5, 3: 4, 4: 0, 5: 0}, hits()
    m.txn_begin()
    m.rule_new(**rule(1003))
    m.rule_del(id=1)
    m.rule_new(**rule(1003, id=7))
    m.rule_new(**rule(1003, id=8))
    m.rule_new(**rule(1003, id=3))
    m.rule_del(id=7)
    m.txn_commit()
    assert hits() == {3: 4, 8: 0}, hits()
    m.stats_reset()
    assert hits() == {3: 0, 8: 0}, hits()


@case
def notifications(m):
    listener = Mutex()
    listener.nl.join('config')
    listener.nl.join('state')
    m.group_new(name='g')
    m.server_new(group='g', addr=ip('10.0.0.1'))
    m.server_set(group='g', addr=ip('10.0.0.1'), weight=3)
    m.server_set(group='g', addr=ip('10.0.0.1'), state=1)
    m.table_new(name='t')
    m.route_new(table='t', dst=ip('0.0.0.0'), plen=0, group='g')
    i = m.rule_new(action=2)[0]['id']
    m.rule_del(id=i)
    m.route_flush(table='t')
    m.table_del(name='t')
    m.server_del(group='g', addr=ip('10.0.0.1'))
    m.settings_set(flows_max=77777)
    m.settings_set(flows_max=1 << 20)
    m.dev_new(name='mx0')
    m.dev_del(name='mx0')
    m.txn_begin()
    m.group_new(name='g')
    m.txn_commit()
    m.group_del(name='g')
    words = {v: k[len('MUTEX_CMD_'):] for k, v in N.items() if k.startswith('MUTEX_CMD_')}
    got = [words[cmd] for cmd, _ in listener.nl.events()]
    assert got == ['GROUP_NTF', 'SERVER_NTF', 'SERVER_NTF', 'SERVER_NTF', 'SERVER_STATE_NTF', 'TABLE_NTF', 'ROUTE_NTF',
                   'RULE_NTF', 'RULE_DEL_NTF', 'ROUTE_DEL_NTF', 'TABLE_DEL_NTF', 'SERVER_DEL_NTF', 'SETTINGS_NTF',
                   'SETTINGS_NTF', 'DEV_NTF', 'DEV_DEL_NTF', 'TXN_NTF', 'GROUP_DEL_NTF'], got


@case
def failover_and_reports(m):
    m.group_new(name='g')
    got = m.group_get(name='g')[0]
    assert (got['failover'], got['fails'], got['rise'], got['window'], got['hold_min'], got['hold_max']) == \
        (0, 3, 2, 10000, 5000, 300000), got
    assert 'fallback' not in got, got
    for name, value in (('fails', 0), ('fails', 33), ('rise', 0), ('rise', 1001), ('failover', 4)):
        refuse(errno.ERANGE, '', m.group_set, name='g', **{name: value})
    for name in ('window', 'hold_min', 'hold_max'):
        for value in (0, 99, 86400001):
            refuse(errno.EINVAL, '100 milliseconds', m.group_set, name='g', **{name: value})
    refuse(errno.EINVAL, 'shorter', m.group_set, name='g', hold_min=300001)
    refuse(errno.ENOENT, 'no such group', m.group_set, name='g', fallback=b'h\0')
    refuse(errno.ELOOP, 'itself', m.group_set, name='g', fallback=b'g\0')
    m.group_new(name='h', fallback=b'g\0', failover=3, fails=1, window=100, rise=1000, hold_min=100, hold_max=86400000)
    assert m.group_get(name='h')[0]['fallback'] == 'g'
    refuse(errno.ELOOP, 'itself', m.group_set, name='g', fallback=b'h\0')
    refuse(errno.EBUSY, 'fallback', m.group_del, name='g')
    m.txn_begin()
    refuse(errno.ENOENT, 'no such group', m.group_new, name='h', fallback=b'g\0')
    m.group_new(name='g')
    m.group_new(name='h', fallback=b'g\0')
    m.txn_commit()
    refuse(errno.EBUSY, 'fallback', m.group_del, name='g')
    m.group_set(name='h', fallback=b'\0')
    m.group_del(name='g')

    m.group_set(name='h', failover=3, fails=1, rise=1, hold_min=60000)
    server = {'group': 'h', 'addr': ip('10.0.0.1'), 'port': 80}
    m.server_new(**server)
    got = m.server_get(**server)[0]
    assert (got['health'], got['reason'], got['flaps']) == (0, 0, 0) and 'since' not in got, got
    refuse(errno.EINVAL, 'missing health', m.server_report, missing='SERVER_HEALTH', **server)
    refuse(errno.EINVAL, 'good or bad', m.server_report, health=2, **server)
    refuse(errno.EINVAL, 'this reason', m.server_report, health=1, reason=1, **server)
    refuse(errno.ENOENT, 'no such server', m.server_report, health=1, group='h', addr=ip('10.0.0.2'))
    m.server_report(health=1, reason=2, **server)
    got = m.server_get(**server)[0]
    assert (got['health'], got['reason'], got['flaps'], got['hold']) == (1, 2, 1, 60000) and got['hold_left'] <= 60000, got
    m.server_report(health=0, **server)
    assert m.server_get(**server)[0]['health'] == 1, 'the hold-down holds'
    m.server_set(state=0, **server)
    assert m.server_get(**server)[0]['health'] == 0


@case
def echo_comes_back_to_the_sender(m):
    got = m.nl.call(N['MUTEX_CMD_GROUP_NEW'], pack('GROUP', {'name': 'g'}), genl.REQUEST | genl.ACK | genl.ECHO)
    assert [cmd for cmd, _ in got] == [N['MUTEX_CMD_GROUP_NTF']], got


@case
def strict_headers_and_attributes(m):
    new = N['MUTEX_CMD_GROUP_NEW']

    def raw(payload, flags=genl.REQUEST | genl.ACK, cmd=new):
        return m.nl.call(cmd, payload, flags)

    name = pack('GROUP', {'name': 'g'})
    refuse(errno.EINVAL, 'flags', lambda: raw(name, genl.REQUEST | genl.ACK | 0x400), offset=False)
    refuse(errno.EINVAL, '', lambda: raw(name + genl.attr(N['MUTEX_A_GROUP_TOTAL_REQUESTS'], ('Q', 1))), offset=False)
    refuse(errno.EINVAL, '', lambda: raw(name + genl.attr(99, b'')), offset=False)
    refuse(errno.EINVAL, '', lambda: raw(name + genl.attr(N['MUTEX_A_GROUP_TYPE'], b'\0\0')))
    refuse(errno.EINVAL, '', lambda: raw(genl.attr(N['MUTEX_A_GROUP_NAME'], b'g')))
    refuse(errno.EINVAL, '', lambda: raw(genl.attr(N['MUTEX_A_GROUP_NAME'] | 0x8000, b'g\0')))
    refuse(errno.EINVAL, '', lambda: raw(name + b'\x03\0\1\0'), offset=False)
    refuse(errno.EOPNOTSUPP, '', lambda: raw(b'', cmd=200), offset=False)
    assert m.group_dump() == []
    raw(name + pack('GROUP', {'name': 'h'}))
    assert [g['name'] for g in m.group_dump()] == ['h'], 'the last of two counts'


@case
def unprivileged_may_look_but_not_touch(m):
    m.group_new(name='g')
    pid = os.fork()
    if not pid:
        try:
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
            user = Mutex()
            assert [g['name'] for g in user.group_dump()] == ['g']
            assert user.server_dump() == user.table_dump() == user.route_dump() == user.rule_dump() == user.dev_dump() == []
            assert user.stats_get() and user.settings_get()
            for name in ('group_new group_del server_new table_new route_new rule_new flow_del dev_new settings_set stats_reset '
                         'txn_begin txn_commit txn_abort flow_reevaluate server_report').split():
                refuse(errno.EPERM, '', getattr(user, name), offset=False)
            # who talks to whom is not everybody's business
            tuple5 = {'src': ip('10.99.255.1'), 'dst': ip('10.99.0.1'), 'sport': 1, 'dport': 2, 'proto': 17}
            refuse(errno.EPERM, '', user.flow_get, offset=False, **tuple5)
            refuse(errno.EPERM, '', user.flow_dump, offset=False)
            refuse(errno.EPERM, '', user.flow_count, offset=False, **tuple5)
            refuse(errno.EPERM, '', user.resolve, offset=False, **tuple5)
            os._exit(0)
        except BaseException as wrong:
            print('#', repr(wrong), flush=True)
            os._exit(1)
    assert os.waitpid(pid, 0)[1] == 0


@case
def random_messages_do_no_harm(m):
    seed = int(os.environ.get('MX_SEED', '1'))
    count = 2000 if os.environ.get('MX_SHORT') == '1' else 20000
    rng = random.Random(seed)
    cmds = [v for k, v in N.items() if k.startswith('MUTEX_CMD_') and not k.endswith('_MAX')]
    m.nl.sock.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
    for _ in range(count):
        payload = b''
        for _ in range(rng.randrange(6)):
            data = rng.choice([b'g\0', b't\0', b'rr\0', b'', ip('10.0.0.1'), ip('10.0.0.0'), ip('::1'), struct.pack('B', rng.randrange(4)),
                               struct.pack('H', rng.randrange(65536)), struct.pack('I', rng.randrange(1 << 32)), struct.pack('I', 5),
                               rng.randbytes(rng.randrange(40))])
            payload += genl.attr(rng.randrange(20) | rng.choice([0, 0, 0, 0, 0, 0x8000, 0x4000]), data)
        if not rng.randrange(20):
            payload = payload[:rng.randrange(len(payload) + 1)]
        try:
            m.nl.call(rng.choice(cmds), payload, genl.REQUEST | (genl.DUMP if not rng.randrange(8) else genl.ACK))
        except genl.Refused as refused:
            assert refused.text or refused.err in (errno.EINVAL, errno.EOPNOTSUPP, errno.ERANGE), refused
    try:
        m.txn_abort()
    except genl.Refused:
        pass


def main():
    failed = False
    only = sys.argv[1:]
    cases = [fn for fn in CASES if not only or fn.__name__ in only]
    m = Mutex()
    for i, fn in enumerate(cases, 1):
        try:
            fn(m)
            clean(m)
            print('ok %d - %s' % (i, fn.__name__), flush=True)
        except (AssertionError, genl.Refused, OSError, KeyError, ValueError) as wrong:
            failed = True
            print('not ok %d - %s' % (i, fn.__name__), flush=True)
            where = wrong.__traceback__
            while where.tb_next and where.tb_next.tb_frame.f_code.co_filename == __file__:
                where = where.tb_next
            print('# line %d: %r' % (where.tb_lineno, wrong), flush=True)
            m.nl.sock.close()
            m = Mutex()
            clean(m)
    print('1..%d' % len(cases))
    return failed


if __name__ == '__main__':
    sys.exit(main())
