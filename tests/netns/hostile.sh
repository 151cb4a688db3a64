#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# Hostile packets from both sides, with and without the fast path: all is counted, nothing breaks, and service goes on.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
for s in s1 s2 s3; do echo_udp $s 5300; done
web s1 s2 s3

service() { # FORWARD
	clean
	batch <<-END
		group add svc lb rr forward $1
		$(servers add svc 1 2)
		$(vips svc)
	END
}

# attack NS DEV SRC4 DST4 SRC6 DST6
attack() { on "$1" python3 "$HERE/raw.py" flood "${@:2}" "$(short 20000 2000)"; }

# signed NAME FLOWS COUNT: packets behind an Authentication Header, which speaks for the addresses. NAT must let them be, and
# other modes steer them by a flow of their own. COUNT is a function that tells how many have been counted.
signed() {
	local before from to
	mx flow flush >/dev/null
	for from in 10.0.0.2 fd00::2; do
		to=$VIP
		[ $from = 10.0.0.2 ] || to=$VIP6
		before=$($3)
		ok "$1: AH is sent to $to" on client python3 "$HERE/raw.py" ah c0 $from $to 5300 5
		counted() { [ $(($("$1") - before)) = 5 ]; }
		ok "$1: AH to $to is counted" wait_for 5 counted "$3"
		is "$1: flows of AH to $to" "$(flows proto 51 to $to)" "$2"
	done
}
refused() { counter untouched unsupported; }
steered() { mx -j -s server show group svc | jq '[.[].stats.requests.packets] | add'; }

# damaged NAME: what the stack refuses begins no flow, whoever is asked first
damaged() {
	local before
	mx flow flush >/dev/null
	before=$(wrong_sums)
	ok "$1: datagrams with a wrong header checksum" on client python3 "$HERE/raw.py" damaged c0 10.0.0.2 $VIP 5300 5
	arrived() { [ $(($(wrong_sums) - before)) -ge 5 ]; }
	ok "$1: the stack refuses them" wait_for 5 arrived
	is "$1: and they begin no flow" "$(flows from 10.0.0.2 to $VIP:5300)" 0
}
wrong_sums() { on lb nstat -asz IpExtInCsumErrors | awk '$1 == "IpExtInCsumErrors" { print $2 }'; }

answers() { # NAME
	is "$1: service, IPv4" "$(py client udp-ask $VIP 5300 4 retries=1)" "answered 4 retried 0 lost 0"
	is "$1: service, IPv6" "$(py client udp-ask $VIP6 5300 4 retries=1)" "answered 4 retried 0 lost 0"
	ok "$1: the web, IPv4" get "http://$VIP/" -o /dev/null
	ok "$1: the web, IPv6" get "http://[$VIP6]/" -o /dev/null
}

service nat
on client ping -q -c 1 10.0.0.1 >/dev/null
on s1 ping -q -c 1 10.0.1.1 >/dev/null
rm -f "$WORK/stop"
for path in stack fast; do
	if [ $path = fast ]; then for d in c0 s1 s2 s3; do want dev add $d; done; fi
	# flows that are known, for the errors and floods to meet
	py client udp-hold $VIP 5300 "$WORK/stop" >"$WORK/held" &
	held=$!
	mx stats reset
	ok "$path: from the client's side" attack client c0 10.0.0.2 $VIP fd00::2 $VIP6
	sed 's/^/# /' "$WORK/said"
	between "$path: what has no key is counted" "$(counter untouched nokey)" 500 10000000
	ok "$path: to a server's own address" attack client c0 10.0.0.2 10.0.1.2 fd00::2 fd00:1::2
	ok "$path: to the balancer" attack client c0 10.0.0.2 10.0.0.1 fd00::2 fd00::1
	before=$(counter untouched nokey)
	ok "$path: from a server's side" attack s1 e0 10.0.1.2 10.0.0.2 fd00:1::2 fd00::2
	between "$path: and that is counted" $(($(counter untouched nokey) - before)) 500 10000000
	for kind in 1 2 3; do
		[ $kind != 1 ] || ok "$path: overlapping fragments" on client python3 "$HERE/raw.py" overlap c0 10.0.0.2 $VIP 5300
		ok "$path: overlapping fragments, IPv6, $kind" on client python3 "$HERE/raw.py" overlap c0 fd00::2 $VIP6 5300
	done
	signed "$path" 0 refused
	touch "$WORK/stop"
	wait $held
	rm -f "$WORK/stop"
	damaged "$path"
	say "$path: meanwhile one client $(cat "$WORK/held")"
	between "$path: a client was served all the while" "$(awk '{ print $4 }' "$WORK/held")" 0 2
	answers "$path"
	say "$(mx stats show | tr -s '\n ' ' ')"
	ok "$path: every flow can be shown" mx -j flow show
	ok "$path: flush" mx flow flush
	is "$path: none is left" "$(flows)" 0
	# RST and FIN by force have ended nothing that counts
	is "$path: active connections" "$(active svc)" 0
done
for d in c0 s1 s2 s3; do want dev del $d; done

# Direct routing and marks meet the same.
for forward in route "mark mark 7"; do
	# shellcheck disable=SC2086
	service "$forward"
	for path in stack fast; do
		[ $path = stack ] || want dev add c0
		ok "forward $forward, $path: from the client's side" attack client c0 10.0.0.2 $VIP fd00::2 $VIP6
		ok "forward $forward, $path: overlapping fragments" on client python3 "$HERE/raw.py" overlap c0 10.0.0.2 $VIP 5300
		signed "forward $forward, $path" 1 steered
	done
	want dev del c0
	mx flow flush >/dev/null
	is "forward $forward: active connections" "$(active svc)" 0
done

# Nor do they disturb what mutex does not decide.
clean
ok "no configuration: nothing is looked at" attack client c0 10.0.0.2 $VIP fd00::2 $VIP6
is "and nothing counted" "$(counter untouched nokey)" 0
ok "plain routing works" on client ping -q -c 1 -W $((5 * SLOW)) 10.0.1.2
ok "plain routing works, IPv6" on client ping -q -c 1 -W $((5 * SLOW)) fd00:1::2
service nat
answers "configured again"
ok "flush" mx flow flush
slabs_return "the memory comes back"
finish
