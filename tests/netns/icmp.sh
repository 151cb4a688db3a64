#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ICMP across a NAT group: echo to the service's address, errors translated in both directions with what they quote,
# traceroute, path MTU discovery.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
for s in s1 s2 s3; do echo_udp $s 5300; done
batch <<-END
	group add svc lb rr forward nat
	$(servers add svc 1 2)
	group add port lb rr forward nat
	server add 10.0.3.2:5300 group port
	server add [fd00:3::2]:5300 group port
	$(vips svc)
	rule add priority 10 to $VIP dport 777 group port
	rule add priority 10 to $VIP6 dport 777 group port
END

pings() { on client ping -n -c "$1" -i 0.2 -W $((5 * SLOW)) "${@:2}"; }
for a in $VIP $VIP6; do
	ok "ping, $a" pings 3 $a
	ok "ping with 1,400 bytes, $a" pings 2 -s 1400 $a
	ok "ping with fragments, $a" pings 2 -s 4000 $a
	is "each ping is a flow with its identifier, $a" \
		"$(mx -j flow show to $a | jq '[.[] | select(.proto | startswith("icmp"))] | length')" 3
	ok "another ping goes to the other server, $a" pings 1 $a
done
is "echoes by turns" "$(mx -j flow show proto icmp | jq -r '[.[].server.addr] | sort | join(" ")')" \
	"10.0.1.2 10.0.1.2 10.0.2.2 10.0.2.2"
ok "ping through, to a server's own address" pings 2 10.0.1.2
ok "ping through, IPv6" pings 2 fd00:1::2
ok "ping to the balancer" pings 2 10.0.0.1
ok "ping to the balancer, IPv6" pings 2 fd00::1

# Errors from servers: the client's socket learns who (the service), what and about which of its packets.
for path in stack fast; do
	if [ $path = fast ]; then for d in c0 s1 s2 s3; do want dev add $d; done; fi
	is "$path: port unreachable, IPv4" "$(py client refused $VIP 999)" "$VIP type 3 code 3 about $VIP:999"
	is "$path: port unreachable, IPv6" "$(py client refused $VIP6 999)" "$VIP6 type 1 code 4 about $VIP6:999"
	# the server's port is not the service's: the quote names the service's
	is "$path: the port is translated, IPv4" "$(py client udp-ask $VIP 777 1 names)" s3:1
	is "$path: the port is translated, IPv6" "$(py client udp-ask $VIP6 777 1 names)" s3:1
	is "$path: TTL 1, IPv4" "$(py client ttl $VIP 777 1)" "10.0.0.1 type 11 code 0 about $VIP:777"
	is "$path: hop limit 1, IPv6" "$(py client ttl $VIP6 777 1)" "fd00::1 type 3 code 0 about $VIP6:777"
done
want group set port lb rr
want server set 10.0.3.2:5300 group port state down
want server set "[fd00:3::2]:5300" group port state down
want server add 10.0.3.2:999 group port
want server add "[fd00:3::2]:999" group port

watch client c0 "$WORK/c0"
is "closed port of another number, IPv4" "$(py client refused $VIP 777)" "$VIP type 3 code 3 about $VIP:777"
is "closed port of another number, IPv6" "$(py client refused $VIP6 777)" "$VIP6 type 1 code 4 about $VIP6:777"
ok "on the wire: addresses, ports and checksums of the quote, IPv4" said "$WORK/c0" \
	"$VIP > 10.0.0.2 type 3 code 3 checksum ok quotes 10.0.0.2 $VIP proto 17 ports [0-9]+ 777 header ok"
ok "on the wire: addresses, ports and checksums of the quote, IPv6" said "$WORK/c0" \
	"$VIP6 > fd00::2 type 1 code 4 checksum ok quotes fd00::2 $VIP6 proto 17 ports [0-9]+ 777 header ok"
unwatch

# Errors from the client: the server must recognise its own packet. The answer meets a closed port.
want server set 10.0.3.2:5300 group port state up
want server set "[fd00:3::2]:5300" group port state up
want server del 10.0.3.2:999 group port
want server del "[fd00:3::2]:999" group port
mx flow flush >/dev/null
blind "from the client: its quote is the server's own packet" 777 s3 10.0.3.2 fd00:3::2 5300
between "translated errors are counted" "$(counter packets icmperrors)" 4 1000

# Tracing and path MTU across the balancer.
hops() { on client traceroute -n -q 1 -w $((2 * SLOW)) "$@" | awk 'NR > 1 { printf "%s ", $2 }'; }
is "traceroute by UDP, IPv4" "$(hops $VIP)" "10.0.0.1 $VIP "
is "traceroute by UDP, IPv6" "$(hops -6 $VIP6)" "fd00::1 $VIP6 "
is "traceroute by ICMP, IPv4" "$(hops -I $VIP)" "10.0.0.1 $VIP "
is "traceroute by ICMP, IPv6" "$(hops -6 -I $VIP6)" "fd00::1 $VIP6 "
watch client c0 "$WORK/c0"
for i in 1 2 3; do ip -n lb link set s$i mtu 1380; done
is "path MTU of the service, IPv4" "$(py client mtu $VIP 777 1400)" "1380 passes"
is "path MTU of the service, IPv6" "$(py client mtu $VIP6 777 1400)" "1380 passes"
ok "too big quotes the service, IPv4" said "$WORK/c0" \
	"10.0.0.1 > 10.0.0.2 type 3 code 4 checksum ok quotes 10.0.0.2 $VIP proto 17 ports [0-9]+ 777 header ok"
ok "too big quotes the service, IPv6" said "$WORK/c0" \
	"fd00::1 > fd00::2 type 2 code 0 checksum ok quotes fd00::2 $VIP6 proto 17 ports [0-9]+ 777 header ok"
unwatch
for i in 1 2 3; do ip -n lb link set s$i mtu 1500; done

# The narrow link is on the client's side: the server learns of it, by its own address and from the router that it knows.
watch s3 e0 "$WORK/e0"
ip -n lb link set c0 mtu 1380
for a in $VIP $VIP6; do
	is "the narrow link is the client's: answers arrive after the first, $a" \
		"$(py client udp-ask $a 777 3 same long retries=2 | sed 's/retried [0-9]*/retried N/')" "answered 3 retried N lost 0"
done
ok "too big towards the client quotes the server's packet, IPv4" said "$WORK/e0" \
	"10.0.3.1 > 10.0.3.2 type 3 code 4 checksum ok quotes 10.0.3.2 10.0.0.2 proto 17 ports 5300 [0-9]+ header ok"
ok "too big towards the client quotes the server's packet, IPv6" said "$WORK/e0" \
	"fd00:3::1 > fd00:3::2 type 2 code 0 checksum ok quotes fd00:3::2 fd00::2 proto 17 ports 5300 [0-9]+ header ok"
unwatch
ip -n lb link set c0 mtu 1500

# What cannot be rewritten is no flow: it passes, each packet is counted once, and nothing is dropped.
odd() { # PROTOCOL ADDRESS: three packets without ports; mobility, OSPF, PIM and VRRP have a pseudo header in IPv6 only
	on client python3 -c "
import socket
s = socket.socket(socket.AF_INET6 if ':' in '$2' else socket.AF_INET, socket.SOCK_RAW, $1)
for _ in range(3): s.sendto(b'odd packet', ('$2', 0))"
}
mx flow flush >/dev/null
for p in "51 $VIP" "51 $VIP6" "139 $VIP" "139 $VIP6" "135 $VIP6" "89 $VIP6" "103 $VIP6" "112 $VIP6"; do
	mx stats reset
	ok "protocol ${p% *} to ${p#* }: sent" odd $p
	is "protocol ${p% *}: untouched, no flow, no drop" \
		"$(counter untouched unsupported) $(flows) $(mx -j stats show | jq '.[0].dropped | add')" "3 0 0"
done
mx stats reset
ok "OSPF of IPv4 to $VIP: sent" odd 89 $VIP
is "OSPF of IPv4 has no pseudo header: a flow" "$(counter untouched unsupported) $(flows)" "0 1"

# Errors about what mutex does not know pass as they are.
is "an error about a server's own address passes" "$(py client refused 10.0.1.2 999)" "10.0.1.2 type 3 code 3 about 10.0.1.2:999"
is "no wrong checksum" "$(sums client s1 s2 s3)" 0
ok "flush" mx flow flush
slabs_return "the memory comes back"
finish
