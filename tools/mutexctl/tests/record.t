#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# mutexctl record: what it writes, what it survives, what it refuses, and what it forgets. Without a kernel module: TAP.
# MUTEXCTL names a program that reads its paths from files.
set -u
# shellcheck source=fake.bash
. "$(dirname "$0")/fake.bash"
bad() { is 1 "$@"; }
refused() { is 2 "$@"; }

two() {
	paths <<-END
		wan1 dev=eth0 via=10.0.0.1 local=10.0.0.2 peer=192.0.2.1:51822 mbit=100 cost=10 interval=5000 status=up score=98500 rtt=12345 rtt_min=12000 rtt_max=13000 p50=12300 p95=12900 p99=12990 jitter=300 jitter3550=280 loss=0 loss_long=1200 fwd_jitter=100 back_loss=5 bandwidth=93000 mtu=1420 sent=1000 received=999 late=1 lost=1
		wan2 dev=wwan0 peer=192.0.2.1:51822 status=degraded score=40000 rtt=150000 jitter=30000 loss=20000
	END
}
two

# Full disk: this part runs in a mount namespace of its own, see below.
if [ "${1-}" = full ]; then
	mkdir disk
	mount -t tmpfs -o size=8m tmpfs disk || exit 77
	run said "$ctl" record --db disk/p.db interval 100ms
	wait_for holds disk/p.db 'SELECT count(*) > 4 FROM metric' 1
	report $? "full disk: it records while there is room"
	# What the log gives back is taken, too.
	fill() { until [ -e enough ]; do head -c 16M /dev/zero >>disk/fill; sleep 0.02; done 2>/dev/null; }
	fill &
	filler=$!
	wait_for grep -q 'cannot write disk/p.db: the disk is full' said
	report $? "full disk: it says so"
	news state wan1 dev=eth0 via=10.0.0.1 local=10.0.0.2 peer=192.0.2.1:51822 mbit=100 cost=10 interval=5000 status=down reason=silent
	before=$(sql disk/p.db 'SELECT count(*) FROM metric')
	gone "$PID"
	[ $? = 1 ]
	report $? "full disk: it goes on"
	sleep 0.5
	: >enough
	wait "$filler"
	rm disk/fill
	wait_for grep -q 'disk/p.db can be written again; [1-9][0-9]* figures and 0 events were lost' said
	report $? "full disk: with room again it writes, and tells what was lost"
	cp said out
	same "full disk: it is said once" "$(grep -c 'cannot write' said)" 1
	wait_for holds disk/p.db "SELECT count(*) > $before FROM metric" 1
	report $? "full disk: the figures go on"
	wait_for holds disk/p.db "SELECT count(*) FROM event WHERE what = 'lost' AND text LIKE '% figures and 0 events were lost'" 1
	report $? "full disk: the record tells what it lacks"
	wait_for holds disk/p.db "SELECT was, status, text FROM event WHERE what = 'state' ORDER BY id LIMIT 1" 'up|down|silent'
	report $? "full disk: an event that came meanwhile is there"
	finish "$PID"
	same "full disk: it ends well" $STATUS 0
	same "full disk: the file is whole" "$(sql disk/p.db 'PRAGMA quick_check')" ok
	rm -f disk/p.db*
	head -c 16M /dev/zero >disk/fill 2>/dev/null
	run said "$ctl" record --db disk/new.db interval 100ms
	wait_for grep -q 'cannot write disk/new.db' said
	report $? "full disk: a new file waits for room, too"
	rm disk/fill
	wait_for holds disk/new.db 'SELECT count(*) > 0 FROM metric' 1
	report $? "full disk: and is begun then"
	finish "$PID"
	umount disk
	echo "# $n $failed" >"$2"
	exit 0
fi

# Words
bad 'not a time' record interval soon
bad 'interval is not from 100ms to 1d' record interval 99ms
bad 'interval is not from 100ms to 1d' record interval 2d
bad 'keep is shorter than ten intervals' record interval 10s keep 99s
bad 'not a size' record size big
bad 'not a size' record size 9999999999999999999G
bad 'not a size' record size 99999999999T
bad 'not a size' record size -1
bad 'size is less than 256K' record size 255K
bad '"--db" needs a value' record --db
bad 'db needs the name of a file' record --db ''
bad 'unknown word "frob"' record frob x
bad 'a batch cannot record' -b <(echo record --db x)

# What is written
run said "$ctl" record --db p.db interval 100ms
rec=$PID
wait_for holds p.db 'SELECT count(*) > 3 FROM metric WHERE path = 2' 1
report $? "figures come"
same "the paths" "$(sql p.db 'SELECT name, dev, via, local, peer, admin, probe, interval, bandwidth, cost, gone FROM path ORDER BY name')" \
	$'wan1|eth0|10.0.0.1|10.0.0.2|192.0.2.1:51822|up|stamp|5000|100|10|\nwan2|wwan0|||192.0.2.1:51822|up|stamp|0|0|0|'
same "all figures" "$(sql p.db 'SELECT status, score, rtt, rtt_min, rtt_max, p50, p95, p99, jitter, jitter3550, loss, loss_long, fwd_jitter, back_jitter, fwd_loss, back_loss, bandwidth, mtu, sent, received, late, lost FROM metric WHERE path = 1 LIMIT 1')" \
	'1|98500|12345|12000|13000|12300|12900|12990|300|280|0|1200|100|||5|93000|1420|1000|999|1|1'
same "what is not known is not there" "$(sql p.db 'SELECT p95 IS NULL, mtu IS NULL, sent IS NULL FROM metric WHERE path = 2 LIMIT 1')" '1|1|1'
same "its mode" "$(sql p.db 'PRAGMA journal_mode')" wal
same "whose it is" "$(sql p.db 'PRAGMA application_id') $(sql p.db 'PRAGMA user_version')" "1836414072 1"
refused 'another mutexctl records into it' record --db p.db interval 100ms

# What the kernel tells comes at once, and once
one='dev=eth0 via=10.0.0.1 local=10.0.0.2 peer=192.0.2.1:51822 mbit=100 cost=10 interval=5000'
paths <<<"wan1 $one status=down reason=silent
wan2 dev=wwan0 peer=192.0.2.1:51822 status=degraded"
news "state wan1 $one status=down reason=silent"
wait_for holds p.db "SELECT p.name, was, status, text FROM event e JOIN path p ON p.id = e.path WHERE what = 'state'" 'wan1|up|down|silent'
report $? "a change of status"
two
wait_for holds p.db "SELECT count(*) FROM event WHERE what = 'state'" 2
report $? "a change that was not told is seen at the next look"
news "path wan3 dev=eth9 status=unknown"
wait_for holds p.db "SELECT e.text FROM event e JOIN path p ON p.id = e.path WHERE what = 'new' AND name = 'wan3'" 'dev eth9 admin up'
report $? "a new path"
wait_for holds p.db "SELECT count(*) FROM event e JOIN path p ON p.id = e.path WHERE what = 'deleted' AND name = 'wan3'" 1
report $? "a path that a look does not find is gone"
wait_for holds p.db "SELECT gone > 0 FROM path WHERE name = 'wan3'" 1
report $? "and marked so, its past stays"
news "gone wan2"
wait_for holds p.db "SELECT count(*) FROM event e JOIN path p ON p.id = e.path WHERE what = 'deleted' AND name = 'wan2'" 1
report $? "a path that was deleted"
wait_for holds p.db "SELECT gone IS NULL FROM path WHERE name = 'wan2'" 1
report $? "and came back, under its number"
same "no path has two numbers" "$(sql p.db 'SELECT count(*), count(DISTINCT name) FROM path')" "3|3"
paths <<<"torn"
at=$(sql p.db 'SELECT max(time) FROM metric')
run wait_said "$ctl" record --db other.db interval 100ms
sleep 0.5
finish "$PID"
same "a torn look deletes nothing" "$(sql p.db "SELECT count(*) FROM event WHERE what = 'deleted' AND time > $at")" 0
paths <<<"wan1 ${one/cost=10/cost=20} status=up
wan2 dev=wwan0 peer=192.0.2.1:51822 status=degraded"
wait_for holds p.db "SELECT cost FROM path WHERE name = 'wan1'" 20
report $? "what a user says anew"
wait_for holds p.db "SELECT count(*) FROM event WHERE what = 'changed'" 1
report $? "is an event"
two
news missed
wait_for holds p.db "SELECT count(*) FROM event WHERE what = 'missed'" 1
report $? "lost news are told"

# The kernel goes away and comes back
mv "$MX_FAKE/paths" "$MX_FAKE/away"
wait_for holds p.db "SELECT count(*) FROM event WHERE what = 'unseen'" 1
report $? "the kernel does not answer: the record says so"
same "and so does the program, once" "$(grep -c 'does not tell of paths any more' said)" 1
mv "$MX_FAKE/away" "$MX_FAKE/paths"
wait_for holds p.db "SELECT count(*) FROM event WHERE what = 'seen'" 1
report $? "it answers again"
at=$(sql p.db 'SELECT max(time) FROM metric')
wait_for holds p.db "SELECT count(*) > 3 FROM metric WHERE time > $at" 1
report $? "and the figures go on"
news end
wait_for holds p.db "SELECT count(*) > 1 FROM event WHERE what = 'seen'" 1
report $? "the same where its news end"

# It is killed, and begun again
kill -KILL "$rec"
wait "$rec" 2>/dev/null
rows=$(sql p.db 'SELECT count(*) FROM metric')
ids=$(sql p.db 'SELECT id, name FROM path ORDER BY id')
run said "$ctl" record --db p.db interval 100ms
wait_for holds p.db "SELECT count(*) > $rows FROM metric" 1
report $? "killed, and begun again: it goes on where it was"
same "killed: the paths have their numbers" "$(sql p.db 'SELECT id, name FROM path ORDER BY id')" "$ids"
# What is deleted while nobody records
finish "$PID"
grep -v '^wan2' "$MX_FAKE/paths" >"$MX_FAKE/less" && mv "$MX_FAKE/less" "$MX_FAKE/paths"
run said "$ctl" record --db p.db interval 100ms
wait_for holds p.db "SELECT gone > 0 FROM path WHERE name = 'wan2'" 1
report $? "a path that was deleted while nobody recorded is marked"
same "and no other" "$(sql p.db "SELECT gone IS NULL FROM path WHERE name = 'wan1'")" 1
two
wait_for holds p.db "SELECT gone IS NULL FROM path WHERE name = 'wan2'" 1
report $? "and back again"
# Ten thousand at once
cp "$MX_FAKE/paths" few
awk 'BEGIN { for (i = 0; i < 10000; i++) print "many" i, "dev=eth0 status=up rtt=" i + 1 }' | cat few - | paths
wait_for holds p.db "SELECT count(*) FROM event e JOIN path p ON p.id = e.path WHERE what = 'new' AND name LIKE 'many%'" 10000
report $? "10,000 paths come at once: each is an event"
sed 's/^\(many.*\) status=up/\1 status=down/' "$MX_FAKE/paths" | paths
wait_for holds p.db "SELECT count(*) FROM event e JOIN path p ON p.id = e.path WHERE what = 'state' AND name LIKE 'many%'" 10000
report $? "and so is their end"
two
wait_for holds p.db "SELECT count(*) FROM path WHERE gone AND name LIKE 'many%'" 10000
report $? "and that they are no more"
same "nothing of it was lost" "$(sql p.db "SELECT count(*) FROM event WHERE what = 'lost'")" 0
# The file is taken away, or another is put in its place
rm -f p.db p.db-wal p.db-shm
wait_for grep -q 'p.db was removed or replaced' said
report $? "the file was removed: it says so"
wait_for holds p.db 'SELECT count(*) > 2 FROM metric' 1
report $? "and begins another"
finish "$PID"
same "it ends well" $STATUS 0
same "nothing lies beside it" "$(find . -name 'p.db*' | sort | xargs)" ./p.db
same "its begin and end are events" "$(sql p.db "SELECT group_concat(what) FROM (SELECT what FROM event ORDER BY id)" | grep -o 'stop$')" stop

# Files that are not ours, or not whole
run said "$ctl" record --db whole.db interval 100ms
wait_for holds whole.db 'SELECT count(*) > 40 FROM metric' 1
finish "$PID"
head -c 9000 whole.db >cut.db
refused 'cut.db is damaged' record --db cut.db interval 100ms
same "what is damaged stays as it is" "$(cmp <(head -c 9000 whole.db) cut.db && find . -name 'cut.db?*')" ''
{ head -c 4096 whole.db; head -c 8192 /dev/urandom; tail -c +12289 whole.db; } >holes.db
refused 'holes.db is damaged' record --db holes.db interval 100ms
head -c 4096 /dev/urandom >noise.db
refused 'noise.db is damaged' record --db noise.db interval 100ms
refused 'With the word "aside" it is moved' record --db noise.db interval 100ms
sum=$(md5sum <noise.db)
run said "$ctl" record --db noise.db interval 100ms aside
wait_for holds noise.db 'SELECT count(*) > 2 FROM metric' 1
report $? "with the word aside, a new file is begun"
ok "it says where the other is" grep -q 'noise.db was damaged (.*): it is noise.db.damaged-[0-9TZ]* now' said
same "of which nothing is lost" "$(cat noise.db.damaged-* | md5sum)" "$sum"
wait_for holds noise.db "SELECT count(*) FROM event WHERE what = 'damaged'" 1
report $? "the new one tells of it"
finish "$PID"
python3 - <<-'END'
	import sqlite3
	db = sqlite3.connect("foreign.db")
	db.execute("CREATE TABLE precious (x)")
	db.commit()
	db = sqlite3.connect("newer.db")
	db.execute("CREATE TABLE path (x)")
	db.execute("PRAGMA application_id = 1836414072")
	db.execute("PRAGMA user_version = 2")
	db.commit()
END
refused 'database of another program' record --db foreign.db interval 100ms aside
refused 'written by a newer mutexctl' record --db newer.db interval 100ms aside
same "another's is never moved" "$(find . -name 'foreign.db*' -o -name 'newer.db*' | sort | xargs)" "./foreign.db ./newer.db"
: >empty.db
run said "$ctl" record --db empty.db interval 100ms
wait_for holds empty.db 'SELECT count(*) > 0 FROM metric' 1
report $? "an empty file is a new one"
finish "$PID"
mkdir adir
refused 'no regular file' record --db adir interval 100ms
refused 'no regular file' record --db /dev/null interval 100ms
refused 'No such file or directory' record --db none/p.db interval 100ms
run said "$ctl" record --db :memory: interval 100ms
wait_for holds :memory: 'SELECT count(*) > 0 FROM metric' 1
report $? "a name that SQLite would take for something else is a name"
finish "$PID"

# What is too old, or too much, is forgotten
python3 - <<-'END'
	import sqlite3, shutil, time
	now = int(time.time() * 1000)
	shutil.copy("whole.db", "old.db")
	shutil.copy("whole.db", "big.db")
	db = sqlite3.connect("old.db")
	db.execute("DELETE FROM metric")
	db.executemany("INSERT INTO metric (path, time, status) VALUES (1, ?, 1)", [(now - i * 1000,) for i in range(5000)])
	db.execute("INSERT INTO path (name, first, gone) VALUES ('former', 1, 2)")
	db.execute("INSERT INTO event (time, what) VALUES (5, 'start')")
	db.commit()
	db = sqlite3.connect("big.db")
	db.execute("DELETE FROM metric")
	db.executemany("INSERT INTO metric (path, time, status, rtt) VALUES (?, ?, 1, 123456)", [(p, now - i * 100) for p in (1, 2) for i in range(20000)])
	db.commit()
END
run said "$ctl" record --db old.db interval 100ms keep 5s
wait_for holds old.db "SELECT (SELECT max(time) - min(time) < 7000 FROM metric), (SELECT count(*) FROM path WHERE name = 'former'), (SELECT count(*) FROM event WHERE time < 10)" '1|0|0'
report $? "what is older than keep is forgotten"
finish "$PID"
run said "$ctl" record --db big.db interval 100ms keep 30s size 300K
used() { [ $((($(sql big.db 'PRAGMA page_count') - $(sql big.db 'PRAGMA freelist_count')) * $(sql big.db 'PRAGMA page_size'))) -le 310000 ]; }
wait_for used
report $? "what does not fit is forgotten"
same "the newest is there" "$(sql big.db "SELECT max(time) > $(date +%s)000 - 60000 FROM metric")" 1
finish "$PID"
# A limit of the size of files is a full disk that needs no rights.
(ulimit -f 100; exec "$ctl" record --db limit.db interval 100ms >said 2>&1) &
PID=$!
started+=("$PID")
python3 - <<-'END'
	import os
	with open(os.environ["MX_FAKE"] + "/paths.new", "w") as f:
	    for i in range(500):
	        f.write("path%d dev=eth0 status=up rtt=%d\n" % (i, i + 1))
	os.rename(os.environ["MX_FAKE"] + "/paths.new", os.environ["MX_FAKE"] + "/paths")
END
wait_for grep -q 'cannot write limit.db' said
report $? "a file that may grow no more: it says so"
gone "$PID"
[ $? = 1 ]
report $? "and goes on"
finish "$PID"
same "and ends well" $STATUS 0
# at its end, or before if there was room once more
lost() { grep -qE 'limit.db(:| can be written again;) [0-9]+ figures and [0-9]+ events were lost' said || { sed 's/^/# /' said; false; }; }
ok "and says what was lost" lost
two

if unshare -rm true 2>/dev/null; then
	unshare -rm "$here/record.t" full "$dir/count" >full.out
	status=$?
	while IFS= read -r line; do
		case $line in
		"ok "*) report 0 "${line#*- }" ;;
		"not ok "*) report 1 "${line#*- }" ;;
		"#"*) echo "$line" ;;
		esac
	done <full.out
	[ $status = 77 ] && skip "full disk" "no tmpfs may be mounted"
	[ $status = 0 ] || [ $status = 77 ]
	report $? "full disk: the part ended"
else
	skip "full disk" "there are no user namespaces"
fi
plan
