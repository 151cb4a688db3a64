#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# nginx on three servers behind a NAT group: who gets how much, as the servers' own logs tell, with each scheduler.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2 s3

# service ALG [W1 W2 W3]: the group web with its three servers, in both families
service() {
	local i w=("${@:2}")
	clean
	want group add web lb "$1" forward nat
	for i in 1 2 3; do
		want server add 10.0.$i.2:80 group web weight "${w[i - 1]:-100}"
		want server add "[fd00:$i::2]:80" group web weight "${w[i - 1]:-100}"
	done
	want table add main priority 100
	want route add $VIP/32 table main group web
	want route add $VIP6/128 table main group web
	hits_clear
}

# shares NAME TOTAL TOLERANCE W1 W2 W3: the logs' counts follow the weights within the tolerance, in requests
shares() {
	local name=$1 total=$2 tol=$3 n sum=0 weights=0 i=0 good=1 got=() w=("${@:4}")
	for n in s1 s2 s3; do
		got+=("$(hits $n)")
		sum=$((sum + got[i]))
		weights=$((weights + w[i]))
		i=$((i + 1))
	done
	[ $sum = "$total" ] || good=0
	for i in 0 1 2; do
		n=$((got[i] * weights - sum * w[i]))
		[ ${n#-} -le $((tol * weights)) ] || good=0
	done
	say "$name: ${got[*]} of $sum"
	ok "$name" [ $good = 1 ]
}

N=$(short 10000 1000)
n=$(short 999 300)
V4="http://$VIP"
V6="http://[$VIP6]"

service rr
ok "an answer comes, IPv4" wait_for 5 get "$V4/"
ok "an answer comes, IPv6" wait_for 5 get "$V6/"
hits_clear
ok "rr: all requests answered" many "$n" "$V4"
shares "rr: equal within one request, IPv4" "$n" 1 1 1 1
hits_clear
ok "rr: all requests answered, IPv6" many "$n" "$V6"
shares "rr: equal within one request, IPv6" "$n" 1 1 1 1
ok "active connections return to zero" wait_for 10 idle web
is "total of the group" "$(mx -j -s group show web | jq '.[0].stats.requests // .stats.requests')" $((2 * n + 2))

service wrr 100 50 50
ok "wrr 100:50:50: all of $N answered" many "$N" "$V4"
shares "wrr: shares within 1 %, IPv4" "$N" $((N / 100)) 100 50 50
hits_clear
ok "wrr: all of $n answered, IPv6" many "$n" "$V6"
shares "wrr: shares within 1 %, IPv6" "$n" $((n / 100)) 100 50 50
hits_clear
want server set 10.0.1.2:80 group web weight 50
ok "wrr: weight changed at run time" many "$n" "$V4"
shares "wrr: new weights count" "$n" $((n / 100 + 1)) 50 50 50

service random
ok "random: all answered" many "$n" "$V4"
# five standard deviations
shares "random: about equal" "$n" $((n / 10 + 30)) 1 1 1

# hash: forty clients, three requests each, in one run of curl
service hash
clients() { # URL PREFIX TIMES: prints each client's number with the server that answered
	local i
	for i in $(seq 100 139); do
		for _ in $(seq "$3"); do
			printf 'url = "%s/"\ninterface = %s\nheader = "Connection: close"\n' "$1" "$2$i"
			printf 'write-out = "%s\\n"\nmax-time = %s\nnext\n' "$i" $((10 * SLOW))
		done
	done | sed '$d' >"$WORK/clients"
	on client curl -gs -K "$WORK/clients" | paste -d ' ' - - | awk '{ print $2, $1 }'
}
sticky() { # URL PREFIX
	clients "$1" "$2" 3 >"$WORK/who"
	[ "$(wc -l <"$WORK/who")" = 120 ] || { echo "$(wc -l <"$WORK/who") answers"; head "$WORK/who"; return 1; }
	[ "$(sort -u "$WORK/who" | wc -l)" = 40 ] || { echo "a client changes"; sort -u "$WORK/who"; return 1; }
	[ "$(awk '{ print $2 }' "$WORK/who" | sort -u | wc -l)" = 3 ] || { echo "a server is unused"; return 1; }
}
for i in $(seq 100 139); do
	echo "addr add 10.0.0.$i/24 dev c0"
	echo "addr add fd00::$i/64 dev c0 nodad"
done | ipb client
ok "hash: a client keeps its server, IPv4" sticky "$V4" 10.0.0.
ok "hash: a client keeps its server, IPv6" sticky "$V6" fd00::

# only the clients of the server that leaves move
clients "$V4" 10.0.0. 1 >"$WORK/before"
want server set 10.0.2.2:80 group web state down
clients "$V4" 10.0.0. 1 >"$WORK/after"
moved() {
	[ "$(wc -l <"$WORK/after")" = 40 ] &&
		join "$WORK/before" "$WORK/after" | awk '$3 == "s2" || $2 != $3 && $2 != "s2" { print; bad = 1 } END { exit bad }'
}
ok "hash: only the lost server's clients move" moved
want server set 10.0.2.2:80 group web state up
clients "$V4" 10.0.0. 1 >"$WORK/after"
ok "hash: and they come back" diff "$WORK/before" "$WORK/after"

# lc: who holds fewer connections gets the new ones
service lc
want server set 10.0.3.2:80 group web state down
for _ in 1 2 3 4 5 6; do start client curl -gs -o /dev/null "$V4/slow"; done
held() { [ "$(active web)" = 6 ]; }
ok "lc: six downloads run" wait_for 10 held
is "lc: three on each server that is up" \
	"$(mx -j -s server show group web | jq -c '[.[] | select(.addr | contains(".")) | .stats.conns.active]')" "[3,3,0]"
want server set 10.0.3.2:80 group web state up
hits_clear
ok "lc: requests beside them" many 30 "$V4"
is "lc: all go to the one with none" "$(hits s1) $(hits s2) $(hits s3)" "0 0 30"

# the algorithm changes under a running download: no connection is lost
before=$(server 10.0.1.2:80 web conns.active)
for alg in rr wrr random hash latency lc; do want group set web lb $alg; done
is "no flow is lost when the algorithm changes" "$(active web) $before" "6 3"
on client curl -gs --max-time $((120 * SLOW)) -o "$WORK/got" "$V4/big" &
big=$!
for alg in rr wrr random hash latency lc rr wrr random hash latency lc; do want group set web lb $alg; done
ok "a download survives the change of algorithm" wait "$big"
is "its bytes are all there" "$(wc -c <"$WORK/got")" 16777216
for pid in $(ip netns pids client); do kill "$pid" 2>/dev/null; done
ok "lc: active returns to zero when clients go away" wait_for 20 idle web

# latency: the fastest gets most
service latency
on s1 tc qdisc add dev e0 root netem delay 20ms
on s2 tc qdisc add dev e0 root netem delay 60ms
delayed=$?
if [ $delayed = 0 ]; then
	ok "latency: all answered" many "$(short 200 60)" "$V4"
	say "latency: $(hits s1) $(hits s2) $(hits s3)"
	between "latency: the fastest server gets most" "$(hits s3)" "$(short 140 40)" "$(short 200 60)"
	want server set 10.0.3.2:80 group web state down
	ok "latency: without the fastest" many 20 "$V4"
	between "latency: measured at the slower is at least its delay" "$(server 10.0.1.2:80 web latency.min)" 20000 $((SLOW * 200000))
	total=$(server 10.0.1.2:80 web latency.total) samples=$(server 10.0.1.2:80 web latency.samples)
	min=$(server 10.0.1.2:80 web latency.min) max=$(server 10.0.1.2:80 web latency.max)
	say "latency of s1: min $min max $max total $total us in $samples samples"
	between "latency: samples, min, max and total agree" "$total" $((min * samples)) $((max * samples))
	for i in 1 2; do on s$i tc qdisc del dev e0 root; done
else
	skip "latency" "no netem"
fi

# many at once
service rr
seconds=$(short 5 2)
wrk_ok() { # URL
	on client wrk -t 1 -c 20 -d "${seconds}s" --timeout $((10 * SLOW)) -H "$2" "$1" >"$WORK/wrk" 2>&1 || return 1
	cat "$WORK/wrk"
	! grep -qE 'Socket errors|Non-2xx' "$WORK/wrk"
}
ok "wrk: no error, keep-alive, IPv4" wrk_ok "$V4/" "X-A: b"
grep Requests/sec "$WORK/wrk" | note
ok "wrk: no error, a connection a request, IPv4" wrk_ok "$V4/" "Connection: close"
grep Requests/sec "$WORK/wrk" | note
ok "wrk: no error, keep-alive, IPv6" wrk_ok "$V6/" "X-A: b"
ok "wrk: no error, a connection a request, IPv6" wrk_ok "$V6/" "Connection: close"
ok "active connections return to zero after wrk" wait_for 20 idle web
say "flows left: $(flows), of them closed: $(flows state closed)"
ok "flush" mx flow flush
is "no flow after a flush" "$(flows)" 0
slabs_return "the memory comes back after a flush"
is "nothing was dropped" "$(mx -j stats show | jq '.[0].dropped | add')" 0
finish
