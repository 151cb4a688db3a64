#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Streams of numbered datagrams from one network namespace to another, such as those of telephony.

  stream.py FROM TO ADDR PORT STOP [flows=N] [step=MS] [size=BYTES]

Each of N flows (1) goes to an address of its own, from ADDR on, at PORT, and has a datagram of BYTES (172, those of a telephone
call) every MS milliseconds (20), until the file STOP is there. Prints one line of JSON: datagrams sent and received, those that
came after a later one, those that came twice, the longest time for which a flow had none of those that were sent in it
(milliseconds, by the times of sending), how many flows had all their last datagrams, and how late the sender itself was at worst."""
import ctypes
import ipaddress
import json
import os
import socket
import struct
import sys
import time

CLONE_NEWNET = 0x40000000
SO_RCVBUFFORCE = 33
HEAD = struct.Struct("!IIQ")    # flow, number, nanoseconds
SLICE = 0.002                   # of a step, so that its datagrams do not leave all at once

libc = ctypes.CDLL(None, use_errno=True)
home = os.open("/proc/self/ns/net", os.O_RDONLY)


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


class Stream:
    """Flows, and what has come of them. Times are nanoseconds of time.monotonic_ns()."""

    def __init__(self, source, sink, addresses, port, step=0.02, size=172):
        self.to = [(str(a), port) for a in addresses]
        family = socket.AF_INET6 if ":" in self.to[0][0] else socket.AF_INET
        with Inside(source):
            self.out = socket.socket(family, socket.SOCK_DGRAM)
        with Inside(sink):
            self.back = socket.socket(family, socket.SOCK_DGRAM)
            self.back.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)
            self.back.bind(("", port))
        self.back.setblocking(False)
        self.step, self.pad = step, bytes(max(0, size - HEAD.size))
        n = len(self.to)
        self.number = 0                 # datagrams sent, of all flows
        self.first = [0] * n            # since renew(): when the first one that came was sent
        self.last = [0] * n             # when the last one that came was sent
        self.top = [-1] * n             # its number
        self.gap = [0] * n              # the longest between two that came
        self.since = 0                  # renew() looks at what is sent from then on
        self.missing = 0                # flows of which nothing has come since then
        self.before = 0                 # when the last one of all flows that came was sent before then
        self.lost = 0                   # when the last one that did not come was sent, of those before the first that did
        self.received = self.disorder = self.twice = self.unsent = 0
        self.late = 0.0
        self.begun = None

    def renew(self):
        """From now on, which flows get through?"""
        self.since, self.missing = time.monotonic_ns(), len(self.to)
        self.first = [0] * len(self.to)
        self.before, self.lost = max(self.last), 0

    def take(self):
        """Takes what has come."""
        while True:
            try:
                data = self.back.recv(2048)
            except BlockingIOError:
                return
            flow, number, sent = HEAD.unpack_from(data)
            self.received += 1
            if number <= self.top[flow]:
                if number == self.top[flow]:
                    self.twice += 1
                else:
                    self.disorder += 1
                continue
            if self.last[flow]:
                self.gap[flow] = max(self.gap[flow], sent - self.last[flow])
            if sent < self.since:
                self.before = max(self.before, sent)
            elif self.since and not self.first[flow]:
                self.first[flow] = sent
                self.missing -= 1
                if number > self.top[flow] + 1:
                    self.lost = max(self.lost, sent - int(self.step * 1e9))
            self.top[flow], self.last[flow] = number, sent

    def send(self):
        """Sends what is due. What the sender has missed by a second is not made up for."""
        now, n = time.monotonic(), len(self.to)
        if self.begun is None:
            self.begun = now
        due = int((now - self.begun) * n / self.step)
        behind = (due - self.number) * self.step / n
        self.late = max(self.late, behind)
        if behind > 1:
            self.begun += behind
            due = self.number
        for _ in range(min(due - self.number, 64)):
            flow = self.number % n
            try:
                self.out.sendto(HEAD.pack(flow, self.number // n, time.monotonic_ns()) + self.pad, self.to[flow])
            except OSError:
                self.unsent += 1
            self.number += 1
        return due > self.number

    def pump(self, seconds, done=None):
        """Sends and takes for so long, or until done() says so. Return: whether it did."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            more = self.send()
            self.take()
            if done and done():
                return True
            if not more:
                time.sleep(SLICE)
        return False


def main(source, sink, addr, port, stop, *words):
    opts = dict(word.split("=") for word in words)
    flows = int(opts.get("flows", 1))
    first = ipaddress.ip_address(addr)
    s = Stream(source, sink, [first + i for i in range(flows)], int(port), float(opts.get("step", 20)) / 1000,
               int(opts.get("size", 172)))
    while not s.pump(0.2, lambda: os.path.exists(stop)):
        pass
    # those that are on their way
    end = time.monotonic() + 2
    while time.monotonic() < end:
        s.take()
        time.sleep(SLICE)
    print(json.dumps({
        "sent": s.number, "received": s.received, "disorder": s.disorder, "twice": s.twice, "unsent": s.unsent,
        "gap": max(s.gap) // 1000000, "alive": sum(s.number - flows <= top * flows + flow for flow, top in enumerate(s.top)),
        "late": int(s.late * 1000)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
