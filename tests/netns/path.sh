#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# Paths as objects: words, refusals, transactions, events; and what becomes of them at once when the device goes, is renamed,
# moved or set down, when the carrier, the address or the route is lost, and when all is back; both families; plain, VLAN,
# WireGuard and point-to-point devices.
# shellcheck disable=SC2086,SC2102,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
ns lb isp other
cable lb wan1 isp p1
ipb lb <<-END
	addr add 198.51.100.2/24 dev wan1
	addr add 2001:db8:1::2/64 dev wan1 nodad
END

# status NAME, reason NAME; what status_is and why wait for; figure NAME KEY
status() { mx -j path show "$1" | json 0.status; }
reason() { mx -j path show "$1" | json 0.reason; }
status_is() { [ "$(status "$1")" = "$2" ] && { [ -z "${3-}" ] || [ "$(reason "$1")" = "$3" ]; }; }
# becomes NAME PATH STATUS [REASON]
becomes() { ok "$1" wait_for 10 status_is "${@:2}" || say "$(mx -d path show "$2")"; }
# refused NAME TEXT WORD...: the kernel refuses, with that text
refused() {
	local name=$1 text=$2
	shift 2
	mx "$@" >"$WORK/refused" 2>&1
	if [ $? = 2 ] && grep -qF -- "$text" "$WORK/refused"; then ok "$name" true; else ok "$name" false; note <"$WORK/refused"; fi
}
FAST="probe none hold-down 0"

# Words --------------------------------------------------------------------------------------------------------------

want path add a dev wan1 peer 203.0.113.1
is "what holds when nothing is said" "$(mx path show a)" \
	"a dev wan1 peer 203.0.113.1 probe stamp port 51822 interval 5s timeout 2s admin up"
mx -j path show a >"$WORK/a"
is "JSON has all of it" "$(jq -c '.[0] | [.samples, .fall, .worse, .rise, .margin * 10, .brownout * 10, ."hold-min", ."hold-max", .cost]' \
	"$WORK/a")" "[5,10,3,5,50,20,10000,300000,0]"
is "nothing is known of it yet" "$(jq -c '.[0] | [.status, .reason, .link, .flaps, .groups]' "$WORK/a")" \
	'["down","no-route",false,0,0]'
mx path del a
i=0
while read -r line; do
	i=$((i + 1))
	want path add $line
	is "line $i: what show prints is what add takes" "$(mx path show)" "$line"
	mx path flush
done <<-END
	a dev wan1 via 198.51.100.1 local 198.51.100.2 peer 203.0.113.1 probe icmp port 1 interval 10ms timeout 0s admin standby bandwidth 1000 cost 4294967295
	b dev none.such peer 2001:db8::1 probe tcp port 65535 interval 3600s timeout 10ms admin down samples 10 fall 1000 worse 1 rise 1000 margin 50 brownout 0.0001 hold-down 0s-86400s
	c dev wan1 via 2001:db8:1::1 peer 203.0.113.1 probe none port 51822 interval 5s timeout 2s admin up samples 1 fall 1 worse 1 rise 1 margin 0 brownout 0 hold-down 500ms
END
want path add m dev wan1 peer ::ffff:203.0.113.9 via ::ffff:198.51.100.1
ok "v4-mapped addresses are IPv4" grep -q "via 198.51.100.1 peer 203.0.113.9 " <<<"$(mx path show m)"
want path set m local 198.51.100.2 cost 5
want path set m via none local none
is "set takes away" "$(mx path show m)" \
	"m dev wan1 peer 203.0.113.9 probe stamp port 51822 interval 5s timeout 2s admin up cost 5"

refused "a name that is taken" "the path exists already" path add m dev wan1 peer 203.0.113.1
refused "a name with a blank" "a name has 1 to 31" path add "m m" dev wan1 peer 203.0.113.1
refused "a device that cannot be" "no device can have this name" path add x dev a/b peer 203.0.113.1
refused "a multicast peer" "a unicast address is needed (peer 224.0.0.1)" path add x dev wan1 peer 224.0.0.1
refused "no peer" "a unicast address is needed" path add x dev wan1 peer 0.0.0.0
refused "a gateway for many" "a unicast address is needed (via ff02::1)" path add x dev wan1 peer 203.0.113.1 via ff02::1
refused "two families" "of different families (local ::1)" path add x dev wan1 peer 203.0.113.1 local ::1
refused "two families by set" "of different families" path set m local 2001:db8::1
refused "too often" "10 milliseconds to an hour (interval 9ms)" path add x dev wan1 peer 203.0.113.1 interval 9ms
refused "too seldom" "10 milliseconds to an hour (interval 3601s)" path set m interval 3601s
refused "a timeout that is too short" "10 milliseconds to an hour (timeout 1ms)" path set m timeout 1ms
refused "port 0" "a port to probe is 1 to 65535" path set m port 0
refused "no samples" "samples are 1 to 10" path set m samples 0
refused "more samples than are kept" "samples are 1 to 10" path set m samples 11
refused "never down" "fall, worse and rise are 1 to 1000 (fall 0)" path set m fall 0
refused "a rise that never is" "(rise 1001)" path set m rise 1001
refused "a margin beyond the score" "the value is too high (margin 50.001)" path set m margin 50.001
refused "times in the wrong order" "the longest hold-down is shorter than the first" path set m hold-down 2s-1s
refused "a longer hold-down than a day" "the value is too high" path set m hold-down 1s-86401s
refused "a path that is not there" "no such path (x)" path show x
refused "nor can be set" "no such path (x)" path set x cost 1
refused "nor deleted" "no such path (x)" path del x
is "refusals change nothing" "$(mx path show)" \
	"m dev wan1 peer 203.0.113.9 probe stamp port 51822 interval 5s timeout 2s admin up cost 5"
mx path flush
is "flush" "$(mx path show)" ""

# The link -----------------------------------------------------------------------------------------------------------

"$MX_CTL" -n lb monitor state >"$WORK/events" 2>&1 &
MONITOR=$!
heard() { grep -qE "$1" "$WORK/events"; }
# until it listens: an event that is not missed
listening() { mx path add probe$RANDOM dev none.such peer 203.0.113.1 && heard "^state path probe"; }
ok "monitor listens" wait_for 10 listening
mx path flush

batch <<-END
	path add v4 dev wan1 via 198.51.100.1 peer 203.0.113.1 $FAST
	path add v6 dev wan1 via 2001:db8:1::1 peer 2001:db8:ffff::1 $FAST
	path add mix dev wan1 via 2001:db8:1::1 peer 203.0.113.1 $FAST
	path add bound dev wan1 via 198.51.100.1 local 198.51.100.2 peer 203.0.113.1 $FAST
	path add link dev wan1 peer 198.51.100.1 $FAST
	path add routed dev wan1 peer 203.0.113.1 $FAST
	path add stamp dev wan1 via 198.51.100.1 peer 203.0.113.1 hold-down 0 interval 600s timeout 600s
	path add away dev wan1 via 10.99.0.1 peer 203.0.113.1 $FAST
END
ALL="v4 v6 mix bound link stamp"
for p in v4 v6 mix bound link; do becomes "$p is up" $p up start; done
becomes "a path that is probed waits for answers" stamp unknown start
becomes "no route leads to its peer" routed down no-route
becomes "no route leads to its gateway" away down no-route
ip -n lb route add 203.0.113.0/24 via 198.51.100.1
becomes "a route comes" routed up
ip -n lb route del 203.0.113.0/24
becomes "a route goes" routed down no-route
ip -n lb route add 10.99.0.1/32 dev wan1
becomes "a way to the gateway comes" away up
ip -n lb route del 10.99.0.1/32
becomes "and goes" away down no-route
ip -n lb route add blackhole 203.0.113.0/24 metric 5
becomes "a route that leads nowhere is none" routed down no-route
ip -n lb route del blackhole 203.0.113.0/24
if ip -n lb nexthop add id 7 via 198.51.100.1 dev wan1 2>/dev/null; then
	ip -n lb route add 203.0.113.0/24 nhid 7
	becomes "a route by a next hop of its own" routed up
	ip -n lb nexthop replace id 7 blackhole
	becomes "which is replaced" routed down no-route
	ip -n lb nexthop del id 7
	becomes "and deleted with its routes" routed down no-route
else
	skip "next hops" "ip knows none"
fi

all() { local p; for p in $ALL; do status_is $p "$@" || return 1; done; }
ip -n lb link set wan1 down
ok "device set down: all are down" wait_for 10 all down dev-down
ok "an event tells" wait_for 10 heard "^state path v4 .*status down reason dev-down"
ip -n lb link set wan1 up
for p in v4 bound link; do becomes "$p is back" $p up recovered; done
becomes "the one that is probed has to prove itself" stamp down hold
for p in v6 mix; do becomes "$p is back" $p up; done
ok "an event tells of it" wait_for 10 heard "^state path v4 .*status up reason recovered"
is "it counts how often" "$(mx -j path show v4 | json 0.flaps)" 1

ip -n isp link set p1 down
ok "carrier lost: all are down" wait_for 10 all down no-carrier
ip -n isp link set p1 up
for p in v4 v6 mix bound link; do becomes "$p is back with the carrier" $p up; done

sys lb net.ipv4.conf.all.promote_secondaries=1
ip -n lb addr add 198.51.100.9/24 dev wan1
ip -n lb addr del 198.51.100.2/24 dev wan1
becomes "the local address is gone" bound down no-address
becomes "who needs any has the other one" v4 up
ip -n lb addr del 198.51.100.9/24 dev wan1
becomes "and then none" v4 down no-address
becomes "IPv6 has its own" v6 up
ip -n lb addr add 198.51.100.2/24 dev wan1
becomes "the address is back" bound up
ip -n lb addr flush dev wan1
becomes "IPv6: no address" v6 down no-address
ipb lb <<-END
	addr add 198.51.100.2/24 dev wan1
	addr add 2001:db8:1::2/64 dev wan1 nodad
END
becomes "IPv6: back" v6 up
sys lb net.ipv6.conf.wan1.disable_ipv6=1
becomes "IPv6 is switched off" v6 down no-address
becomes "as a gateway too" mix down no-route
becomes "IPv4 does not care" v4 up
sys lb net.ipv6.conf.wan1.disable_ipv6=0
ip -n lb addr add 2001:db8:1::2/64 dev wan1 nodad 2>/dev/null
becomes "IPv6 is there again" v6 up

ip -n lb link set wan1 down
ip -n lb link set wan1 name wan9
ip -n lb link set wan9 up
ok "a device that is renamed is lost" wait_for 10 all down no-dev
want path set v4 dev wan9
becomes "by its new name it is found" v4 up
ip -n lb link set wan9 down
ip -n lb link set wan9 name wan1
ip -n lb link set wan1 up
becomes "named back, IPv4" bound up
becomes "and who took the other name is without" v4 down no-dev
want path set v4 dev wan1
becomes "until it is told" v4 up

ip -n lb link set wan1 netns other
ok "moved to another namespace" wait_for 10 all down no-dev
is "no device has that number" "$(mx -j path show v4 | json 0.ifindex)" ""
ip -n other link set wan1 netns lb
ipb lb <<-END
	link set wan1 up
	addr add 198.51.100.2/24 dev wan1
	addr add 2001:db8:1::2/64 dev wan1 nodad
END
for p in v4 v6 mix bound link; do becomes "$p: moved back" $p up; done
ip -n lb link del wan1
ok "deleted" wait_for 10 all down no-dev
cable lb wan1 isp p1
ip -n lb addr add 198.51.100.2/24 dev wan1
becomes "another device of that name will do" v4 up

# hold-down: the way is there again, but the path waits
want path set v4 hold-down 300s
ip -n lb link set wan1 down
becomes "down, with a hold-down" v4 down dev-down
ip -n lb link set wan1 up
becomes "it has to prove itself" v4 down hold
between "time is left" "$(mx -j path show v4 | json 0.hold-left)" 1 300000
want path set v4 hold-down 0
want path del v4

# Devices ------------------------------------------------------------------------------------------------------------

ipb lb <<-END
	link add link wan1 name wan1.7 type vlan id 7
	link set wan1.7 up
	addr add 198.51.107.2/24 dev wan1.7
	link add tun7 type ipip local 198.51.100.2 remote 203.0.113.77
	link set tun7 up
	addr add 10.7.0.1 peer 10.7.0.2 dev tun7
	link add tun8 type ipip local 198.51.100.2 remote 203.0.113.78
	link set tun8 up
	route add 10.8.0.2/32 dev tun8
END
want path add vlan dev wan1.7 via 198.51.107.1 peer 203.0.113.1 $FAST
becomes "VLAN" vlan up
want path add ppp dev tun7 peer 10.7.0.2 $FAST
becomes "a point-to-point device" ppp up
want path add bare dev tun8 peer 10.8.0.2 $FAST
becomes "one without an address of its own" bare up
ip -n isp link set p1 down
becomes "VLAN: the carrier below is lost" vlan down no-carrier
ip -n isp link set p1 up
becomes "VLAN: and back" vlan up
if ip -n lb link add wg0 type wireguard 2>/dev/null; then
	ipb lb <<-END
		addr add 10.9.0.1/24 dev wg0
		link set wg0 up
	END
	want path add wg dev wg0 peer 10.9.0.2 $FAST
	becomes "WireGuard" wg up
	ip -n lb link del wg0
	becomes "WireGuard: gone" wg down no-dev
else
	skip "WireGuard" "the kernel has none"
fi
mx path flush
is "nothing is left" "$(mx path show)" ""

# Transactions -------------------------------------------------------------------------------------------------------

batch <<-END
	path add one dev wan1 via 198.51.100.1 peer 203.0.113.1 $FAST
	path add two dev wan1 via 198.51.100.1 peer 203.0.113.2 $FAST cost 3
END
becomes "one is up" one up
ip -n lb link set wan1 down
becomes "one is down" one down
ip -n lb link set wan1 up
becomes "one is up again" one up
mx save "$WORK/saved"
is "saved ahead of groups" "$(grep -c '^path add' "$WORK/saved")" 2
ok "restore" mx restore "$WORK/saved"
mx save "$WORK/again"
ok "what was saved is what is saved again" diff "$WORK/saved" "$WORK/again"
is "a restore leaves what is known of a path alone" "$(mx -j path show one | jq -c '.[0] | [.status, .reason, .flaps]')" \
	'["up","recovered",1]'
sed -i 's/^path add two .*/path add three dev wan1 via 198.51.100.1 peer 203.0.113.3 probe none/; s/203.0.113.1 /203.0.113.9 /' "$WORK/saved"
ok "another configuration" mx restore "$WORK/saved"
is "its paths" "$(mx path show | cut -d ' ' -f 1 | xargs)" "one three"
is "a path that leads elsewhere is measured anew" "$(mx -j path show one | json 0.flaps)" 0
becomes "one" one up
becomes "three" three up
mx save >"$WORK/before"
printf '%s\n' "path add four dev wan1 peer 203.0.113.4" "path add five dev wan1 peer 224.0.0.1" >"$WORK/bad"
ok "a restore that fails" fails mx restore "$WORK/bad"
mx save >"$WORK/after"
ok "changes nothing" diff "$WORK/before" "$WORK/after"
is "an abort leaves the paths up" "$(status one)" up
mx path flush

# Many ---------------------------------------------------------------------------------------------------------------

for ((i = 0; i < 10240; i++)); do
	echo "path add p$i dev wan1 peer 10.$((i >> 16)).$((i >> 8 & 255)).$((i & 255)) $FAST"
done >"$WORK/many"
ok "10,240 paths" mx -b "$WORK/many"
refused "one more" "there are too many paths" path add more dev wan1 peer 10.1.1.1 $FAST
is "all are shown" "$(mx path show | wc -l)" 10240
ip -n lb route add 10.0.0.0/8 via 198.51.100.1
becomes "a route for all: the first" p0 up
becomes "the last" p10239 up
ip -n lb link set wan1 down
becomes "the device goes: the last" p10239 down dev-down
downs() { [ "$(mx -d -o path show | grep -c 'status down')" = 10240 ]; }
ok "all of them" wait_for 60 downs
mx save >"$WORK/all"
ok "a restore of all of them" mx restore "$WORK/all"
is "they are still there" "$(mx path show | wc -l)" 10240
ip -n lb link set wan1 up
kill -TERM $MONITOR
ip netns del lb
ok "the namespace goes with them" fails ip -n lb link show
finish
