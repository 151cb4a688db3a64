#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A grid of routers, each with its own name as the seed of its choice: flows spread at every tier, though an earlier tier
# has chosen among them already; a flow stays on its way; per packet they spread too. With one name for all they polarize.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin

# The links Rx0y0-Rx0y1, Rx0y0-Rx1y0, Rx0y1-Rx0y2, Rx1y0-Rx1y1 and Rx1y1-Rx2y2, with parallel cables, so that each router but
# the last ones has a choice of four:
#
#  [client] --- Rx0y0 ==2== Rx0y1 ==4== Rx0y2 (sink)
#                 ||
#                 2
#                 ||
#               Rx1y0 ==4== Rx1y1 ==4== Rx2y2 (sink)
#
# Next hops have the same addresses everywhere, 169.254.0.K and fd99::K of cable K, held by neighbour entries alone: so
# nothing but a router's name tells its choice from another's.
ROUTERS="Rx0y0 Rx0y1 Rx1y0 Rx1y1"
SINKS="Rx0y2 Rx2y2"
# shellcheck disable=SC2086
ns client $ROUTERS $SINKS
# shellcheck disable=SC2086
router $ROUTERS

# hop FROM K TO J: cable dK of a router is cable uJ of the next
hop() {
	local mac=02:00:00:00:0$2:0$4
	ip link add "d$2" netns "$1" up type veth peer name "u$4" netns "$3" address $mac
	ip -n "$3" link set "u$4" up
	ipb "$1" <<-END
		route add 169.254.0.$2/32 dev d$2
		route add fd99::$2/128 dev d$2
		neigh replace 169.254.0.$2 dev d$2 lladdr $mac nud permanent
		neigh replace fd99::$2 dev d$2 lladdr $mac nud permanent
	END
}
plug_client Rx0y0 u1
hop Rx0y0 1 Rx0y1 1
hop Rx0y0 2 Rx0y1 2
hop Rx0y0 3 Rx1y0 1
hop Rx0y0 4 Rx1y0 2
for k in 1 2 3 4; do
	hop Rx0y1 $k Rx0y2 $k
	hop Rx1y0 $k Rx1y1 $k
	hop Rx1y1 $k Rx2y2 $k
done
DST=198.51.100.7
DST6=2001:db8:7::7

# Each router counts by incoming and outgoing cable; a sink swallows.
{
	echo "flush ruleset"
	echo "table inet grid {"
	echo " chain f {"
	echo "  type filter hook forward priority 0"
	for i in 1 2 3 4; do
		for k in 1 2 3 4; do echo "  iifname u$i oifname d$k udp dport 9 counter comment \"$i $k\""; done
	done
	echo " }"
	echo "}"
} >"$WORK/count.nft"

configure() { # seeds: own|same
	local r
	for r in $ROUTERS; do
		mxin "$r" settings set node "$(if [ "$1" = own ]; then echo "$r"; else echo same; fi)"
		cat >"$WORK/batch" <<-END
			group add hops lb hash hash 5tuple forward route
			server add 169.254.0.1 group hops
			server add 169.254.0.2 group hops
			server add 169.254.0.3 group hops
			server add 169.254.0.4 group hops
			server add fd99::1 group hops
			server add fd99::2 group hops
			server add fd99::3 group hops
			server add fd99::4 group hops
			table add main priority 1
			route add 198.51.100.0/24 table main group hops
			route add 2001:db8:7::/48 table main group hops
		END
		mxin "$r" -b "$WORK/batch" || ok "configure $r" false
	done
}
unconfigure() {
	local r
	for r in $ROUTERS; do
		mxin "$r" route flush table main
		mxin "$r" table del main
		mxin "$r" group del hops
	done
}
zero() { local r; for r in $ROUTERS; do on "$r" nft -f "$WORK/count.nft"; done; }

# table ROUTER: lines "IN OUT PACKETS"
table() {
	on "$1" nft -j list chain inet grid f | jq -r '.nftables[].rule | select(.comment) |
		.comment + " " + ([.expr[] | .counter? // empty | .packets][0] | tostring)'
}

# send ADDR FLOWS PACKETS: each flow from a source port of its own
send() {
	on client python3 - "$@" <<-'END'
		import socket, sys
		addr, flows, packets = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
		six = ":" in addr
		for port in range(10000, 10000 + flows):
		    s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
		    s.bind(("fd00::2" if six else "10.0.0.2", port))
		    for _ in range(packets):
		        s.sendto(b"x", (addr, 9))
		    s.close()
	END
}

# chi ROUTER: chi-square of the outgoing cables against equal shares, and of outgoing by incoming cable; each with its bound
# for p = 0.001
chi() {
	table "$1" | awk '
		BEGIN { split("10.83 13.82 16.27 18.47 20.52 22.46 24.32 26.12 27.88 29.59 31.26 32.91 34.53 36.12 37.70", bound) }
		{ out[$2] += $3; in_[$1] += $3; cell[$1, $2] = $3; n += $3 }
		END {
			for (k = 1; k <= 4; k++) x += (out[k] - n / 4) ^ 2 / (n / 4)
			for (i in in_) if (in_[i]) {
				for (k = 1; k <= 4; k++) { e = in_[i] / 4; y += (cell[i, k] - e) ^ 2 / e }
				df += 3
			}
			printf "%d packets, out %d %d %d %d, chi-square %.2f (bound %.2f), by incoming cable %.2f (bound %.2f)\n",
				n, out[1], out[2], out[3], out[4], x, bound[3], y, df <= 15 ? bound[df] : 0
		}'
}
# spread ROUTER: within both bounds; what chi said of it is in CHI
spread() {
	CHI=$(chi "$1")
	echo "$CHI"
	echo "$CHI" | awk '{ gsub(/[(),]/, ""); for (i = 1; i <= NF; i++) if ($i == "bound") { if ($(i - 1) > $(i + 1)) bad = 1; n++ } }
		END { exit bad || n != 2 }'
}
sum() { table "$1" | awk '{ n += $3 } END { print n }'; }

N=$(short 4096 1024)
configure own
for a in $DST $DST6; do
	zero
	send $a "$N" 1
	is "all flows enter, $a" "$(sum Rx0y0)" "$N"
	is "all reach the next tiers, $a" "$(($(sum Rx0y1) + $(sum Rx1y0)))" "$N"
	for r in $ROUTERS; do
		ok "$r: flows spread over its cables, $a" spread $r
		say "$r: $CHI"
	done
	for r in $ROUTERS; do table $r >"$WORK/$r"; done
	zero
	send $a "$N" 2
	same=0
	for r in $ROUTERS; do
		awk '{ print $1, $2, 2 * $3 }' "$WORK/$r" | diff -q - <(table $r) >/dev/null || same=1
	done
	is "each flow stays on its way, $a" $same 0
	mxin Rx1y1 flow flush >/dev/null
	zero
	send $a "$N" 1
	table Rx1y1 | diff "$WORK/Rx1y1" - >"$WORK/diff"
	is "by its hash, even after the cache is flushed, $a" $? 0
done

# One name for all: the second tier sees only what the first has sent to it, and chooses alike.
unconfigure
configure same
zero
send $DST "$N" 1
for r in $ROUTERS; do say "one name: $r: $(chi $r)"; done
ok "one name for all: the first tier spreads" spread Rx0y0
ok "one name for all: the second tier polarizes" fails spread Rx1y0
ok "one name for all: the third too" fails spread Rx1y1
is "one name for all: half the cables lie idle" "$(table Rx1y0 | awk '{ n[$2] += $3 } END { for (k in n) idle += !n[k]; print idle }')" 2

# A seed of the group's own has the same effect as the router's name.
for r in $ROUTERS; do
	mxin $r group set hops seed "$r"
	mxin $r flow flush >/dev/null
done
zero
send $DST "$N" 1
ok "seeds of the groups: the second tier spreads" spread Rx1y0
ok "seeds of the groups: the third tier spreads" spread Rx1y1

# Per packet: even one flow spreads, at every tier.
for r in $ROUTERS; do
	mxin $r group set hops lb packet
	mxin $r flow flush >/dev/null
done
for a in $DST $DST6; do
	zero
	send $a 1 "$N"
	is "per packet: all packets of one flow enter, $a" "$(sum Rx0y0)" "$N"
	for r in $ROUTERS; do
		# chance is a part of it here, so a second try is allowed
		ok "per packet: $r, $a" eval "spread $r || { zero; send $a 1 $N; spread $r; }"
		say "per packet: $r: $CHI"
	done
done
MX_NS=Rx0y0
is "per packet: no flow is made" "$(mx flow flush >/dev/null; send $DST 1 10; flows)" 0
ok "per packet and NAT do not go together" fails mx group set hops forward nat
finish
