#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Rules with each of their matches, priorities and actions; tables by priority, metrics, fallback. What "route get" says is
# what then happens, and asking changes nothing.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
for s in s1 s2 s3; do echo_udp $s 5300; done

# Each group has one server that is named like it; where traffic goes is who answers. The default is s3.
setup() {
	local i
	clean
	for i in 1 2 3; do
		cat <<-END
			group add g$i lb rr forward nat
			server add 10.0.$i.2:5300 group g$i
			server add [fd00:$i::2]:5300 group g$i
		END
	done >"$WORK/groups"
	batch <"$WORK/groups"
	want rule add id 1000 priority 1 to $VIP group g3
	want rule add id 1001 priority 1 to $VIP6 group g3
}

# says ARGS: the verdict of route get, with its group if it steers
says() {
	mx -j route get "$@" | jq -r 'if type == "array" then .[0] else . end |
		if .verdict == "steer" then .group.name else .verdict end'
}
rule_of() { mx -j route get "$@" | jq -r 'if type == "array" then .[0] else . end | .rule.id // "none"'; }

# asks NS ADDR PORT [udp-ask OPTIONS]: who answers one datagram
asks() {
	local got
	got=$(py "$1" udp-ask "$2" "$3" 1 names retries=0 "${@:4}")
	echo "${got:-nobody}"
}

# match NAME RULE... -- PORT [udp-ask OPTIONS] -- ROUTE-GET WORDS: a rule that leads to g1, one packet that meets it
match() {
	local name=$1 rule=() send=() ask=()
	shift
	while [ "$1" != -- ]; do rule+=("$1"); shift; done
	shift
	while [ "$1" != -- ]; do send+=("$1"); shift; done
	shift
	ask=("$@")
	want rule add id 1 priority 10 "${rule[@]}" group g1
	mx flow flush >/dev/null
	is "$name: route get" "$(says "${ask[@]}")" "$WANT_GROUP"
	is "$name: traffic" "$(asks "${FROM-client}" "${send[@]}")" "$WANT_SERVER"
	want rule del id 1
}
meets() { WANT_GROUP=g1 WANT_SERVER=s1:1 match "$@"; }
misses() { WANT_GROUP=g3 WANT_SERVER=s3:1 match "$@"; }

setup
is "without a rule that matches: the lowest one" "$(asks client $VIP 53)" "s3:1"
ipb client <<-END
	addr add 10.0.0.77/24 dev c0
	addr add fd00::77/64 dev c0 nodad
END

meets "to PREFIX" to 192.0.2.0/24 -- $VIP 53 -- $VIP:53 proto udp
misses "to another PREFIX" to 192.0.3.0/24 -- $VIP 53 -- $VIP:53 proto udp
meets "to PREFIX, IPv6" to 2001:db8::/33 -- $VIP6 53 -- "[$VIP6]:53" proto udp
misses "to another PREFIX, IPv6" to 2001:db8:8000::/33 -- $VIP6 53 -- "[$VIP6]:53" proto udp
meets "from PREFIX" from 10.0.0.64/26 -- $VIP 53 from=10.0.0.77 -- $VIP:53 proto udp from 10.0.0.77
misses "from another PREFIX" from 10.0.0.64/26 -- $VIP 53 -- $VIP:53 proto udp from 10.0.0.2
meets "from PREFIX, IPv6" from fd00::40/122 -- $VIP6 53 from=fd00::77 -- "[$VIP6]:53" proto udp from fd00::77
misses "from another PREFIX, IPv6" from fd00::40/122 -- $VIP6 53 from=fd00::2 -- "[$VIP6]:53" proto udp from fd00::2
meets "from v4-mapped" from ::ffff:10.0.0.64/122 -- $VIP 53 from=10.0.0.77 -- $VIP:53 proto udp from ::ffff:10.0.0.77
meets "to the default route" to default -- $VIP 53 -- $VIP:53 proto udp
misses "to the other family's default route" to default6 -- $VIP 53 -- $VIP:53 proto udp
meets "dport" dport 53 -- $VIP 53 -- $VIP:53 proto udp
misses "another dport" dport 53 -- $VIP 54 -- $VIP:54 proto udp
meets "dport range, low end" dport 100-200 -- $VIP 100 -- $VIP:100 proto udp
meets "dport range, high end" dport 100-200 -- $VIP6 200 -- "[$VIP6]:200" proto udp
misses "dport range, above" dport 100-200 -- $VIP 201 -- $VIP:201 proto udp
misses "dport range, below" dport 100-200 -- $VIP 99 -- $VIP:99 proto udp
meets "sport range" sport 1024-65535 -- $VIP 53 -- $VIP:53 proto udp from 10.0.0.2:40000
misses "sport range, another" sport 1-1023 -- $VIP 53 -- $VIP:53 proto udp from 10.0.0.2:40000
meets "proto" proto udp -- $VIP 53 -- $VIP:53 proto udp
misses "another proto" proto tcp -- $VIP 53 -- $VIP:53 proto udp
meets "proto by number" proto 17 -- $VIP 53 -- $VIP:53 proto udp
meets "iif" iif c0 -- $VIP 53 -- $VIP:53 proto udp iif c0
misses "another iif" iif s1 -- $VIP 53 -- $VIP:53 proto udp iif c0

# marks, by a router's own choice: nftables sets them before mutex looks
on lb nft -f - <<-END
	table inet m {
		chain p {
			type filter hook prerouting priority raw
			meta l4proto udp th dport 60 meta mark set 0x1234
		}
	}
END
meets "mark" mark 0x1234 -- $VIP 60 -- $VIP:60 proto udp mark 0x1234
misses "another mark" mark 0x1235 -- $VIP 60 -- $VIP:60 proto udp mark 0x1234
meets "mark with mask" mark 0x200/0xf00 -- $VIP 60 -- $VIP:60 proto udp mark 0x1234
misses "mark with another mask" mark 0x200/0xff00 -- $VIP 60 -- $VIP:60 proto udp mark 0x1234
on lb nft -f - <<-END
	table inet d {
		chain p {
			type filter hook prerouting priority raw
			udp dport 61 ip dscp set 46
			udp dport 61 ip6 dscp set 46
		}
	}
END
meets "dscp" dscp 46 -- $VIP 61 -- $VIP:61 proto udp dscp 46
meets "dscp, IPv6" dscp 46 -- $VIP6 61 -- "[$VIP6]:61" proto udp dscp 46
misses "another dscp" dscp 0 -- $VIP 61 -- $VIP:61 proto udp dscp 46
on lb nft flush ruleset

# oif: packets of the balancer itself
ip -n lb route add $VIP/32 via 10.0.2.2
FROM=lb
meets "oif" oif s2 -- $VIP 53 -- $VIP:53 proto udp oif s2
misses "another oif" oif s1 -- $VIP 53 -- $VIP:53 proto udp oif s2
unset FROM
misses "oif of a packet from outside" oif s2 -- $VIP 53 -- $VIP:53 proto udp iif c0
meets "all matches at once" from 10.0.0.0/24 to $VIP/32 sport 1024-65535 dport 53 proto udp mark 0 iif c0 -- \
	$VIP 53 -- $VIP:53 proto udp from 10.0.0.2:5000 iif c0
misses "all but one" from 10.0.0.0/24 to $VIP/32 sport 1024-65535 dport 53 proto udp mark 1 iif c0 -- \
	$VIP 53 -- $VIP:53 proto udp from 10.0.0.2:5000 iif c0

# Priorities: the higher number is looked at first.
want rule add id 10 priority 10 to $VIP group g2
want rule add id 11 priority 11 to $VIP group g1
mx flow flush >/dev/null
is "the higher priority wins" "$(asks client $VIP 53) $(rule_of $VIP:53 proto udp)" "s1:1 11"
want rule set id 10 priority 12 to $VIP group g2
mx flow flush >/dev/null
is "a priority is changed" "$(asks client $VIP 53) $(rule_of $VIP:53 proto udp)" "s2:1 10"
is "the rule counts its packets" "$(mx -j -s rule show | jq '[.[] | select(.id == 10)][0].stats | (.hits // .packets)')" 1
want rule del id 10
want rule del id 11

# Actions.
want rule add id 20 priority 20 to $VIP dport 70 drop
want rule add id 21 priority 21 to $VIP dport 71 bypass
mx stats reset
is "drop" "$(asks client $VIP 70) $(says $VIP:70 proto udp) $(counter dropped rule)" "nobody drop 1"
ip -n lb route del $VIP/32
is "bypass" "$(asks client $VIP 71) $(says $VIP:71 proto udp)" "nobody bypass"
between "bypass is counted" "$(counter untouched bypassed)" 1 3
is "a packet that no rule matches" "$(says 198.51.100.1:53 proto udp)" "none"

# A rule with a table: without a route for the packet the next rule decides.
want table add t1 priority 1
want table add t2 priority 2
want rule add id 30 priority 30 to $VIP table t1
mx flow flush >/dev/null
is "an empty table: the next rule" "$(asks client $VIP 53) $(says $VIP:53 proto udp)" "s3:1 g3"
want route add 192.0.2.0/24 table t1 group g1
mx flow flush >/dev/null
is "a table with a route" "$(asks client $VIP 53) $(says $VIP:53 proto udp)" "s1:1 g1"
want rule del id 30
want rule del id 1000
want rule del id 1001

# Tables by priority, longest prefix in each, metrics in a prefix.
for a in $VIP $VIP6; do
	six=; [ $a = $VIP ] || six=6
	long=$a/32 short=192.0.2.0/24 q="$a:53"
	[ -z "$six" ] || { long=$a/128; short=2001:db8::/32; q="[$a]:53"; }
	mx route flush table t1
	mx flow flush >/dev/null
	want route add default$six table t1 group g1
	is "default route, $a" "$(asks client $a 53) $(says "$q" proto udp)" "s1:1 g1"
	want route add $short table t1 group g2
	mx flow flush >/dev/null
	is "a longer prefix, $a" "$(asks client $a 53) $(says "$q" proto udp)" "s2:1 g2"
	want route add $long table t1 group g3
	mx flow flush >/dev/null
	is "the longest prefix, $a" "$(asks client $a 53) $(says "$q" proto udp)" "s3:1 g3"
	want route add default$six table t2 group g1
	mx flow flush >/dev/null
	is "a table of higher priority, even by its default route, $a" "$(asks client $a 53) $(says "$q" proto udp)" "s1:1 g1"
	want table set t2 priority 0
	mx flow flush >/dev/null
	is "its priority is lowered, $a" "$(asks client $a 53) $(says "$q" proto udp)" "s3:1 g3"
	want table set t2 priority 2
	want route del default$six table t2
	# metrics
	want route add $long table t1 group g1 metric 10
	mx flow flush >/dev/null
	is "the lower metric, $a" "$(asks client $a 53) $(says "$q" proto udp)" "s1:1 g1"
	s1=10.0.1.2:5300; [ -z "$six" ] || s1="[fd00:1::2]:5300"
	want server set $s1 group g1 state down
	mx flow flush >/dev/null
	is "its group has no usable member: the next metric, $a" "$(asks client $a 53) $(says "$q" proto udp)" "s3:1 g3"
	s3=10.0.3.2:5300; [ -z "$six" ] || s3="[fd00:3::2]:5300"
	want server set $s3 group g3 state down
	mx flow flush >/dev/null
	is "none in this prefix: nothing decides, $a" "$(asks client $a 53) $(says "$q" proto udp)" "nobody no-member"
	want route add default$six table t2 group g2 metric 5000
	want table set t2 priority 0
	mx flow flush >/dev/null
	is "a table further down does, $a" "$(asks client $a 53) $(says "$q" proto udp)" "s2:1 g2"
	want table set t2 priority 2
	want route del default$six table t2 metric 5000
	want server set $s1 group g1 state up
	want server set $s3 group g3 state up
	want route del $long table t1 metric 10
done
mx route flush table t1
want route add ::ffff:192.0.2.0/120 table t1 group g2
is "a v4-mapped route is IPv4" "$(mx -j route show table t1 | jq -r '.[0].dst')" 192.0.2.0/24
mx flow flush >/dev/null
is "and leads IPv4" "$(asks client $VIP 53) $(says ::ffff:$VIP proto udp)" "s2:1 g2"

# Asking changes nothing.
ask_all() {
	local i
	for i in 1 2 3 4 5; do
		mx route get $VIP:53 proto udp from 10.0.0.2:4444 iif c0 mark 7
		mx route get "[$VIP6]:80" from "[fd00::2]:80"
		mx route get 198.51.100.1
	done
}
snapshot() {
	# but for the time
	mx -j -s stats show | jq -c 'del(.. | .since?)'
	mx -j flow show | jq -c '[.[] | del(.idle, .expires)]'
	mx -j -s group show
	mx -j -s server show | jq -c 'del(.. | .since?)'
	mx -j -s rule show
}
want group set g2 lb wrr
want server add 10.0.1.2:5300 group g2 weight 50
snapshot >"$WORK/before"
ask_all >/dev/null
snapshot >"$WORK/after"
ok "route get changes nothing" diff "$WORK/before" "$WORK/after"
first=$(mx -j route get $VIP:53 proto udp | jq -r 'if type == "array" then .[0] else . end | .server.addr')
is "and tells the server that a packet then gets" "10.0.${first:5:1}.2 $(asks client $VIP 53)" "$first s${first:5:1}:1"

# Refusals, with a reason.
refused() { # NAME WORDS...
	local name=$1
	shift
	if mx "$@" >"$WORK/out" 2>&1; then
		ok "refused: $name" false
	else
		ok "refused: $name" grep -q . "$WORK/out"
		say "$(head -n 1 "$WORK/out")"
	fi
}
refused "a group that is not there" rule add priority 1 to $VIP group nosuch
refused "a table that is not there" route add 10.0.0.0/8 table nosuch group g1
refused "a prefix with host bits" route add 10.0.0.1/8 table t1 group g1
refused "a group in use" group del g2
want rule add id 40 priority 1 table t2
refused "a table in use" table del t2
refused "the same rule again" rule add id 40 priority 1 drop
refused "a port range the wrong way round" rule add priority 1 dport 20-10 proto udp drop
finish
