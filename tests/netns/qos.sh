#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# DSCP, priority and mark that rules and groups set: as nftables and tc see them behind the balancer, in both families, by NAT
# and by direct routing, in the stack and on the fast path, and in packets of the balancer itself.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
for i in 1 2; do
	ipb s$i <<-END
		addr add $VIP/32 dev lo
		addr add $VIP6/128 dev lo nodad
	END
done
for s in s1 s2; do echo_udp $s 5300; done

# On the way out of the balancer, tc counts by the class that is the priority, and nftables, behind it, by the mark. Server and
# client count by DSCP.
for dev in s1 c0; do
	on lb tc qdisc add dev $dev root handle 1: htb default 9
	for class in 9 10; do on lb tc class add dev $dev parent 1: classid 1:$class htb rate 1gbit; done
done
for ns in s1 client; do
	on $ns nft -f - <<-END
		table inet see {
			chain in {
				type filter hook input priority 0
				udp dport 5300 ip dscp 46 counter comment ef
				udp sport 5300 ip dscp 46 counter comment ef
				udp dport 5300 ip6 dscp 46 counter comment ef6
				udp sport 5300 ip6 dscp 46 counter comment ef6
			}
		}
	END
done
seen() {
	on $1 nft -j list chain inet see in |
		jq --arg c $2 '[.nftables[].rule? // empty | select(.comment == $c) | .expr[].counter?.packets // empty] | add'
}
on lb nft -f - <<-END
	table netdev out {
		chain e {
			type filter hook egress device s1 priority 0
			meta mark and 0xf0 == 0x40 counter
		}
	}
END
marked() { on lb nft -j list chain netdev out e | jq '[.nftables[].rule? // empty | .expr[].counter?.packets // empty] | add'; }
class() { if [ $2 = mark ]; then marked; else classed $1 $2; fi; }
classed() { on lb tc -s class show dev $1 | awk -v c="1:$2" '$1 == "class" { on = $3 == c } on && $1 == "Sent" { print $4 }'; }
ask() { [ "$(py "$1" udp-ask $2 5300 "$3")" = "answered $3 retried 0 lost 0" ]; }

batch <<-END
	group add svc lb rr forward nat set-dscp 46 set-priority 1:10
	server add 10.0.1.2 group svc
	server add fd00:1::2 group svc
	rule add id 1 priority 10 to $VIP proto udp group svc
	rule add id 2 priority 10 to $VIP6 proto udp group svc
END
# passes NAME ADDR DSCP_COUNTER CLASS_TO_SERVER CLASS_TO_CLIENT: eight questions, eight answers, each seen as it should be
passes() {
	local dscp to back mine
	dscp=$(seen s1 $3)
	mine=$(seen client $3)
	to=$(class s1 $4)
	back=$(class c0 $5)
	ok "$1: answered" ask client $2 8
	is "$1: DSCP at the server" $(($(seen s1 $3) - dscp)) 8
	is "$1: $4 on the way to the server" $(($(class s1 $4) - to)) 8
	is "$1: DSCP at the client" $(($(seen client $3) - mine)) 8
	[ $5 = none ] || is "$1: $5 on the way to the client" $(($(class c0 $5) - back)) 8
}
forget() { mx flow flush >/dev/null; }
for forward in nat route; do
	forget
	want group set svc forward $forward
	for path in stack fast; do
		if [ $path = fast ]; then want dev add c0; want dev add s1; fi
		for family in 4 6; do
			addr=$VIP counter=ef
			[ $family = 4 ] || addr=$VIP6 counter=ef6
			ask client $addr 2
			ask client $addr 2
			passes "$forward, $path, IPv$family, priority" $addr $counter 10 \
				"$([ $forward = nat ] && echo 10 || echo none)"
			# the mark's class is chosen by tc's filter, and the rule's DSCP beats the group's
			want rule set id 1 set-mark 0x40/0xf0 set-priority 0
			want rule set id 2 set-mark 0x40/0xf0 set-priority 0
			forget
			passes "$forward, $path, IPv$family, mark" $addr $counter mark none
			want rule set id 1 set-mark none set-priority none
			want rule set id 2 set-mark none set-priority none
			forget
		done
	done
	ok "$forward: the fast path saw some of it" [ "$(fast c0)" -gt 20 ]
	want dev del c0
	want dev del s1
	is "$forward: no wrong checksum" "$(sums client s1)" 0
done
want group set svc forward nat

# conntrack translates replies when they leave: in FORWARD they are as the server sent them
ct_there
want group set svc ct on
forget
ask client $VIP 2
passes "conntrack, IPv4, priority" $VIP ef 10 10
want group set svc ct off
forget

# packets of the balancer itself
dscp=$(seen s1 ef)
to=$(class s1 10)
ok "local: answered" ask lb $VIP 5
is "local: DSCP" $(($(seen s1 ef) - dscp)) 5
is "local: class" $(($(class s1 10) - to)) 5

# the rule beats the group
want rule set id 1 set-dscp 8
forget
dscp=$(seen s1 ef)
ok "another DSCP by the rule: answered" ask client $VIP 5
is "the rule's DSCP beats the group's" $(($(seen s1 ef) - dscp)) 0
want rule set id 1 set-dscp none
forget
ok "and without: answered" ask client $VIP 5
is "without it the group's holds" $(($(seen s1 ef) - dscp)) 5

# what is shown is what add takes
want rule set id 1 set-dscp 12 set-priority 77 set-mark 0x3/0xf
is "a rule shows it" "$(mx -o rule show id 1)" \
	"id 1 priority 10 to $VIP/32 proto udp group svc set-dscp 12 set-priority 77 set-mark 0x3/0xf"
mx save "$WORK/saved"
ok "restore" mx restore "$WORK/saved"
mx save "$WORK/again"
ok "what was saved is what is saved again" diff "$WORK/saved" "$WORK/again"
forget
to=$(class s1 10)
ok "IPv6 after the restore" ask client $VIP6 5
is "has its priority" $(($(class s1 10) - to)) 5

# without a flow: each packet for itself
want group add each lb packet forward route set-dscp 46
want server add 10.0.1.2 group each
want rule set id 1 group each set-dscp none set-priority none set-mark none
dscp=$(seen s1 ef)
ok "per packet: answered" ask client $VIP 5
is "per packet: DSCP" $(($(seen s1 ef) - dscp)) 5
want rule set id 1 group svc

# bad input
refuse() { ok "$1" fails mx "${@:3}"; grep -q "$2" "$WORK/said" || { ok "$1: says why" false; note <"$WORK/said"; }; }
refuse "DSCP of 64" "0 to 63" group set svc set-dscp 64
refuse "a mask of nothing" "sets nothing" group set svc set-mark 0/0
refuse "a mark beyond its mask" "leaves out" rule set id 1 set-mark 0x10/0xf
refuse "a class that is none" "MAJOR:MINOR" group set svc set-priority 1:g
refuse "of a rule that drops" "go to a table or a group" rule add priority 1 drop set-dscp 1
refuse "beside forward mark" "whole mark itself" group add m lb rr forward mark mark 1 set-mark 2
want group set svc set-dscp none set-priority none
is "all of it goes" "$(mx -o group show svc)" "svc type server lb rr hash src forward nat"
clean
slabs_return "the memory comes back"
finish
