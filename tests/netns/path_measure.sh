#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# What paths carry: the largest packet, with routers that tell and with those that do not, and what is done with it; bandwidth.
# shellcheck disable=SC2086
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin

#   [client] 10.0.0.2 --- c0 [lb] u1 10.1.0.2 --- x1 [r1] x2 10.2.0.1 --- e1 10.2.0.2 [peer] 192.0.2.10
ns client lb r1 peer
router lb r1
plug_client lb c0
cable lb u1 r1 x1
cable r1 x2 peer e1
ipb lb <<-END
	addr add 10.1.0.2/24 dev u1
	addr add fd00:1::2/64 dev u1 nodad
END
ipb r1 <<-END
	addr add 10.1.0.1/24 dev x1
	addr add fd00:1::1/64 dev x1 nodad
	addr add 10.2.0.1/24 dev x2
	addr add fd00:2::1/64 dev x2 nodad
	route add 10.0.0.0/24 via 10.1.0.2
	route add fd00::/64 via fd00:1::2
	route add $VIP via 10.2.0.2
	route add $VIP6 via fd00:2::2
END
ipb peer <<-END
	addr add 10.2.0.2/24 dev e1
	addr add fd00:2::2/64 dev e1 nodad
	addr add $VIP/32 dev lo
	addr add $VIP6/128 dev lo nodad
	route add default via 10.2.0.1
	route add default via fd00:2::1
END
# with a short name: answers are longer by that, and a device takes little more than its MTU
start peer python3 "$HERE/net.py" udp-echo 777 p
wait_for 20 listens peer udp 777 || ok "a UDP service runs" false
ok "a reflector" mxin peer reflector add rate 100000

P4="dev u1 via 10.1.0.1 peer 10.2.0.2"
P6="dev u1 via fd00:1::1 peer fd00:2::2"
figure() { mx -j path show "$1" | jq ".[0].figures[\"$2\"] // 0"; }
mtu_is() { [ "$(figure "$1" mtu)" = "$2" ]; }
kbps_is() { in_range "$(figure "$1" bandwidth-kbps)" "$2" "$3"; }
status_is() { [ "$(mx -j path show "$1" | jq -r '.[0].status')" = "$2" ]; }
# anew WORDS: both paths from the start, measured so
anew() {
	mx path flush
	batch <<-END
		path add p4 $P4 interval 100ms measure $*
		path add p6 $P6 interval 100ms measure $*
	END
}
# found NAME MTU: both find it
found() {
	ok "$1, IPv4: $2" wait_for 120 mtu_is p4 "$2"
	ok "$1, IPv6: $2" wait_for 120 mtu_is p6 "$2"
}

anew mtu
found "nothing in the way" 1500
is "it is configuration" "$(mx path show p4 | head -n 1)" \
	"p4 dev u1 via 10.1.0.1 peer 10.2.0.2 probe stamp port 51822 interval 100ms timeout 2s admin up measure mtu"
mx save >"$WORK/saved"
ok "and is saved" grep -q '^path add p6 .* measure mtu$' "$WORK/saved"
ok "and restored" mx restore "$WORK/saved"
is "in JSON" "$(mx -j path show p6 | jq -r '.[0].measure')" mtu
ok "none is the default" mx path add p0 $P4
is "and is not told" "$(mx path show p0 | grep -c measure)" 0
refused() { # PATTERN WORDS...
	local out
	out=$(mx "${@:2}" 2>&1) && return 1
	grep -q "$1" <<<"$out" || { echo "$out"; return 1; }
}
ok "only STAMP measures" refused 'probed by STAMP' path add px $P4 probe icmp measure mtu
ok "and so it cannot be taken away" refused 'probed by STAMP' path set p4 probe none
ok "but with the measuring" mx path set p4 probe none measure none
ok "nothing is measured then" wait_for 10 mtu_is p4 0

# A router that tells, one that is silent, a size that nothing has.
ip -n r1 link set x2 mtu 1400
anew mtu
found "the router tells" 1400
on r1 nft -f - <<-END
	table inet f {
		chain o {
			type filter hook output priority 0
			icmp type destination-unreachable drop
			icmpv6 type packet-too-big drop
		}
	}
END
ip -n r1 link set x2 mtu 1437
anew mtu
found "the router is silent" 1437
ip -n r1 link set x2 mtu 1500
ip -n peer link set e1 mtu 1300
anew mtu
found "the way back is narrow" 1300
ip -n peer link set e1 mtu 1500

# What the path carries may not be larger: it is said to who sends it.
ip -n r1 link set x2 mtu 1333
anew mtu
found "narrow, and silent" 1333
batch <<-END
	group add g type path lb rr
	member add p4 group g
	group add h type path lb rr
	member add p6 group h
	rule add priority 10 to $VIP group g
	rule add priority 10 to $VIP6 group h
END
for path in stack fast; do
	if [ $path = fast ]; then for d in c0 u1; do want dev add $d; done; fi
	ip -n client route flush cache
	ip -n client -6 route flush cache
	for a in $VIP $VIP6; do
		is "$path: who sends learns the path's MTU, $a" "$(py client mtu $a 777 1400)" "1333 passes"
	done
done
# The balancer itself sends by the paths, too; its sockets learn it from the balancer.
ip -n lb route add $VIP via 10.1.0.1
ip -n lb route add $VIP6 via fd00:1::1
for a in $VIP $VIP6; do
	is "what is sent from here learns the path's MTU, $a" "$(py lb mtu $a 777 1400)" "1333 passes"
done
clean
ip -n r1 link set x2 mtu 1500
on r1 nft delete table inet f

anew mtu
found "wide again" 1500
ip -n lb link set u1 mtu 1350
found "the device's own MTU" 1350
ip -n lb link set u1 mtu 1500
found "and back" 1500

# Authenticated
(umask 077 && echo 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f >"$WORK/key")
mx key add 7 file "$WORK/key"
mxin peer key add 7 file "$WORK/key"
mxin peer reflector add port 51900 key 7 rate 100000
anew "mtu port 51900 key 7"
found "authenticated" 1500
ip -n r1 link set x2 mtu 1400
anew "all port 51900 key 7"
found "authenticated, narrow" 1400
ip -n r1 link set x2 mtu 1500

# Bandwidth. A busy host stretches time, so the bars are wide; tests/kunit/train_test.c has narrow ones.
for rate in 10 2; do
	on r1 tc qdisc replace dev x2 root netem rate ${rate}mbit limit 1000
	anew bandwidth
	ok "$rate Mbit/s, IPv4" wait_for 60 kbps_is p4 $((rate * 600)) $((rate * 1300))
	ok "$rate Mbit/s, IPv6" wait_for 60 kbps_is p6 $((rate * 600)) $((rate * 1300))
	say "$(figure p4 bandwidth-kbps) and $(figure p6 bandwidth-kbps) kbit/s"
done
# What is measured holds before what is said, and what is said where nothing is measured.
batch <<-END
	path set p4 bandwidth 1000
	path add said $P4 bandwidth 100 probe none
	group add g type path lb quality prefer bandwidth
	member add p4 group g
	member add said group g
	rule add priority 10 to $VIP group g
END
carried_by() { [ "$(mx -j route get $VIP:777 from 10.0.0.2:40000 proto udp | jq -r '.[0].path')" = "$1" ]; }
ok "the wider one by measure carries" wait_for 20 carried_by said
ok "it is measured still" kbps_is p4 1200 2600
ok "measure it no more" mx path set p4 measure none
ok "and the wider one by word carries" wait_for 20 carried_by p4
clean
on r1 tc qdisc del dev x2 root
anew all
ok "paths go while they are measured" mx path flush

# Nobody answers, and the device goes.
mxin peer reflector del
anew all
ok "without a reflector, a path is down" wait_for 60 status_is p4 down
is "and nothing is measured" "$(figure p4 mtu) $(figure p4 bandwidth-kbps)" "0 0"
mxin peer reflector add rate 100000
found "a reflector again" 1500
ip -n lb link del u1
ok "without its device, it is down" wait_for 10 status_is p4 down
mx path flush
finish
