#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# UDP services whose servers die under load; datagrams without a checksum; fragments.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
for s in s1 s2 s3; do
	echo_udp $s 5300
	# a name server whose answer tells who it is
	start $s dnsmasq -k -C /dev/null -p 53 --no-resolv --no-hosts --user=root --pid-file="$WORK/dns-$s" \
		--txt-record=who.test,$s --address=/a.test/10.9.9.9
	wait_for 20 listens $s udp 53 || ok "dnsmasq runs in $s" false
done

service() { # ALG
	clean
	batch <<-END
		group add dns lb $1 forward nat
		$(servers add dns 1 2 3)
		$(vips dns)
	END
}

dig() { on client kdig "@$1" +short +retry=1 +timeout=$((SLOW)) "${@:2}"; }

service rr
for a in $VIP $VIP6; do
	: >"$WORK/who"
	for _ in 1 2 3; do dig $a TXT who.test >>"$WORK/who"; done
	is "a name server answers, each in its turn, $a" "$(sort "$WORK/who" | tr -d '"\n')" s1s2s3
	is "and by TCP, $a" "$(dig $a +tcp a.test A)" 10.9.9.9
done

# Servers die under load: none of the requests is lost after its first retry.
n=$(short 400 60)
for path in stack fast; do
	if [ $path = fast ]; then for d in c0 s1 s2 s3; do want dev add $d; done; fi
	for a in $VIP $VIP6; do
		p=10.0.; [ $a = $VIP ] || p=fd00:
		q=.2; [ $a = $VIP ] || q=::2
		total() { mx -j -s server show group dns | jq '[.[].stats.conns.total] | add'; }
		before=$(total)
		py client udp-ask $a 5300 "$n" retries=1 >"$WORK/load" &
		load=$!
		rm -f "$WORK/stop"
		py client udp-hold $a 5300 "$WORK/stop" >"$WORK/held" &
		held=$!
		some() { [ "$(total)" -ge $((before + ${1:-10})) ]; }
		wait_for 20 some
		want server set ${p}1$q group dns state down
		# a server that is off the network answers nobody
		ip -n s1 link set e0 down
		wait_for 20 some 20
		ok "$path: no flow sticks to a server that is down, $a" flows_are 0 server ${p}1$q state new
		want server del ${p}2$q group dns
		ip -n s2 link set e0 down
		wait_for 20 some 30
		wait $load
		touch "$WORK/stop"
		wait $held
		is "$path: no request is lost after one retry, $a" "$(sed 's/retried [0-9]*/retried N/' "$WORK/load")" \
			"answered $n retried N lost 0"
		say "$path $a: $(cat "$WORK/load"); one flow all the while: $(cat "$WORK/held")"
		between "$path: one socket's flow follows its servers, $a" "$(awk '{ print $4 }' "$WORK/held")" 0 1
		is "$path: it ends at the last server, $a" "$(awk '{ print $NF }' "$WORK/held")" s3
		for i in 1 2; do
			ipb s$i <<-END
				link set e0 up
				route replace default via 10.0.$i.1
				route replace default via fd00:$i::1
			END
		done
		want server add ${p}2$q group dns
		want server set ${p}1$q group dns state up
	done
done

# Drain keeps new flows away and lets the old ones be.
for a in $VIP $VIP6; do
	p=10.0.; [ $a = $VIP ] || p=fd00:
	q=.2; [ $a = $VIP ] || q=::2
	mx flow flush >/dev/null
	rm -f "$WORK/stop"
	py client udp-hold $a 5300 "$WORK/stop" >"$WORK/held" &
	held=$!
	going() { [ "$(flows proto udp state established)" = 1 ]; }
	ok "a flow runs, $a" wait_for 10 going
	at=$(mx -j flow show proto udp | jq -r '.[0].server.addr')
	want server set "$at" group dns state drain
	i=$(echo "$at" | sed -E 's/10\.0\.([0-9]).*|fd00:([0-9]).*/\1\2/')
	is "draining: new flows go elsewhere, $a" \
		"$(py client udp-ask $a 5300 12 names | tr ' ' '\n' | grep -c "s$i:")" 0
	touch "$WORK/stop"
	wait $held
	is "draining: the old flow stays, $a" "$(sed 's/asked [0-9]* //' "$WORK/held")" "worst 0 names s$i"
	want server set "$at" group dns state up
done

# A zero checksum means none, in IPv4, and stays so.
start s1 timeout $((30 * SLOW)) tcpdump -nvvli e0 "udp port 5300"
wait_for 10 grep -q listening "$WORK/bg.log"
for s in s2 s3; do want server set 10.0.${s#s}.2 group dns state down; done
is "no checksum: answered" "$(py client udp-ask $VIP 5300 5 zero)" "answered 5 retried 0 lost 0"
nocksum() { grep -q 'no cksum' "$WORK/bg.log"; }
ok "no checksum: none is made up" wait_for 10 nocksum

# Fragments, both ways, both families: the whole datagram arrives, by one way.
for s in s2 s3; do want server set 10.0.${s#s}.2 group dns state up; done
for a in $VIP $VIP6; do
	is "datagrams of four fragments, $a" "$(py client udp-ask $a 5300 12 size=5000 retries=1)" \
		"answered 12 retried 0 lost 0"
	is "datagrams of 45 fragments, $a" "$(py client udp-ask $a 5300 3 size=65000 retries=1)" \
		"answered 3 retried 0 lost 0"
done
between "fragments are counted" "$(counter packets fragments)" 100 100000
is "no wrong checksum" "$(sums client s1 s2 s3)" 0
is "no fragment was left undecided" "$(counter untouched nokey)" 0

# Overlapping fragments: the reassembly drops the datagram, none of it reaches a server.
before=$(counter packets hits)
ok "overlapping fragments are sent" on client python3 "$HERE/raw.py" overlap c0 10.0.0.2 $VIP 5300
ok "overlapping fragments are sent, IPv6" on client python3 "$HERE/raw.py" overlap c0 fd00::2 $VIP6 5300
is "service goes on, IPv4" "$(py client udp-ask $VIP 5300 3 size=3000 retries=1)" "answered 3 retried 0 lost 0"
is "service goes on, IPv6" "$(py client udp-ask $VIP6 5300 3 size=3000 retries=1)" "answered 3 retried 0 lost 0"
is "no server saw an overlapping datagram" "$(grep -c OVERLAP "$WORK/bg.log")" 0
ok "flush" mx flow flush
slabs_return "the memory comes back"
finish
