#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# mutex, NAT of nftables, its flowtables, and IPVS in one namespace, whoever comes first: each has its service, and serves it.
# shellcheck disable=SC2016,SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2 s3 client
ct_there

# Services, on addresses that are nobody's but for that of IPVS, which has to be local:
#   192.0.2.10 mutex alone    192.0.2.11 mutex by conntrack    192.0.2.12 nftables' DNAT    192.0.2.13 IPVS
OWN=192.0.2.10 CT=192.0.2.11 DNAT=192.0.2.12 IPVS=192.0.2.13
OWN6=2001:db8::10 CT6=2001:db8::11 DNAT6=2001:db8::12 IPVS6=2001:db8::13

mutex() {
	batch <<-END
		group add own lb rr
		$(servers add own 1 2 3)
		group add ct lb rr ct on
		$(servers add ct 1 2 3)
		table add main priority 100
		route add $OWN/32 table main group own
		route add $OWN6/128 table main group own
		route add $CT/32 table main group ct
		route add $CT6/128 table main group ct
	END
}

# What the servers begin is masqueraded; connections through the balancer go by a flowtable once they are known. Those of IPVS
# cannot: a flowtable does not know how IPVS translates them.
nftables() {
	on lb nft -f - <<-END
		table inet nat {
			chain prerouting {
				type nat hook prerouting priority dstnat;
				ip daddr $DNAT dnat ip to 10.0.2.2
				ip6 daddr $DNAT6 dnat ip6 to fd00:2::2
			}
			chain postrouting {
				type nat hook postrouting priority srcnat;
				iifname { s1, s2, s3 } oifname c0 masquerade
			}
		}
		table inet flows {
			flowtable f {
				hook ingress priority 0; devices = { c0, s1, s2, s3 };
			}
			chain forward {
				type filter hook forward priority 0;
				ct original ip daddr $IPVS accept
				ct original ip6 daddr $IPVS6 accept
				ct state established meta l4proto { tcp, udp } flow add @f
			}
		}
	END
}

ipvs() {
	sys lb net.ipv4.vs.conntrack=1
	ip -n lb addr replace $IPVS/32 dev lo
	ip -n lb addr replace $IPVS6/128 dev lo nodad
	on lb ipvsadm -R <<-END
		-A -t $IPVS:80 -s rr
		-a -t $IPVS:80 -r 10.0.1.2:80 -m
		-a -t $IPVS:80 -r 10.0.3.2:80 -m
		-A -t [$IPVS6]:80 -s rr
		-a -t [$IPVS6]:80 -r [fd00:1::2]:80 -m
		-a -t [$IPVS6]:80 -r [fd00:3::2]:80 -m
	END
}

none() {
	clean
	on lb nft flush ruleset
	on lb ipvsadm -C
	on lb conntrack -F 2>/dev/null
}

names() { local i; for i in $(seq $1); do get "http://$2/" "${@:3}"; done | sort -u | tr -d '\n'; }
seen() { on lb conntrack -L 2>/dev/null | grep -c "dst=$1 "; }

# each NAME: every service answers, and does what is its own
each() {
	local n
	is "$1: mutex alone" "$(names 3 $OWN) $(names 3 "[$OWN6]")" "s1s2s3 s1s2s3"
	is "$1: mutex by conntrack" "$(names 3 $CT) $(names 3 "[$CT6]")" "s1s2s3 s1s2s3"
	is "$1: DNAT of nftables" "$(names 2 $DNAT) $(names 2 "[$DNAT6]")" "s2 s2"
	is "$1: IPVS" "$(names 4 $IPVS) $(names 4 "[$IPVS6]")" "s1s3 s1s3"
	is "$1: masqueraded, outwards" "$(on s1 curl -gs --max-time $((10 * SLOW)) "http://10.0.0.2/out"), $(on s1 curl -gs \
		--max-time $((10 * SLOW)) "http://[fd00::2]/out")" "client, client"
	# the log is written after the answer
	outwards() { [ "$(grep ' /out' "$WORK/web-client/log" | cut -d' ' -f1 | sort -u | paste -sd' ')" = "10.0.0.1 fd00::1" ]; }
	ok "$1: from the balancer's address" wait_for 10 outwards
	is "$1: conntrack sees nothing of what mutex does alone" "$(seen $OWN)" 0
	ok "$1: and all the rest once" eval "[ \$(seen $CT) = 3 ] && [ \$(seen $DNAT) = 2 ]"
	# a packet that mutex does not follow, and the flowtable may: enough of them, both ways
	for n in $OWN $CT $DNAT $IPVS; do
		is "$1: 16 MB from $n" "$(get http://$n/big -o /dev/null -w '%{size_download}')" 16777216
	done
	ok "$1: flows end" eval 'wait_for 10 idle own && wait_for 10 idle ct'
}

for order in "mutex nftables ipvs" "ipvs nftables mutex"; do
	none
	for who in $order; do ok "$order: $who" $who; done
	each "$order"
	on lb conntrack -F 2>/dev/null
	if [ "${order%% *}" = mutex ] || [ "${MX_SHORT:-0}" = 0 ]; then each "$order, conntrack flushed"; fi
done

# With the fast path beside the flowtable on the same devices.
for d in c0 s1 s2 s3; do want dev add $d; done
none
mutex
nftables
ipvs
for d in c0 s1 s2 s3; do want dev add $d; done
on lb conntrack -F 2>/dev/null
each "with the fast path"

# The namespace goes while all of them work.
for n in $OWN $CT $DNAT $IPVS; do start client wrk -t 1 -c 5 -d 60s --timeout 1s http://$n/; done
passing() { [ "$(counter packets hits)" -gt 200 ]; }
ok "traffic flows" wait_for 20 passing
ip netns del lb
ok "the namespace goes under traffic" wait_for 20 eval '! loaded mutex_ct || rmmod mutex_ct'
finish
