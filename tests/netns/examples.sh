#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# Every file of examples/ does what it says at its top, as it stands there.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
EXAMPLES=$HERE/../../examples
star
web s1 s2 s3
for i in 1 2 3; do
	echo_udp s$i 53
	sys s$i net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
	ip -n s$i addr add 192.0.2.11/32 dev lo
done
for i in 77 200; do ip -n client addr add 10.0.0.$i/24 dev c0; done
TRIED=

# example FILE: it is in force, and what save writes of it is the same configuration
example() {
	TRIED="$TRIED $1"
	ok "$1: -check takes it" mx restore -check "$EXAMPLES/$1"
	ok "$1: in force" mx restore "$EXAMPLES/$1"
	mx flow flush >/dev/null
	mx save >"$WORK/saved"
	is "$1: save has each of its objects" "$(grep -c '^[a-z]* add' "$WORK/saved")" "$(grep -c '^[a-z]* add' "$EXAMPLES/$1")"
	ok "$1: what is saved is right" mx restore "$WORK/saved"
	hits_clear
}
# shares NAME S1 S2 S3: of the requests of this part, give or take two
shares() {
	local i=0 n good=1 want=("${@:2}")
	for n in $(got); do
		in_range $((n - want[i] + 2)) 0 4 || good=0
		i=$((i + 1))
	done
	say "$1: $(got)"
	ok "$1" [ $good = 1 ]
}
# then_do FILE: what it says can be done then
then_do() {
	local line
	while read -r line; do
		ok "$1: $line" mx $line
	done < <(sed -n 's/^# *\(Then:\)\?\t\? *mutexctl \(server set\|group set\|rule del\)\([^\t]*\).*/\2\3/p' "$EXAMPLES/$1")
}
got() { echo "$(hits s1) $(hits s2) $(hits s3)"; }

example web.conf
ok "web.conf: requests" many 40 "http://192.0.2.10"
shares "web.conf: shares 2:1:1" 20 10 10
hits_clear
ok "web.conf: requests, IPv6" many 40 "http://[2001:db8::10]"
shares "web.conf: shares 2:1:1, IPv6" 20 10 10
is "web.conf: the dry run steers" "$(mx -j route get 192.0.2.10:80 from 10.0.0.2:40000 | json 0.verdict)" steer

# drain.sh, on top of web.conf, while requests come in
mkdir "$WORK/bin"
ln -s "$MX_CTL" "$WORK/bin/mutexctl"
TRIED="$TRIED drain.sh"
drain() { PATH=$WORK/bin:$PATH on lb timeout $((60 * SLOW)) "$EXAMPLES/drain.sh" 10.0.2.2:80 web 30 "$@"; }
state() { mx -j server show 10.0.2.2:80 group web | json 0.state; }
hits_clear
on client curl -sS --fail --max-time $((120 * SLOW)) -H 'Connection: close' "http://192.0.2.10/$TAG/[1-400]" -o /dev/null 2>"$WORK/errors" &
load=$!
some() { [ "$(hits s2)" -ge 5 ]; }
ok "drain.sh: requests come in" wait_for 20 some
ok "drain.sh: the maintenance is done" drain true
note <"$WORK/said"
is "drain.sh: the server is up again" "$(state)" up
ok "drain.sh: no request has failed" wait "$load"
is "drain.sh: nor complained" "$(cat "$WORK/errors")" ""
ok "drain.sh: maintenance that fails is told" fails drain false
is "drain.sh: and the server stays down" "$(state)" down
hits_clear
ok "drain.sh: requests" many 12 "http://192.0.2.10"
is "drain.sh: it gets none" "$(hits s2)" 0
ok "drain.sh: its words" fails "$EXAMPLES/drain.sh" 10.0.2.2:80

example failover.conf
ok "failover.conf: requests" many 20 "http://192.0.2.10"
is "failover.conf: two servers" "$(got)" "10 10 0"
# slain NS: its web server is killed
slain() {
	local pid
	for pid in $(ip netns pids $1); do
		! grep -q nginx "/proc/$pid/comm" || kill -KILL "$pid"
	done
	wait_for 10 fails listens $1 tcp 80
}
health() { mx -j server show "$1" group web | json 0.health.state; }
answers() { [ "$(get http://192.0.2.10/)" = "$1" ]; }
is_down() { get http://192.0.2.10/ >/dev/null; [ "$(health "$1")" = down ]; }
slain s1
ok "failover.conf: a dead server is noticed" wait_for 10 is_down 10.0.1.2:80
ok "failover.conf: the other one answers" wait_for 10 answers s2
slain s2
ok "failover.conf: with none left, the fallback group does" wait_for 10 answers s3
web s1 s2
ok "failover.conf: they come back" wait_for 30 answers s2
clean

example checks.conf
checked() { [ "$(mx -j server show "$1" group "$2" | json 0.check.result)" = "$3" ]; }
is_health() { [ "$(health "$1")" = "$2" ]; }
full_weight() { [ "$(mx -j -d server show 10.0.1.2:80 group web | json 0.care.share)" = 1000 ]; }
for i in 1 2; do
	ok "checks.conf: s$i is found good, by TCP" wait_for 10 checked 10.0.$i.2:80 web good
	ok "checks.conf: s$i is found good, by UDP" wait_for 10 checked 10.0.$i.2:53 names good
done
ok "checks.conf: requests" many 20 "http://192.0.2.10"
is "checks.conf: none for the fallback group" "$(hits s3)" 0
slain s1
ok "checks.conf: the dead server is found without a client" wait_for 10 is_health 10.0.1.2:80 down
hits_clear
ok "checks.conf: so no request is lost" many 10 "http://192.0.2.10"
is "checks.conf: the other one has them" "$(got)" "0 10 0"
slain s2
ok "checks.conf: now both are dead" wait_for 10 is_health 10.0.2.2:80 down
hits_clear
ok "checks.conf: the fallback group has the requests" many 10 "http://192.0.2.10"
is "checks.conf: all of them" "$(got)" "0 0 10"
web s1 s2
ok "checks.conf: they come back" wait_for 30 eval "is_health 10.0.1.2:80 up && is_health 10.0.2.2:80 up"
ok "checks.conf: and have all of their load in the end" wait_for 30 full_weight
hits_clear
ok "checks.conf: requests again" many 10 "http://192.0.2.10"
is "checks.conf: none for the fallback group any more" "$(hits s3)" 0
clean

example limits.conf
kept() { mx -j persist show group shop from "$1" | json 0.server.addr; }
ok "limits.conf: requests" many 12 "http://192.0.2.10"
is "limits.conf: one server has the client" "$(got | tr ' ' '\n' | sort -n | xargs)" "0 0 12"
SERVER=$(kept 10.0.0.2)
is "limits.conf: persist shows which" "$(hits "s${SERVER:5:1}")" 12
is "limits.conf: and its neighbours" "$(kept 10.0.0.200)" "$SERVER"
ok "limits.conf: the connections end" wait_for 20 idle shop
start client python3 -S "$HERE/burst.py" hold 192.0.2.10 80 60
full() { [ "$(server "$SERVER:80" shop conns.active)" = 50 ] && [ "$(active shop)" = 60 ]; }
ok "limits.conf: the 51st goes elsewhere" wait_for 20 full
ok "limits.conf: the server was passed over" [ "$(server "$SERVER:80" shop conns.full)" -gt 0 ]
release() { ip netns pids client | xargs -r kill; }
release
ok "limits.conf: the connections end again" wait_for 20 idle shop
is "limits.conf: nothing was dropped" "$(mx -j -s group show shop | json 0.stats.over)" 0
then_do limits.conf
start client python3 -S "$HERE/burst.py" hold 192.0.2.10 80 40
over() { [ "$(mx -j -s group show shop | json 0.stats.over)" -gt 0 ]; }
ok "limits.conf: more than the rate is dropped" wait_for 30 over
release
clean

TRIED="$TRIED countries.csv"
if [ -e /usr/share/zoneinfo/Europe/Berlin ]; then
	ok "countries.csv: loaded" mx geo load "$EXAMPLES/countries.csv"
	example countries.conf
	is "countries.csv: it stays" "$(mx -j geo get 10.0.0.77 | json 0.country)" US
	# at ADDR TIME...: the groups that its requests go to at these times
	at() {
		local t from=$1
		shift
		for t; do mx -j route get 192.0.2.10:80 from "$from:40000" proto tcp at "$t" | json 0.group.name; done | xargs
	}
	# a Friday in winter, Saturday, Sunday; a Monday in summer
	is "countries.conf: from Germany, by day" "$(at 10.0.0.2 2026-03-27T06:59Z 2026-03-27T07:00Z 2026-03-27T16:59Z 2026-03-27T17:00Z)" "world eu eu world"
	is "countries.conf: in summer" "$(at 10.0.0.2 2026-03-30T05:59Z 2026-03-30T06:00Z)" "world eu"
	is "countries.conf: at the weekend" "$(at 10.0.0.2 2026-03-28T08:30Z 2026-03-29T08:30Z)" "world world"
	is "countries.conf: by night" "$(at 10.0.0.200 2026-03-27T20:59Z 2026-03-27T21:00Z 2026-03-28T04:59Z 2026-03-28T05:00Z)" "world night night world"
	is "countries.conf: from the USA" "$(at 10.0.0.77 2026-03-27T08:30Z 2026-03-27T23:00Z)" "world world"
	is "countries.conf: from nowhere" "$(at 10.0.0.130 2026-03-27T08:30Z)" world
	hits_clear
	ok "countries.conf: requests from the USA" many 10 "http://192.0.2.10" --interface 10.0.0.77
	is "countries.conf: are the world's" "$(got)" "0 10 0"
	mx geo flush >/dev/null
	clean
else
	TRIED="$TRIED countries.conf"
	skip "countries.conf" "there is no tz database"
fi

example direct.conf
ok "direct.conf: requests" many 12 "http://192.0.2.11"
is "direct.conf: one server has the client" "$(got | tr ' ' '\n' | sort -n | xargs)" "0 0 12"
ok "direct.conf: the balancer has requests" [ "$(server 10.0.1.2 big requests.packets)" -gt 0 -o \
	"$(server 10.0.2.2 big requests.packets)" -gt 0 -o "$(server 10.0.3.2 big requests.packets)" -gt 0 ]

example canary.conf
ok "canary.conf: the office" many 10 "http://192.0.2.10" --interface 10.0.0.77
is "canary.conf: has the new version" "$(got)" "0 0 10"
hits_clear
ok "canary.conf: others" many 40 "http://192.0.2.10"
shares "canary.conf: 95:95:10" 19 19 2
ok "canary.conf: another port is closed" fails on client nc -z -w 1 192.0.2.10 22
is "canary.conf: by the rule" "$(mx -j route get 192.0.2.10:22 from 10.0.0.2:40000 | json 0.verdict)" drop
then_do canary.conf
hits_clear
ok "canary.conf: the office, then" many 48 "http://192.0.2.10" --interface 10.0.0.77
shares "canary.conf: 95:95:50" 19 19 10

example dns.conf
names() { py client udp-ask 192.0.2.53 53 12 names | tr ' ' '\n' | cut -d : -f 1 | sort -u | xargs; }
ok "dns.conf: a client has one resolver" [ "$(names | wc -w)" = 1 ]
is "dns.conf: all answers came" "$(py client udp-ask 192.0.2.53 53 12)" "answered 12 retried 0 lost 0"
is "dns.conf: TCP goes to the same one" \
	"$(mx -j route get 192.0.2.53:53 from 10.0.0.2:40000 proto tcp | json 0.server.addr)" \
	"$(mx -j route get 192.0.2.53:53 from 10.0.0.2:40001 proto udp | json 0.server.addr)"

example edge.conf
ok "edge.conf: requests" many 30 "http://192.0.2.10"
ok "edge.conf: they took the fast path" [ "$(fast c0)" -gt 30 -a "$(fast s1)" -gt 10 ]
ok "edge.conf: the administrators' way" get http://10.0.1.2/ --interface 10.0.0.200
is "edge.conf: another namespace has nothing" "$(mxin - -j group show)" "[]"

TRIED="$TRIED ipvs.save"
import() { mx import ipvsadm "$EXAMPLES/ipvs.save" >"$WORK/conf" 2>"$WORK/notes"; }
ok "ipvs.save: imported" import
is "ipvs.save: nothing is left out" "$(cat "$WORK/notes")" ""
ok "ipvs.save: in force" mx restore "$WORK/conf"
hits_clear
ok "ipvs.save: requests" many 30 "http://192.0.2.10"
shares "ipvs.save: shares 2:1:0" 20 10 0
is "ipvs.save: datagrams" "$(names)" "s1 s2"

TRIED="$TRIED conntrack.nft"
ct_there
for i in 1 2 3; do ip -n s$i route del default; done
ok "conntrack.nft: in force" on lb nft -f "$EXAMPLES/conntrack.nft"
example conntrack.conf
ok "conntrack.conf: requests to servers without a way back" many 30 "http://192.0.2.10"
is "conntrack.conf: each has its part" "$(got)" "10 10 10"
is "conntrack.conf: they see the balancer" "$(grep -h " /$TAG/" "$WORK"/web-s?/log | cut -d ' ' -f 1 | sort -u | xargs)" "10.0.1.1 10.0.2.1 10.0.3.1"
on lb conntrack -L -p tcp --dport 80 >"$WORK/tracked" 2>/dev/null
ok "conntrack.conf: conntrack shows whom connections lead to" grep -q 'dst=192.0.2.10 .*src=10.0.[123].2 dst=10.0.[123].1' "$WORK/tracked"
ok "conntrack.conf: nothing else is let through" fails get http://10.0.1.2/ --connect-timeout "$SLOW"
on lb nft flush ruleset
for i in 1 2 3; do ip -n s$i route add default via 10.0.$i.1; done
clean

# The links to s1 and s2 are uplinks, and both lead to 192.0.2.11.
example paths-policies.conf
for a in 5060:udp:voip 27500:udp:gaming 20:tcp:bulk 80:tcp:default; do
	IFS=: read -r port proto group <<<"$a"
	is "paths-policies.conf: port $port of $proto" \
		"$(mx -j route get 192.0.2.11:$port proto $proto from 10.0.0.2:40000 | json 0.group.name)" "$group"
done
ok "paths-policies.conf: requests" many 10 "http://192.0.2.11"
is "paths-policies.conf: all by one of the paths" "$(got | tr ' ' '\n' | grep -cx 10)" 1
clean
mx path flush

# What "check run" is given; tests/netns/check_run.sh has it report.
TRIED="$TRIED check-http"
ok "check-http: a server that answers" on lb "$EXAMPLES/check-http" 10.0.1.2 80
ok "check-http: a port that is closed" fails on lb "$EXAMPLES/check-http" 10.0.1.2 81

# None is left out, here or in the list.
is "every example was tried" "$(find "$EXAMPLES" -type f ! -name README.md -printf '%f\n' | sort | xargs)" "$(tr ' ' '\n' <<<"$TRIED" | sort | xargs)"
listed() {
	local x
	for x in $TRIED; do grep -q "^| $x |" "$EXAMPLES/README.md" || { echo "$x"; return 1; }; done
}
ok "README.md lists every example" listed
is "nothing was dropped but by a rule" "$(mx -j stats show | jq '.[0].dropped | del(.rule) | add')" 0
finish
