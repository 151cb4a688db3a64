#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 500
# Two and three sites over WireGuard with two and three uplinks each, whose lines delay, lose, reorder, are narrow or dead: flows
# leave what does not carry them, and come back; iperf3 and a stream like a telephone call go on meanwhile.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=sites.bash
. "$(dirname "$0")/sites.bash"
begin
wg_there || skip_all "there is no WireGuard, or no wg"

# of SITE PATH KEY: what is known of a path there; of_is SITE PATH KEY VALUE
of() { mxin "$1" -j -s path show "$2" | json "0.$3"; }
of_is() { [ "$(of "$1" "$2" "$3")" = "$4" ]; }
above() { in_range "$(of "$1" "$2" "$3")" "$4" 1000000000; }
at_most() { in_range "$(of "$1" "$2" "$3")" 0 "$4"; }
# ups SITE, downs SITE: names of the paths there that are up, or down
ups() { mxin "$1" -j path show | jq -r '[.[] | select(.status == "up").name] | join(" ")'; }
downs() { mxin "$1" -j path show | jq -r '[.[] | select(.status == "down").name] | join(" ")'; }
ups_are() { [ "$(ups "$1")" = "$2" ]; }
downs_are() { [ "$(downs "$1")" = "$2" ]; }
# on_path SITE PATH N [WORDS]: so many flows there
on_path() { [ "$(mxin "$1" -j flow count path "$2" "${@:4}" | json 0.count)" = "$3" ]; }
at_least_on() { in_range "$(mxin "$1" -j flow count path "$2" | json 0.count)" "$3" 1000000; }
# name SITE ADDR: who of the clients answers there
asked() { py "c$1" udp-ask "$2" 5300 "${3-4}" names; }

# calls FROM TO ADDR [WORDS]: a stream between two clients, until hung_up; in $WORK/call what came of it
calls() {
	rm -f "$WORK/hang-up"
	python3 -S "$HERE/stream.py" "$1" "$2" "$3" 5004 "$WORK/hang-up" "${@:4}" >"$WORK/call" 2>"$WORK/call.err" &
	CALL=$!
}
hung_up() {
	touch "$WORK/hang-up"
	wait $CALL || { cat "$WORK/call.err"; return 1; }
	say "stream: $(<"$WORK/call")"
}
call() { jq ".$1" "$WORK/call"; }

# Without hold-down and at 100 ms, so that what takes minutes in life takes a second.
QUICK="interval 100ms timeout 0 hold-down 0 brownout 0 worse 5"

# Two sites, two uplinks ---------------------------------------------------------------------------------------------

# Their lines differ by so much that flows return to the shorter one, for which it has to be better by far.
sites 2 2
line a 1 delay 2ms
line a 2 delay 20ms
for s in a b; do ok "a reflector at $s" mxin $s reflector add rate 20000; done
{
	site_paths a b 2 $QUICK
	site_group a b 2 prefer latency failback on
} >"$WORK/a.conf"
{
	site_paths b a 2 $QUICK
	site_group b a 2 prefer latency failback on
} >"$WORK/b.conf"
for s in a b; do ok "paths at $s" mxin $s -b "$WORK/$s.conf"; done
ok "a: both are up" wait_for 30 ups_are a "b1 b2"
ok "b: both are up" wait_for 30 ups_are b "a1 a2"
ok "figures: the longer line is the longer one" wait_for 10 above a b2 figures.rtt-us 39000
for c in ca cb; do
	echo_udp $c 5300
	iperf_server $c
done
is "a reaches b" "$(asked a 10.2.0.2)" cb:4
is "by IPv6" "$(asked a fd00:2::2)" cb:4
is "b reaches a" "$(asked b 10.1.0.2)" ca:4
is "by IPv6" "$(asked b fd00:1::2)" ca:4
ok "by the shorter line" at_least_on a b1 8
ok "and by that alone" on_path a b2 0
mxin a flow flush >/dev/null
mxin b flow flush >/dev/null

# A call and a transfer, while a line dies and comes back.
calls ca cb 10.2.0.2
on ca timeout $((120 * SLOW)) iperf3 -J -i 0.2 --get-server-output -c 10.2.0.2 -b 20M -t 15 >"$WORK/iperf" 2>&1 &
transfer=$!
ok "they begin on the shorter line" wait_for 20 at_least_on a b1 3
line a 1 loss 100%
ok "a: it is down" wait_for 20 of_is a b1 status down
is "a: for silence" "$(of a b1 reason)" silent
ok "b: too" wait_for 20 of_is b a1 status down
ok "the other one is up" wait_for 20 of_is a b2 status up
ok "they go on there" wait_for 20 at_least_on a b2 3
ok "nothing is left on the dead line" wait_for 20 on_path a b1 0
is "new flows go there" "$(asked a 10.2.0.2)" cb:4
line a 1 delay 2ms
ok "the line comes back by itself" wait_for 30 ups_are a "b1 b2"
ok "at b, too" wait_for 30 ups_are b "a1 a2"
ok "the call returns to it" wait_for 30 at_least_on a b1 1
wait $transfer
ok "the transfer went on" jq -e '.end.sum_received.bytes > 2000000' "$WORK/iperf"
say "iperf3: $(jq -c '[(.server_output_json.intervals // .intervals)[].sum.bytes] | map(if . == 0 then 0 else 1 end) | map(tostring) |
	join("") | [scan("0+")] | map(length * 200) | max // 0' "$WORK/iperf") ms without a byte"
ok "the call ends" hung_up
is "it was there to the last" "$(call alive)" 1
ok "nothing came twice" [ "$(call twice)" = 0 ]

# Both at once: nothing is to be done, and nothing has to be done for it to be over.
line a 1 loss 100%
line a 2 loss 100%
ok "both lines dead: both down" wait_for 20 downs_are a "b1 b2"
is "nothing arrives" "$(py ca udp-ask 10.2.0.2 5300 1)" "answered 0 retried 0 lost 1"
line a 1 delay 2ms
line a 2 delay 20ms
ok "they come back by themselves" wait_for 60 ups_are a "b1 b2"
ok "at b, too" wait_for 60 ups_are b "a1 a2"
is "and carry" "$(asked a 10.2.0.2)" cb:4

# Loss: a brownout.
for s in a b; do for p in $(ups $s); do mxin $s path set $p brownout 2; done; done
# what has no packets any more stays where it was
mxin a flow flush >/dev/null
calls ca cb 10.2.0.2
ok "a call on the shorter line" wait_for 30 at_least_on a b1 1
line a 1 delay 2ms loss 20%
ok "20 % of loss: degraded" wait_for 60 of_is a b1 status degraded
is "for loss" "$(of a b1 reason)" loss
ok "the call leaves" wait_for 30 at_least_on a b2 1
ok "no flow stays" wait_for 30 on_path a b1 0
lossy() { above a b1 figures.loss-long-ppm 60000; }
ok "the loss is known" wait_for 60 lossy
line a 1 delay 2ms
ok "over: up again" wait_for 90 ups_are a "b1 b2"
ok "the call returns" wait_for 60 at_least_on a b1 1
ok "and ends" hung_up
is "alive" "$(call alive)" 1
for s in a b; do for p in $(ups $s); do mxin $s path set $p brownout 0; done; done
ok "b is well" wait_for 60 ups_are b "a1 a2"

# What does not lose is not held to: reordering is no loss, jitter is what a group says.
# (a timeout that follows the round trips is too short for the first ones of a longer line)
mxin a path set b1 timeout 2s
lost=$(of a b1 stats.lost)
refused=$(of a b1 stats.refused)
line a 1 delay 30ms reorder 25% 50%
sent=$(of a b1 stats.sent)
ok "reordered: probes go on" wait_for 30 above a b1 stats.sent $((sent + 30))
is "no loss" $(($(of a b1 stats.lost) - lost)) 0
is "nothing refused" $(($(of a b1 stats.refused) - refused)) 0
ok "it is up" of_is a b1 status up
line a 1 delay 2ms
mxin a path set b1 timeout 0
ok "the shorter one again" wait_for 30 at_most a b1 figures.rtt-us 15000
# far above what a busy machine makes of the other line
mxin a group set to-b sla-jitter 20ms
line a 1 delay 60ms 55ms
ok "jitter is seen" wait_for 30 above a b1 figures.jitter-us 20001
mxin a flow flush >/dev/null
unjittered() { mxin a flow flush >/dev/null; asked a 10.2.0.2 1 && on_path a b1 0; }
ok "new flows avoid what breaks their group's limit" wait_for 30 unjittered
line a 1 delay 2ms
mxin a group set to-b sla-jitter 0

# A narrow line: the queue is what is seen.
line a 1 delay 2ms rate 2mbit limit 40
mxin a flow flush >/dev/null
calls ca cb 10.2.0.2 step=4 size=1200
ok "a narrow line that is filled: its queue is seen" wait_for 30 above a b1 figures.rtt-us 120000
mxin a group set to-b sla-latency 100ms
ok "it breaks a limit: the stream leaves" wait_for 30 on_path a b1 0
ok "and ends" hung_up
line a 1 delay 2ms
mxin a group set to-b sla-latency 0
ok "all is well again" wait_for 60 ups_are a "b1 b2"

# Many flows.
flows=$(short 50000 1000)
mxin a flow flush >/dev/null
rate=$(short 4000 1000)
again() { asked a 10.2.0.2 1 && at_least_on a b1 1; }
ok "the shorter line is preferred" wait_for 60 again
mxin a flow flush >/dev/null
calls ca cb 10.2.1.0 flows=$flows step=$((flows * 1000 / rate)) size=64
ok "$flows flows" wait_for 120 at_least_on a b1 $flows
line a 1 loss 100%
ok "down" wait_for 20 of_is a b1 status down
ok "all of them move" wait_for 120 on_path a b1 0
ok "to the other line" wait_for 120 on_path a b2 $flows
line a 1 delay 2ms
ok "up" wait_for 60 ups_are a "b1 b2"
ok "all of them return" wait_for 120 at_least_on a b1 $flows
ok "end" hung_up
is "all of them are alive" "$(call alive)" $flows
ok "b kept its paths" wait_for 60 ups_are b "a1 a2"
sites_gone

# Three sites, three uplinks -----------------------------------------------------------------------------------------

sites 3 3
declare -A delay=([1]=2ms [2]=10ms [3]=20ms)
for s in a b c; do for k in 1 2 3; do line $s $k delay ${delay[$k]}; done; done
for s in a b c; do
	mxin $s reflector add rate 20000
	for o in a b c; do
		[ $o != $s ] || continue
		site_paths $s $o 3 $QUICK
		site_group $s $o 3 prefer latency failback on
	done >"$WORK/$s.conf"
	ok "three sites: paths at $s" mxin $s -b "$WORK/$s.conf"
	echo_udp c$s 5300
done
ok "a: all are up" wait_for 60 ups_are a "b1 b2 b3 c1 c2 c3"
ok "b: all are up" wait_for 60 ups_are b "a1 a2 a3 c1 c2 c3"
ok "c: all are up" wait_for 60 ups_are c "a1 a2 a3 b1 b2 b3"
reach() { # NAME
	is "$1: a reaches b and c" "$(asked a 10.2.0.2) $(asked a 10.3.0.2)" "cb:4 cc:4"
	is "$1: by IPv6" "$(asked a fd00:2::2) $(asked a fd00:3::2)" "cb:4 cc:4"
	is "$1: c reaches a and b" "$(asked c 10.1.0.2) $(asked c 10.2.0.2)" "ca:4 cb:4"
}
reach "all lines"
# one call between two sites, one between two others
calls ca cb 10.2.0.2
ok "a call from a to b" wait_for 30 at_least_on a b1 1
line c 1 loss 100%
ok "c loses an uplink: a's path to it is down" wait_for 30 downs_are a c1
ok "b's, too" wait_for 30 downs_are b c1
ok "c's, to both" wait_for 30 downs_are c "a1 b1"
reach "one uplink of c's dead"
ok "what is between a and b stays where it is" at_least_on a b1 1
line a 1 loss 100%
ok "a loses one: both its paths over it are down" wait_for 30 downs_are a "b1 c1"
ok "the call moves" wait_for 30 at_least_on a b2 1
line a 2 loss 100%
ok "and a second one" wait_for 30 downs_are a "b1 b2 c1 c2"
ok "the call moves to the third" wait_for 30 at_least_on a b3 1
reach "two uplinks of a's and one of c's dead"
for k in 1 2; do line a $k delay ${delay[$k]}; done
line c 1 delay ${delay[1]}
ok "all come back by themselves, a" wait_for 60 ups_are a "b1 b2 b3 c1 c2 c3"
ok "b" wait_for 60 ups_are b "a1 a2 a3 c1 c2 c3"
ok "c" wait_for 60 ups_are c "a1 a2 a3 b1 b2 b3"
ok "the call returns" wait_for 60 at_least_on a b1 1
ok "and ends" hung_up
is "alive" "$(call alive)" 1
reach "all lines again"
# the device itself goes, which nobody has to find out by probes
ip -n a link set wg1 down
ok "a WireGuard device that is set down" wait_for 10 of_is a b1 reason dev-down
reach "without wg1"
ip -n a link del wg1
ok "that is deleted" wait_for 10 of_is a c1 reason no-dev
reach "without it"
tunnel 1 1 3
ok "that comes again" wait_for 60 ups_are a "b1 b2 b3 c1 c2 c3"
reach "with it"
sites_gone
slabs_return "the memory comes back"
finish
