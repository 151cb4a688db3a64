# SPDX-License-Identifier: GPL-2.0
"""http.py URL PID: asks a dashboard what it should answer, and what it should not. A line for each test: ok NAME, or not ok NAME."""
import json
import re
import socket
import sys
import time
from urllib.parse import urlsplit

url = urlsplit(sys.argv[1])
ADDR, PORT = url.hostname, url.port
PID = sys.argv[2]
HERE = url.netloc


def talk(data, timeout=20, half=False):
    """Sends bytes, returns all that comes back."""
    s = socket.create_connection((ADDR, PORT), timeout=timeout)
    s.sendall(data)
    if half:
        s.shutdown(socket.SHUT_WR)
    got = b""
    try:
        while True:
            part = s.recv(65536)
            if not part:
                break
            got += part
    except ConnectionResetError:
        pass
    s.close()
    return got


def ask(path, host=HERE, method="GET", version="HTTP/1.1", extra=""):
    lines = "%s %s %s\r\n" % (method, path, version)
    if host is not None:
        lines += "Host: %s\r\n" % host
    return split(talk((lines + extra + "\r\n").encode("latin-1")))


def split(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    fields = {}
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        fields[name.lower()] = value
    words = lines[0].split(" ", 2)
    return (int(words[1]) if len(words) > 1 else 0), fields, body


def ok(name, good, more=""):
    print("%s %s" % ("ok" if good else "not ok", name))
    if not good and more != "":
        print("# %s" % (more,))


def status(name, want, *args, **kw):
    got = ask(*args, **kw)[0]
    ok("%s: %d" % (name, want), got == want, "got %d" % got)


def api(call):
    code, fields, body = ask("/api/" + call)
    try:
        return code, json.loads(body)
    except ValueError:
        return code, {}


# The page
code, fields, body = ask("/")
ok("the page", code == 200 and body.startswith(b"<!DOCTYPE html>"))
ok("its length", int(fields["content-length"]) == len(body))
csp = fields.get("content-security-policy", "")
ok("a policy that begins with nothing", csp.startswith("default-src 'none'; "), csp)
ok("and allows neither inline code nor others", "unsafe" not in csp and "*" not in csp and "http" not in csp, csp)
ok("no frames, no types guessed, nothing kept", fields.get("x-frame-options") == "DENY" and
   fields.get("x-content-type-options") == "nosniff" and fields.get("cache-control") == "no-store" and
   fields.get("referrer-policy") == "no-referrer" and "access-control-allow-origin" not in fields)
for path, kind in (("/style.css", "text/css"), ("/page.js", "text/javascript"), ("/chart.js", "text/javascript")):
    code, fields, text = ask(path)
    ok("%s is %s" % (path, kind), code == 200 and fields["content-type"].startswith(kind))
    body += text
outside = [u for u in re.findall(rb"(?:https?:)?//[a-z0-9.]+", body) if u != b"http://www.w3.org"]
ok("nothing leads elsewhere", not re.search(rb"https?://(?!www\.w3\.org/2000/svg)", body) and b"@import" not in body, outside)
ok("no code in the page, none made of text", not re.search(rb"innerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(| on[a-z]+=|style=", body))

# What it tells
code, info = api("info")
ok("info", code == 200 and info["interval"] == 200 and info["blind"] is False and info["host"])
# the news that wan1 is down holds until the next look, which finds it up
for _ in range(200):
    code, got = api("paths")
    paths = {p["name"]: p for p in got["paths"]}
    if paths["wan1"]["status"] == "up":
        break
    time.sleep(0.05)
ok("paths: all of them", sorted(paths) == ["<b>&\"'", "plain", "wan1", "wan2"], sorted(paths))
ok("paths: figures", paths["wan1"]["status"] == "up" and paths["wan1"]["score"] == 98.5 and paths["wan1"]["rtt-us"] == 12345 and
   paths["wan1"]["via"] == "10.0.0.1" and paths["wan1"]["bandwidth"] == 100, paths["wan1"])
ok("paths: what is not known is not there", "rtt-us" not in paths["plain"] and paths["plain"]["status"] == "unknown", paths["plain"])
code, got = api("topology")
ok("topology", got["node"] == info["host"] and len(got["paths"]) == 4 and got["groups"] == {"voip": ["wan1", "wan2"], "bulk": ["wan1"]}, got)
code, got = api("flows")
ok("flows by path", [(m["group"], m["path"], m["active"], m["bytes"]) for m in got["members"]] ==
   [("voip", "wan1", 7, 900), ("voip", "wan2", 0, 0), ("bulk", "wan1", 3, 2**40)], got)
code, got = api("events?limit=50&path=wan1")
ok("events: a change", any(e["event"] == "state" and e["from"] == "up" and e["to"] == "down" and e["path"] == "wan1" for e in got["events"]), got)
ok("events: of that path alone, or of none", all(e.get("path", "wan1") == "wan1" for e in got["events"]))
code, got = api("events?limit=1")
ok("events: so many at most", len(got["events"]) == 1)
code, got = api("history?path=wan1&range=10m&step=1s")
rows = [dict(zip(got["columns"], r)) for r in got.get("rows", [])]
ok("history", code == 200 and rows and rows[-1]["rtt-us"] == 12345 and rows[-1]["score"] == 98.5 and rows[-1]["mtu"] is None, got)
ok("history: in its time", all(got["since"] - got["step"] <= r["time"] <= got["until"] for r in rows))
code, got = api("history?path=wan1&range=400d&step=1ms")
ok("history: never more than 1200 steps", code == 200 and got["step"] >= 400 * 86400000 // 1200, got.get("step"))
code, got = api("history?path=" + "%3Cb%3E%26%22%27&range=10m")
ok("history: a strange name", code == 200 and got["path"] == "<b>&\"'" and got["rows"], got)
code, got = api("heat?range=1h&path=wan1&path=nobody&path=wan2")
ok("heat: those that are there", code == 200 and sorted(got["paths"]) == ["wan1", "wan2"], got)
ok("heat: cells", all(0 <= c[0] < got["steps"] and c[2] in (0, 1, 2, 3) for c in got["paths"]["wan1"]) and got["paths"]["wan1"], got)
for call, want in (("history", 400), ("history?path=", 404), ("history?path=nobody", 404), ("history?path=%", 400),
                   ("history?path=%00", 400), ("history?path=%zz", 400), ("history?path=" + "x" * 40, 400),
                   ("history?path=wan1&range=soon", 400), ("history?path=wan1&range=0", 400), ("history?path=wan1&range=401d", 400),
                   ("history?path=wan1&range=-1", 400), ("heat?range=x", 400), ("heat?path=%0a", 400), ("events?limit=0", 400),
                   ("events?limit=1001", 400), ("events?limit=x", 400), ("events?path=%7f", 400),
                   ("history?path=wan1'%20OR%201=1--", 404)):
    code, got = api(call)
    ok("%s: %d, and why" % (call, want), code == want and got.get("error"), "%s %s" % (code, got))

# Who asks
port = str(PORT)
for host in ("evil.example", "evil.example:" + port, "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "127.0.0.2",
             "[::1]", "[127.0.0.1]", "", "localhost:x", "localhost:123456", "localhost:1:2", "@localhost", "[::1", "a" * 300):
    status("host %s" % (host[:30] or "none"), 403, "/", host=host)
for host in ("127.0.0.1", "localhost", "LOCALHOST:" + port, "localhost:9000", "127.0.0.1:1", "paths.example", "paths.example:80"):
    status("host %s" % host, 200, "/api/info", host=host)
status("no host", 403, "/", host=None)
status("two hosts", 403, "/", extra="Host: localhost\r\n")
status("another site's page", 403, "/api/paths", extra="Origin: http://evil.example\r\n")
status("a page of no site", 403, "/api/paths", extra="Origin: null\r\n")
status("our own page", 200, "/api/paths", extra="Origin: http://%s\r\nSec-Fetch-Site: same-origin\r\n" % HERE)
status("a script of another site", 403, "/page.js", extra="Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n")
status("a link of another site", 200, "/", extra="Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n")
for method in ("POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "get", "FROB"):
    code, fields, _ = ask("/api/paths", method=method)
    ok("%s: 405, GET is allowed" % method, code == 405 and fields.get("allow") == "GET", code)

# What is no request
for path in ("/favicon.ico", "/api", "/api/", "/api/frob", "/../page.js", "/etc/passwd", "//page.js", "/page.js/", "/%70age.js"):
    status(path, 404, path)
status("a page of another scheme", 400, "http://%s/" % HERE)
status("a name alone", 400, "page.js")
status("HTTP/2.0", 505, "/", version="HTTP/2.0")
status("HTTP/1.0", 200, "/", version="HTTP/1.0")
status("no HTTP", 400, "/", version="FTP/1.1")
status("a body", 400, "/", extra="Content-Length: 5\r\n")
status("a body of no length", 400, "/", extra="Transfer-Encoding: chunked\r\n")
status("an empty body", 200, "/", extra="Content-Length: 0\r\n")
status("a line that goes on", 400, "/", extra="X: a\r\n b\r\n")
status("a line without a colon", 400, "/", extra="nothing\r\n")
status("a blank before the colon", 400, "/", extra="X : a\r\n")
status("a line feed alone", 400, "/", extra="X: a\nHost: localhost\r\n")
status("64 lines", 200, "/api/info", extra="".join("X-%d: a\r\n" % i for i in range(63)))
status("65 lines", 431, "/api/info", extra="".join("X-%d: a\r\n" % i for i in range(64)))
status("8 KiB are not too long", 200, "/api/info", extra="X: %s\r\n" % ("a" * (8192 - 80)))
ok("more is", split(talk(b"GET / HTTP/1.1\r\nX: " + b"a" * 8300))[0] == 431)
ok("a zero byte", split(talk(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n"))[0] == 400)
ok("no line at all", split(talk(b"\r\n\r\n"))[0] == 400)
ok("noise", split(talk(bytes(range(256)) * 4 + b"\r\n\r\n"))[0] == 400)
ok("TLS", talk(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\r\n\r\n")[:12] == b"HTTP/1.1 400")
ok("nothing, and the end", talk(b"", half=True) == b"")
ok("half a request, and the end", talk(b"GET / HTTP/1.1\r\n", half=True) == b"")
s = socket.create_connection((ADDR, PORT), timeout=20)
for byte in b"GET /api/info HTTP/1.1\r\nHost: localhost\r\n\r\n":
    s.sendall(bytes([byte]))
ok("byte by byte", s.recv(12) == b"HTTP/1.1 200")
s.close()
ok("two requests in one: the first is answered", talk(b"GET /api/info HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2).count(b"HTTP/1.1 200") == 1)

# Many at once
idle = [socket.create_connection((ADDR, PORT), timeout=20) for _ in range(30)]
idle[0].sendall(b"GET / HT")
began = time.monotonic()
ok("idle ones leave room for others", ask("/api/info")[0] == 200 and time.monotonic() - began < 9)
for _ in range(60):
    idle.append(socket.create_connection((ADDR, PORT), timeout=60))
fds = len(__import__("os").listdir("/proc/%s/fd" % PID))
ok("so many connections and no more", fds < 60, fds)
late = time.monotonic()
code = split(talk(b"GET /api/info HTTP/1.1\r\nHost: localhost\r\n\r\n", timeout=90))[0]
ok("a full house empties by itself", code == 200, "%s after %.1f s" % (code, time.monotonic() - late))
for s in idle:
    s.close()
slow = []
for i in range(40):
    s = socket.create_connection((ADDR, PORT), timeout=60)
    s.sendall(b"GET /api/info HTTP/1.1\r\n")
    slow.append(s)
began = time.monotonic()
code = split(talk(b"GET /api/info HTTP/1.1\r\nHost: localhost\r\n\r\n", timeout=90))[0]
# Eight who came too late are let in before it: ten seconds each would be more than a minute.
ok("who sends slowly makes room for who waits", code == 200, "%s after %.1f s" % (code, time.monotonic() - began))
for s in slow:
    s.close()
unread = [socket.create_connection((ADDR, PORT), timeout=20) for _ in range(8)]
for s in unread:
    s.sendall(b"GET /page.js HTTP/1.1\r\nHost: localhost\r\n\r\n")
ok("who does not read holds nobody up", ask("/api/info")[0] == 200)
for s in unread:
    s.close()
ok("it is still there", ask("/")[0] == 200)
