#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# guests: uml*
# Moving in: services that IPVS and HAProxy balance are imported, and real traffic finds the same shares afterwards.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
on - ipvsadm -Ln >/dev/null 2>&1 || skip_all "the kernel has no IPVS"
command -v haproxy >/dev/null || skip_all "there is no haproxy"
star
web s1 s2 s3
for i in 1 2 3; do echo_udp s$i 5300; done
VIPD=192.0.2.11
# IPVS wants the services' addresses on the balancer; direct routing wants one on the servers.
ipb lb <<-END
	addr add $VIP/32 dev lo
	addr add $VIP6/128 dev lo nodad
	addr add $VIPD/32 dev lo
END
# The servers' answers from that address come over the balancer here, which has it, too.
sys lb net.ipv4.conf.all.accept_local=1
for i in 1 2 3; do
	sys s$i net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
	ip -n s$i addr add $VIPD/32 dev lo
done
N=30

# gives NAME URL WANT [sorted]: of N requests, how many each server has; a late packet of an older connection takes a turn,
# too, so that one request more or less is as good
gives() {
	local got
	hits_clear
	ok "$1: requests" many $N "$2" --connect-timeout $((5 * SLOW))
	got="$(hits s1) $(hits s2) $(hits s3)"
	[ -z "${4-}" ] || got=$(tr ' ' '\n' <<<"$got" | sort -n | xargs)
	ok "$1: $got, wanted $3" same_shares "$got" "$3"
}
# same_shares GOT WANT: each server has what it should, or one more or less, but none if it should have none
same_shares() {
	paste -d ' ' <(tr ' ' '\n' <<<"$1") <(tr ' ' '\n' <<<"$2") |
		awk '{ d = $1 - $2; all += d; if (d > 1 || d < -1 || (!$2 && $1)) bad = 1 } END { exit bad || all != 0 }'
}
# who ADDR: which servers answer datagrams
who() { py client udp-ask $1 5300 12 names | tr ' ' '\n' | cut -d : -f 1 | sort -u | xargs; }

# IPVS ---------------------------------------------------------------------------------------------------------------
on lb ipvsadm -R <<-END
	-A -t $VIP:80 -s rr
	-a -t $VIP:80 -r 10.0.1.2:80 -m -w 1
	-a -t $VIP:80 -r 10.0.2.2:80 -m -w 1
	-a -t $VIP:80 -r 10.0.3.2:80 -m -w 1
	-A -t [$VIP6]:80 -s wrr
	-a -t [$VIP6]:80 -r [fd00:1::2]:80 -m -w 2
	-a -t [$VIP6]:80 -r [fd00:2::2]:80 -m -w 1
	-a -t [$VIP6]:80 -r [fd00:3::2]:80 -m -w 0
	-A -u $VIP:5300 -s rr
	-a -u $VIP:5300 -r 10.0.1.2:5300 -m -w 1
	-a -u $VIP:5300 -r 10.0.2.2:5300 -m -w 1
	-a -u $VIP:5300 -r 10.0.3.2:5300 -m -w 1
	-A -t $VIPD:80 -s rr
	-a -t $VIPD:80 -r 10.0.1.2:80 -g -w 1
	-a -t $VIPD:80 -r 10.0.3.2:80 -g -w 1
	-A -f 5 -s sh
	-a -f 5 -r 10.0.1.2:0 -m -w 1
	-a -f 5 -r 10.0.2.2:0 -m -w 1
	-a -f 5 -r 10.0.3.2:0 -m -w 1
END
is "IPVS: services" "$(on lb ipvsadm-save -n | grep -c '^-A')" 5
# Who asks port 81 of an address that is nobody's is marked before both.
on lb nft -f - <<-END
	table ip marks {
		chain raw {
			type filter hook prerouting priority raw
			ip daddr 192.0.2.77 tcp dport 80 meta mark set 5
		}
	}
END
ip -n lb route add local 192.0.2.77/32 dev lo
# same_ipvs WHEN: what all services give
same_ipvs() {
	gives "$1: NAT, rr" "http://$VIP" "10 10 10"
	gives "$1: NAT, wrr 2:1:0, IPv6" "http://[$VIP6]" "20 10 0"
	is "$1: UDP, rr" "$(who $VIP)" "s1 s2 s3"
	gives "$1: direct routing, rr" "http://$VIPD" "15 0 15"
	gives "$1: by mark, a client has one server" "http://192.0.2.77" "0 0 30" sorted
}
same_ipvs IPVS
on lb ipvsadm-save -n >"$WORK/ipvs"
# import KIND FILE WORD...: what is printed becomes $WORK/conf
import() { mx import "$@" >"$WORK/conf" 2>"$WORK/notes"; }
ok "IPVS: imported" import ipvsadm "$WORK/ipvs"
note <"$WORK/notes"
is "IPVS: one remark, on the mark" "$(grep -c . "$WORK/notes") $(grep -c 'raw table' "$WORK/notes")" "1 1"
ok "IPVS: the file is right" mx restore -check "$WORK/conf"
on lb ipvsadm -C
ok "without it nobody answers" fails get "http://192.0.2.77/" -m 1
ok "IPVS: the file is in force" mx restore "$WORK/conf"
same_ipvs "mutex in its place"
is "groups" "$(mx -j group show | json '[0-9]+.name' | wc -l)" 5
is "the server of weight 0 is drained" "$(mx -j server show '[fd00:3::2]:80' group "tcp-[$VIP6]:80" | jq -r '.[0].state')" drain
# through a pipe, as the manual has it
mx save >"$WORK/before"
on lb bash -c "'$MX_CTL' import ipvsadm '$WORK/ipvs' 2>/dev/null | '$MX_CTL' restore"
mx save >"$WORK/after"
ok "imported again: nothing changes" diff "$WORK/before" "$WORK/after"
clean
on lb nft delete table ip marks

# HAProxy ------------------------------------------------------------------------------------------------------------
cat >"$WORK/haproxy.cfg" <<-END
	global
	    maxconn 500
	defaults
	    mode tcp
	    timeout connect 5s
	    timeout client 30s
	    timeout server 30s
	frontend www
	    bind $VIP:80
	    default_backend "web"   # one of two
	backend web
	    balance roundrobin
	    server s1 10.0.1.2:80 weight 20
	    server s2 10.0.2.2:80 weight 10
	    server s3 10.0.3.2:80 weight 20 disabled
	listen six
	    bind *:8080
	    bind :::8080
	    balance leastconn
	    server s3 [fd00:3::2]:80
END
ok "haproxy takes the file" haproxy -c -f "$WORK/haproxy.cfg"
start lb haproxy -db -f "$WORK/haproxy.cfg"
ok "haproxy runs" wait_for 20 listens lb tcp 8080
same_haproxy() {
	gives "$1: two of three servers, 2:1" "http://$VIP" "20 10 0"
	gives "$1: IPv6, by the address that is told" "http://[$VIP6]:8080" "0 0 30"
}
same_haproxy HAProxy
ok "HAProxy: imported" import haproxy "$WORK/haproxy.cfg" vip $VIP6
note <"$WORK/notes"
is "HAProxy: a bind line without an address is told" "$(grep -c 'line 17: bind: no address' "$WORK/notes")" 1
for pid in $(ip netns pids lb); do
	[ "$(cat /proc/$pid/comm)" != haproxy ] || kill $pid
done
gone() { ! listens lb tcp 8080; }
ok "haproxy has ended" wait_for 10 gone
ok "without it nobody answers" fails get "http://$VIP/"
ok "HAProxy: the file is in force" mx restore "$WORK/conf"
same_haproxy "mutex in its place"
ok "the client's own address is seen now" grep -q "^10.0.0.2 /$((TAG - 1))/" "$WORK/web-s1/log"
for want in "$HERE"/../../tools/mutexctl/tests/import/*.want; do
	ok "the kernel takes all of $(basename "$want")" mx restore -check "$want"
done
is "one backend alone" "$(mx import haproxy "$WORK/haproxy.cfg" backend six 2>/dev/null | grep -c '^group add')" 1
is "nothing was dropped" "$(mx -j stats show | jq '.[0].dropped | add')" 0
finish
