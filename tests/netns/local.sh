#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Clients on the balancer itself, and servers on it.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2 lb
for s in s1 s2 lb; do echo_udp $s 5300; done
batch <<-END
	group add web lb rr forward nat
	$(servers add web 1 2)
	$(vips web)
END
here() { on lb curl -gs --max-time $((10 * SLOW)) "$@"; }
V4="http://$VIP"
V6="http://[$VIP6]"

for path in stack fast; do
	if [ $path = fast ]; then for d in c0 s1 s2 s3; do want dev add $d; done; fi
	for v in "$V4" "$V6"; do
		is "$path: a client on the balancer, $v" "$( (here "$v/"; here "$v/") | sort)" "$(printf 's1\ns2')"
		ok "$path: a download, $v" here -o "$WORK/got" "$v/big"
		is "$path: all of it" "$(wc -c <"$WORK/got")" 16777216
	done
	for a in $VIP $VIP6; do
		is "$path: UDP, $a" "$(py lb udp-ask $a 5300 4 names)" "s1:2 s2:2"
		is "$path: UDP in fragments, $a" "$(py lb udp-ask $a 5300 4 size=5000 retries=1 names)" "s1:2 s2:2"
		ok "$path: ping, $a" on lb ping -n -c 2 -i 0.2 -W $((5 * SLOW)) $a
		is "$path: an error arrives, $a" "$(py lb refused $a 999 | sed 's/code.*about/about/')" \
			"$(case $a in *:*) echo "$a type 1 about $a:999" ;; *) echo "$a type 3 about $a:999" ;; esac)"
	done
	for i in 1 2; do ip -n lb link set s$i mtu 1380; done
	for a in $VIP $VIP6; do is "$path: the path's MTU, $a" "$(py lb mtu $a 5300 1400)" "1380 passes"; done
	for i in 1 2; do ip -n lb link set s$i mtu 1500; done
	ip -n lb route flush cache
	ip -n lb -6 route flush cache
done
for d in c0 s1 s2 s3; do want dev del $d; done
for p in udp icmp icmpv6; do mx flow flush proto $p >/dev/null; done
ok "active connections return to zero" wait_for 10 idle web

# Servers on the balancer, next to others: clients from outside and clients here.
batch <<-END
	server add 10.0.0.1 group web
	server add fd00::1 group web
END
for path in stack fast; do
	if [ $path = fast ]; then for d in c0 s1 s2 s3; do want dev add $d; done; fi
	mx group set web lb rr
	for v in "$V4" "$V6"; do
		hits_clear
		ok "$path: clients outside, a server here among them, $v" many 30 "$v"
		is "$path: each its third, $v" "$(hits s1) $(hits s2) $(hits lb)" "10 10 10"
		hits_clear
		for i in 1 2 3; do here "$v/$TAG/$i" >/dev/null; done
		wait_for 10 logged 3
		is "$path: clients here, a server here among them, $v" "$(hits s1) $(hits s2) $(hits lb)" "1 1 1"
	done
	for a in $VIP $VIP6; do
		is "$path: UDP from outside, $a" "$(py client udp-ask $a 5300 6 names)" "lb:2 s1:2 s2:2"
		is "$path: UDP from here, $a" "$(py lb udp-ask $a 5300 6 names)" "lb:2 s1:2 s2:2"
		is "$path: UDP in fragments from outside, $a" "$(py client udp-ask $a 5300 6 size=5000 retries=1 names)" \
			"lb:2 s1:2 s2:2"
		is "$path: errors from outside, $a" \
			"$(for _ in 1 2 3; do py client refused $a 999; done | sed 's/code.*about/about/' | sort -u)" \
			"$(case $a in *:*) echo "$a type 1 about $a:999" ;; *) echo "$a type 3 about $a:999" ;; esac)"
	done
done
for d in c0 s1 s2 s3; do want dev del $d; done

# A server's own loopback address: packets from here only.
batch <<-END
	group add lo lb rr forward nat
	server add 127.0.0.1:80 group lo
	server add [::1]:80 group lo
	rule add id 5 priority 10 to 192.0.2.20 group lo
	rule add id 6 priority 10 to 2001:db8::20 group lo
END
say "a service on 127.0.0.1, from here: $(here --max-time 2 http://192.0.2.20/ || echo no answer)"

# The service's address is one of the balancer's own: clients outside and here.
ipb lb <<-END
	addr add $VIP/32 dev lo
	addr add $VIP6/128 dev lo nodad
END
for v in "$V4" "$V6"; do
	hits_clear
	ok "the service's address is local: from outside, $v" many 6 "$v"
	is "each its third, $v" "$(hits s1) $(hits s2) $(hits lb)" "2 2 2"
done
for v in "$V4" "$V6"; do
	hits_clear
	for i in 1 2 3; do here "$v/$TAG/$i" >/dev/null; done
	wait_for 10 logged 3
	is "the service's address is local: from here, $v" "$(hits s1) $(hits s2) $(hits lb)" "1 1 1"
done
is "no wrong checksum" "$(sums client s1 s2 lb)" 0
for p in udp icmp icmpv6; do mx flow flush proto $p >/dev/null; done
ok "active connections return to zero" wait_for 10 idle web
ok "flush" mx flow flush
slabs_return "the memory comes back"
finish
