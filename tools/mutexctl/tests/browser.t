#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The page of mutexctl dashboard in a real browser: it draws what it should, and the browser complains of nothing. Without a
# kernel module: TAP. MUTEXCTL names a program that reads its paths from files. With SHOT, a picture of the page is left in that
# directory.
set -u
# shellcheck source=fake.bash
. "$(dirname "$0")/fake.bash"
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ]; then
	echo "1..0 # SKIP there is no chromium"
	exit 0
fi

paths <<-END
	fiber dev=eth1 via=198.51.100.1 peer=203.0.113.20:51822 mbit=1000 status=up reason=recovered score=98500 rtt=12345 rtt_min=11900 rtt_max=14100 p95=13100 jitter=320 loss=0
	cable dev=eth2 via=192.0.2.1 peer=203.0.113.20:51822 mbit=250 status=degraded reason=loss score=44200 rtt=96000 rtt_min=61000 rtt_max=181000 p95=170000 jitter=31000 loss=52000
	lte dev=wwan0 peer=[2001:db8::20]:51822 mbit=50 admin=standby status=up score=71000 rtt=62000 rtt_min=48000 rtt_max=90000 p95=88000 jitter=9000 loss=0
	sat dev=ppp0 peer=[2001:db8::20]:51822 status=down reason=silent loss=1000000 score=0
	\<img/src=x/onerror=alert(1)\> dev=wg0 peer=203.0.113.99 status=unknown
END
cat >"$MX_FAKE/members" <<-END
	voip fiber active=812 bytes=220000000 reply_bytes=240000000
	voip cable active=12 bytes=9000000
	bulk fiber active=93 bytes=91000000000
	bulk lte active=41 bytes=1100000000
END
run rec "$ctl" record --db p.db interval 100ms
rec=$PID
wait_for holds p.db 'SELECT count(*) > 10 FROM metric' 1
news "state fiber dev=eth1 via=198.51.100.1 peer=203.0.113.20:51822 mbit=1000 status=down reason=silent"
wait_for holds p.db "SELECT count(*) > 1 FROM event WHERE what = 'state'" 1
# An hour and more of a past: cable got worse, lte has a gap, sat went down.
finish "$rec"
python3 -IS - <<-'END'
	import sqlite3, time
	db = sqlite3.connect("p.db")
	db.execute("DELETE FROM metric")
	now = int(time.time() * 1000)
	for name, rtt, jitter in (("fiber", 12300, 300), ("cable", 30000, 3000), ("lte", 60000, 9000), ("sat", 600000, 4000)):
	    path = db.execute("SELECT id FROM path WHERE name = ?", (name,)).fetchone()[0]
	    for i in range(720):
	        if name == "lte" and 100 < i < 160:
	            continue
	        wave = 1 + ((i * 7919) % 17) / 100
	        status, score, loss, r, j = 1, 97000, 0, rtt * wave, jitter * wave
	        if name == "cable" and i < 90:
	            status, score, loss, r, j = 2, 44000, 30000 + 1000 * (i % 30), 96000 * wave, 31000 * wave
	        if name == "sat" and i < 60:
	            db.execute("INSERT INTO metric (path, time, status, score, loss) VALUES (?, ?, 3, 0, 1000000)", (path, now - i * 10000))
	            continue
	        db.execute("INSERT INTO metric (path, time, status, score, rtt, rtt_min, rtt_max, jitter, loss) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	                   (path, now - i * 10000, status, score, int(r), int(r - j), int(r + 2 * j), int(j), loss))
	db.commit()
END
run url "$ctl" dashboard listen 127.0.0.1:0 db p.db interval 1m
wait_for grep -q ^http url
URL=$(grep ^http url)

# look OPTIONS...: the browser, which has no network but this machine; one that says nothing in time is begun anew
look() {
	local profile try
	for try in 1 2 3; do
		profile=$(mktemp -d -p "$dir")
		timeout -k 5 $((100 * try)) "$browser" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
			--disable-extensions --user-data-dir="$profile" --hide-scrollbars \
			--host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1' --enable-logging=stderr \
			--virtual-time-budget=2000 "$@" 2>browser.log && return
	done
}
look --window-size=1400,1600 --dump-dom "$URL" >dom.html
cp browser.log out
ok "the browser shows the page" grep -q 'data-ready="1"' dom.html
grep -E 'CONSOLE' browser.log >out
same "nothing is complained of" "$(wc -l <out)" 0
python3 -IS - dom.html >dom.out <<-'END'
	import re, sys
	from html.parser import HTMLParser
	html = open(sys.argv[1]).read()
	class P(HTMLParser):
	    def __init__(self):
	        super().__init__()
	        self.stack, self.seen = [], {}
	        self.images = 0
	    def handle_starttag(self, tag, attrs):
	        a = dict(attrs)
	        self.images += tag == "img"
	        if tag not in ("meta", "link", "input", "img", "br"):
	            self.stack.append((tag, a.get("id"), a.get("class", "")))
	        where = [i for _, i, _ in self.stack if i]
	        for w in where:
	            self.seen.setdefault((w, tag), []).append(a)
	    def handle_endtag(self, tag):
	        while self.stack and self.stack.pop()[0] != tag:
	            pass
	    def handle_data(self, text):
	        for _, i, _ in self.stack:
	            if i and text.strip():
	                self.seen.setdefault((i, "text"), []).append(text.strip())
	p = P()
	p.feed(html)
	def text(i):
	    return p.seen.get((i, "text"), [])
	print("counts", text("counts"))
	print("rows", len(p.seen.get(("paths", "tr"), [])))
	print("first", text("paths")[0:2])
	print("cells", sum("f-" in a.get("class", "") for a in p.seen.get(("paths", "rect"), [])) > 100)
	print("links", sum("link" in a.get("class", "") for a in p.seen.get(("topology", "path"), [])))
	print("standby", sum("standby" in a.get("class", "") for a in p.seen.get(("topology", "path"), [])))
	print("charts", len(p.seen.get(("charts", "svg"), [])), sum(a.get("class") == "series" for a in p.seen.get(("charts", "path"), [])))
	print("flows", [t for t in text("flows") if "·" in t][:4])
	print("events", any("silent" in t for t in text("events")))
	print("images", p.images, any("onerror=alert(1)" in t for t in text("paths")))
	print("way", any("via 198.51.100.1 to 203.0.113.20:51822" in t for t in text("paths")))
END
cp dom.out out
line() { sed -n "s/^$1 //p" dom.out; }
same "how many do well" "$(line counts)" "['2 up', '1 degraded', '1 down', '1 unknown']"
same "a line for each path" "$(line rows)" 5
same "the worst comes first" "$(line first)" "['sat', 'down']"
same "scores over time" "$(line cells)" True
same "a link to each path, and on to its peer" "$(line links) $(line standby)" "10 2"
same "four charts of the worst, without a line for what is not known" "$(line charts)" "4 4"
same "flows" "$(line flows)" "['905 · 91.5 GB', '41 · 1.1 GB', '12 · 9 MB', 'connections now, a piece for each group · bytes both ways']"
same "events" "$(line events)" True
same "a name is text, whatever is in it" "$(line images)" "0 True"
same "the way of a path" "$(line way)" True

# As a picture: not one color, the status' colors are there, in both themes and on a small screen
colors() { # FILE COLOR...: whether there are pixels of each
	python3 -IS - "$@" <<-'END'
		import struct, sys, zlib
		from collections import Counter
		from itertools import accumulate
		data = open(sys.argv[1], "rb").read()
		at, idat = 8, b""
		while at < len(data):
		    n, kind = struct.unpack(">I4s", data[at:at + 8])
		    body = data[at + 8:at + 8 + n]
		    if kind == b"IHDR":
		        w, h, depth, color = struct.unpack(">IIBB", body[:10])
		    if kind == b"IDAT":
		        idat += body
		    at += 12 + n
		bpp = {2: 3, 6: 4}[color]
		def paeth(row, up):
		    left = corner = 0
		    for v, above in zip(row, up):
		        a, b, c = abs(above - corner), abs(left - corner), abs(left + above - 2 * corner)
		        left = v + (left if a <= b and a <= c else above if b <= c else corner) & 255
		        corner = above
		        yield left
		def mean(row, up):
		    left = 0
		    for v, above in zip(row, up):
		        left = v + (left + above >> 1) & 255
		        yield left
		ways = {0: lambda row, up: row, 1: lambda row, up: accumulate(row, lambda a, b: a + b & 255),
		        2: lambda row, up: [a + b & 255 for a, b in zip(row, up)], 3: mean, 4: paeth}
		raw, line, counts = zlib.decompress(idat), w * bpp, Counter()
		before = [bytes(w)] * bpp
		for y in range(h):
		    row = raw[y * (line + 1) + 1:(y + 1) * (line + 1)]
		    before = [bytes(ways[raw[y * (line + 1)]](row[c::bpp], before[c])) for c in range(bpp)]
		    counts.update(zip(*before[:3]))
		print(w, h, *(counts[tuple(bytes.fromhex(k))] > 200 for k in sys.argv[2:]))
	END
}
look --window-size=1200,1500 --screenshot=light.png "$URL" >/dev/null
same "as a picture" "$(colors light.png 1a8f4c c77700 c4314b ffffff f4f5f7)" "1200 1500 True True True True True"
look --window-size=1200,1500 --blink-settings=preferredColorScheme=0 --screenshot=dark.png "$URL" >/dev/null
same "in the dark" "$(colors dark.png 3fbf78 f0a63a f0637c 191c1f 111315)" "1200 1500 True True True True True"
look --window-size=500,1600 --screenshot=small.png "$URL" >/dev/null
same "on a small screen" "$(colors small.png 1a8f4c c77700 c4314b ffffff)" "500 1600 True True True True"
[ -z "${SHOT-}" ] || cp light.png dark.png small.png "$SHOT/"
plan
