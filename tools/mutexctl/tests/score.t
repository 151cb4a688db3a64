#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# mutexctl path score: what the formulas give at each of their ends, as the KUnit suite mx_score has it. Without a kernel
# module: TAP. MUTEXCTL names the program.
set -u
ctl=${MUTEXCTL:-./mutexctl}
n=0 failed=0

# report RESULT NAME
report() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		echo "not ok $n - $2"
		echo "#   $out"
		failed=$((failed + 1))
	fi
}

# score WANTED WORD...
score() {
	local want=$1
	shift
	out=$("$ctl" path score "$@" 2>&1)
	[ "$out" = "$want" ]
	report $? "$* -> $want"
}

# bad PATTERN WORD...
bad() {
	local pattern=$1 got
	shift
	out=$("$ctl" path score "$@" 2>&1)
	got=$?
	[ $got = 1 ] && [[ $out = *"$pattern"* ]]
	report $? "$* -> 1, $pattern"
}

while read -r rtt jitter loss points status; do
	[ -n "$rtt" ] || continue
	score "score $points status $status" rtt "$rtt" jitter "$jitter" loss "$loss"
done <<'END'
0 0 0 100 up
12ms 3ms 0.4 99.4 up
49.999ms 0 0 100 up
50ms 0 0 100 up
50.003ms 0 0 99.999 up
80ms 0 0 96 up
200ms 0 0 80 up
200.001ms 0 0 60 up
600ms 0 0 60 up
0 4.999ms 0 100 up
0 5ms 0 100 up
0 5.001ms 0 99.999 up
0 50ms 0 85 up
0 50.001ms 0 70 up
0 0 0.0999 100 up
0 0 0.1 99.85 up
0 0 0.1001 99.849 up
0 0 10 85 up
0 0 10.0001 70 up
0 0 49.9999 70 up
0 0 50 70 down
0 0 50% 70 down
0 0 100 70 down
200ms 50ms 10 50 up
200001us 50ms 10 30 degraded
200ms 50.001ms 10 35 degraded
200ms 50ms 10.0001 35 degraded
0.6s 5ms 6.6666 50 up
0.6s 5ms 6.6667 49.999 degraded
4294s 0 0 60 up
1s 1s 49.9999 0 degraded
1s 1s 50 0 down
END

figures='rtt 80ms jitter 14ms loss 1 bandwidth 500 cost 7'
while read -r points what; do
	# shellcheck disable=SC2086
	score "score 91.5 status up preference $points" $figures prefer $what
done <<'END'
60 latency
50 bandwidth
99 loss
83.5 balanced
91 latency-sensitive
71.5 throughput
88.5 cost
91.5 custom 40 30 30 0
90 custom 1 0 0 0
50 custom 0 0 0 100
81.25 custom 100 100 100 100
END
score 'score 100 status up preference 1000' rtt 0 jitter 0 loss 0 bandwidth 10000 prefer bandwidth
score 'score 60 status up preference 0' rtt 1s jitter 0 loss 0 prefer latency
score 'score 100 status up' cost 3 loss 0 bandwidth 4 jitter 0 rtt 0

# shellcheck disable=SC2086
out=$("$ctl" -d path score $figures | tr -s ' \n' ' ')
[ "$out" = 'score 91.5 status up points latency 90 jitter 90 loss 95 ' ]
report $? "the points of each, with -d"
out=$("$ctl" -j path score rtt 12ms jitter 3ms loss 0.4)
[ "$out" = '[{"score":99.4,"status":"up","points":{"latency":100.0,"jitter":100.0,"loss":98.0}}]' ]
report $? "JSON"
# shellcheck disable=SC2086
out=$("$ctl" -j path score $figures prefer cost)
[ "$out" = '[{"score":91.5,"status":"up","preference":88.5,"points":{"latency":90.0,"jitter":90.0,"loss":95.0}}]' ]
report $? "JSON, with a preference"

bad 'rtt is missing'
bad 'rtt is missing' jitter 0 loss 0
bad 'jitter is missing' rtt 0 loss 0
bad 'loss is missing' rtt 0 jitter 0
bad '"rtt" comes twice' rtt 0 rtt 0 jitter 0 loss 0
bad '"rtt" needs a value' jitter 0 loss 0 rtt
bad 'unknown word "speed"' rtt 0 jitter 0 loss 0 speed 3
bad 'rtt "-1ms"' rtt -1ms jitter 0 loss 0
bad 'rtt "1h"' rtt 1h jitter 0 loss 0
bad 'rtt ""' rtt '' jitter 0 loss 0
bad 'rtt "ms"' rtt ms jitter 0 loss 0
bad 'rtt "."' rtt . jitter 0 loss 0
bad 'rtt "1.2.3ms"' rtt 1.2.3ms jitter 0 loss 0
bad 'rtt "0.0001ms"' rtt 0.0001ms jitter 0 loss 0
bad 'rtt "1e3ms"' rtt 1e3ms jitter 0 loss 0
bad 'rtt "nan"' rtt nan jitter 0 loss 0
bad 'rtt "4295s"' rtt 4295s jitter 0 loss 0
bad 'jitter "99999999999999999999999us"' rtt 0 jitter 99999999999999999999999us loss 0
bad 'loss "100.0001"' rtt 0 jitter 0 loss 100.0001
bad 'loss "-1"' rtt 0 jitter 0 loss -1
bad 'loss "0.00001"' rtt 0 jitter 0 loss 0.00001
bad 'loss "1%%"' rtt 0 jitter 0 loss 1%%
bad 'bandwidth "4294967296"' rtt 0 jitter 0 loss 0 bandwidth 4294967296
bad 'cost "x"' rtt 0 jitter 0 loss 0 cost x
bad 'not a preference: balanced, latency' rtt 0 jitter 0 loss 0 prefer speed
bad '"custom" needs four weights' rtt 0 jitter 0 loss 0 prefer custom 1 2 3
bad 'weight "101"' rtt 0 jitter 0 loss 0 prefer custom 101 0 0 0
bad 'the four weights are 0' rtt 0 jitter 0 loss 0 prefer custom 0 0 0 0
out=$("$ctl" -b <(echo path score rtt 1ms jitter 0 loss 0) 2>&1)
[ "$out" = 'score 100 status up' ]
report $? "in a batch"

echo "1..$n"
echo "# $((n - failed)) passed, $failed failed"
[ $failed = 0 ]
