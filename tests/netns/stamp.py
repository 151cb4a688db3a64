#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""STAMP by RFC 8762 and RFC 8972 alone: a sender, a reflector and a reader that share nothing with the module.

  stamp.py send ADDR PORT [OPTIONS]      sends probes and prints each answer as a line of JSON, then a summary
      count=N interval=S wait=S from=ADDR sport=N seq=N key=FILE ssid=N pad=N tlv=TYPE:HEX... short=N same=N
      garble=OFFSET (of the signed packet) nosign raw=HEX order=2,0,1 clock=SECONDS (added to the time sent)
  stamp.py reflect PORT [OPTIONS]        answers, and prints each probe as a line of JSON
      key=FILE bind=ADDR stateless garbage from=ADDR twice late=S wrong=seq|time|mac short=N mute=N (answers every Nth only) ptp
      step=S (added to its clock)
  stamp.py read FILE [key=FILE]          reads a capture (pcap) and prints each packet of STAMP as a line of JSON
  stamp.py selftest
"""
import hashlib
import hmac
import json
import os
import select
import socket
import struct
import sys
import time

# Seconds from 1900-01-01, where the timestamps of RFC 5905 begin, to 1970-01-01 (RFC 868).
EPOCH = 2208988800
# Figures 2 and 4 (sender) and 3 and 5 (reflector) of RFC 8762, in octets; the SSID of RFC 8972, figures 2 to 5.
OPEN, AUTH = 44, 112
TLV_NAMES = {1: "padding", 2: "location", 3: "clock", 4: "cos", 5: "direct", 6: "access", 7: "follow-up", 8: "hmac"}


def to_ntp(seconds):
    whole = int(seconds // 1)
    return struct.pack("!II", (whole + EPOCH) & 0xffffffff, int((seconds - whole) * (1 << 32)) & 0xffffffff)


def to_ptp(seconds):
    whole = int(seconds // 1)
    return struct.pack("!II", whole & 0xffffffff, int((seconds - whole) * 1e9))


def from_wire(data, error):
    """Seconds since 1970; the Z bit of the error estimate tells the format (RFC 8186)."""
    whole, part = struct.unpack("!II", data)
    if error & 0x4000:
        return whole + part / 1e9
    return whole - EPOCH + part / (1 << 32)


def estimate(error):
    return {"synced": bool(error & 0x8000), "ptp": bool(error & 0x4000), "scale": error >> 8 & 0x3f,
            "multiplier": error & 0xff, "seconds": (error & 0xff) * 2.0 ** ((error >> 8 & 0x3f) - 32)}


def code(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()[:16]


def build_sender(seq, when, error=0x0001, ssid=0, key=None):
    if key is None:
        return struct.pack("!I8sHH28x", seq, when, error, ssid)
    head = struct.pack("!I12x8sHH68x", seq, when, error, ssid)
    return head + code(key, head)


def build_reflector(seq, when, error, ssid, received, probe, ttl, key=None):
    if key is None:
        return struct.pack("!I8sHH8sI8sH2xB3x", seq, when, error, ssid, received, probe["seq"], probe["raw_time"],
                           probe["raw_error"], ttl)
    head = struct.pack("!I12x8sHH4x8s8xI12x8sH6xB15x", seq, when, error, ssid, received, probe["seq"],
                       probe["raw_time"], probe["raw_error"], ttl)
    return head + code(key, head)


def zero(*parts):
    return not any(any(part) for part in parts)


def read_sender(data, auth, key=None):
    size = AUTH if auth else OPEN
    if len(data) < size:
        raise ValueError("%d octets are no packet of a sender" % len(data))
    at = 16 if auth else 4
    seq, = struct.unpack_from("!I", data, 0)
    error, ssid = struct.unpack_from("!HH", data, at + 8)
    out = {"kind": "sender", "seq": seq, "raw_time": data[at:at + 8], "raw_error": error, "ssid": ssid,
           "time": from_wire(data[at:at + 8], error), "error": estimate(error)}
    out["mbz"] = zero(data[4:16], data[28:96]) if auth else zero(data[16:44])
    if auth:
        out["mac"] = None if key is None else hmac.compare_digest(code(key, data[:96]), data[96:112])
    out["tlvs"] = read_tlvs(data[size:], seq, key)
    return out


def read_reflector(data, auth, key=None):
    size = AUTH if auth else OPEN
    if len(data) < size:
        raise ValueError("%d octets are no packet of a reflector" % len(data))
    at = {"time": 16, "received": 32, "seq": 48, "sent": 64, "ttl": 80} if auth else \
         {"time": 4, "received": 16, "seq": 24, "sent": 28, "ttl": 40}
    seq, = struct.unpack_from("!I", data, 0)
    error, ssid = struct.unpack_from("!HH", data, at["time"] + 8)
    sent_error, = struct.unpack_from("!H", data, at["sent"] + 8)
    out = {"kind": "reflector", "seq": seq, "ssid": ssid, "error": estimate(error), "raw_error": error,
           "time": from_wire(data[at["time"]:at["time"] + 8], error),
           "received": from_wire(data[at["received"]:at["received"] + 8], error),
           "sender_seq": struct.unpack_from("!I", data, at["seq"])[0],
           "sender_raw_time": data[at["sent"]:at["sent"] + 8],
           "sender_time": from_wire(data[at["sent"]:at["sent"] + 8], sent_error),
           "sender_error": estimate(sent_error), "sender_ttl": data[at["ttl"]]}
    if auth:
        out["mbz"] = zero(data[4:16], data[28:32], data[40:48], data[52:64], data[74:80], data[81:96])
        out["mac"] = None if key is None else hmac.compare_digest(code(key, data[:96]), data[96:112])
    else:
        out["mbz"] = zero(data[38:40], data[41:44])
    out["tlvs"] = read_tlvs(data[size:], seq, key)
    return out


def read_tlvs(data, seq, key):
    out, at = [], 0
    while at < len(data):
        if len(data) - at < 4:
            out.append({"rest": data[at:].hex()})
            break
        flags, kind, size = struct.unpack_from("!BBH", data, at)
        tlv = {"type": TLV_NAMES.get(kind, kind), "length": size, "U": bool(flags & 0x80), "M": bool(flags & 0x40),
               "I": bool(flags & 0x20), "reserved": flags & 0x1f}
        if at + 4 + size > len(data):
            tlv["cut"] = True
            out.append(tlv)
            break
        value = data[at + 4:at + 4 + size]
        tlv["value"] = value.hex()
        if kind == 8 and key is not None:
            tlv["mac"] = hmac.compare_digest(code(key, struct.pack("!I", seq) + data[:at]), value)
        out.append(tlv)
        at += 4 + size
    return out


def shown(out):
    return json.dumps({name: value.hex() if isinstance(value, bytes) else value for name, value in out.items()})


def options(args):
    opts = {"tlv": []}
    for arg in args:
        name, _, value = arg.partition("=")
        if name == "tlv":
            opts["tlv"].append(value)
        else:
            opts[name] = value or True
    if "key" in opts:
        with open(opts["key"], "rb") as file:
            opts["key"] = file_key(file.read())
    return opts


def file_key(data):
    """A file holds a key in hexadecimal digits or base64, on one line."""
    text = data.decode().strip()
    try:
        return bytes.fromhex(text)
    except ValueError:
        import base64
        return base64.b64decode(text, validate=True)


def bound(addr, port, source=None):
    family = socket.AF_INET6 if ":" in addr else socket.AF_INET
    s = socket.socket(family, socket.SOCK_DGRAM)
    if source or port:
        s.bind((source or ("::" if family == socket.AF_INET6 else "0.0.0.0"), port))
    return s


def tlvs_of(opts, seq, key):
    """The TLVs that a sender was told to send: U is set in each (RFC 8972, 4); the HMAC is worked out."""
    data = b""
    for text in opts["tlv"]:
        kind, _, value = text.partition(":")
        kind = int(kind)
        if kind == 8 and not value:
            data += struct.pack("!BBH", 0x80, 8, 16) + code(key, struct.pack("!I", seq) + data)
        else:
            value = bytes.fromhex(value)
            data += struct.pack("!BBH", 0x80, kind, len(value)) + value
    if "pad" in opts:
        data += struct.pack("!BBH", 0x80, 1, int(opts["pad"])) + bytes(int(opts["pad"]))
    return data


def probe_of(opts, seq, key):
    when = to_ntp(time.time() + float(opts.get("clock", 0)))
    data = build_sender(seq, when, 0x0001, int(opts.get("ssid", 0)), key)
    if "nosign" in opts:
        data = data[:96] + bytes(16)
    data += tlvs_of(opts, seq, key)
    if "garble" in opts:
        at = int(opts["garble"])
        data = data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
    if "raw" in opts:
        data = bytes.fromhex(opts["raw"])
    if "short" in opts:
        data = data[:int(opts["short"])]
    return data


def send(addr, port, *args):
    opts = options(args)
    key = opts.get("key")
    s = bound(addr, int(opts.get("sport", 0)), opts.get("from"))
    count, first = int(opts.get("count", 1)), int(opts.get("seq", 1))
    again = int(opts.get("same", 1))
    packets = [probe_of(opts, (first + n) & 0xffffffff, key) for n in range(count)]
    if "order" in opts:
        packets = [packets[int(n)] for n in opts["order"].split(",")]
    got, sizes, other = 0, set(), 0
    for data in packets:
        for _ in range(again):
            try:
                s.sendto(data, (addr, int(port)))
            except ConnectionRefusedError:
                pass
            wait = float(opts.get("interval", opts.get("wait", 1)))
            end = time.monotonic() + wait
            while select.select([s], [], [], max(0, end - time.monotonic()))[0]:
                try:
                    answer, peer = s.recvfrom(65535)
                except ConnectionRefusedError:
                    continue
                got += 1
                sizes.add(len(answer) - len(data))
                other += peer[0] != addr
                out = read_reflector(answer, key is not None, key)
                out["came"] = time.time()
                out["as_sent"] = out["sender_raw_time"] == data[16:24] if key else \
                    out["sender_raw_time"] == data[4:12]
                print(shown(out), flush=True)
                if "interval" not in opts:
                    break
    print(json.dumps({"sent": len(packets) * again, "answers": got, "grown": max(sizes, default=0),
                      "shrunk": min(sizes, default=0), "elsewhere": other}))


def reflect(port, *args):
    opts = options(args)
    key = opts.get("key")
    auth = key is not None
    addr = opts.get("bind", "::")
    s = socket.socket(socket.AF_INET6 if ":" in addr else socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((addr, int(port)))
    out_of = s
    if "from" in opts:
        out_of = socket.socket(socket.AF_INET6 if ":" in opts["from"] else socket.AF_INET, socket.SOCK_DGRAM)
        out_of.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        out_of.bind((opts["from"], int(port)))
    sequence, seen = {}, 0
    convert = to_ptp if "ptp" in opts else to_ntp
    error = 0x4001 if "ptp" in opts else 0x0001
    while True:
        data, peer = s.recvfrom(65535)
        received = time.time() + float(opts.get("step", 0))
        seen += 1
        try:
            probe = read_sender(data, auth, key)
        except ValueError as err:
            print(json.dumps({"bad": str(err)}), flush=True)
            continue
        probe["port"] = peer[1]
        probe["from"] = peer[0]
        probe["size"] = len(data)
        print(shown(probe), flush=True)
        if auth and not probe["mac"]:
            continue
        if "mute" in opts and seen % int(opts["mute"]):
            continue
        number = sequence.get(peer[:2], 0)
        sequence[peer[:2]] = number + 1
        if "stateless" in opts:
            number = probe["seq"]
        if "late" in opts:
            time.sleep(float(opts["late"]))
        wrong = opts.get("wrong")
        if wrong == "seq":
            probe["seq"] ^= 0x5555
        if wrong == "time":
            probe["raw_time"] = bytes(8)
        answer = build_reflector(number & 0xffffffff, convert(time.time() + float(opts.get("step", 0))), error,
                                 probe["ssid"], convert(received), probe, 64, key)
        if wrong == "mac":
            answer = answer[:-1] + bytes([answer[-1] ^ 1])
        answer += data[len(answer):]
        if "garbage" in opts:
            answer = os.urandom(len(data))
        if "short" in opts:
            answer = answer[:int(opts["short"])]
        for _ in range(2 if "twice" in opts else 1):
            out_of.sendto(answer, peer if out_of.family == s.family else (peer[0].removeprefix("::ffff:"), peer[1]))


def read_capture(name, *args):
    """Packets to or from port 51822 in a pcap of Ethernet or raw IP."""
    key = options(args).get("key")
    with open(name, "rb") as file:
        data = file.read()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    link, = struct.unpack_from(order + "I", data, 20)
    at = 24
    while at + 16 <= len(data):
        size, = struct.unpack_from(order + "I", data, at + 8)
        packet = data[at + 16:at + 16 + size]
        at += 16 + size
        packet = packet[14:] if link == 1 else packet
        head = (packet[0] & 15) * 4 if packet[0] >> 4 == 4 else 40
        sport, dport, size = struct.unpack_from("!HHH", packet, head)
        body = packet[head + 8:head + size]
        try:
            if dport == 51822:
                print(shown(read_sender(body, key is not None, key)))
            elif sport == 51822:
                print(shown(read_reflector(body, key is not None, key)))
        except ValueError as err:
            print(json.dumps({"bad": str(err)}))


def selftest():
    key = bytes(range(32))
    for k in None, key:
        when = to_ntp(1700000000.25)
        probe = build_sender(0xfffffffe, when, 0x0a01, 77, k)
        assert len(probe) == (AUTH if k else OPEN)
        said = read_sender(probe, k is not None, k)
        assert said["seq"] == 0xfffffffe and said["ssid"] == 77 and said["mbz"] and said["time"] == 1700000000.25
        answer = build_reflector(5, to_ntp(1700000001.5), 0x8001, 77, to_ntp(1700000001.0), said, 63, k)
        assert len(answer) == len(probe)
        out = read_reflector(answer, k is not None, k)
        assert out["seq"] == 5 and out["sender_seq"] == 0xfffffffe and out["sender_ttl"] == 63 and out["mbz"]
        assert out["received"] == 1700000001.0 and out["time"] == 1700000001.5 and out["error"]["synced"]
        if k:
            assert said["mac"] and out["mac"]
            broken = bytearray(answer)
            broken[50] ^= 1
            assert not read_reflector(bytes(broken), True, k)["mac"]
    # RFC 4231, test case 2: the function that the code is cut from
    assert code(b"Jefe", b"what do ya want for nothing?").hex() == "5bdcc146bf60754e6a042426089575c7"
    assert from_wire(to_ptp(1700000000.5), 0x4001) == 1700000000.5
    print("ok")


if __name__ == "__main__":
    {"send": send, "reflect": reflect, "read": read_capture, "selftest": selftest}[sys.argv[1]](*sys.argv[2:])
