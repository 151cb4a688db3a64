#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# Limits: most connections of a server, rates of connections, packets and bytes, of servers and of groups, in the stack and
# on the fast path. What passes is counted against what the clock allows; nothing is judged by how fast the guest is.
# shellcheck disable=SC2016,SC2046,SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
burst() { local ns=$1; shift; on "$ns" python3 -S "$HERE/burst.py" "$@"; }
web s1 s2
for s in s1 s2; do
	start $s python3 -S "$HERE/burst.py" sink 5300
	wait_for 20 listens $s udp 5300 || ok "a sink runs in $s" false
done
batch <<-END
	group add web lb rr forward nat
	group add udp lb rr forward nat
	server add 10.0.1.2:80 group web max-conns 3
	server add 10.0.2.2:80 group web max-conns 5
	server add [fd00:1::2]:80 group web max-conns 2
	server add 10.0.1.2:5300 group udp
	server add [fd00:1::2]:5300 group udp
	rule add id 1 priority 10 to $VIP proto tcp group web
	rule add id 2 priority 10 to $VIP6 proto tcp group web
	rule add id 3 priority 10 to $VIP proto udp group udp
	rule add id 4 priority 10 to $VIP6 proto udp group udp
END

# Most connections ---------------------------------------------------------------------------------------------------
release() { kill $(ip netns pids client) 2>/dev/null; }
held() { [ "$(server 10.0.1.2:80 web conns.active) $(server 10.0.2.2:80 web conns.active)" = "3 5" ]; }
refused() { [ "$(counter untouched limited)" -ge "$1" ]; }
for path in stack fast; do
	mx stats reset
	start client python3 -S "$HERE/burst.py" hold $VIP 80 40
	ok "many connections at once fill both servers, $path" wait_for 20 held
	ok "the others find no server, $path" wait_for 20 refused 32
	is "none has more than its most, $path" \
		"$(server 10.0.1.2:80 web conns.active) $(server 10.0.2.2:80 web conns.active)" "3 5"
	ok "who goes by a full server is counted, $path" [ "$(server 10.0.1.2:80 web conns.full)" -gt 0 ]
	ok "and why is told" grep -q "full or over their rate" <<<"$(mx route get $VIP:80 from 10.0.0.2:9 proto tcp)"
	if [ $path = stack ]; then
		want server set 10.0.2.2:80 group web max-conns 7
		more() { [ "$(server 10.0.2.2:80 web conns.active)" = 7 ]; }
		ok "more room is filled by who tries again" wait_for 20 more
		want server set 10.0.2.2:80 group web max-conns 5
		is "less room ends no connection" "$(active web)" 10
		mx flow reevaluate >/dev/null
		is "nor does deciding anew" "$(active web)" 10
	fi
	release
	ok "all end, and nothing is left of the count, $path" wait_for 20 idle web
	is "and there is room again, $path" "$(get "http://$VIP/" --retry 3)" "$(get "http://$VIP/" | tr 12 21)"
	start client python3 -S "$HERE/burst.py" hold $VIP6 80 20
	held6() { [ "$(active web)" = 2 ] && refused 18; }
	ok "IPv6 alike, $path" wait_for 20 held6
	release
	wait_for 20 idle web
	[ $path = fast ] || want dev add c0
	mx flow flush >/dev/null
done
ok "the fast path saw it" [ "$(fast c0)" -gt 0 ]
want dev del c0

# Rates --------------------------------------------------------------------------------------------------------------
# datagrams that have reached a sink
reached() { on s$1 awk '$1 == "Udp:" && $2 ~ /^[0-9]/ { n = $2 + $3 } END { print n + 0 }' /proc/net/snmp; }
reached6() { on s$1 awk '$1 == "Udp6InDatagrams" || $1 == "Udp6NoPorts" { n += $2 } END { print n + 0 }' /proc/net/snmp6; }

# since BEGIN: nanoseconds from what burst.py has printed to now, rounded up. Asked when all packets have been seen: they may wait
# for a processor longer than it took to send them.
since() { local up; read -r up _ </proc/uptime; echo $((10#${up/./} * 10000000 + 20000000 - $1)); }
# judged N COMMAND: all packets have been seen: the command, with the counters of those that were refused, adds up to N
judged() { [ "$($2)" -ge "$1" ]; }

# fits NAME PASSED SENT DROPPED RATE BURST NS: nothing is lost uncounted, and no more passed than the clock allows
fits() {
	local most=$(($6 + $5 * $7 / 1000000000 + 1))
	is "$1: all that did not pass was dropped and counted" "$(($2 + $4))" "$3"
	between "$1: what passed" "$2" "$(($6 < $3 ? $6 : $3))" "$most"
}
count=$(short 4000 1000)
for path in stack fast; do
	[ $path = stack ] || { want dev add c0; want dev add s1; }
	for what in $(short "server/pkts/$VIP server/bytes/$VIP group/pkts/$VIP group/bytes/$VIP server/pkts/$VIP6
			group/bytes/$VIP6" "") server/bytes/$VIP6 group/pkts/$VIP6 $(short "" "server/pkts/$VIP group/bytes/$VIP"); do
		IFS=/ read -r who kind addr <<<"$what"
		target="10.0.1.2:5300 group udp" seen=reached size=128
		if [ $addr != $VIP ]; then target="[fd00:1::2]:5300 group udp" seen=reached6 size=148; fi
		[ $kind = bytes ] || size=1
		one=udp
		[ $who = group ] || one=$target
		burst client flood $addr 5300 2 >/dev/null # neighbours are known from here on
		want $who set $one rate-$kind $((300 * size)) burst 100ms
		mx stats reset
		before=$($seen 1)
		begin=$(burst client flood $addr 5300 $count)
		packets() { echo $(($(mx -j -s server show $target | json 0.stats.requests.packets) + $(counter dropped limit))); }
		wait_for 10 judged $count packets
		took=$(since "$begin")
		n=$(counter dropped limit)
		passed=$((count - n))
		arrived() { [ $(($($seen 1) - before)) = $passed ]; }
		ok "$kind a second of a $who, $path, $addr: the sink has all that passed" wait_for 10 arrived
		fits "$kind a second of a $who, $path, $addr" \
			"$(mx -j -s server show $target | json 0.stats.requests.packets)" $count "$n" 300 30 "$took"
		is "it has a counter of its own, $kind of a $who, $path" "$(mx -j -s $who show $one | json 0.stats.dropped)" "$n"
		want $who set $one rate-$kind 0
	done
	[ $path = stack ] || ok "the fast path did it" [ "$(fast c0)" -gt 0 ]
done
want dev del c0
want dev del s1

# New connections ----------------------------------------------------------------------------------------------------
conns() { echo $(($(server 10.0.1.2:5300 udp conns.total) + $(counter dropped limit) + $(counter untouched limited))); }
both() { echo $(($(conns) + $(server 10.0.2.2:5300 udp conns.total))); }
fresh() { mx flow flush >/dev/null; mx stats reset; }
for path in stack fast; do
	[ $path = stack ] || want dev add c0
	want server set 10.0.1.2:5300 group udp rate-conns 20 burst 500ms
	fresh
	begin=$(burst client flows $VIP 5300 300)
	wait_for 10 judged 300 conns
	took=$(since "$begin")
	conns=$(server 10.0.1.2:5300 udp conns.total)
	fits "connections a second of a server, $path" "$conns" 300 "$(counter dropped limit)" 20 10 "$took"
	is "each that was refused is counted, $path" "$(server 10.0.1.2:5300 udp conns.over)" $((300 - conns))

	want server add 10.0.2.2:5300 group udp
	want server set 10.0.1.2:5300 group udp rate-conns 20 over next
	fresh
	begin=$(burst client flows $VIP 5300 300)
	wait_for 10 judged 300 both
	took=$(since "$begin")
	one=$(server 10.0.1.2:5300 udp conns.total)
	two=$(server 10.0.2.2:5300 udp conns.total)
	is "over next: all find a server, $path" $((one + two)) 300
	between "over next: of these the limited one, $path" "$one" 10 $((10 + 20 * took / 1000000000 + 1))
	is "over next: nothing is dropped, $path" "$(counter dropped limit)" 0
	want server del 10.0.2.2:5300 group udp
	want server set 10.0.1.2:5300 group udp rate-conns 0

	want group set udp rate-conns 20 burst 500ms
	fresh
	begin=$(burst client flows $VIP 5300 300)
	wait_for 10 judged 300 conns
	took=$(since "$begin")
	conns=$(server 10.0.1.2:5300 udp conns.total)
	fits "connections a second of a group, $path" "$conns" 300 "$(counter dropped limit)" 20 10 "$took"
	is "the group counts them, $path" "$(mx -j -s group show udp | json 0.stats.over)" $((300 - conns))
	want group set udp over next
	fresh
	burst client flows $VIP 5300 300 >/dev/null
	wait_for 10 judged 300 conns
	is "over next of a group: the others pass untouched, $path" \
		$(($(server 10.0.1.2:5300 udp conns.total) + $(counter untouched limited))) 300
	want group set udp rate-conns 0
	fresh
	burst client flows $VIP 5300 300 >/dev/null
	wait_for 10 judged 300 conns
	is "without a rate all are taken, $path" "$(server 10.0.1.2:5300 udp conns.total)" 300
done
want dev del c0

# a restore leaves the buckets as they are
want server set 10.0.1.2:5300 group udp rate-pkts 1 burst 300s
fresh
burst client flood $VIP 5300 600 >/dev/null
mx save "$WORK/saved"
ok "restore" mx restore "$WORK/saved"
mx save "$WORK/again"
ok "what was saved is what is saved again" diff "$WORK/saved" "$WORK/again"
burst client flood $VIP 5300 600 >/dev/null
# a full one would let 300 more pass: 600 in all
dropped() { counter dropped limit; }
ok "a restore fills no bucket" wait_for 10 judged 700 dropped
want server set 10.0.1.2:5300 group udp rate-pkts 0

# GSO and TCP: a limit slows a transfer down and breaks nothing
iperf_server s1
want group add perf lb rr
want server add 10.0.1.2:5201 group perf rate-bytes 500000 burst 100ms
want rule add id 9 priority 20 to $VIP dport 5201 proto tcp group perf
ok "iperf3 through a limit" iperf client $VIP 1M
ok "was limited" [ "$(mx -j -s server show 10.0.1.2:5201 group perf | json 0.stats.dropped)" -gt 0 ]

# bad input
refuse() { ok "$1" fails mx "${@:3}"; grep -q "$2" "$WORK/said" || { ok "$1: says why" false; note <"$WORK/said"; }; }
refuse "a rate beyond all bounds" "at most 1099511627776" server set 10.0.1.2:80 group web rate-bytes 1099511627777
refuse "a burst without a rate" "needs a rate" server set 10.0.1.2:80 group web burst 1s
refuse "a burst of nothing" "1 to 3600000" server set 10.0.1.2:80 group web rate-pkts 1 burst 0
refuse "a burst beyond an hour" "1 to 3600000" group set web rate-pkts 1 burst 3601
refuse "over without a rate of connections" "rate of connections" group set web rate-pkts 1 over next
refuse "over what" "not a value" group set web rate-conns 1 over there
refuse "too many connections" "2147483647" server set 10.0.1.2:80 group web max-conns 2147483648
want server set 10.0.1.2:80 group web rate-bytes 1099511627776 burst 60m
want server set 10.0.1.2:80 group web rate-conns 0 rate-bytes 0 max-conns 0
is "all limits go" "$(mx -o server show 10.0.1.2:80 group web)" "10.0.1.2:80 group web weight 100 state up"
clean
slabs_return "the memory comes back"
finish
