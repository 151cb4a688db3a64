# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sites with several uplinks each, over WireGuard; sourced after lib.sh. Of two sites with two uplinks:
#
#   [ca] c0 --- c0 [a] u1 172.16.1.1 --- toa [net1] tob --- 172.16.1.2 u1 [b] c0 --- c0 [cb]
#                      u2 172.16.2.1 --- toa [net2] tob --- 172.16.2.2 u2
#
# net1 and so on are providers: bridges. Site S (a is 1, b is 2, c is 3) has the addresses 10.S.0.0/16 and fd00:S::/32, of which its
# router has 10.S.0.1 and fd00:S::1; all others are its client's, every single one. Over each uplink K goes a WireGuard device wgK to
# all other sites, with 10.20K.0.S and fd00:20K::S. Without mutex, what is for another site leaves by wg1.
SITES=(x a b c)

wg_there() {
	command -v wg >/dev/null || return 1
	ip link add wgtest type wireguard 2>/dev/null && ip link del wgtest
}

# sites N UPLINKS: draws it
sites() {
	local n=$1 uplinks=$2 s k o a
	for ((k = 1; k <= uplinks; k++)); do
		ns net$k
		ipb net$k <<-END
			link add br0 type bridge
			link set br0 up
		END
	done
	for ((s = 1; s <= n; s++)); do
		a=${SITES[s]}
		ns $a c$a
		router $a
		cable c$a c0 $a c0
		ipb c$a <<-END
			addr add 10.$s.0.2/30 dev c0
			addr add fd00:$s::2/126 dev c0 nodad
			route add default via 10.$s.0.1
			route add default via fd00:$s::1
			route add local 10.$s.0.0/16 dev lo table main
			route add local fd00:$s::/32 dev lo table main
		END
		ipb $a <<-END
			addr add 10.$s.0.1/30 dev c0
			addr add fd00:$s::1/126 dev c0 nodad
			route add 10.$s.0.0/16 via 10.$s.0.2
			route add fd00:$s::/32 via fd00:$s::2
		END
		for ((k = 1; k <= uplinks; k++)); do
			cable $a u$k net$k to$a
			ip -n net$k link set to$a master br0
			ip -n $a addr add 172.16.$k.$s/24 dev u$k
			(umask 077; wg genkey >"$WORK/$a$k.key")
			wg pubkey <"$WORK/$a$k.key" >"$WORK/$a$k.pub"
			on $a tc qdisc add dev u$k root netem limit 100000
			on net$k tc qdisc add dev to$a root netem limit 100000
		done
	done
	for ((s = 1; s <= n; s++)); do
		for ((k = 1; k <= uplinks; k++)); do tunnel $s $k $n; done
		for ((o = 1; o <= n; o++)); do
			[ $o != $s ] || continue
			ipb ${SITES[s]} <<-END
				route add 10.$o.0.0/16 dev wg1
				route add fd00:$o::/32 dev wg1
			END
		done
	done
}

# tunnel S K N: the WireGuard device of site number S over uplink K, to all N sites
tunnel() {
	local s=$1 k=$2 n=$3 a=${SITES[$1]} o peers=()
	for ((o = 1; o <= n; o++)); do
		[ $o != $s ] || continue
		peers+=(peer "$(<"$WORK/${SITES[o]}$k.pub")" endpoint 172.16.$k.$o:400$k
			allowed-ips 10.20$k.0.$o/32,fd00:20$k::$o/128,10.$o.0.0/16,fd00:$o::/32)
	done
	ip -n $a link add wg$k type wireguard
	on $a wg set wg$k private-key "$WORK/$a$k.key" listen-port 400$k "${peers[@]}"
	ipb $a <<-END
		addr add 10.20$k.0.$s/24 dev wg$k
		addr add fd00:20$k::$s/64 dev wg$k nodad
		link set wg$k up
	END
}

# line SITE K [NETEM...]: what uplink K of a site does to packets, in each direction; nothing without words
line() {
	on "$1" tc qdisc change dev "u$2" root netem limit 100000 "${@:3}" &&
		on "net$2" tc qdisc change dev "to$1" root netem limit 100000 "${@:3}"
}

# site_paths SITE PEER_SITE UPLINKS [WORDS...]: lines of a batch: a path over each uplink, the peer's name and K its name
site_paths() {
	local k o
	for o in 1 2 3; do [ "${SITES[o]}" != "$2" ] || break; done
	for ((k = 1; k <= $3; k++)); do echo "path add $2$k dev wg$k peer 10.20$k.0.$o ${*:4}"; done
}

# site_group SITE PEER_SITE UPLINKS [WORDS...]: a group of these paths, for all that is for the other site
site_group() {
	local k o
	for o in 1 2 3; do [ "${SITES[o]}" != "$2" ] || break; done
	echo "group add to-$2 type path lb quality ${*:4}"
	for ((k = 1; k <= $3; k++)); do echo "member add $2$k group to-$2"; done
	echo "rule add priority 10 to 10.$o.0.0/16 group to-$2"
	echo "rule add priority 10 to fd00:$o::/32 group to-$2"
}

# sites_gone: takes all of it away, with what runs there
sites_gone() {
	local name pid kept=()
	for name in "${NAMESPACES[@]}"; do
		case $name in
		a | b | c | ca | cb | cc | net[1-9]) ;;
		*) kept+=("$name"); continue ;;
		esac
		for pid in $(ip netns pids "$name"); do kill -KILL "$pid" 2>/dev/null; done
		ip netns del "$name"
	done
	NAMESPACES=("${kept[@]}")
	wait 2>/dev/null
}
