#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# The flow cache: ten thousand connections and none left, filters, timeouts, the cap, ports that are used again at once.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2 s3
for s in s1 s2 s3; do echo_udp $s 5300; done
ulimit -n 65536
batch <<-END
	group add web lb rr forward nat
	$(servers add web 1 2 3)
	$(vips web)
END
V4="http://$VIP"

# closes: connections become fewer until none is active; if that stops, who holds them open
closes() {
	local n ns
	fewer() { [ "$(active web)" -lt "$n" ]; }
	while n=$(active web) && [ "$n" != 0 ]; do
		wait_for 10 fewer && continue
		echo "active $n; flows: new $(flows state new), established $(flows state established), closed $(flows state closed)"
		mx flow show proto tcp state established | head -n 3
		for ns in client s1 s2 s3; do
			echo "$ns: $(on $ns ss -Hant | awk '{ n[$1]++ } END { for (s in n) printf "%s %d ", s, n[s] }')"
		done
		return 1
	done
}

# Open at once. With its longer keys a flow of IPv6 takes a cache line more.
N=$(short 10000 500)
most=$(short 200 400)
for a in $VIP $VIP6; do
	mkfifo "$WORK/go"
	py client tcp-many $a 80 "$N" <"$WORK/go" >"$WORK/many" &
	conns=$!
	exec 5>"$WORK/go"
	opened() { grep -q ^open "$WORK/many"; }
	wait_for 60 opened
	is "connections open at once, $a" "$(head -n 1 "$WORK/many")" "open $N failed 0"
	is "each is active, $a" "$(active web)" "$N"
	is "each server has its third, $a" \
		"$(mx -j -s server show group web | jq "[.[].stats.conns.active | select(. > 0)] | (max - min) <= 1 and length == 3")" true
	is "each is a flow, $a" "$(flows group web state established)" "$N"
	between "bytes a flow, with the table, $a" $(($(counter flows bytes) / N)) 100 $most
	most=$((most + 64))
	echo >&5
	exec 5>&-
	wait $conns
	rm "$WORK/go"
	ok "they close: active is zero, $a" closes
	ok "flush, $a" mx flow flush
	is "no flow, $a" "$(flows)" 0
done
slabs_return "the memory comes back"

# Filters. Nothing is to end by time while it is counted.
want settings set timeout-closed 300s
py client udp-ask $VIP 5300 6 >/dev/null
py client udp-ask $VIP6 5300 3 >/dev/null
many 4 "$V4"
is "count: all" "$(flows)" 13
is "count: by protocol" "$(flows proto udp) $(flows proto tcp) $(flows proto sctp)" "9 4 0"
is "count: by destination" "$(flows to $VIP) $(flows to $VIP6) $(flows to $VIP:80) $(flows to 192.0.2.99)" "10 3 4 0"
is "count: by source" "$(flows from 10.0.0.2) $(flows from fd00::2) $(flows from 10.0.0.3)" "10 3 0"
is "count: by server" "$(flows server 10.0.1.2 proto udp) $(flows server fd00:2::2)" "2 1"
is "count: by group" "$(flows group web)" 13
ok "count: a group that is not there is refused" fails mx flow count group nosuch
is "show agrees with count" "$(mx -j flow show proto udp | jq length)" 9
is "show agrees with a filter of two words" "$(mx -j flow show proto udp to $VIP6 | jq length)" 3
is "flush by filter" "$(mx -j flow flush to $VIP6 | jq 'if type == "array" then .[0] else . end | .count') $(flows)" "3 10"
is "flush by protocol" "$(mx -j flow flush proto tcp | jq 'if type == "array" then .[0] else . end | .count') $(flows)" "4 6"
is "v4-mapped is IPv4" "$(flows to ::ffff:$VIP)" 6

# Reevaluate: what would go elsewhere today is let go.
is "reevaluate: nothing has changed" "$(mx -j flow reevaluate | jq 'if type == "array" then .[0] else . end | .count') $(flows)" "0 6"
want server set 10.0.1.2 group web state down
is "reevaluate: a server is down" "$(mx -j flow reevaluate | jq 'if type == "array" then .[0] else . end | .count') $(flows)" "2 4"
want server set 10.0.1.2 group web state up
want group add other lb hash forward nat
want server add 10.0.3.2 group other
want rule add id 9 priority 10 to $VIP dport 5300 proto udp group other
is "reevaluate: another group today" "$(mx -j flow reevaluate | jq 'if type == "array" then .[0] else . end | .count') $(flows)" "4 0"
want rule del id 9

# Timeouts.
want settings set timeout-udp 500ms timeout-closed 300ms
is "timeouts are shown" "$(mx -j settings show | jq -c 'if type == "array" then .[0] else . end | [.timeout.udp, .timeout.closed]')" "[500,300]"
py client udp-ask $VIP 5300 4 >/dev/null
many 4 "$V4"
ok "UDP flows end by time" wait_for 20 flows_are 0 proto udp
ok "closed flows end by time" wait_for 20 flows_are 0 proto tcp
between "and are counted" "$(counter flows expired)" 8 1000000
want settings set timeout-syn 400ms
# a server that never answers: a connection attempt is a failure, and no flow for good
ip -n s1 link set e0 down
for s in 2 3; do want server set 10.0.$s.2 group web state down; done
failed=$(server 10.0.1.2 web conns.failed)
get "$V4/" --max-time 1 >/dev/null
ok "SYN without an answer: the flow ends by time" wait_for 20 flows_are 0 proto tcp
between "and the server has failed" "$(server 10.0.1.2 web conns.failed)" $((failed + 1)) $((failed + 5))
ipb s1 <<-END
	link set e0 up
	route replace default via 10.0.1.1
	route replace default via fd00:1::1
END
for s in 2 3; do want server set 10.0.$s.2 group web state up; done
ok "a timeout of 0 is refused" fails mx settings set timeout-udp 0
want settings set timeout-udp 300s timeout-closed 10s timeout-syn 60s

# One port of a client that asks many services: its flows do not lie together any more, and are found all the same.
mx flow flush >/dev/null
for s in s1 s2 s3; do echo_udp $s 6000 ports=40; done
for path in stack fast; do
	if [ $path = fast ]; then for d in c0 s1 s2 s3; do want dev add $d; done; fi
	for a in $VIP $VIP6; do
		mx stats reset
		is "$path: one port, 40 services, $a: all answer" "$(py client udp-ports $a 6000 40)" "answered 40 and 40"
		is "$path: each is a flow, $a" "$(flows proto udp to $a)" 40
		is "$path: each is decided once, $a" "$(counter packets misses) $(counter packets hits)" "40 120"
		is "$path: flush, $a" "$(mx -j flow flush proto udp | json 0.count) $(flows proto udp)" "40 0"
	done
done
for d in c0 s1 s2 s3; do want dev del $d; done

# A port that is used again at once never waits for a retransmission.
n=$(short 500 100)
for path in stack fast; do
	if [ $path = fast ]; then for d in c0 s1 s2 s3; do want dev add $d; done; fi
	for a in $VIP $VIP6; do
		# on two CPUs a SYN may overtake the RST before it, and is then sent again
		reused=$(py client tcp-reuse $a 80 "$n" 2>&1 | tail -n 1)
		is "$path: one port, $n times, $a: all connect" "${reused#* failed }" 0
		between "$path: and hardly a SYN is sent again" "$(echo "$reused" | cut -d' ' -f2)" 0 $((n * ($(nproc) - 1) / 20))
	done
done
ok "active connections are zero" wait_for 10 idle web
for d in c0 s1 s2 s3; do want dev del $d; done

# The cap. NAT flows beyond it push out idle or closed ones, or are dropped and counted; nothing hangs.
mx flow flush >/dev/null
mx stats reset
# none of them is to end by time on a slow guest
want settings set flows-max 64 timeout-closed 300s
many "$(short 500 200)" "$V4"
between "at the cap: never more flows than it" "$(flows)" 1 64
between "at the cap: closed flows give way" "$(counter flows evicted)" 100 1000
is "at the cap: all was answered" "$(many 20 "$V4"; echo $?)" 0
want settings set timeout-closed 10s
mx flow flush >/dev/null
# 64 living flows, and one more
mkfifo "$WORK/go"
py client tcp-many $VIP 80 64 <"$WORK/go" >"$WORK/many" &
conns=$!
exec 5>"$WORK/go"
wait_for 60 opened
before=$(counter dropped full)
mx group set web forward nat
get "$V4/" --max-time $((3 * SLOW)) >"$WORK/late" || true
say "the 65th: $(cat "$WORK/late"); evicted $(counter flows evicted), dropped $(($(counter dropped full) - before))"
ok "the 65th: dropped and counted, or an idle one gave way" \
	[ "$(counter dropped full)" -gt "$before" -o "$(cat "$WORK/late")" != "" ]
between "still not above the cap" "$(flows)" 1 64
want settings set flows-max 1000
ok "room again" wait_for 10 get "$V4/"
echo >&5
exec 5>&-
wait $conns
ok "active connections are zero once more" wait_for 20 idle web
ok "a cap of 0 is refused" fails mx settings set flows-max 0

# direct routing at the cap: forwarded uncached
mx flow flush >/dev/null
ip -n s1 addr add $VIP/32 dev lo
want group add dr lb hash forward route
want server add 10.0.1.2 group dr
want rule add id 7 priority 10 to $VIP group dr
want settings set flows-max 1
is "at the cap, direct routing goes on uncached" "$(py client udp-ask $VIP 5300 50 retries=1)" "answered 50 retried 0 lost 0"
between "and is counted" "$(counter packets uncached)" 40 200
want rule del id 7
want settings set flows-max 100000

# SCTP, if the kernel has it.
if on client python3 -c "import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)" 2>/dev/null; then
	for s in s1 s2 s3; do start $s python3 "$HERE/net.py" sctp-echo 7000 $s; done
	mx group set web lb rr
	ready() { [ "$(py client sctp-ask 10.0.$1.2 7000 1)" = "s$1:1" ]; }
	for i in 1 2 3; do wait_for 10 ready $i; done
	for a in $VIP $VIP6; do is "SCTP associations by turns, $a" "$(py client sctp-ask $a 7000 6)" "s1:2 s2:2 s3:2"; done
	want group add port lb rr forward nat
	want server add 10.0.1.2:7000 group port
	want server add "[fd00:1::2]:7000" group port
	want rule add id 8 priority 10 proto sctp dport 7777 group port
	for a in $VIP $VIP6; do is "SCTP with another port, $a" "$(py client sctp-ask $a 7777 3)" "s1:3"; done
else
	skip "SCTP" "the kernel has none"
fi
ok "flush" mx flow flush
slabs_return "the memory comes back at the end"
finish
