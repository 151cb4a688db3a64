#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# mutexctl monitor: events as they come, as text and JSON, to its end by signal and by its reader.
set -u
# shellcheck source=cli.bash
. "$(dirname "$0")/cli.bash"
begin

# watch FILE WORD...: a monitor in the background that is ready to hear; its process is $watcher.
watch() {
	local file=$1
	shift
	# The monitor replaces the shell, so that the signals reach it.
	"$MX_CTL" -n $ns "$@" >"$file" 2>"$file.err" &
	watcher=$!
	soon listening $watcher
}

# listening PID: it opens its signalfd when it hears events.
listening() {
	readlink "/proc/$1"/fd/* 2>/dev/null | grep -q signalfd
}

# has FILE LINE: a line of the file begins so.
has() { awk -v want="$2" 'index($0, want) == 1 { found = 1 } END { exit !found }' "$1"; }

watch "$dir/text" monitor
ctl group add web lb rr
ctl server add 10.0.0.1:80 group web
ctl server set 10.0.0.1:80 group web state drain
ctl table add t priority 3
ctl route add 10.0.0.0/8 table t group web metric 1
ctl rule add id 4 priority 1 table t
ctl settings set node x
ctl rule del id 4
ctl route del 10.0.0.0/8 table t
ctl table del t
ctl server del 10.0.0.1:80 group web
ctl group del web
soon has "$dir/text" "deleted group web"
report $? "last_event_comes"
cp "$dir/text" "$dir/out"
for line in \
	"group web type server lb rr hash src forward nat" \
	"server 10.0.0.1:80 group web weight 100 state up" \
	"server 10.0.0.1:80 group web weight 100 state drain" \
	"state server 10.0.0.1:80 group web weight 100 state drain" \
	"table t priority 3" \
	"route 10.0.0.0/8 table t group web metric 1" \
	"rule id 4 priority 1 table t" \
	"deleted rule id 4" \
	"deleted table t" \
	"deleted server 10.0.0.1:80 group web"; do
	has "$dir/text" "$line"
	report $? "event: $line"
done
grep -q '^deleted route 10.0.0.0/8 table t' "$dir/text"
report $? "event: deleted route"
grep -q '^settings node x' "$dir/text"
report $? "event: settings"
kill -TERM $watcher
wait $watcher
report $? "ends_at_sigterm"

watch "$dir/json" -t -j monitor config
ctl group add web lb rr
ctl group del web
soon grep -q '"event":"deleted"' "$dir/json"
report $? "json_event_comes"
cp "$dir/json" "$dir/out"
jq -es 'length == 2 and .[0].event == "new" and .[0].object == "group" and .[0].name == "web" and .[1].event == "deleted" and
	all(.timestamp | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T"))' "$dir/json" >/dev/null
report $? "json_one_object_a_line"
kill -INT $watcher
wait $watcher
report $? "ends_at_sigint"

watch "$dir/state" monitor state
ctl group add web lb rr
ctl server add 10.0.0.1 group web
ctl server set 10.0.0.1 group web state down
soon grep -q '^state server 10.0.0.1 group web .*state down' "$dir/state"
report $? "state_alone"
! grep -q '^group' "$dir/state"
report $? "config_is_not_state"
kill $watcher
wait $watcher

# A device that goes away by itself, or to another namespace, goes like one that is deleted
watch "$dir/devs" monitor config
ip -n $ns link add mx0 type veth peer name mx1
ctl dev add mx0
ctl dev add mx1
ip netns add $ns-b
ip -n $ns link set mx1 netns $ns-b
ip -n $ns link del mx0
ip netns del $ns-b
ctl group add end lb rr
soon has "$dir/devs" "group end"
cp "$dir/devs" "$dir/out"
[ "$(grep -c '^deleted dev mx[01]$' "$dir/devs")" = 2 ] && [ "$(grep '^deleted' "$dir/devs")" = "deleted dev mx1
deleted dev mx0" ]
report $? "vanished_devices_are_events"
kill $watcher
wait $watcher

# A restore is one event
watch "$dir/txn" monitor
printf 'group add a lb rr\ngroup add b lb rr\n' >"$dir/batch"
ctl restore "$dir/batch"
soon grep -q '^restore changes 2' "$dir/txn"
report $? "restore_is_an_event"
kill $watcher
wait $watcher

# Its reader goes: it ends without an event
mkfifo "$dir/fifo"
head -n 1 "$dir/fifo" >"$dir/out" &
watch "$dir/fifo" monitor
ctl group add last lb rr
soon grep -q 'last' "$dir/out"
report $? "reader_reads"
wait $watcher
report $? "ends_with_its_reader"

# More events than anyone reads: told, and the monitor goes on
"$MX_CTL" -n $ns monitor config >"$dir/many" 2>"$dir/err" &
watcher=$!
soon listening $watcher
kill -STOP $watcher
for ((i = 0; i < 60000; i++)); do echo "settings set node n$i"; done >"$dir/batch"
ctl -b "$dir/batch"
report $? "many_events"
kill -CONT $watcher
soon grep -q '^overrun ' "$dir/many"
report $? "overrun_is_told"
# after: a change is heard. The kernel drops events until all that waits has been read.
after() {
	ctl group add after lb rr
	ctl group del after
	grep -q '^group after ' "$dir/many"
}
soon after
report $? "goes_on_after_it"
kill $watcher
wait $watcher
end
