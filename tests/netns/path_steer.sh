#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# Groups of paths: the packet leaves by the device and the gateway of the path that was chosen, and stays as it is. Flows leave a path
# that is not fit, and no other one.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin

#                                 +-- w1 10.1.0.1 ------ 10.1.0.2 e0 [r1]
#   [client] c0 10.0.0.2 --- [lb] +-- w2 10.2.0.1 ------ 10.2.0.2 e0 [r2]        each of r1 to r4 has the service's address, answers
#              fd00::2        c0  +-- w3 10.3.0.1 VLAN - 10.3.0.2 e0.7 [r3]      with its own name, and leads to far
#                                 +-- w4 10.4.0.1 GRE -- 10.4.0.2 g0 [r4]
#
#   r1 and r2 lead on to [far] 198.51.100.1, too. The default route of lb leads to r3.
FAR=198.51.100.1
FAR6=2001:db8:f::1
ns client lb r1 r2 r3 r4 far
router lb r1 r2 r3 r4
plug_client lb c0
for i in 1 2; do cable lb w$i r$i e0; done
cable lb t3 r3 e0
cable lb u4 r4 e0
ipb lb <<-END
	link add w3 link t3 up type vlan id 7
	addr add 10.14.0.1/24 dev u4
	link add w4 type gre local 10.14.0.1 remote 10.14.0.2
	link set w4 up
END
ipb r3 <<-END
	link add e0.7 link e0 up type vlan id 7
END
ipb r4 <<-END
	addr add 10.14.0.2/24 dev e0
	link add g0 type gre local 10.14.0.2 remote 10.14.0.1
	link set g0 up
END
dev=(x e0 e0 e0.7 g0)
for i in 1 2 3 4; do
	ipb lb <<-END
		addr add 10.$i.0.1/24 dev w$i
		addr add fd00:$i::1/64 dev w$i nodad
	END
	ipb r$i <<-END
		addr add 10.$i.0.2/24 dev ${dev[i]}
		addr add fd00:$i::2/64 dev ${dev[i]} nodad
		addr add $VIP/32 dev lo
		addr add $VIP6/128 dev lo nodad
		route add 10.0.0.0/24 via 10.$i.0.1
		route add fd00::/64 via fd00:$i::1
	END
done
ipb lb <<-END
	route add default via 10.3.0.2
	route add default via fd00:3::2
END
ip -n far addr add $FAR/32 dev lo
ip -n far addr add $FAR6/128 dev lo nodad
for i in 1 2; do
	cable far f$i r$i f0
	ipb far <<-END
		addr add 10.2$i.0.2/24 dev f$i
		addr add fd00:2$i::2/64 dev f$i nodad
	END
	ipb r$i <<-END
		addr add 10.2$i.0.1/24 dev f0
		addr add fd00:2$i::1/64 dev f0 nodad
		route add $FAR via 10.2$i.0.2
		route add $FAR6 via fd00:2$i::2
	END
done
ipb far <<-END
	route add default nexthop via 10.21.0.1 nexthop via 10.22.0.1
	route add default nexthop via fd00:21::1 nexthop via fd00:22::1
END
web r1 r2 r3 r4
for i in 1 2 3 4; do echo_udp r$i 5300; done
echo_udp far 5300
iperf_server far

V4="http://$VIP"
V6="http://[$VIP6]"

# paths: the four of them, with and without gateways, not probed: each is as its link is
paths() {
	cat <<-END
		path add p1 dev w1 via 10.1.0.2 peer 10.1.0.2 probe none hold-down 100ms bandwidth 400
		path add p2 dev w2 via 10.2.0.2 peer 10.2.0.2 probe none hold-down 100ms bandwidth 300
		path add p3 dev w3 via 10.3.0.2 peer 10.3.0.2 probe none hold-down 100ms bandwidth 200
		path add p4 dev w4 peer 10.4.0.2 probe none hold-down 100ms bandwidth 100
		path add q1 dev w1 via fd00:1::2 peer fd00:1::2 probe none hold-down 100ms bandwidth 400
		path add q2 dev w2 via fd00:2::2 peer fd00:2::2 probe none hold-down 100ms bandwidth 300
		path add q3 dev w3 via fd00:3::2 peer fd00:3::2 probe none hold-down 100ms bandwidth 200
	END
}
# members GROUP PATH...
members() { local p; for p in "${@:2}"; do echo "member add $p group $1"; done; }
# rules: what the client sends to the service, or to far, goes to a group
rules() {
	echo "rule add priority 10 to $VIP group $1"
	echo "rule add priority 10 to $VIP6 group $1"
	echo "rule add priority 10 to $FAR group $1"
	echo "rule add priority 10 to $FAR6 group $1"
}
# names N ADDR: who answers N datagrams
names() { py client udp-ask "$2" 5300 "$1" names; }
answers() { [ "$(names 1 "$1")" = "$2:1" ]; }
# member PATH GROUP JSON: what is known of a member
member() { mx -j -d -s member show "$1" group "$2" | json "0.$3"; }
member_is() { [ "$(member "$1" "$2" "$3")" = "$4" ]; }
# tidy: groups before paths
tidy() { clean; mx path flush; }

batch <<-END
	$(paths)
	group add wan type path lb quality prefer bandwidth
	$(members wan p1 p2 p3 p4 q1 q2 q3)
	$(rules wan)
END

# Each kind of path, on the stack and on the fast path.
for path in stack fast; do
	[ $path = stack ] || want dev add c0
	for i in 1 2 3 4; do
		for j in 1 2 3 4; do
			state=down
			[ $i = $j ] && state=up
			want member set p$j group wan state $state
			[ $j = 4 ] || want member set q$j group wan state $state
		done
		is "$path: path $i carries, IPv4" "$(names 6 $VIP)" "r$i:6"
		is "$path: path $i carries, IPv6" "$(names 6 $VIP6)" "r$i:6"
		is "$path: path $i carries TCP, IPv4" "$(get "$V4/")" r$i
		is "$path: path $i carries TCP, IPv6" "$(get "$V6/")" r$i
		[ "$i" = 4 ] || mx flow flush >/dev/null
	done
	is "$path: TTL 1 ends here, IPv4" "$(py client ttl $VIP 5300 1)" "10.0.0.1 type 11 code 0 about $VIP:5300"
	is "$path: hop limit 1 ends here, IPv6" "$(py client ttl $VIP6 5300 1)" "fd00::1 type 3 code 0 about $VIP6:5300"
	is "$path: what is too big for the tunnel is told, IPv4" "$(py client mtu $VIP 5300 1460)" "1476 passes"
	is "$path: what is too big for the tunnel is told, IPv6" "$(py client mtu $VIP6 5300 1440)" "1476 passes"
	ip -n client route flush cache
	ip -n client -6 route flush cache
	is "$path: no wrong checksum" "$(sums client r1 r2 r3 r4)" 0
	mx flow flush >/dev/null
done
between "packets took the fast path" "$(fast c0)" 1 1000000000
want dev del c0
for p in p1 p2 p3 p4 q1 q2 q3; do want member set $p group wan state up; done
mx flow flush >/dev/null

# The choice.
is "the widest path carries, IPv4" "$(names 8 $VIP)" "r1:8"
is "the widest path carries, IPv6" "$(names 8 $VIP6)" "r1:8"
is "its status" "$(member p1 wan status)" up
is "a flow tells its path" "$(mx -j flow show path p1 | json '[0-9]+.path' | sort -u)" p1
is "the dry run tells it" "$(mx -j route get $VIP:5300 from 10.0.0.2:40000 proto udp | json 0.path)" p1
want path set p1 bandwidth 50
is "another one is wider now: new flows take it" "$(names 8 $VIP)" "r2:8"
want path set p1 bandwidth 400
is "and back" "$(names 8 $VIP)" "r1:8"

# Re-evaluation: flows of the path that fails move, the others stay.
want path set p3 bandwidth 900
rm -f "$WORK/stop"
on client timeout 120 python3 -S "$HERE/net.py" udp-hold $VIP 5300 "$WORK/stop" >"$WORK/held" &
held=$!
ok "a flow begins on path 3" wait_for 10 flows_are 1 path p3
want path set p3 bandwidth 200
is "new ones begin on path 1" "$(names 4 $VIP)" "r1:4"
ip -n r1 link set e0 down
ok "carrier lost: the member is not fit at once" wait_for 2 member_is p1 wan health.state down
is "new flows take the next path" "$(names 4 $VIP)" "r2:4"
ok "the flow on path 3 is still there" flows_are 1 path p3
ip -n r1 link set e0 up
ok "carrier back: fit again" wait_for 5 member_is p1 wan health.state up
ipb r1 <<-END
	route replace 10.0.0.0/24 via 10.1.0.1
	route replace fd00::/64 via fd00:1::1
END
ok "new flows return" wait_for 5 answers $VIP r1
ok "the flow on path 3 is still there" flows_are 1 path p3
touch "$WORK/stop"
wait $held
like() { grep -qE "$2" "$1" || { cat "$1"; return 1; }; }
ok "it was answered by one path all the time" like "$WORK/held" "^asked [0-9]+ worst [01] names r3$"

# A flow of its own across every kind of loss: it goes on, and no packet is lost once the path is known to be bad.
lose() { # NAME COMMAND... -- UNDO...: path 1 goes, in one way or another
	local name=$1 cmd=() undo=()
	shift
	while [ "$1" != -- ]; do cmd+=("$1"); shift; done
	shift
	undo=("$@")
	mx flow flush >/dev/null
	rm -f "$WORK/stop"
	on client timeout 120 python3 -S "$HERE/net.py" udp-hold $VIP 5300 "$WORK/stop" >"$WORK/held" &
	held=$!
	ok "$name: a flow begins on path 1" wait_for 10 flows_are 1 path p1
	"${cmd[@]}"
	ok "$name: it moves to path 2" wait_for 5 flows_are 1 path p2
	"${undo[@]}"
	ok "$name: path 1 is back" wait_for 5 member_is p1 wan health.state up
	ok "$name: new flows take it" wait_for 5 answers $VIP r1
	ok "$name: the flow stays where it is" flows_are 1 path p2
	touch "$WORK/stop"
	wait $held
	ok "$name: the flow went on" like "$WORK/held" "^asked [0-9]+ worst [0-3] names r1 r2$"
}
lose "set down" mx path set p1 admin down -- mx path set p1 admin up
lose "standby" mx member set p1 group wan state down -- mx member set p1 group wan state up
w1_up() {
	ipb lb <<-END
		link set w1 up
		route replace fd00:1::/64 dev w1
	END
}
lose "device down" ip -n lb link set w1 down -- w1_up
lose "address gone" ip -n lb addr del 10.1.0.1/24 dev w1 -- ip -n lb addr add 10.1.0.1/24 dev w1
rename() { ip -n lb link set $1 down && ip -n lb link set $1 name $2 && ip -n lb link set $2 up; }
lose "device renamed" rename w1 w9 -- rename w9 w1
mx flow flush >/dev/null

# A standby path carries where no other does, and failback. What IPv6 has is no matter of IPv4.
want path set p1 admin standby
want path set p2 admin standby
is "on standby: another one carries" "$(names 4 $VIP)" "r3:4"
want path set p3 admin down
want path set p4 admin down
is "none is up: the best on standby carries" "$(names 4 $VIP)" "r1:4"
mx flow flush >/dev/null
rm -f "$WORK/stop"
on client timeout 120 python3 -S "$HERE/net.py" udp-hold $VIP 5300 "$WORK/stop" >"$WORK/held" &
held=$!
ok "a flow on the standby path" wait_for 10 flows_are 1 path p1
want path set p3 admin up
ok "new flows return" wait_for 5 answers $VIP r3
ok "failback off: the flow stays" flows_are 1 path p1
want group set wan failback on
ok "failback on: it returns when the better path has proven itself" wait_for 20 flows_are 0 path p1
touch "$WORK/stop"
wait $held
ok "without a loss" like "$WORK/held" "^asked [0-9]+ worst [0-3] names r1 r3$"
for p in p1 p2 p4; do want path set $p admin up; done
want group set wan failback off

# No path at all: the packet passes as if mutex were not there.
for p in p1 p2 p3 p4; do want path set $p admin down; done
mx stats reset
is "no path left: the routing table leads" "$(names 4 $VIP)" "r3:4"
between "and it is counted" "$(counter untouched nomember)" 1 1000
for p in p1 p2 p3 p4; do want path set $p admin up; done

# TCP goes on across a failover, on the fast path too.
want dev add c0
mx flow flush >/dev/null
on client timeout $((60 * SLOW)) iperf3 -J -c $FAR -t 6 >"$WORK/iperf" 2>&1 &
held=$!
ok "a TCP flow to far" wait_for 10 flows_are 2 to $FAR
want path set p1 admin down
ok "moves" wait_for 5 flows_are 2 path p2
wait $held
ok "TCP goes on" jq -e '.end.sum_received.bytes > 1000000' "$WORK/iperf"
say "iperf3: $(jq '.end.sum_received.bits_per_second / 1e6 | floor' "$WORK/iperf") Mbit/s, $(jq '[.intervals[].sum.bytes] | map(select(. == 0)) | length' "$WORK/iperf") seconds without"
want path set p1 admin up
ok "iperf3, IPv6" iperf client $FAR6 2
ok "iperf3, IPv6, backwards" iperf client $FAR6 2 -R
want dev del c0

# A rule for everything takes nothing that is for this host, nor what comes in by a path, nor what has said its way.
want rule add priority 1 group wan
ok "what is for this host arrives" on client ping -c 1 -W $((5 * SLOW)) 10.0.0.1
ok "and by another of its addresses, IPv6" on client ping -c 1 -W $((5 * SLOW)) fd00:2::1
ok "what comes in by a path arrives" on r2 ping -c 1 -W $((5 * SLOW)) 10.0.0.2
ok "and IPv6" on r2 ping -c 1 -W $((5 * SLOW)) fd00::2
echo_udp client 5400
ok "what answers leaves by the path that the request came by" like <(py r2 udp-ask 10.0.0.2 5400 4) "^answered 4 "
ok "and IPv6" like <(py r2 udp-ask fd00::2 5400 4) "^answered 4 "
is "what is sent from here is steered" "$(py lb udp-ask $VIP 5300 4 names from=10.0.0.1)" "r1:4"
is "and IPv6" "$(py lb udp-ask $VIP6 5300 4 names from=fd00::1)" "r1:4"
bound() { on lb python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 25, b'w2')
s.settimeout(5 * $SLOW)
s.sendto(b'00000000', ('$VIP', 5300))
print(s.recv(100)[:2].decode())"; }
ok "but for a socket that is bound to a device" grep -q r2 <(bound)
mx flow flush >/dev/null
web lb
is "a server on this host answers" "$(get "http://10.0.0.1/")" lb
is "by the routing table" "$(flows from 10.0.0.1)" 0
is "IPv6 as well" "$(get "http://[fd00::1]/") $(flows from fd00::1)" "lb 0"
is "a client on this host is steered" "$(on lb curl -s --interface 10.0.0.1 -m $((10 * SLOW)) "$V4/") $(flows to $VIP dport 80)" "r1 1"
ip -n r4 route add 10.0.0.2/32 via 10.14.0.1
ok "a neighbour on a link that is no path's is reached" on client ping -c 1 -W $((5 * SLOW)) 10.14.0.2
is "by that link" "$(flows to 10.14.0.2)" 0
ok "from here, too" like <(py lb udp-ask 10.14.0.2 5300 2) "^answered 2 "
is "by that link, from here" "$(flows to 10.14.0.2)" 0
ip -n r4 route del 10.0.0.2/32
ok "nor is a gateway's own address a matter of paths" like <(py lb udp-ask 10.2.0.2 5300 2) "^answered 2 "
is "it is a neighbour" "$(flows to 10.2.0.2)" 0
ok "the tunnel's own packets are let be" wait_for 5 on lb ping -c 1 -W $((5 * SLOW)) -I w4 10.4.0.2

# What returns to a better path while its peer talks all the time: an answer is no new flow by the path that it came by.
for i in 1 3; do
	start r$i python3 -c "
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('$VIP', 5500))
while True:
    peer = s.recvfrom(100)[1]
    for i in range(500):
        s.sendto(b'r$i', peer)
        time.sleep(0.001)"
	wait_for 20 listens r$i udp 5500 || ok "somebody talks in r$i" false
done
want group set wan failback on
for p in p1 p2 p4; do want path set $p admin down; done
is "a talk begins on path 3" "$(names 2 $VIP)" "r3:2"
rm -f "$WORK/stop3"
on client timeout 120 python3 -c "
import os, socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(('$VIP', 5500))
while not os.path.exists('$WORK/stop3'):
    s.send(b'more')
    time.sleep(0.3)" &
held=$!
ok "the talk's flow" wait_for 10 flows_are 1 path p3 dport 5500
want path set p1 admin up
ok "new flows take path 1" wait_for 5 answers $VIP r1
ok "the talk returns, too" wait_for 25 flows_are 1 path p1 dport 5500
touch "$WORK/stop3"
wait $held
for p in p2 p4; do want path set $p admin up; done

# Other schedulers over paths.
tidy
batch <<-END
	$(paths)
	group add all type path lb rr
	$(members all p1 p2 p3 q1 q2 q3)
	$(rules all)
END
is "rr over paths, IPv4" "$(names 9 $VIP)" "r1:3 r2:3 r3:3"
is "rr over paths, IPv6" "$(names 9 $VIP6)" "r1:3 r2:3 r3:3"
want group set all lb packet
n=$(py client udp-ask $VIP 5300 60 same names | wc -w)
is "each packet by itself takes all of them" "$n" 3
want group set all lb hash hash 5tuple
n=$(names 60 $VIP | wc -w)
is "equal-cost hashing takes all of them" "$n" 3
want path set p2 admin standby
want path set q2 admin standby
is "rr leaves out who is on standby" "$(mx group set all lb rr && mx flow flush >/dev/null; names 8 $VIP)" "r1:4 r3:4"

# What connection tracking translates on its way out.
if on lb nft -f - 2>/dev/null <<-END; then
	table ip out {
		chain post {
			type nat hook postrouting priority srcnat
			oifname { "w1", "w2", "w3" } masquerade
		}
	}
END
	want group set all lb quality prefer bandwidth
	want dev add c0
	hits_clear
	ok "masquerading: answers come" many 4 "$V4"
	is "masquerading: by the address of the path's device" "$(grep " /$TAG/" "$WORK/web-r1/log" | cut -d' ' -f1 | sort -u)" 10.1.0.1
	want dev del c0
	on lb nft flush ruleset
else
	skip "masquerading" "nft takes no NAT here"
fi

# What is saved is what was said.
tidy
batch <<-END
	$(paths)
	group add one type path lb quality prefer custom 50 20 30 0 sla-latency 150ms sla-jitter 2.5ms sla-loss 0.5 failback on
	group add two type path lb wrr prefer latency-sensitive hash 5tuple fallback one
	member add p1 group one weight 7 state drain deadline 1m
	member add p2 group one max-conns 5
	member add q1 group two
END
mx save >"$WORK/saved"
ok "what is saved can be restored" mx restore "$WORK/saved"
mx save >"$WORK/again"
ok "and is the same" cmp "$WORK/saved" "$WORK/again"
is "the group as it was said" "$(grep '^group add one' "$WORK/saved")" \
	"group add one type path lb quality hash src forward path prefer custom 50 20 30 0 sla-latency 150ms sla-jitter 2.5ms sla-loss 0.5 failback on"
is "a member as it was said" "$(grep '^member add p1' "$WORK/saved")" "member add p1 group one weight 7 state drain deadline 60s"
is "server show leaves members out" "$(mx server show)" ""
ok "a restore without paths lets them go" mx restore - <<<"settings set node x"
is "none is left" "$(mx path show; mx group show; mx member show)" ""

# Bad input.
batch <<-END
	$(paths)
	group add g type path lb quality
	group add s lb rr
	member add p1 group g
END
# refused TEXT WORDS...: the kernel, or mutexctl, says that
refused() {
	local text=$1 said
	shift
	said=$(mx "$@" 2>&1) && { ok "refused: $*" false; return; }
	ok "refused: $*" grep -qF -- "$text" <<<"$said"
}
refused "no such path" member add nobody group g
refused "already" member add p1 group g
refused "they have no address" server add 10.0.0.9 group g
refused "are servers" member add p1 group s
refused "is no member" member del p2 group g
refused "is a member of a group" path del p1
refused "cannot be changed" group set g type server
refused "forward path" group set g forward nat
refused "forward path is for groups of paths" group add h lb rr forward path
refused "for groups of paths" group add h lb quality
refused "this is for groups of paths" group set s prefer latency
refused "judged by their probes" group set g failover immediate
refused "have probes" group set g check tcp
refused "ct on is for" group set g ct on
refused "sets no mark" group set g mark 1
refused "four weights" group set g prefer custom 1 2 3
refused "a weight above 0" group set g prefer custom 0 0 0 0
refused "preference" group set g prefer speed
refused "not a time" group set g sla-latency fast
refused "not " group set g sla-loss 101
ok "a path that nobody uses is deleted" mx path del p2
ok "and one that is no member any more" mx member del p1 group g
ok "goes too" mx path del p1

# The policies of the example.
tidy
sed -E 's/dev s([12])/dev w\1/; s/10\.0\.([12])\.2/10.\1.0.2/g; s/ peer [^ ]*/& probe none/' \
	"$HERE/../../examples/paths-policies.conf" >"$WORK/policies"
ok "the default policies, in one step" mx restore "$WORK/policies"
by() { mx -j route get "$@" from 10.0.0.2:40000 | json 0.group.name; }
is "VoIP" "$(by $VIP:5060 proto udp) $(by $VIP:5061 proto tcp)" "voip voip"
is "gaming" "$(by $VIP:27000 proto udp) $(by $VIP:28000 proto udp)" "gaming gaming"
is "bulk" "$(by $VIP:20 proto tcp) $(by $VIP:21 proto tcp)" "bulk bulk"
is "all else" "$(by $VIP:26999 proto udp) $(by $VIP:27000 proto tcp) $(by $VIP:80 proto tcp)" "default default default"
is "the widest for all of them, where nothing is measured" "$(names 4 $VIP)" "r2:4"
tidy
ok "and beside what is there" mx -b "$WORK/policies"

# A device that goes under traffic, with members on it.
on client timeout 60 python3 -S "$HERE/net.py" udp-hold $VIP 5300 "$WORK/stop2" >/dev/null &
held=$!
wait_for 5 flows_are 1 path wan2
ip -n lb link del w2
ok "a device is deleted under traffic: the flow moves" wait_for 5 flows_are 1 path wan1
ip -n lb link set w1 netns r3
ok "moved to another namespace: no path is left" wait_for 5 member_is wan1 default health.state down
touch "$WORK/stop2"
wait $held
tidy
ok "flush" mx flow flush
# A namespace that goes while the choice among its paths is under way.
cat >"$WORK/gone" <<-END
	path add a dev d1 peer 10.91.0.2 probe none hold-down 0
	path add b dev d2 peer 10.92.0.2 probe none hold-down 0
	path add c dev d2 peer 10.92.0.3 interval 10ms timeout 10ms measure all
	group add g type path lb quality slow-start 10s
	$(members g a b c)
	rule add priority 1 group g
END
vanish() {
	local i j
	for i in $(seq "$(short 50 10)"); do
		ip netns add gone && ipb gone <<-END || return 1
			link add d1 up type dummy
			link add d2 up type dummy
			addr add 10.91.0.1/24 dev d1
			addr add 10.92.0.1/24 dev d2
		END
		mxin gone -b "$WORK/gone" || return 1
		for j in 1 2 3; do
			ip -n gone link set d1 down
			ip -n gone link set d1 up
		done
		ip netns del gone
	done
}
ok "a namespace vanishes $(short 50 10) times" vanish
slabs_return "the memory comes back"
finish
