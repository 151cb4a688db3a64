#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Traffic to measure limits with.
burst.py flood ADDR PORT COUNT [SIZE]: sends COUNT datagrams of one flow, prints the monotonic clock from before, in nanoseconds
burst.py flows ADDR PORT COUNT: one datagram each from COUNT ports; prints the same
burst.py sink PORT...: receives datagrams and forgets them, until it is killed
burst.py hold ADDR PORT COUNT: opens COUNT connections at once and holds those that are answered until it is killed"""
import selectors
import signal
import socket
import sys
import time


def family(addr):
    return socket.AF_INET6 if ":" in addr else socket.AF_INET


def flood(addr, port, count, size="100"):
    s = socket.socket(family(addr), socket.SOCK_DGRAM)
    s.connect((addr, int(port)))
    data = b"x" * int(size)
    begin = time.monotonic_ns()
    for _ in range(int(count)):
        send(s, data)
    print(begin)


def send(s, data):
    """Errors that ICMP reported of earlier datagrams are not this one's."""
    while True:
        try:
            s.send(data)
            return
        except ConnectionRefusedError:
            continue


def flows(addr, port, count):
    begin = time.monotonic_ns()
    for i in range(int(count)):
        with socket.socket(family(addr), socket.SOCK_DGRAM) as s:
            s.bind(("", 20000 + i))
            s.sendto(b"x", (addr, int(port)))
    print(begin)


def sink(*ports):
    sel = selectors.DefaultSelector()
    for port in ports:
        s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        s.bind(("::", int(port)))
        sel.register(s, selectors.EVENT_READ)
    while True:
        for key, _ in sel.select():
            key.fileobj.recv(65536)


def hold(addr, port, count):
    socks = []
    for _ in range(int(count)):
        s = socket.socket(family(addr), socket.SOCK_STREAM)
        s.setblocking(False)
        s.connect_ex((addr, int(port)))
        socks.append(s)
    signal.pause()


COMMANDS = {"flood": flood, "flows": flows, "sink": sink, "hold": hold}
COMMANDS[sys.argv[1]](*sys.argv[2:])
