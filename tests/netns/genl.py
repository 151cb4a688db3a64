# SPDX-License-Identifier: GPL-2.0
"""Generic netlink over a plain socket, with the names of the uapi header."""
import errno
import re
import socket
import struct

REQUEST, MULTI, ACK, ECHO, DUMP_INTR, DUMP = 1, 2, 4, 8, 16, 0x300
CAPPED, ACK_TLVS = 0x100, 0x200
ERROR, DONE = 2, 3


def names(header):
    """The value of each enumerator and each numeric define of a header."""
    text = re.sub(r'/\*.*?\*/', '', open(header).read(), flags=re.S)
    out = {}
    for body in re.findall(r'enum[^{;]*\{(.*?)\}', text, flags=re.S):
        value = 0
        for item in body.split(','):
            item = item.strip()
            if not item:
                continue
            name, _, given = item.partition('=')
            value = int(given, 0) if given else value
            out[name.strip()] = value
            value += 1
    for name, value in re.findall(r'#define\s+(\w+)\s+(\d+)', text):
        out[name] = int(value)
    return out


def attr(kind, data):
    """One attribute: data is bytes, a str (with its NUL), or (format, number)."""
    if isinstance(data, str):
        data = data.encode() + b'\0'
    elif isinstance(data, tuple):
        data = struct.pack(*data)
    return struct.pack('HH', len(data) + 4, kind) + data + b'\0' * (-len(data) % 4)


def attrs(data):
    """All attributes of a message, by kind."""
    out = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from('HH', data)
        if length < 4:
            break
        out[kind & 0x3fff] = data[4:length]
        data = data[(length + 3) & ~3:]
    return out


class Refused(Exception):
    """What the kernel says: errno, its words, the attribute's offset, the missing attribute."""

    def __init__(self, err, text='', offset=0, missing=0):
        super().__init__(err, text, offset, missing)
        self.err, self.text, self.offset, self.missing = err, text, offset, missing

    def __str__(self):
        return '%s: %s (offset %d, missing %d)' % (errno.errorcode.get(self.err, self.err), self.text,
                                                   self.offset, self.missing)


class Genl:
    """A socket of one family. The kernel fills no more into a message of a dump than was ever read at once."""

    def __init__(self, family='mutex', size=1 << 20):
        self.size = size
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        self.sock.bind((0, 0))
        self.sock.setsockopt(270, 11, 1)  # NETLINK_EXT_ACK
        self.sock.setsockopt(270, 10, 1)  # NETLINK_CAP_ACK
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.sock.settimeout(20)
        self.seq = 0
        self.groups = {}
        self.family = 16
        self.intr = False
        reply = attrs(self.call(3, attr(2, family))[0][1])
        self.family = struct.unpack('H', reply[1])[0]
        self.reply = reply
        for entry in attrs(reply.get(7, b'')).values():
            group = attrs(entry)
            self.groups[group[1][:-1].decode()] = struct.unpack('I', group[2])[0]

    def message(self, cmd, payload=b'', flags=REQUEST | ACK, seq=0):
        """The bytes of a request."""
        return struct.pack('IHHIIBBH', 20 + len(payload), self.family, flags, seq, 0, cmd, 1, 0) + payload

    def join(self, group):
        """Listen to a multicast group."""
        self.sock.setsockopt(270, 1, self.groups[group])

    def receive(self):
        """Messages of one read: (type, flags, seq, payload)."""
        data = self.sock.recv(self.size)
        while data:
            length, kind, flags, seq, _ = struct.unpack_from('IHHII', data)
            yield kind, flags, seq, data[16:length]
            data = data[(length + 3) & ~3:]

    @staticmethod
    def error(kind, flags, body):
        """The refusal that a message holds, or None."""
        err, = struct.unpack_from('i', body)
        if not err:
            return None
        tlv = {}
        if flags & ACK_TLVS:
            skip = 4
            if kind == ERROR:
                skip = 20
                if not flags & CAPPED:
                    skip = 4 + ((struct.unpack_from('I', body, 4)[0] + 3) & ~3)
            tlv = attrs(body[skip:])
        text = tlv.get(1, b'\0')[:-1].decode()
        num = [struct.unpack('I', tlv[i])[0] if i in tlv else 0 for i in (2, 5)]
        return Refused(-err, text, *num)

    def call(self, cmd, payload=b'', flags=REQUEST | ACK):
        """Send a request; returns the answers as (cmd, attributes), or raises Refused."""
        self.seq += 1
        self.sock.send(self.message(cmd, payload, flags, self.seq))
        return self.answers(self.seq)

    def answers(self, want):
        """The answers to request number want."""
        out, self.intr = [], False
        while True:
            for kind, flags, seq, body in self.receive():
                if seq != want:
                    continue
                self.intr |= bool(flags & DUMP_INTR)
                if kind in (ERROR, DONE):
                    refused = self.error(kind, flags, body)
                    if refused:
                        raise refused
                    return out
                out.append((body[0], body[4:]))

    def dump(self, cmd, payload=b''):
        """Send a dump; returns what call() does."""
        return self.call(cmd, payload, REQUEST | DUMP)

    def events(self):
        """Notifications that have arrived: (cmd, attributes)."""
        self.sock.setblocking(False)
        out = []
        try:
            while True:
                out += [(body[0], attrs(body[4:])) for _, _, _, body in self.receive()]
        except BlockingIOError:
            return out
        finally:
            self.sock.settimeout(20)
