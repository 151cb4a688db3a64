#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# mutexctl path trace: the hops by a device and a gateway that the routes do not name, loss and round trips, errors of routers,
# links without neighbours, answers that are none.
# shellcheck disable=SC2086
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin

#        u1 10.1.1.2 --- r1 --- r2 --- r3 --- 10.4.0.9
#  [lb]                                                [peer] 192.0.2.9
#        u2 10.1.2.2 --- q1 ------------------ 10.5.0.9       2001:db8::9
#        the default route
ns lb r1 r2 r3 q1 peer
router r1 r2 r3 q1

# join NS DEV NS DEV NET: a cable, .1 and .2 (::1 and ::2) at its ends
join() {
	cable "$1" "$2" "$3" "$4"
	ip -n "$1" addr add "10.$5.1/24" dev "$2"
	ip -n "$3" addr add "10.$5.2/24" dev "$4"
	ip -n "$1" addr add "fd00:${5/./:}::1/64" dev "$2" nodad
	ip -n "$3" addr add "fd00:${5/./:}::2/64" dev "$4" nodad
}

join r1 x1 lb u1 1.1
join q1 x1 lb u2 1.2
join r1 x2 r2 x1 2.0
join r2 x2 r3 x1 3.0
join r3 x2 peer e1 4.0
join q1 x2 peer e2 5.0
ip -n peer addr add 192.0.2.9/32 dev lo
ip -n peer addr add 2001:db8::9/128 dev lo nodad

# lead NS PREFIX VIA PREFIX6 VIA6
lead() {
	ip -n "$1" route add "$2" via "$3"
	ip -n "$1" route add "$4" via "$5"
}
lead lb default 10.1.2.1 default fd00:1:2::1
lead r1 default 10.2.0.2 default fd00:2:0::2
lead r2 default 10.3.0.2 default fd00:3:0::2
lead r3 default 10.4.0.2 default fd00:4:0::2
lead q1 default 10.5.0.2 default fd00:5:0::2
lead r2 10.1.1.0/24 10.2.0.1 fd00:1:1::/64 fd00:2:0::1
lead r3 10.1.1.0/24 10.3.0.1 fd00:1:1::/64 fd00:3:0::1
lead peer 10.1.1.0/24 10.4.0.1 fd00:1:1::/64 fd00:4:0::1
lead peer 10.1.2.0/24 10.5.0.1 fd00:1:2::/64 fd00:5:0::1

U1="dev u1 via 10.1.1.1 192.0.2.9"
U1_6="dev u1 via fd00:1:1::1 2001:db8::9"
FAST="interval 200ms timeout $((2 * SLOW))"
LONG="10.1.1.1 10.2.0.2 10.3.0.2 192.0.2.9:end "
LONG6="fd00:1:1::1 fd00:2::2 fd00:3::2 2001:db8::9:end "

trace() { mx -j path trace "$@" $FAST; }
# hops WORDS: address (and :end, or :reason) of each hop
hops() { trace "$@" | jq -rj '.[] | (.addr // "*") + (if .end then ":end" else "" end) + (if .reason then ":" + .reason else "" end) + " "'; }

for proto in icmp udp; do
	is "$proto: by a gateway that is not the default route's, IPv4" "$(hops $U1 proto $proto)" "$LONG"
	is "$proto: the same, IPv6" "$(hops $U1_6 proto $proto)" "$LONG6"
	is "$proto: by the other device, whose gateway the routes know" "$(hops dev u2 192.0.2.9 proto $proto)" \
		"10.1.2.1 192.0.2.9:end "
	is "$proto: the same, IPv6" "$(hops dev u2 2001:db8::9 proto $proto)" "fd00:1:2::1 2001:db8::9:end "
done
is "the last hop but one is asked first" "$(hops $U1 first 3)" "10.3.0.2 192.0.2.9:end "
is "no more hops than asked for" "$(hops $U1 hops 2)" "10.1.1.1 10.2.0.2 "
is "on the link itself" "$(hops dev u1 10.1.1.1)" "10.1.1.1:end "
is "a gateway of the other family" "$(hops dev u1 via fd00:1:1::1 192.0.2.9)" "$LONG"
is "from another address of this host" "$(hops $U1 local 10.1.1.2)" "$LONG"

trace $U1 count 5 >"$WORK/five"
is "five rounds: sent and received" "$(jq -rj '.[] | "\(.sent)/\(.received)/\(.["loss-ppm"]) "' "$WORK/five")" \
	"5/5/0 5/5/0 5/5/0 5/5/0 "
ok "the shortest is not above the mean, nor that above the longest" jq -e \
	'all(.[]; .["min-us"] <= .["rtt-us"] and .["rtt-us"] <= .["max-us"] and .["last-us"] <= .["max-us"] and .["jitter-us"] <= .["max-us"])' "$WORK/five"
text() {
	mx path trace $U1 $FAST count 2 | tail -n 1 |
		grep -qE '^hop 4 192.0.2.9 loss 0.0% sent 2 received 2 rtt [0-9.]+ms min [0-9.]+ms max [0-9.]+ms last [0-9.]+ms jitter [0-9.]+ms end$'
}
ok "as text" text

# By the name of a path, whose way and peer it takes.
batch <<-END
	path add long dev u1 via 10.1.1.1 peer 192.0.2.9 probe none
	path add long6 dev u1 via fd00:1:1::1 local fd00:1:1::2 peer 2001:db8::9 probe none
	path add short dev u2 peer 192.0.2.9 probe none
END
is "a path" "$(hops long)" "$LONG"
is "a path of IPv6, from its own address" "$(hops long6 proto udp)" "$LONG6"
is "a path without a gateway: a route by its device has one" "$(hops short)" "10.1.2.1 192.0.2.9:end "
is "another destination by the same way" "$(hops long to 10.4.0.2)" "10.1.1.1 10.2.0.2 10.3.0.2 10.4.0.2:end "
ok "no such path" fails mx path trace wide
mx path flush

# A steering rule is not for traces, nor is a firewall's.
batch <<-END
	rule add priority 10 to 192.0.2.9 drop
END
on lb nft -f - <<-END
	table ip f {
		chain o {
			type filter hook output priority 0
			ip daddr 192.0.2.9 drop
		}
	}
END
is "past a drop rule and a firewall of this host" "$(hops $U1)" "$LONG"
on lb nft delete table ip f
clean

on r1 tc qdisc add dev x2 root netem delay 30ms
trace $U1 >"$WORK/slow"
ok "a slow link is seen behind it" jq -e 'all(.[1:][]; .["min-us"] >= 30000)' "$WORK/slow"
on r1 tc qdisc del dev x2 root

# What routers say.
ip -n r2 link set x2 mtu 1400
is "a link too narrow" "$(hops $U1 size 1500)" "10.1.1.1 10.2.0.2 10.2.0.2:too-big "
is "its MTU" "$(trace $U1 size 1500 | jq '.[2].mtu')" 1400
is "a link too narrow, IPv6" "$(hops $U1_6 size 1500)" "fd00:1:1::1 fd00:2::2 fd00:2::2:too-big "
is "its MTU, IPv6" "$(trace $U1_6 size 1500 | jq '.[2].mtu')" 1400
is "as large as it carries" "$(hops $U1 size 1400)" "$LONG"
ip -n r2 link set x2 mtu 1500
# bar VERDICT: what r2 does with all that it forwards to the peer
bar() {
	on r2 nft -f - <<-END
		table inet f {
			chain f {
				type filter hook forward priority 0
				ip daddr 192.0.2.9 $1
				ip6 daddr 2001:db8::9 $1
			}
		}
	END
}
for why in admin-prohibited:filtered host-unreachable:host-unreachable port-unreachable:port-unreachable; do
	code=${why%:*}
	bar "reject with icmpx $code"
	is "$code of a router" "$(hops $U1)" "10.1.1.1 10.2.0.2 10.2.0.2:${why#*:} "
	is "$code of a router, UDP" "$(hops $U1 proto udp)" "10.1.1.1 10.2.0.2 10.2.0.2:${why#*:} "
	is "$code of a router, IPv6" "$(hops $U1_6)" "fd00:1:1::1 fd00:2::2 fd00:2::2:${why#*:} "
	on r2 nft delete table inet f
done
ok "a word that comes twice is refused" fails mx path trace $U1 hops 9 hops 9
bar drop
FAST="interval 200ms timeout 500ms"
is "silence: one line for all that is behind" "$(hops $U1)" "10.1.1.1 10.2.0.2 * "
is "and all of it lost" "$(trace $U1 | jq -r '.[2] | "\(.received) \(.["loss-ppm"])"')" "0 1000000"
FAST="interval 200ms timeout $((2 * SLOW))"
on r2 nft delete table inet f

# Answers that are none: errors about packets that nobody sent, cut short, with wrong checksums, and plain garbage.
cat >"$WORK/forge" <<-'END'
	import os, random, socket, struct, sys, time
	random.seed(7)
	s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
	def sum16(b):
	    b += b"\0" * (len(b) % 2)
	    n = sum(struct.unpack("!%dH" % (len(b) // 2), b))
	    while n >> 16: n = (n & 0xffff) + (n >> 16)
	    return ~n & 0xffff
	def icmp(kind, code, rest, good=True):
	    b = struct.pack("!BBHI", kind, code, 0, 0) + rest
	    return b[:2] + struct.pack("!H", sum16(b) if good else 1) + b[4:]
	src, dst = socket.inet_aton("10.1.1.2"), socket.inet_aton("192.0.2.9")
	end = time.monotonic() + 20
	while time.monotonic() < end:
	    for i in range(50):
	        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 64, random.randrange(65536), 0x4000, 1, 1, 0, src, dst)
	        echo = struct.pack("!BBHHH", 8, 0, 0, random.randrange(32768), random.randrange(65536))
	        quote = head + echo
	        for packet in (icmp(11, 0, quote), icmp(11, 0, quote[:random.randrange(28)]), icmp(3, 1, quote, False),
	                       icmp(11, 0, b"\x4f" + quote[1:]), icmp(0, 0, os.urandom(40)), os.urandom(random.randrange(1, 60))):
	            try: s.sendto(packet, ("10.1.1.2", 0))
	            except OSError: pass
	    time.sleep(0.02)
END
start r1 python3 "$WORK/forge"
is "forged answers change nothing" "$(hops $U1 count 5)" "$LONG"
is "nor of UDP" "$(hops $U1 proto udp count 5)" "$LONG"

# Devices of other kinds.
ip -n lb link add link u1 name u1.7 type vlan id 7
ip -n r1 link add link x1 name x1.7 type vlan id 7
ipb lb <<-END
	link set u1.7 up
	addr add 10.7.0.2/24 dev u1.7
END
ipb r1 <<-END
	link set x1.7 up
	addr add 10.7.0.1/24 dev x1.7
END
ip -n r2 route add 10.7.0.0/24 via 10.2.0.1
ip -n r3 route add 10.7.0.0/24 via 10.3.0.1
ip -n peer route add 10.7.0.0/24 via 10.4.0.1
is "a VLAN" "$(hops dev u1.7 via 10.7.0.1 192.0.2.9)" "10.7.0.1 10.2.0.2 10.3.0.2 192.0.2.9:end "
ip -n lb link add t0 type ipip local 10.1.2.2 remote 10.5.0.2 ttl 64
ip -n peer link add t0 type ipip local 10.5.0.2 remote 10.1.2.2 ttl 64
ip -n lb link set t0 up
ip -n peer link set t0 up
ip -n lb addr add 10.8.1.1/24 dev t0
ip -n peer addr add 10.8.1.2/24 dev t0
is "a tunnel, which has no neighbours" "$(hops dev t0 192.0.2.9)" "192.0.2.9:end "
is "a gateway there changes nothing" "$(hops dev t0 via 10.8.1.2 192.0.2.9 proto udp)" "192.0.2.9:end "
if ip -n lb link add w0 type wireguard 2>/dev/null && command -v wg >/dev/null; then
	ip -n peer link add w0 type wireguard
	wg genkey >"$WORK/k1"
	wg genkey >"$WORK/k2"
	on lb wg set w0 private-key "$WORK/k1" peer "$(wg pubkey <"$WORK/k2")" endpoint 10.5.0.2:51820 \
		allowed-ips 0.0.0.0/0,::/0
	on peer wg set w0 listen-port 51820 private-key "$WORK/k2" peer "$(wg pubkey <"$WORK/k1")" \
		allowed-ips 10.8.0.0/24,fd00:8::/64
	ipb lb <<-END
		link set w0 up
		addr add 10.8.0.1/24 dev w0
		addr add fd00:8::1/64 dev w0 nodad
	END
	ipb peer <<-END
		link set w0 up
		addr add 10.8.0.2/24 dev w0
		addr add fd00:8::2/64 dev w0 nodad
	END
	on lb ping -c 1 -W $((5 * SLOW)) 10.8.0.2 >/dev/null
	is "WireGuard, which has no neighbours" "$(hops dev w0 192.0.2.9)" "192.0.2.9:end "
	is "WireGuard, IPv6" "$(hops dev w0 2001:db8::9)" "2001:db8::9:end "
	is "WireGuard, by UDP" "$(hops dev w0 10.8.0.2 proto udp)" "10.8.0.2:end "
else
	skip "WireGuard" "this kernel has none, or there is no wg"
fi

# What cannot be.
refused() { # PATTERN WORDS...
	local pattern=$1 out
	shift
	out=$(mx path trace "$@" 2>&1) && return 1
	grep -q "$pattern" <<<"$out" || { echo "$out"; return 1; }
}
ok "no such device" refused 'there is no device u9' dev u9 192.0.2.9
ok "a gateway that is not there" refused '10.1.1.77 does not answer on device u1' dev u1 via 10.1.1.77 192.0.2.9
ok "an address of this host" refused 'is an address of this host' dev u1 10.1.1.2
ok "larger than the device carries" refused 'carries no more than 1500 bytes' $U1 size 1501
ip -n lb link set u1 down
ok "a device that is down" refused 'device u1 is down' $U1
ip -n lb link add u5 type dummy
ip -n lb link set u5 up
ok "a device without an address of the family" refused 'has no address' dev u5 2001:db8::9
helpless() {
	on lb setpriv --inh-caps=-net_raw --bounding-set=-net_raw "$MX_CTL" path trace dev u2 192.0.2.9 >"$WORK/helpless" 2>&1 && return 1
	cat "$WORK/helpless"
	grep -q 'cannot open a raw socket: Operation not permitted' "$WORK/helpless"
}
ok "without the right to send raw packets" helpless
finish
