# SPDX-License-Identifier: GPL-2.0
"""fault.py: lets each allocation of each operation fail once, by /proc/self/fail-nth, and sees that what comes out is
either done or refused, that a refusal changed nothing, and that a refusal by the module has words. TAP on stdout."""
import ctypes
import errno
import os
import random
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import genl  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
U = genl.names(os.path.join(HERE, '../../include/uapi/linux/mutex_genl.h'))
SHORT = os.environ.get('MX_SHORT') == '1'
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
SYS_FINIT_MODULE, SYS_DELETE_MODULE = 313, 176
FAIL = os.open('/proc/self/fail-nth', os.O_RDWR)


class Tap:
    """Results."""
    count = failed = 0

    def ok(self, name, wrong):
        """One result: wrong is a list of what went wrong."""
        self.count += 1
        print('%sok %d - %s' % ('not ' if wrong else '', self.count, name))
        for line in wrong[:20]:
            print('#   ' + line)
        self.failed += bool(wrong)
        sys.stdout.flush()

    def skip(self, name, why):
        """A result that could not be had."""
        self.count += 1
        print('ok %d - %s # SKIP %s' % (self.count, name, why))


TAP = Tap()


def arm(n, fail=FAIL):
    """The n-th allocation of this task from now on fails."""
    os.pwrite(fail, b'%d' % n, 0)


def disarm(fail=FAIL):
    """How many more allocations it would have taken; 0 if one failed."""
    try:
        left = int(os.pread(fail, 16, 0))
    except OSError:
        left = 1    # it was the copying of this answer that failed
    while True:
        try:
            os.pwrite(fail, b'0', 0)
            return left
        except OSError:
            left = left or 1


def group(name):
    return genl.attr(U['MUTEX_A_GROUP_NAME'], name)


def path(name, peer='203.0.113.1'):
    return text('PATH_NAME', name) + text('PATH_DEV', 'server') + addr('PATH_PEER', peer)


def text(name, value):
    return genl.attr(U['MUTEX_A_' + name], value)


def u8(name, value):
    return genl.attr(U['MUTEX_A_' + name], ('B', value))


def u16(name, value):
    return genl.attr(U['MUTEX_A_' + name], ('H', value))


def u32(name, value):
    return genl.attr(U['MUTEX_A_' + name], ('I', value))


def addr(name, value):
    family = socket.AF_INET6 if ':' in value else socket.AF_INET
    return genl.attr(U['MUTEX_A_' + name], socket.inet_pton(family, value))


def cmd(name):
    return U['MUTEX_CMD_' + name]


def server(name, address, port, **more):
    out = text('SERVER_GROUP', name) + addr('SERVER_ADDR', address) + u16('SERVER_PORT', port)
    for key, value in more.items():
        out += (u8 if key == 'state' else u32)('SERVER_' + key.upper(), value)
    return out


def route(table, prefix, group_name=None, metric=None):
    dst, plen = prefix.split('/')
    out = text('ROUTE_TABLE', table) + addr('ROUTE_DST', dst) + u8('ROUTE_PLEN', int(plen))
    if group_name:
        out += text('ROUTE_GROUP', group_name)
    if metric is not None:
        out += u32('ROUTE_METRIC', metric)
    return out


# Counters are no part of the state.
CONFIG = {
    'GROUP_GET': ('NAME', 'TYPE', 'SCHED', 'HASH_KEY', 'SEED', 'FORWARD', 'MARK', 'MEMBERS', 'USABLE'),
    'SERVER_GET': ('GROUP', 'ADDR', 'PORT', 'WEIGHT', 'STATE'),
    'PATH_GET': ('NAME', 'DEV', 'PEER', 'VIA', 'PORT', 'PROBE', 'COST'),
    'TABLE_GET': ('NAME', 'PRIORITY', 'ROUTES4', 'ROUTES6'),
    'ROUTE_GET': ('TABLE', 'DST', 'PLEN', 'GROUP', 'METRIC'),
    'RULE_GET': ('ID', 'PRIORITY', 'SRC', 'SRC_PLEN', 'DST', 'DST_PLEN', 'DPORT_MIN', 'DPORT_MAX', 'PROTO', 'MARK',
                 'IIF', 'ACTION', 'TABLE', 'GROUP', 'HOURS_BEGIN', 'HOURS_END', 'ZONE', 'COUNTRY'),
    'DEV_GET': ('NAME',),
}


class Lb:
    """A socket in the balancer's namespace, and what is done with it."""

    def __init__(self):
        self.genl = genl.Genl()

    def renew(self):
        """Another socket: a transaction of the old one is forgotten."""
        self.genl.sock.close()
        self.genl = genl.Genl()

    def state(self):
        """The configuration, as dumps tell it."""
        out = []
        for name, wanted in CONFIG.items():
            family = name.split('_', maxsplit=1)[0]
            kinds = [U['MUTEX_A_%s_%s' % (family, w)] for w in wanted]
            for item in self.call(cmd(name), b'', genl.REQUEST | genl.ACK | genl.DUMP):
                told = genl.attrs(item)
                out.append((name, tuple(told.get(k) for k in kinds)))
        settings = self.call(cmd('SETTINGS_GET'))
        out.append(('SETTINGS', tuple(sorted(genl.attrs(settings[0]).items()))))
        return out

    def call(self, command, payload=b'', flags=genl.REQUEST | genl.ACK):
        """A request without a fault: attributes of its answers."""
        return [body[1] if isinstance(body, tuple) else body for body in self.genl.call(command, payload, flags)]

    def ask(self, command, payload, flags):
        """A request: None if it was done, else (errno, words, whether the module was reached)."""
        seq = self.genl.seq = self.genl.seq + 1
        try:
            self.genl.sock.send(self.genl.message(command, payload, flags, seq))
        except OSError as e:
            return e.errno, '', False
        while True:
            try:
                answers = list(self.genl.receive())
            except OSError as e:
                # the answer did not fit memory: what was done is unknown
                return e.errno, '', False
            for kind, flag, got, body in answers:
                if got != seq or kind not in (genl.ERROR, genl.DONE):
                    continue
                refused = self.genl.error(kind, flag, body)
                return (refused.err, refused.text, True) if refused else None


ANY = (errno.ENOMEM, errno.ENOBUFS, errno.EFAULT, errno.EAGAIN, errno.ENOSPC)

# Before a command reaches the module the core of netlink allocates room for its attributes, and a dump's own state: these
# refusals have no words. Each allocation counts twice when its slab needs a page. A third refusal was seen once, of a route
# flush on an SMP kernel 6.12; where it comes from is not known.
WORDLESS, WORDLESS_DUMP = 3, 6


def operation(lb, name, command, payload=b'', undo=(), flags=genl.REQUEST | genl.ACK):
    """One command, each of its allocations failing once."""
    wrong, n, failed, wordless = [], 0, 0, []
    before = lb.state()
    try:
        lb.call(command, payload, flags)
    except genl.Refused as e:
        TAP.ok(name, ['it fails without a fault: %s' % e])
        return
    after = lb.state()
    for step in undo:
        lb.call(*step)
    if lb.state() != before:
        wrong.append('undoing it does not lead back')
    while n < 3000:
        n += 1
        arm(n)
        result = lb.ask(command, payload, flags)
        injected = not disarm()
        if result and not result[2]:
            lb.renew()      # nothing that came late may answer later questions
        now = lb.state()
        if result and result[2]:
            failed += 1
            if now != before:
                wrong.append('%d: refused with %s, and yet something changed' % (n, errno.errorcode[result[0]]))
            wordless += [] if result[1] else [n]
        elif result:
            failed += 1
            if now not in (before, after):
                wrong.append('%d: neither done nor not done' % n)
        elif now != after:
            wrong.append('%d: done, but not all of it' % n)
        if result and result[0] not in ANY:
            wrong.append('%d: refused with %s' % (n, errno.errorcode.get(result[0], result[0])))
        # what shows in no dump was done only if it was said to be done
        if now == after and (not result or before != after):
            for step in undo:
                lb.call(*step)
        elif now != before:
            break
        if not injected:
            if result:
                wrong.append('%d: fails without a fault' % n)
            break
    if len(wordless) > (WORDLESS_DUMP if flags & genl.DUMP == genl.DUMP else WORDLESS):
        wrong.append('refusals without words: %s' % wordless)
    TAP.ok('%s: %d allocations, %d refusals' % (name, n - 1, failed), wrong)


def upload(lb):
    """A database of countries, each allocation of which fails once: it is put in force whole, or not at all."""
    wrong, n, failed = [], 0, 0
    four = b''.join(struct.pack('>IBB2s', 0x0a000000 + (i << 12), 24, 4, b'DE') for i in range(100))
    six = b''.join(struct.pack('>QQBB2s', 0xfd00 << 48 | i << 16, 0, 64, 5, b'US') for i in range(100))
    prefixes = genl.attr(U['MUTEX_A_GEO_PREFIXES4'], four) + genl.attr(U['MUTEX_A_GEO_PREFIXES6'], six)

    def in_force():
        told = genl.attrs(lb.call(cmd('GEO_GET'))[0])
        return told.get(U['MUTEX_A_GEO_COUNT4']), told.get(U['MUTEX_A_GEO_COUNT6'])

    while n < 3000:
        n += 1
        lb.renew()
        lb.call(cmd('GEO_BEGIN'), text('GEO_NAME', 'x'))
        arm(n)
        flags = genl.REQUEST | genl.ACK
        result = lb.ask(cmd('GEO_ADD'), prefixes, flags) or lb.ask(cmd('GEO_COMMIT'), b'', flags)
        injected = not disarm()
        failed += bool(result)
        now = in_force()
        if now != (None, None) and now != (struct.pack('I', 100), struct.pack('I', 100)):
            wrong.append('%d: a part of it is in force' % n)
        if not result and now[0] is None:
            wrong.append('%d: done, but not in force' % n)
        if result and result[0] not in ANY:
            wrong.append('%d: refused with %s' % (n, errno.errorcode.get(result[0], result[0])))
        lb.call(cmd('GEO_FLUSH'))
        if not injected:
            if result:
                wrong.append('%d: fails without a fault' % n)
            break
    TAP.ok('geo load: %d allocations, %d refusals' % (n - 1, failed), wrong)


def restore(lb, name, commands):
    """A transaction of many commands: all of it, or nothing."""
    wrong, n, failed, wordless = [], 0, 0, 0
    before = lb.state()
    ack = genl.REQUEST | genl.ACK
    steps = [(cmd('TXN_BEGIN'), b'')] + commands + [(cmd('TXN_COMMIT'), b'')]
    undo = [(cmd('TXN_BEGIN'), b'')] + base_commands() + [(cmd('TXN_COMMIT'), b'')]
    for step in steps:
        lb.call(*step)
    after = lb.state()
    for step in undo:
        lb.call(*step)
    if lb.state() != before:
        wrong.append('the old configuration does not come back')
    while n < 3000:
        n += 1 if n < 200 or not SHORT else 7
        arm(n)
        result = None
        for step in steps:
            result = lb.ask(*step, ack)
            if result:
                break
        injected = not disarm()
        if result:
            failed += 1
            lb.renew()
            wordless += result[2] and not result[1]
        now = lb.state()
        committing = result and not result[2] and step == steps[-1]
        if now != (before if result else after) and not (committing and now == after):
            wrong.append('%d: neither the old nor the new configuration' % n)
        if now != before:
            for step in undo:
                lb.call(*step)
        if not injected:
            break
    if wordless > WORDLESS * len(steps):
        wrong.append('%d refusals without words' % wordless)
    TAP.ok('%s: %d allocations, %d refusals' % (name, n - 1, failed), wrong)


def base_commands():
    """What the operations start from, as (command, attributes)."""
    out = [(cmd('GROUP_NEW'), group('web') + text('GROUP_SCHED', 'hash')), (cmd('GROUP_NEW'), group('spare')),
           (cmd('GROUP_NEW'), group('empty'))]
    for address in ('10.0.0.1', '10.0.0.2', 'fd00:2::1', 'fd00:2::2'):
        out.append((cmd('SERVER_NEW'), server('web', address, 80)))
    out.append((cmd('SERVER_NEW'), server('spare', '10.0.0.3', 80)))
    out += [(cmd('PATH_NEW'), path('isp1'))]
    out += [(cmd('TABLE_NEW'), text('TABLE_NAME', 'main')), (cmd('TABLE_NEW'), text('TABLE_NAME', 'other')),
            (cmd('ROUTE_NEW'), route('main', '203.0.113.0/24', 'web')),
            (cmd('ROUTE_NEW'), route('main', 'fd00:5::/64', 'web')),
            (cmd('ROUTE_NEW'), route('other', '192.0.2.0/24', 'spare')),
            (cmd('ROUTE_NEW'), route('other', '192.0.2.0/24', 'spare', 7)),
            (cmd('RULE_NEW'), u32('RULE_ID', 5) + u32('RULE_PRIORITY', 10) + u8('RULE_ACTION', U['MUTEX_ACTION_TABLE']) +
             text('RULE_TABLE', 'main')),
            (cmd('DEV_NEW'), text('DEV_NAME', 'client'))]
    return out


def configuration(lb):
    """Every command that changes the configuration or reads it."""
    def op(name, *args, **more):
        operation(lb, name, *args, **more)

    op('the first group', cmd('GROUP_NEW'), group('web'), [(cmd('GROUP_DEL'), group('web'))])
    op('the first path', cmd('PATH_NEW'), path('isp1'), [(cmd('PATH_DEL'), text('PATH_NAME', 'isp1'))])
    op('the first rule', cmd('RULE_NEW'), u32('RULE_ID', 1) + u8('RULE_ACTION', U['MUTEX_ACTION_DROP']),
       [(cmd('RULE_DEL'), u32('RULE_ID', 1))])
    op('the first device', cmd('DEV_NEW'), text('DEV_NAME', 'server'), [(cmd('DEV_DEL'), text('DEV_NAME', 'server'))])
    for step in base_commands():
        lb.call(*step)

    for sched in ('rr', 'wrr', 'hash', 'packet'):
        lb_by = text('GROUP_SCHED', sched)
        if sched == 'packet':
            lb_by += u8('GROUP_FORWARD', U['MUTEX_FORWARD_ROUTE'])
        op('group add lb ' + sched, cmd('GROUP_NEW'), group('new') + lb_by, [(cmd('GROUP_DEL'), group('new'))])
        op('group set lb ' + sched, cmd('GROUP_SET'), group('web') + lb_by,
           [(cmd('GROUP_SET'), group('web') + text('GROUP_SCHED', 'hash') + u8('GROUP_FORWARD', U['MUTEX_FORWARD_NAT']))])
    op('group set seed', cmd('GROUP_SET'), group('web') + text('GROUP_SEED', 'x'),
       [(cmd('GROUP_SET'), group('web') + text('GROUP_SEED', ''))])
    op('group del', cmd('GROUP_DEL'), group('empty'), [(cmd('GROUP_NEW'), group('empty'))])
    for address in ('10.0.0.4', 'fd00:2::4'):
        op('server add ' + address, cmd('SERVER_NEW'), server('web', address, 80),
           [(cmd('SERVER_DEL'), server('web', address, 80))])
    op('server set', cmd('SERVER_SET'), server('web', '10.0.0.1', 80, weight=7, state=1),
       [(cmd('SERVER_SET'), server('web', '10.0.0.1', 80, weight=100, state=0))])
    op('server del', cmd('SERVER_DEL'), server('spare', '10.0.0.3', 80),
       [(cmd('SERVER_NEW'), server('spare', '10.0.0.3', 80))])
    op('path add', cmd('PATH_NEW'), path('isp2') + u8('PATH_PROBE', U['MUTEX_PATH_PROBE_NONE']),
       [(cmd('PATH_DEL'), text('PATH_NAME', 'isp2'))])
    op('path set', cmd('PATH_SET'), text('PATH_NAME', 'isp1') + u32('PATH_COST', 7),
       [(cmd('PATH_SET'), text('PATH_NAME', 'isp1') + u32('PATH_COST', 0))])
    op('path del', cmd('PATH_DEL'), text('PATH_NAME', 'isp1'), [(cmd('PATH_NEW'), path('isp1'))])
    op('path show', cmd('PATH_GET'), text('PATH_NAME', 'isp1'))
    op('table add', cmd('TABLE_NEW'), text('TABLE_NAME', 'new'), [(cmd('TABLE_DEL'), text('TABLE_NAME', 'new'))])
    op('table set', cmd('TABLE_SET'), text('TABLE_NAME', 'other') + u32('TABLE_PRIORITY', 3),
       [(cmd('TABLE_SET'), text('TABLE_NAME', 'other') + u32('TABLE_PRIORITY', 0))])
    again = [(cmd('ROUTE_NEW'), route('other', '192.0.2.0/24', 'spare')),
             (cmd('ROUTE_NEW'), route('other', '192.0.2.0/24', 'spare', 7))]
    op('table del', cmd('TABLE_DEL'), text('TABLE_NAME', 'other'),
       [(cmd('TABLE_NEW'), text('TABLE_NAME', 'other'))] + again)
    for prefix in ('0.0.0.0/0', '203.0.113.7/32', '10.0.0.0/8', '203.0.113.128/25', '::/0', 'fd00:5::1/128',
                   '2001:db8::/32'):
        op('route add ' + prefix, cmd('ROUTE_NEW'), route('main', prefix, 'web'),
           [(cmd('ROUTE_DEL'), route('main', prefix))])
    op('route add of another metric', cmd('ROUTE_NEW'), route('main', '203.0.113.0/24', 'web', 3),
       [(cmd('ROUTE_DEL'), route('main', '203.0.113.0/24', metric=3))])
    op('route set', cmd('ROUTE_SET'), route('main', '203.0.113.0/24', 'spare', 1000),
       [(cmd('ROUTE_SET'), route('main', '203.0.113.0/24', 'web', 1000))])
    op('route del', cmd('ROUTE_DEL'), route('main', 'fd00:5::/64'),
       [(cmd('ROUTE_NEW'), route('main', 'fd00:5::/64', 'web'))])
    op('route del of two', cmd('ROUTE_DEL'), route('other', '192.0.2.0/24', metric=7), again[1:])
    op('route flush', cmd('ROUTE_FLUSH'), text('ROUTE_TABLE', 'other'), again)
    rule = u32('RULE_PRIORITY', 7) + u8('RULE_PROTO', 17) + u16('RULE_DPORT_MIN', 53) + u16('RULE_DPORT_MAX', 60)
    to_group = u8('RULE_ACTION', U['MUTEX_ACTION_GROUP']) + text('RULE_GROUP', 'web')
    op('rule add', cmd('RULE_NEW'), u32('RULE_ID', 9) + rule + to_group, [(cmd('RULE_DEL'), u32('RULE_ID', 9))])
    old = base_commands()[-2][1]
    op('rule set', cmd('RULE_SET'), u32('RULE_ID', 5) + rule + to_group,
       [(cmd('RULE_DEL'), u32('RULE_ID', 5)), (cmd('RULE_NEW'), old)])
    op('rule del', cmd('RULE_DEL'), u32('RULE_ID', 5), [(cmd('RULE_NEW'), old)])
    where = u16('RULE_HOURS_BEGIN', 60) + u16('RULE_HOURS_END', 120) + text('RULE_ZONE', 'Test/Zone') + \
        genl.attr(U['MUTEX_A_RULE_ZONE_CHANGES'], struct.pack('qiI', 0, 3600, 0)) + genl.attr(U['MUTEX_A_RULE_COUNTRY'], b'DE')
    op('rule add with a time and a country', cmd('RULE_NEW'), u32('RULE_ID', 9) + rule + where + to_group,
       [(cmd('RULE_DEL'), u32('RULE_ID', 9))])
    op('rule set with a time and a country', cmd('RULE_SET'), u32('RULE_ID', 5) + where,
       [(cmd('RULE_DEL'), u32('RULE_ID', 5)), (cmd('RULE_NEW'), old)])
    op('geo begin', cmd('GEO_BEGIN'), text('GEO_NAME', 'x'), [(cmd('GEO_ABORT'),)])
    upload(lb)
    op('dev add', cmd('DEV_NEW'), text('DEV_NAME', 'server'), [(cmd('DEV_DEL'), text('DEV_NAME', 'server'))])
    op('dev del', cmd('DEV_DEL'), text('DEV_NAME', 'client'), [(cmd('DEV_NEW'), text('DEV_NAME', 'client'))])
    node = lb.state()[-1][1]
    node = dict(node)[U['MUTEX_A_SETTINGS_NODE']][:-1].decode()
    op('settings set node', cmd('SETTINGS_SET'), text('SETTINGS_NODE', 'Rx0y0'),
       [(cmd('SETTINGS_SET'), text('SETTINGS_NODE', node))])
    op('settings set', cmd('SETTINGS_SET'), u32('SETTINGS_FLOWS_MAX', 500) + u32('SETTINGS_TIMEOUT_UDP', 5000),
       [(cmd('SETTINGS_SET'), u32('SETTINGS_FLOWS_MAX', 1 << 20) + u32('SETTINGS_TIMEOUT_UDP', 300000))])
    for name in ('FLOW_DEL', 'FLOW_COUNT', 'FLOW_REEVALUATE', 'STATS_GET', 'STATS_RESET', 'SETTINGS_GET'):
        op(name.lower().replace('_', ' '), cmd(name))
    op('group show', cmd('GROUP_GET'), group('web'))
    op('server show', cmd('SERVER_GET'), server('web', '10.0.0.1', 80))
    op('route show', cmd('ROUTE_GET'), route('main', '203.0.113.0/24', metric=1000))
    op('route get', cmd('RESOLVE'), addr('RESOLVE_DST', '203.0.113.5') + u8('RESOLVE_PROTO', 6))
    for name in list(CONFIG) + ['FLOW_GET']:
        op('dump of ' + name.split('_', maxsplit=1)[0].lower() + 's', cmd(name),
           flags=genl.REQUEST | genl.ACK | genl.DUMP)
    op('transaction, begun', cmd('TXN_BEGIN'), b'', [(cmd('TXN_ABORT'),)])
    new = [(cmd('GROUP_NEW'), group('g%d' % i) + text('GROUP_SCHED', 'wrr')) for i in range(3)]
    new += [(cmd('SERVER_NEW'), server('g%d' % i, '10.0.0.%d' % i, 80)) for i in (1, 2)]
    new += [(cmd('SERVER_NEW'), server('g1', 'fd00:2::1', 80)), (cmd('TABLE_NEW'), text('TABLE_NAME', 'main')),
            (cmd('GROUP_NEW'), group('web')), (cmd('SERVER_NEW'), server('web', '10.0.0.1', 80)),
            (cmd('ROUTE_NEW'), route('main', '0.0.0.0/0', 'g1')), (cmd('ROUTE_NEW'), route('main', '::/0', 'g1')),
            (cmd('RULE_NEW'), u32('RULE_ID', 5) + to_group), (cmd('DEV_NEW'), text('DEV_NAME', 'server'))]
    restore(lb, 'restore', new)


def netns_fd(name):
    return os.open('/run/netns/' + name, os.O_RDONLY)


def enter(name):
    fd = netns_fd(name)
    if LIBC.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), name)
    os.close(fd)


def echoes(sock, address, seconds=5):
    """Whether the service answers, without a fault."""
    end = time.monotonic() + seconds * 6
    sock.settimeout(0.2)
    while time.monotonic() < end:
        try:
            sock.sendto(b'x' * 40, address)
            sock.recv(4096)
            return True
        except OSError:
            continue
    return False


def local_packets(lb):
    """A new flow for a packet that this host sends: all happens in the sender's context."""
    for family, vip in ((socket.AF_INET, '203.0.113.9'), (socket.AF_INET6, 'fd00:5::9')):
        wrong, n, errors = [], 0, 0
        sock = socket.socket(family, socket.SOCK_DGRAM)
        if not echoes(sock, (vip, 80)):
            wrong.append('there is no answer before any fault')
        while n < 500:
            n += 1
            lb.call(cmd('FLOW_DEL'))
            arm(n)
            try:
                sock.sendto(b'x' * 40, (vip, 80))
            except OSError as e:
                errors += 1
                # what a hook drops is not permitted to its sender
                if e.errno not in ANY + (errno.EPERM,):
                    wrong.append('%d: %s' % (n, e))
            if disarm():
                break
        if not echoes(sock, (vip, 80)):
            wrong.append('there is no answer after the faults')
        TAP.ok('a packet of this host to %s: %d allocations, %d errors' % (vip, n - 1, errors), wrong)


def knob(name, value):
    for kind in ('failslab', 'fail_page_alloc'):
        with open('/sys/kernel/debug/%s/%s' % (kind, name), 'w', encoding='ascii') as f:
            f.write(str(value))


def scenario(vips, bodies):
    """New flows of UDP, whole and in fragments, and of TCP, from the client."""
    for family, vip in vips:
        sock = socket.socket(family, socket.SOCK_DGRAM)
        tcp = socket.socket(family, socket.SOCK_STREAM)
        tcp.setblocking(False)
        for size in bodies:
            try:
                sock.sendto(b'x' * size, (vip, 80))
            except OSError:
                pass
        try:
            tcp.connect((vip, 80))
        except OSError:
            pass
        tcp.close()
        sock.close()


def forwarded_packets(lb):
    """Packets that pass this host: allocations of softirqs, which may not wait, fail by their number."""
    vips = ((socket.AF_INET, '203.0.113.9'), (socket.AF_INET6, 'fd00:5::9'))
    here = os.open('/proc/self/ns/net', os.O_RDONLY)
    for fast in (False, True):
        if fast:
            lb.call(cmd('DEV_NEW'), text('DEV_NAME', 'server'))
        else:
            lb.call(cmd('DEV_DEL'), text('DEV_NAME', 'client'))
        wrong = []
        for n in range(1, 25 if SHORT else 80):
            lb.call(cmd('FLOW_DEL'))
            enter('client')
            knob('interval', n)
            knob('times', 1)
            knob('probability', 100)
            scenario(vips, (40, 40, 3000))
            knob('probability', 0)
            LIBC.setns(here, CLONE_NEWNET)
        enter('client')
        knob('interval', 1)
        knob('times', -1)
        for percent in (5, 20, 60, 100):
            knob('probability', percent)
            for _ in range(5 if SHORT else 30):
                scenario(vips, (40, random.randrange(1400), 3000))
            knob('probability', 0)
        for family, vip in vips:
            if not echoes(socket.socket(family, socket.SOCK_DGRAM), (vip, 80), 20):
                wrong.append('%s does not answer after the faults' % vip)
        LIBC.setns(here, CLONE_NEWNET)
        if fast:
            lb.call(cmd('DEV_NEW'), text('DEV_NAME', 'client'))
        TAP.ok('packets that pass, %s' % ('fast path' if fast else 'IP stack'), wrong)


def in_child(call):
    """Runs a system call in a child with a fault; (errno, allocations left)."""
    r, w = os.pipe()
    pid = os.fork()
    if not pid:
        fail = os.open('/proc/self/fail-nth', os.O_RDWR)
        os.write(w, struct.pack('II', *call(fail)))
        os._exit(0)
    os.close(w)
    got = os.read(r, 8)
    os.close(r)
    os.waitpid(pid, 0)
    return struct.unpack('II', got) if len(got) == 8 else (errno.ECHILD, 0)


def namespaces():
    """A new namespace, each of its allocations failing once."""
    def make(n):
        def call(fail):
            arm(n, fail)
            err = ctypes.get_errno() if LIBC.unshare(CLONE_NEWNET) else 0
            return err, disarm(fail)
        return call

    # The module's part comes last, after those of all that was there before.
    most = 100000
    err, left = in_child(make(most))
    total = most - left
    first = max(1, total - (60 if SHORT else 400))
    wrong, errors = [], 0
    if err or not left:
        wrong.append('it fails without a fault')
    for n in range(first, total + 50):
        err, left = in_child(make(n))
        errors += bool(err)
        # the parts of the kernel that come before name their errors in many ways
        if left:
            if err:
                wrong.append('%d: fails without a fault' % n)
            break
    TAP.ok('a namespace: allocations %d to %d, %d errors' % (first, n - 1, errors), wrong)


def module(path):
    """The module's load, each of its allocations failing once. Its own part comes last."""
    fd = os.open(path, os.O_RDONLY)

    def load(n):
        arm(n)
        err = ctypes.get_errno() if LIBC.syscall(SYS_FINIT_MODULE, fd, b'', 0) else 0
        return err, disarm()

    def unload():
        end = time.monotonic() + 60
        while LIBC.syscall(SYS_DELETE_MODULE, b'mutex', os.O_NONBLOCK):
            if time.monotonic() > end:
                raise OSError(ctypes.get_errno(), 'the module does not go away')
            time.sleep(0.05)

    most = 100000
    err, left = load(most)
    total, wrong, errors = most - left, [], 0
    if err or not left:
        TAP.ok('the module loads', ['%s without a fault' % os.strerror(err)])
        return
    unload()
    first = max(1, total - (60 if SHORT else 250))
    for n in range(first, total + 50):
        err, left = load(n)
        errors += bool(err)
        if err and err not in ANY:
            wrong.append('%d: %s' % (n, os.strerror(err)))
        if not err:
            unload()
        elif left:
            wrong.append('%d: %s without a fault' % (n, os.strerror(err)))
        if left:
            break
    TAP.ok('the module: allocations %d to %d, %d errors' % (first, n - 1, errors), wrong)


def main():
    LIBC.syscall.restype = ctypes.c_long
    knob('probability', 0)
    knob('verbose', 0)
    # first allocations that may wait, by number; then those that may not, by chance
    knob('ignore-gfp-wait', 'N')
    if sys.argv[1] == 'module':
        module(sys.argv[2])
    else:
        with open('/sys/kernel/debug/fail_page_alloc/min-order', 'w', encoding='ascii') as f:
            f.write('0')
        enter('lb')
        lb = Lb()
        configuration(lb)
        local_packets(lb)
        namespaces()
        knob('ignore-gfp-wait', 'Y')
        forwarded_packets(lb)
        lb.call(cmd('FLOW_DEL'))
        stats = genl.attrs(lb.call(cmd('STATS_GET'))[0])
        left = struct.unpack('I', stats[U['MUTEX_A_STATS_FLOWS']])[0]
        TAP.ok('no flow is left', ['%d flows' % left] if left else [])
    print('1..%d' % TAP.count)
    sys.exit(bool(TAP.failed))


main()
