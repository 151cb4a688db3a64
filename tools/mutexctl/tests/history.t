#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# mutexctl path history: lines, JSON, plots and pictures of what was recorded. Without a kernel module: TAP. MUTEXCTL names a
# program that reads its paths from files.
set -u
# shellcheck source=fake.bash
. "$(dirname "$0")/fake.bash"
bad() { is 1 "$@"; }

# A file as the recorder makes it, with figures of a past day: 10 s apart, of which some are missing
paths <<<'wan1 dev=eth0 status=up
a\&b\<c\> dev=eth1 status=up'
run said "$ctl" record --db h.db interval 100ms
wait_for holds h.db 'SELECT count(*) > 1 FROM metric' 1
finish "$PID"
python3 -IS - <<-'END'
	import sqlite3
	db = sqlite3.connect("h.db")
	db.execute("DELETE FROM metric")
	db.execute("DELETE FROM event")
	wan1, other = (db.execute("SELECT id FROM path WHERE name = ?", (n,)).fetchone()[0] for n in ("wan1", "a&b<c>"))
	begin = 1774744200000    # 2026-03-29T00:30:00Z
	for i in range(360):
	    if 100 <= i < 120:
	        continue
	    t = begin + i * 10000
	    if 200 <= i < 260:
	        db.execute("INSERT INTO metric (path, time, status, score, loss) VALUES (?, ?, 3, 0, 1000000)", (wan1, t))
	    else:
	        db.execute("INSERT INTO metric (path, time, status, score, rtt, rtt_min, rtt_max, jitter, loss) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?)",
	                   (wan1, t, 98500 - i, 10000 + i * 100, 9000, 60000, 250, 1250 if i % 2 else 0))
	db.execute("INSERT INTO metric (path, time, status, score, rtt) VALUES (?, ?, 1, 100000, 1)", (other, begin))
	db.executemany("INSERT INTO event (time, path, what, was, status, text) VALUES (?, ?, ?, ?, ?, ?)", [
	    (begin + 2000500, wan1, "state", "up", "down", "silent"), (begin + 2600000, wan1, "state", "down", "up", "recovered"),
	    (begin, None, "start", None, None, "mutexctl 0.1.0"), (begin, other, "new", None, "up", "dev eth1 admin up")])
	db.commit()
END
h() { "$ctl" "${@:2}" path history "$1" db h.db "${words[@]}"; }
words=(since 2026-03-29T00:30:00Z until 2026-03-29T00:30:25Z)
same "lines" "$(h wan1)" "2026-03-29T00:30:00Z status up score 98.5 rtt 10ms jitter 0.25ms loss 0%
2026-03-29T00:30:10Z status up score 98.499 rtt 10.1ms jitter 0.25ms loss 0.125%
2026-03-29T00:30:20Z status up score 98.498 rtt 10.2ms jitter 0.25ms loss 0%"
words=(since @1774744200 until @1774744200)
same "all that is known" "$(h wan1 -d)" "2026-03-29T00:30:00Z status up score 98.5 rtt 10ms rtt-min 9ms rtt-max 60ms jitter 0.25ms loss 0% rows 1"
same "JSON" "$(h wan1 -j)" '[{"time":1774744200000,"status":"up","score":98.5,"rtt-us":10000,"rtt-min-us":9000,"rtt-max-us":60000,"jitter-us":250,"loss-ppm":0,"rows":1}]'
words=(since 2026-03-29T00:30:00Z until 2026-03-29T00:31:59Z step 1m)
same "steps" "$(h wan1 -d)" "2026-03-29T00:30:00Z status up score 98.498 rtt 10.25ms rtt-min 9ms rtt-max 60ms jitter 0.25ms loss 0.0625% rows 6
2026-03-29T00:31:00Z status up score 98.492 rtt 10.85ms rtt-min 9ms rtt-max 60ms jitter 0.25ms loss 0.0625% rows 6"
words=(since 2026-03-29T01:03:00Z until 2026-03-29T01:03:44Z step 30s)
same "a step has its worst status, and what is known of it" "$(h wan1)" "2026-03-29T01:03:00Z status down score 65.534 rtt 29.85ms jitter 0.25ms loss 33.375%
2026-03-29T01:03:30Z status down score 0 loss 100%"
words=(since 2026-03-28 until 2026-03-30T00:00)
same "hours of a day" "$(TZ=Europe/Berlin h wan1 | wc -l) $(h wan1 -j | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))')" "340 340"
words+=(events)
same "events, of the path and of the record" "$(h wan1)" "2026-03-29T01:13:20Z state path wan1 from down to up text recovered
2026-03-29T01:03:20.500Z state path wan1 from up to down text silent
2026-03-29T00:30:00Z start text 'mutexctl 0.1.0'"
same "events as JSON" "$(h 'a&b<c>' -j)" '[{"time":1774744200000,"event":"new","path":"a&b<c>","to":"up","text":"dev eth1 admin up"},{"time":1774744200000,"event":"start","text":"mutexctl 0.1.0"}]'
words=(since 10m)
same "a time without figures" "$(h wan1) $(h wan1 -j)" ' []'

# Words
bad 'NAME is missing' path history
bad 'unknown word "frob"' path history wan1 frob
bad '"since" needs a value' path history wan1 since
for when in yesterday 2026-13-01 2026-03-29T25:00Z 2026-03-29T01:30X @ @x -1h 1y '' 99999999999d @99999999999999999999; do
	bad 'not a point in time' path history wan1 since "$when"
done
bad 'not a time' path history wan1 step much
bad 'step cannot be 0' path history wan1 step 0
bad 'since is later than until' path history wan1 since 1h until 2h
bad 'only one of events, plot and svg' path history wan1 plot events
is 2 'of path "wan9" nothing is recorded in h.db' path history wan9 db h.db
is 2 'cannot read none.db: No such file' path history wan1 db none.db
is 2 'cannot read' path history wan1 db /dev/null
head -c 8192 /dev/urandom >noise.db
is 2 'cannot read noise.db: file is not a database' path history wan1 db noise.db
python3 -IS -c 'import sqlite3; db = sqlite3.connect("foreign.db"); db.execute("CREATE TABLE x (y)"); db.commit()'
is 2 'database of another program' path history wan1 db foreign.db
: >empty.db
is 2 'nothing was recorded into it' path history wan1 db empty.db
# Who may read the file and not write beside it
if [ "$(id -u)" = 0 ] && setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null; then
	mkdir -p "other?%41#"
	cp h.db "$ctl" "other?%41#/"
	chmod 755 . "other?%41#"
	chmod 644 "other?%41#/h.db"
	words=(since 2026-03-29T00:30:00Z until 2026-03-29T00:30:25Z)
	same "who may only read" "$(cd "other?%41#" && setpriv --reuid 65534 --regid 65534 --clear-groups "./$(basename "$ctl")" path history wan1 \
		db h.db "${words[@]}" 2>&1 | wc -l)" 3
	same "leaves nothing beside it" "$(find "other?%41#" -type f | wc -l)" 2
else
	skip "who may only read" "only root can be another"
	skip "leaves nothing beside it" "only root can be another"
fi
same "a question makes no file" "$(find . -name 'none.db*')" ''
same "and leaves one as it is" "$(wc -c <empty.db)" 0

# A plot of characters
words=(since 2026-03-29T00:30:00Z until 2026-03-29T01:29:59Z plot)
COLUMNS=70 h wan1 >plot.txt
cp plot.txt out
same "plot: its heading" "$(sed -n 1p plot.txt)" "wan1: 2026-03-29T00:30:00Z to 2026-03-29T01:30:00Z, a column is 60 s"
same "plot: the figures" "$(grep -c 'least' plot.txt) $(grep rtt plot.txt)" "4 rtt, ms: least 10.250, mean 27.420, most 45.650"
same "plot: no line is longer than the terminal" "$(sed 1d plot.txt | wc -L)" 70
same "plot: the status" "$(tail -n 1 plot.txt | sed 's/.*│//; s/ *$//')" "$(python3 -c 'print("u" * 17 + " " * 3 + "u" * 13 + "#" * 11 + "u" * 16)')"
same "plot: a gap is marked" "$(grep -c '·' plot.txt)" 4
LC_ALL=C COLUMNS=70 h wan1 >ascii.txt
same "plot: without UTF-8" "$(LC_ALL=C grep -c '[^ -~]' ascii.txt)" 0
same "plot: without UTF-8, the same status" "$(tail -n 1 ascii.txt | sed 's/.*|//')" "$(tail -n 1 plot.txt | sed 's/.*│//')"
COLUMNS=1 h wan1 >narrow.txt
same "plot: at least 16 columns" "$(tail -n 1 narrow.txt | sed 's/.*│//' | wc -L | awk '{ print ($1 >= 10 && $1 <= 20) }')" 1
COLUMNS=99999 h wan1 >wide.txt
same "plot: at most 400" "$(wc -L <wide.txt | awk '{ print $1 <= 420 }')" 1
same "plot: the colors" "$(h wan1 -c=always | tail -n 1 | grep -c $'\033\\[31m#')" 1
words=(since 10m plot)
same "plot: nothing is known" "$(h wan1 | grep -c 'not known')" 4
words=(since 2026-03-29T00:30:00Z until 2026-03-29T00:30:00Z plot)
same "plot: a moment" "$(h wan1 | sed -n 2p)" "score: least 98.500, mean 98.500, most 98.500"

# A picture
words=(since 2026-03-29T00:30:00Z until 2026-03-29T01:29:59Z svg p.svg)
ok "svg" h wan1
words[5]=-
same "svg: to the output, the same" "$(h wan1 | cmp - p.svg && echo same)" same
words[5]=q.svg
ok "svg: a strange name" h 'a&b<c>'
words=(since 10m svg r.svg)
ok "svg: nothing is known" h wan1
python3 -I - >svg.out <<-'END'
	import xml.etree.ElementTree as ET
	def parts(name):
	    root = ET.parse(name).getroot()
	    return root, ["".join(e.itertext()) for e in root.iter() if e.tag.endswith("}text")]
	root, text = parts("p.svg")
	print(root.tag, text[0], sum(e.tag.endswith("}script") or any("href" in a for a in e.attrib) for e in root.iter()))
	lines = [e.attrib["d"] for e in root.iter() if e.tag.endswith("}path") and e.attrib.get("stroke") == "#3057d5"]
	print(len(lines), [d.count("M") for d in lines], all(0 <= float(n) <= 860 for d in lines for n in d.replace("M", " ").replace("L", " ").replace("h0", " ").split()))
	print([e.find("{*}title").text for e in root.iter() if e.find("{*}title") is not None])
	print(parts("q.svg")[1][0], parts("r.svg")[1].count("nothing is recorded"))
END
same "svg: well-formed, without scripts and references" "$(sed -n 1p svg.out)" "{http://www.w3.org/2000/svg}svg wan1 0"
same "svg: four lines, broken where nothing is known" "$(sed -n 2p svg.out)" "4 [2, 3, 3, 2] True"
same "svg: the status" "$(sed -n 3p svg.out)" "['up', 'up', 'down', 'up']"
same "svg: names are text; and nothing is known" "$(sed -n 4p svg.out)" "a&b<c> 4"
words=(since 1h svg none/p.svg)
h wan1 >out 2>&1
same "svg: a directory that is not there" $? 2
words=(since 1h svg /dev/full)
h wan1 >out 2>&1
same "svg: no regular file" $? 2
plan
