#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# Servers that die under load: who notices, how fast, and what the clients see of it.
# shellcheck disable=SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2 s3
V4="http://$VIP"
V6="http://[$VIP6]"

# hear: a monitor of servers' state; its lines are in $WORK/events. unhear ends it
hearing() { readlink "/proc/$EAR"/fd/* 2>/dev/null | grep -q signalfd; }
hear() {
	: >"$WORK/events"
	"$MX_CTL" -n lb -t -j monitor state >"$WORK/events" 2>&1 &
	EAR=$!
	wait_for 10 hearing
}
unhear() {
	kill "$EAR" 2>/dev/null
	wait "$EAR" 2>/dev/null
}

# service WORDS...: the group web with its servers in both families, and these words of failover
service() {
	local i
	unhear
	clean
	{
		echo "group add web lb rr $*"
		for i in 1 2 3; do
			echo "server add 10.0.$i.2:80 group web"
			echo "server add [fd00:$i::2]:80 group web"
		done
		vips web
		[ "$PATHS" = stack ] || for i in c0 s1 s2 s3; do echo "dev add $i"; done
	} | batch
	hits_clear
	hear
}

# health ADDR:PORT FIELD [GROUP]
health() { mx -j server show "$1" group "${3-web}" | json "0.health.$2"; }
health_is() { [ "$(health "$1" state "${3-web}")" = "$2" ]; }

# event ADDR STATE REASON: such an event was heard
event() {
	jq -es --arg a "$1" --arg s "$2" --arg r "$3" \
		'any(.[]; .addr == $a and .health.state == $s and .health.reason == $r)' "$WORK/events" >/dev/null
}

# slain NS, revived NS: its web server is killed, or runs again; holed NS, filled NS: it is silent, or speaks again
slain() {
	# shellcheck disable=SC2046
	kill -KILL $(ip netns pids "$1")
	wait_for 10 fails listens "$1" tcp 80
}
revived() { web "$1"; }
hole() { # NS VERDICT
	on "$1" nft -f - <<-END
		table inet hole {
			chain in {
				type filter hook input priority 0
				tcp dport 80 $2
				udp dport 53 $2
			}
		}
	END
}
holed() { hole "$1" drop; }
filled() { on "$1" nft delete table inet hole; }

# took WHEN ADDR: milliseconds from then (nanoseconds of the clock) to the first event that has the server down
took() {
	jq -rs --arg a "$2" 'map(select(.addr == $a and .health.state == "down"))[0].timestamp // empty' "$WORK/events" |
		while read -r at; do
			echo $((($(date -d "${at%.*}" +%s) * 1000000 + 10#${at#*.}) / 1000 - $1 / 1000000))
		done
}

# load URL: requests one after the other, each on a connection of its own, with one retry, until loaded ends it, which tells
# whether all came
load() {
	rm -f "$WORK/enough"
	: >"$WORK/codes"
	while [ ! -e "$WORK/enough" ]; do
		on client curl -sS --rate 40/s --retry 1 --retry-all-errors --max-time $((20 * SLOW)) -H 'Connection: close' \
			-w '%{http_code}\n' -o /dev/null "$1/$TAG/[1-20]" >>"$WORK/codes" 2>>"$WORK/errors"
	done &
	LOAD=$!
	wait_for 20 logged 20
}
loaded() {
	touch "$WORK/enough"
	wait "$LOAD"
	[ "$(wc -l <"$WORK/codes")" -ge 20 ] && ! grep -v 200 "$WORK/codes"
}

# dies HOW UNDONE STRATEGY URL ADDR REASON: a server dies under load
dies() {
	local what="$1, $3, $PATHS, $4" at
	hits_clear
	load "$4"
	at=$(date +%s%N)
	"$1" s1
	ok "$what: the server is down" wait_for 30 event "$5" down "$6"
	say "failover time: $what: $(took "$at" "$5") ms"
	ok "$what: no request is lost that one retry saves" loaded
	"$2" s1
}

# refused TEXT WORDS...: mutexctl is refused, with such a text
refused() {
	if mx "${@:2}" >"$WORK/refusal" 2>&1 || ! grep -q "$1" "$WORK/refusal"; then
		cat "$WORK/refusal"
		return 1
	fi
}

strategies() { # STRATEGY...
	local words
	for words; do
		service failover "$words" hold-down 240s
		dies slain revived "$words" "$V4" 10.0.1.2 refused
		service failover "$words" hold-down 240s
		dies holed filled "$words" "$V6" fd00:1::2 silent
	done
	[ "$PATHS" = stack ] || between "the fast path was taken" "$(fast c0)" 20 100000000
}

PATHS=stack
EAR=
DELAYED="delayed fails 3 window 20s"
strategies immediate "$DELAYED"
PATHS=fast
strategies immediate
[ "${MX_SHORT:-0}" = 1 ] || strategies "$DELAYED"

# probe: traffic does not mark a server down, reports do. What it does not answer is tried elsewhere all the same.
service failover probe fails 2 rise 2 window 60s hold-down 100ms
holed s1
ok "probe: each of six requests is answered" many 6 "$V4"
is "probe: traffic marks nothing down" "$(health 10.0.1.2:80 state)" up
between "probe: failures are counted" "$(server 10.0.1.2:80 web conns.failed)" 1 6
want server report 10.0.1.2:80 group web bad reason mismatch
is "probe: one bad report is not enough" "$(health 10.0.1.2:80 state)" up
want server report 10.0.1.2:80 group web bad reason mismatch
is "probe: two are" "$(health 10.0.1.2:80 state)" down
ok "probe: the event has the reason" wait_for 5 event 10.0.1.2 down mismatch
filled s1
held() { [ "$(health 10.0.1.2:80 hold-left)" = 0 ]; }
ok "the hold-down passes" wait_for 5 held
want server report 10.0.1.2:80 group web good
is "one good report is not enough" "$(health 10.0.1.2:80 state)" down
want server report 10.0.1.2:80 group web good
is "two are" "$(health 10.0.1.2:80 state)" up
ok "and are told" wait_for 5 event 10.0.1.2 up recovered
ok "a report has a reason of reports" fails mx server report 10.0.1.2:80 group web bad reason user
ok "a report is on a server" fails mx server report 10.9.9.9:80 group web bad
ok "a report says good or bad" fails mx server report 10.0.1.2:80 group web
want server report 10.0.1.2:80 group web bad
want server report 10.0.1.2:80 group web bad
want server set 10.0.1.2:80 group web state up
is "who sets the state up forgets" "$(health 10.0.1.2:80 state) $(health 10.0.1.2:80 reason)" "up user"
ok "and it is told" wait_for 5 event 10.0.1.2 up user

# without failover nothing changes by itself
service failover off
holed s1
for i in 1 2 3; do get "$V4/" --max-time 3 >/dev/null; done
between "off: who is given to the silent one waits" "$(server 10.0.1.2:80 web conns.total)" 1 1
is "off: nothing goes down" "$(health 10.0.1.2:80 state)" up
filled s1

# a server that flaps stays down for longer each time, up to a bound, and is forgiven in time
service failover immediate rise 1 window 120s hold-down 200ms-1600ms
slain s1
doubled() {
	get "$V4/" >/dev/null
	[ "$(jq -s 'map(select(.addr == "10.0.1.2" and .health.state == "down")) | length' "$WORK/events")" -ge 5 ]
}
ok "a dead server is tried and goes down again" wait_for 60 doubled
is "each time for longer" "$(jq -rs '[.[] | select(.addr == "10.0.1.2" and .health.state == "down") | .health.hold][0:5] | join(" ")' "$WORK/events")" \
	"200 400 800 1600 1600"
is "trials are told" "$(jq -rs '[.[] | select(.addr == "10.0.1.2" and .health.state == "trial")] | length > 3' "$WORK/events")" true
revived s1
back() { get "$V4/" >/dev/null; health_is 10.0.1.2:80 up; }
ok "it comes back by the answer to a request" wait_for 20 back
stable() { [ "$(health 10.0.1.2:80 since)" -ge 1600 ]; }
ok "it is stable" wait_for 10 stable
holds() { jq -s '[.[] | select(.addr == "10.0.1.2" and .health.state == "down") | .health.hold]' "$WORK/events"; }
before=$(holds | jq length)
slain s1
gone() { get "$V4/" >/dev/null; [ "$(holds | jq length)" -gt "$before" ]; }
ok "it goes down again" wait_for 20 gone
is "what was before is forgotten" "$(holds | jq ".[$before]")" 200
revived s1

# ICMP tells of TCP and of UDP servers
for how in "reject with icmpx type port-unreachable:unreachable" "reject with icmpx type admin-prohibited:prohibited"; do
	service failover immediate hold-down 240s
	hole s1 "${how%:*}"
	ok "${how#*:}: all answered, IPv4" many 4 "$V4" --retry 1 --retry-all-errors
	ok "${how#*:}: all answered, IPv6" many 4 "$V6" --retry 1 --retry-all-errors
	filled s1
	ok "${how#*:}: told, IPv4" wait_for 5 event 10.0.1.2 down "${how#*:}"
	ok "${how#*:}: told, IPv6" wait_for 5 event fd00:1::2 down "${how#*:}"
done

service failover immediate hold-down 240s
batch <<-END
	group add dns lb rr failover immediate hold-down 240s
	server add 10.0.1.2:53 group dns
	server add 10.0.2.2:53 group dns
	rule add priority 10 proto udp dport 53 group dns
END
echo_udp s2 53
ask() { echo x | on client timeout $((3 * SLOW)) socat -t $((2 * SLOW)) - "udp:$VIP:53" | grep -q s2; }
ok "a UDP server that is not there loses its flows" wait_for 20 ask
ok "the other one answers" wait_for 10 ask
is "it is down" "$(health 10.0.1.2:53 state dns) $(health 10.0.1.2:53 reason dns)" "down unreachable"

# direct routing: answers do not pass here, silence tells nothing
service failover immediate hold-down 240s
for i in 1 2 3; do ip -n s$i addr add $VIP/32 dev lo; done
batch <<-END
	group add dr lb rr forward route failover immediate hold-down 240s
	server add 10.0.1.2:80 group dr
	rule add priority 10 proto tcp dport 80 group dr
END
holed s1
get "$V4/" --max-time 4 >/dev/null
get "$V4/" --max-time 4 >/dev/null
is "direct routing: silence is no failure" "$(health 10.0.1.2:80 state dr) $(health 10.0.1.2:80 fails dr)" "up 0"
filled s1
ok "direct routing: it serves" get "$V4/"
for i in 1 2 3; do ip -n s$i addr del $VIP/32 dev lo; done

# the fallback
service failover immediate hold-down 240s
batch <<-END
	group add spare lb rr
	group add last lb rr fallback spare
	server add 10.0.3.2:80 group spare
	server del 10.0.3.2:80 group web
	group set web fallback last
END
slain s1
slain s2
ok "fallback: every request is answered" many 10 "$V4" --retry 2 --retry-all-errors --retry-delay 0
is "fallback: by the group behind the one behind" "$(hits s3)" 10
between "fallback: it is counted" "$(mx -j -s group show web | json 0.stats.fallback)" 8 10
ok "fallback: route get tells" grep -q "group web has no usable server of IPv4, its fallback is group spare; rr picks 10.0.3.2:80" \
	<(mx route get $VIP:80 from 10.0.0.9:4444 proto tcp)
mx save >"$WORK/saved"
ok "fallback: what is saved is restored" mx restore "$WORK/saved"
is "the same" "$(mx save | sort | md5sum)" "$(sort "$WORK/saved" | md5sum)"
is "health outlives the restore" "$(health 10.0.1.2:80 state)" down
ok "in use as a fallback: not deleted" fails mx group del spare
ok "no circle" fails mx group set spare fallback web
ok "not itself" refused "fall back on itself" group set web fallback web
ok "no such group" fails mx group set web fallback nobody
batch <<-END
	group add f1 lb rr fallback web
	group add f2 lb rr fallback f1
END
ok "not more than four behind one another" fails mx group add f3 lb rr fallback f2
want group add tail lb rr
ok "nor at the end" refused "at most 4" group set spare fallback tail
want group set web fallback none
is "none again" "$(mx -j group show web | json 0.fallback)" ""
before=$(counter untouched nomember)
get "$V4/" --max-time $((2 * SLOW)) >/dev/null
between "no server at all: counted, passes untouched" "$(($(counter untouched nomember) - before))" 1 10
for i in f2 f1 last; do want group set $i fallback none; done
revived s1
revived s2

# a port that is used again, and servers that close first
service failover immediate hold-down 240s
for a in $VIP $VIP6; do
	is "one port, many connections, no SYN sent twice, $a" "$(py client tcp-reuse "$a" 80 "$(short 60 20)" | tail -n 1)" \
		"again 0 failed 0"
done
batch <<-END
	group add one lb rr failover immediate hold-down 240s
	server add 10.0.1.2:80 group one
	server add [fd00:1::2]:80 group one
	rule add priority 10 proto tcp dport 80 group one
	rule add priority 10 proto tcp dport 81 group one
END
for a in $VIP $VIP6; do
	is "one port to two services at one server, $a" "$(py client tcp-reuse "$a" 80,81 10 | tail -n 1)" "again 0 failed 0"
done
is "none of it was a failure" "$(mx -j server show | jq -c '[.[].health.flaps] | add')" 0

# a server that vanishes with a connection: the client's next one from that port gets through, and elsewhere
revive() { # ADDR
	local first second
	mkfifo "$WORK/go"
	py client tcp-revive "$1" 80 <"$WORK/go" >"$WORK/revived" 2>&1 &
	exec 9>"$WORK/go"
	rm "$WORK/go"
	wait_for 20 test -s "$WORK/revived" || return 1
	first=$(head -n 1 "$WORK/revived")
	holed "$first"
	echo >&9
	exec 9>&-
	wait $!
	second=$(sed -n 2p "$WORK/revived")
	filled "$first"
	echo "$first $second"
	cat "$WORK/revived"
	[[ "$second" = s? && "$second" != "$first" ]]
}
for a in $VIP $VIP6; do
	service failover immediate hold-down 240s
	ok "an old flow to a dead server does not swallow the port, $a" revive "$a"
done

# the load of wrk, which has to connect anew for each request: else it may have no more to do with a server once that is dead
service failover immediate hold-down 240s
on client wrk -t 1 -c 8 -d $((60 * SLOW)) -H 'Connection: close' "$V4/$TAG/" >"$WORK/wrk" 2>&1 &
LOAD=$!
wait_for 20 logged 200
at=$(date +%s%N)
slain s1
ok "wrk: the server is down" wait_for 20 event 10.0.1.2 down refused
pkill -INT -x wrk
wait "$LOAD"
say "failover time: slain, immediate, wrk: $(took "$at" 10.0.1.2) ms"
grep -E "requests in|Socket errors" "$WORK/wrk" | note
ok "wrk: the others served" test "$(awk '/requests in/ { print $1 }' "$WORK/wrk")" -gt 200
revived s1

# bad words
ok "window too short" fails mx group set web window 1ms
ok "hold-down backwards" fails mx group set web hold-down 10s-5s
ok "fails too many" fails mx group set web fails 33
ok "fails none" fails mx group set web fails 0
ok "rise none" fails mx group set web rise 0
ok "no such strategy" fails mx group set web failover sometimes
unhear
finish
