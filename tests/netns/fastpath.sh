#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# The fast path: the same service as without it; then segmentation offload, path MTU, TTL, neighbours that change, and
# devices that go down or away under traffic.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2 s3
iperf_server s1
for s in s1 s2 s3; do echo_udp $s 5300; done

devs() { local d; for d in c0 s1 s2 s3; do want dev "$1" $d; done; }

batch <<-END
	group add web lb rr forward nat
	group add iperf lb rr forward nat
	group add echo lb hash forward nat
	server add 10.0.1.2:80 group web
	server add 10.0.2.2:80 group web
	server add 10.0.3.2:80 group web
	server add [fd00:1::2]:80 group web
	server add [fd00:2::2]:80 group web
	server add [fd00:3::2]:80 group web
	server add 10.0.1.2:5201 group iperf
	server add [fd00:1::2]:5201 group iperf
	server add 10.0.1.2:5300 group echo
	server add [fd00:1::2]:5300 group echo
	rule add priority 30 to $VIP dport 80 proto tcp group web
	rule add priority 30 to $VIP6 dport 80 proto tcp group web
	rule add priority 20 to $VIP dport 5201 group iperf
	rule add priority 20 to $VIP6 dport 5201 group iperf
	rule add priority 10 to $VIP dport 5300 proto udp group echo
	rule add priority 10 to $VIP6 dport 5300 proto udp group echo
END

# Bytes of a packet from the client, on average.
each() { mx -j -s dev show c0 | jq '(if type == "array" then .[0] else . end).stats.fast | .bytes / .packets | floor'; }

# Segmentation offload, with and without the fast path, with and without checksum offload.
seconds=$(short 2 1)
for path in stack fast; do
	[ $path = stack ] || devs add
	for offload in on off; do
		for ns in client s1; do
			dev=e0; [ $ns != client ] || dev=c0
			on $ns ethtool -K $dev tx $offload >/dev/null 2>&1
		done
		for a in $VIP $VIP6; do
			mx stats reset
			ok "iperf3 $path, checksum offload $offload, $a" iperf client $a "$seconds"
			[ $path$offload$a != faston$VIP ] || per=$(each)
			ok "iperf3 $path, checksum offload $offload, $a, backwards" iperf client $a "$seconds" -R
		done
		ok "iperf3 UDP $path, checksum offload $offload" iperf client $VIP "$seconds" -u -b 30M -l 1200
		ok "iperf3 UDP $path, checksum offload $offload, IPv6" iperf client $VIP6 "$seconds" -u -b 30M -l 1200
	done
	is "no wrong checksum at the receivers, $path" "$(sums client s1)" 0
	for ns in client s1; do
		dev=e0; [ $ns != client ] || dev=c0
		on $ns ethtool -K $dev tx on tso on >/dev/null 2>&1
	done
done
between "packets took the fast path from the client" "$(fast c0)" 100 1000000000
between "and from the server" "$(fast s1)" 100 1000000000
between "packets pass whole: bytes each on average" "$per" 1501 65536

# The same service.
n=$(short 900 300)
for v in "http://$VIP" "http://[$VIP6]"; do
	hits_clear
	before=$(fast s2)
	ok "$v: all answered on the fast path" many "$n" "$v"
	is "$v: each server its third" "$(hits s1) $(hits s2) $(hits s3)" "$((n / 3)) $((n / 3)) $((n / 3))"
	between "$v: replies took it too" $(($(fast s2) - before)) $((n / 3)) $((n * 100))
done
ok "active connections return to zero" wait_for 10 idle web

# Path MTU: the link to the server is narrower than the client's.
ip -n lb link set s1 mtu 1380
for path in fast stack; do
	[ $path = fast ] || devs del
	for a in $VIP $VIP6; do
		ip -n client route flush cache 2>/dev/null
		ip -n client -6 route flush cache 2>/dev/null
		is "$path: UDP learns the path MTU to $a" "$(py client mtu $a 5300 1400)" "1380 passes"
		ip -n client route flush cache 2>/dev/null
		ip -n client -6 route flush cache 2>/dev/null
		ok "$path: TCP finds it too, $a" iperf client $a 4M
	done
done
ip -n lb link set s1 mtu 1500
ip -n client route flush cache
ip -n client -6 route flush cache
devs add
ip -n lb link set s1 mtu 1380
is "what is too big for IPv4 without DF is fragmented" \
	"$(py client udp-ask $VIP 5300 5 same nodf short size=1440)" "answered 5 retried 0 lost 0"
ip -n lb link set s1 mtu 1500

# TTL: a datagram of a flow on the fast path that dies at the balancer, and one that does not.
is "TTL 1 ends at the balancer, IPv4" "$(py client ttl $VIP 5300 1)" "10.0.0.1 type 11 code 0 about $VIP:5300"
is "hop limit 1 ends at the balancer, IPv6" "$(py client ttl $VIP6 5300 1)" "fd00::1 type 3 code 0 about $VIP6:5300"
hops() { on client traceroute -n -q 1 -w $((SLOW)) "$@" | awk 'NR > 1 { printf "%s ", $2 }'; }
is "traceroute by TCP, IPv4" "$(hops -T -p 80 $VIP)" "10.0.0.1 $VIP "
is "traceroute by TCP, IPv6" "$(hops -6 -T -p 80 $VIP6)" "fd00::1 $VIP6 "

# First packets take it too, unless somebody looks at what passes through the stack; either way each counts once.
firsts() {
	# lest a port be drawn that has a flow
	mx flow flush >/dev/null
	mx stats reset
	is "$1: each of ten flows is answered" "$(py client udp-ask "$2" 5300 10)" "answered 10 retried 0 lost 0"
	is "$1: so many went by the fast path" "$(fast c0)" "$3"
	is "$1: requests known and not, and replies" "$(counter packets misses) $(counter packets hits)" "10 10"
}
for a in $VIP $VIP6; do
	net=ip$([ $a = $VIP ] || echo 6)
	nft="on lb nft add"
	is "$a: the neighbour is known" "$(py client udp-ask $a 5300 1 retries=3 | cut -d' ' -f2)" 1
	firsts "$a" $a 10
	for hook in "forward priority 0" "postrouting priority -225" "prerouting priority -400"; do
		$nft table $net watch
		$nft chain $net watch c "{ type filter hook $hook; }"
		firsts "$a, a chain at $hook" $a 0
		on lb nft delete table $net watch
	done
	$nft table $net watch
	$nft chain $net watch c "{ type filter hook prerouting priority -300; }"
	$nft rule $net watch c meta l4proto udp drop
	mx stats reset
	is "$a: what a firewall ahead of mutex drops begins no flow" \
		"$(py client udp-ask $a 5300 3) $(counter packets misses)" "answered 0 retried 0 lost 3 0"
	on lb nft delete table $net watch
	if on lb ip xfrm policy add src 192.0.2.77 dst 192.0.2.78 dir fwd 2>/dev/null; then
		firsts "$a, a policy of IPsec" $a 0
		on lb ip xfrm policy flush
		on lb ip xfrm policy setdefault fwd block
		mx stats reset
		is "$a: what IPsec does not want by default is not forwarded" \
			"$(py client udp-ask $a 5300 3) $(fast c0)" "answered 0 retried 0 lost 3 0"
		on lb ip xfrm policy setdefault fwd accept
		mx flow flush >/dev/null
	else
		skip "$a, a policy of IPsec" "this kernel has none"
	fi
	# whose neighbour has to be asked for first
	ip -n lb neigh flush dev s1
	firsts "$a, no neighbour yet" $a 9
done

# A neighbour gets another link address, and says so.
sys s1 net.ipv4.conf.e0.arp_notify=1 net.ipv6.conf.e0.ndisc_notify=1
for a in $VIP $VIP6; do
	rm -f "$WORK/stop"
	py client udp-hold $a 5300 "$WORK/stop" >"$WORK/held" &
	asker=$!
	before=$(fast c0)
	more() { [ "$(fast c0)" -gt $((before + ${1:-5})) ]; }
	ok "$a: requests on the fast path" wait_for 10 more
	ip -n s1 link set e0 address 02:00:00:00:0${#a}:01
	before=$(fast c0)
	ok "$a: requests after the server's link address has changed" wait_for 20 more 20
	touch "$WORK/stop"
	wait $asker
	say "$a: $(cat "$WORK/held")"
	between "$a: hardly one was lost" "$(awk '{ print $4 }' "$WORK/held")" 0 2
done

# Devices go down and up under traffic.
rm -f "$WORK/stop"
py client udp-hold $VIP 5300 "$WORK/stop" >"$WORK/held" &
asker=$!
before=$(fast c0)
ok "requests again" wait_for 10 more
ip -n lb link set s1 down
ip -n lb link set s1 up
before=$(fast c0)
ok "a device down and up: flows go on, on the fast path" wait_for 30 more 20
touch "$WORK/stop"
wait $asker

# And away. The neighbours of what is left still work.
on client timeout 60 wrk -t 1 -c 10 -d "$((3 * SLOW))s" "http://$VIP/" >"$WORK/wrk" 2>&1 &
load=$!
busy() { [ "$(active web)" -gt 5 ]; }
ok "load" wait_for 10 busy
ip -n lb link del s3
ok "a device goes away under load" fails ip -n lb link show s3
is "mutex has forgotten it" "$(mx -j dev show | jq -r '[.[].dev] | sort | join(" ")')" "c0 s1 s2"
want server set 10.0.3.2:80 group web state down
wait $load
hits_clear
ok "the rest serves on" many 20 "http://$VIP"
is "by two servers" "$(hits s1) $(hits s2)" "10 10"
dropped() { echo "$(counter dropped full) $(counter dropped rule)"; }
is "nothing was dropped by mutex" "$(dropped)" "0 0"
zero() { mx stats reset; [ "$(fast c0)" = 0 ]; }
ok "counters of devices are reset with the others" wait_for 5 zero
for d in c0 s1 s2; do want dev del $d; done
ok "and without the fast path" many 20 "http://$VIP"
is "nothing was dropped there either" "$(dropped)" "0 0"
ok "flush" mx flow flush
slabs_return "the memory comes back"
finish
