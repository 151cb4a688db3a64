#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# Direct routing: the packet goes untouched to the server, which has the service's address on its loopback and answers the
# client itself, past the balancer.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin

#   [client] c0 10.0.0.2 --- 10.0.0.1 c0 [lb] l0 10.0.1.1 ---+
#                                                             |
#   [client] c1 10.0.9.2 --- 10.0.9.1 g0 [gw] b0 10.0.1.254 --+-- 10.0.1.11..13 e0 [s1..s3]   VIP on lo
#
# The servers' way back is the gateway; gw also is the switch between lb and the servers.
ns client lb gw s1 s2 s3
router lb gw
cable client c0 lb c0
cable client c1 gw g0
cable lb l0 gw p0
ip -n gw link add b0 up type bridge
ip -n gw link set p0 master b0
ipb client <<-END
	addr add 10.0.0.2/24 dev c0
	addr add fd00::2/64 dev c0 nodad
	addr add 10.0.9.2/24 dev c1
	addr add fd00:9::2/64 dev c1 nodad
	route add $VIP via 10.0.0.1
	route add $VIP6 via fd00::1
END
ipb lb <<-END
	addr add 10.0.0.1/24 dev c0
	addr add fd00::1/64 dev c0 nodad
	addr add 10.0.1.1/24 dev l0
	addr add fd00:1::1/64 dev l0 nodad
	route add default via 10.0.0.2
	route add default via fd00::2
END
ipb gw <<-END
	addr add 10.0.9.1/24 dev g0
	addr add fd00:9::1/64 dev g0 nodad
	addr add 10.0.1.254/24 dev b0
	addr add fd00:1::fe/64 dev b0 nodad
	route add 10.0.0.0/24 via 10.0.9.2
	route add fd00::/64 via fd00:9::2
	route add $VIP via 10.0.1.1
	route add $VIP6 via fd00:1::1
END
for i in 1 2 3; do
	cable s$i e0 gw p$i
	ip -n gw link set p$i master b0
	sys s$i net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
	ipb s$i <<-END
		addr add 10.0.1.1$i/24 dev e0
		addr add fd00:1::1$i/64 dev e0 nodad
		addr add $VIP/32 dev lo
		addr add $VIP6/128 dev lo nodad
		route add default via 10.0.1.254
		route add default via fd00:1::fe
	END
done
web s1 s2 s3
for s in s1 s2 s3; do echo_udp $s 5300; done
echo_udp s1 5301
iperf_server s1

batch <<-END
	group add web lb rr forward route
	group add one lb rr forward route
	server add 10.0.1.11 group web
	server add 10.0.1.12 group web
	server add 10.0.1.13 group web
	server add fd00:1::11 group web
	server add fd00:1::12 group web
	server add fd00:1::13 group web
	server add 10.0.1.11 group one
	server add fd00:1::11 group one
	$(vips web)
	rule add priority 10 to $VIP dport 5201 group one
	rule add priority 10 to $VIP6 dport 5201 group one
	rule add priority 10 to $VIP dport 5301 group one
	rule add priority 10 to $VIP6 dport 5301 group one
END

V4="http://$VIP"
V6="http://[$VIP6]"
n=$(short 999 300)
seconds=$(short 3 2)
for path in stack fast; do
	[ $path = stack ] || want dev add c0
	ok "$path: an answer comes, IPv4" wait_for 5 get "$V4/"
	ok "$path: an answer comes, IPv6" wait_for 5 get "$V6/"
	for v in "$V4" "$V6"; do
		hits_clear
		ok "$path: all answered, $v" many "$n" "$v"
		is "$path: each server its third, $v" "$(hits s1) $(hits s2) $(hits s3)" "$((n / 3)) $((n / 3)) $((n / 3))"
		on client wrk -t 1 -c 10 -d "${seconds}s" --timeout $((10 * SLOW)) "$v/" >"$WORK/wrk" 2>&1
		ok "$path: wrk without an error, $v" fails grep -qE 'Socket errors|unable' "$WORK/wrk"
		grep Requests/sec "$WORK/wrk" | note
	done
	for p in udp icmp icmpv6; do mx flow flush proto $p >/dev/null; done
	ok "$path: active connections return to zero" wait_for 20 idle web
	for a in $VIP $VIP6; do
		ok "$path: iperf3 with GSO, $a" iperf client $a "$seconds"
		ok "$path: iperf3 with GSO, $a, backwards" iperf client $a "$seconds" -R
		is "$path: UDP is answered, $a" "$(py client udp-ask $a 5300 12 names)" "s1:4 s2:4 s3:4"
	done
	is "$path: no wrong checksum" "$(sums client s1 s2 s3)" 0
	is "$path: TTL 1 ends at the balancer, IPv4" "$(py client ttl $VIP 5300 1)" "10.0.0.1 type 11 code 0 about $VIP:5300"
	is "$path: hop limit 1 ends at the balancer, IPv6" "$(py client ttl $VIP6 5300 1)" \
		"fd00::1 type 3 code 0 about $VIP6:5300"
	is "$path: an error of the server arrives, IPv4" "$(py client refused $VIP 999)" "$VIP type 3 code 3 about $VIP:999"
	is "$path: an error of the server arrives, IPv6" "$(py client refused $VIP6 999)" "$VIP6 type 1 code 4 about $VIP6:999"
	ip -n lb link set l0 mtu 1380
	for a in $VIP $VIP6; do
		is "$path: UDP learns the path MTU, $a" "$(py client mtu $a 5300 1400)" "1380 passes"
		ok "$path: TCP finds it, $a" iperf client $a 4M
	done
	is "$path: what is too big without DF is fragmented" "$(py client udp-ask $VIP 5300 3 nodf short size=1440)" \
		"answered 3 retried 0 lost 0"
	ip -n lb link set l0 mtu 1500
	ip -n client route flush cache
	ip -n client -6 route flush cache

	# Replies meet a narrow link past the balancer. What is said of it is for the service's address, and so comes here: it goes
	# on to the server whose flow it quotes.
	ip -n gw link set g0 mtu 1380
	for a in $VIP $VIP6; do
		is "$path: the server learns the path MTU of its answers, $a" \
			"$(py client udp-ask $a 5300 3 same long retries=2 | sed 's/retried [0-9]*/retried N/')" "answered 3 retried N lost 0"
		ok "$path: its TCP too, $a" iperf client $a 4M -R
	done
	ip -n gw link set g0 mtu 1500
	for s in s1 s2 s3; do
		ip -n $s route flush cache
		ip -n $s -6 route flush cache
	done
	blind "$path: an error of the client reaches the server as it is" 5301 s1 $VIP $VIP6 5301
	ok "$path: ping, IPv4" on client ping -c 1 -W $((5 * SLOW)) $VIP
	ok "$path: ping, IPv6" on client ping -c 1 -W $((5 * SLOW)) $VIP6
done
between "requests took the fast path" "$(fast c0)" $((2 * n)) 1000000000

# the packet reaches the server with the client's address and the service's, and one hop less
start s1 timeout $((20 * SLOW)) tcpdump -nvli e0 -c 1 "udp port 5300 and dst $VIP"
wait_for 10 grep -q listening "$WORK/bg.log"
want server set 10.0.1.12 group web state down
want server set 10.0.1.13 group web state down
is "two servers down: the third answers all" "$(py client udp-ask $VIP 5300 4 names)" "s1:4"
seen() { grep -A 1 'ttl 63' "$WORK/bg.log" | grep -q "10.0.0.2.* > $VIP.5300"; }
ok "the packet is untouched but for its TTL" wait_for 10 seen

# Where replies pass the balancer too, its own errors go to the server, from an address that it knows the balancer by.
ipb s1 <<-END
	route replace default via 10.0.1.1
	route replace default via fd00:1::1
END
ip -n lb link set c0 mtu 1380
watch s1 e0 "$WORK/e0"
for a in $VIP $VIP6; do
	is "the balancer's own link is narrow: the server learns it, $a" \
		"$(py client udp-ask $a 5301 3 same long retries=2 | sed 's/retried [0-9]*/retried N/')" "answered 3 retried N lost 0"
done
ok "the error comes from the server's side, IPv4" said "$WORK/e0" \
	"10.0.1.1 > $VIP type 3 code 4 checksum ok quotes $VIP 10.0.0.2 proto 17 ports 5301 [0-9]+ header ok"
ok "the error comes from the server's side, IPv6" said "$WORK/e0" \
	"fd00:1::1 > $VIP6 type 2 code 0 checksum ok quotes $VIP6 fd00::2 proto 17 ports 5301 [0-9]+ header ok"
unwatch
ip -n lb link set c0 mtu 1500
ipb s1 <<-END
	route replace default via 10.0.1.254
	route replace default via fd00:1::fe
END

want server del 10.0.1.11 group web
mx stats reset
is "no server left: the packet passes as if mutex were not there" "$(get "$V4/" --max-time 1)" ""
between "and is counted" "$(counter untouched nomember)" 1 100
is "servers of its family are down, not missing" "$(counter untouched nofamily)" 0
want server del 10.0.1.12 group web
want server del 10.0.1.13 group web
is "no server of the family: the packet passes too" "$(get "$V4/" --max-time 1)" ""
between "and is counted as such" "$(counter untouched nofamily)" 1 100
want server add 10.0.1.11 group web
is "a server again" "$(get "$V4/")" s1
ok "flush" mx flow flush
slabs_return "the memory comes back"
finish
