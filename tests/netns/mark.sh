#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Mark mode: mutex sets the mark, and the routing rules of the host do the rest, for packets that pass and for its own.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
# The service's address is on each server; which of them gets a packet, the balancer's tables say by the mark.
for i in 1 2 3; do
	ipb s$i <<-END
		addr add $VIP/32 dev lo
		addr add $VIP6/128 dev lo nodad
	END
	ipb lb <<-END
		route add $VIP via 10.0.$i.2 table 10$i
		route add $VIP6 via fd00:$i::2 table 10$i
		rule add fwmark $i table 10$i
	END
	ip -n lb -6 rule add fwmark $i table 10$i
done
ipb lb <<-END
	route add $VIP via 10.0.3.2
	route add $VIP6 via fd00:3::2
END
web s1 s2 s3
is "without mutex, the main table leads to s3" "$(get "http://$VIP/")" s3

batch <<-END
	group add one lb rr forward mark mark 1
	group add two lb rr forward mark mark 2
	server add 10.0.1.2 group one
	server add fd00:1::2 group one
	server add 10.0.2.2 group two
	server add fd00:2::2 group two
	rule add id 1 priority 10 to $VIP group one
	rule add id 2 priority 10 to $VIP6 group one
END
is "the mark leads to s1, IPv4" "$(get "http://$VIP/")" s1
is "the mark leads to s1, IPv6" "$(get "http://[$VIP6]/")" s1
is "packets of the balancer itself too, IPv4" "$(on lb curl -gs --max-time $((10 * SLOW)) "http://$VIP/")" s1
is "packets of the balancer itself too, IPv6" "$(on lb curl -gs --max-time $((10 * SLOW)) "http://[$VIP6]/")" s1

# another group for new flows; those that are known stay
start client curl -gs -o /dev/null "http://$VIP/slow"
held() { [ "$(active one)" = 1 ]; }
ok "a download runs" wait_for 10 held
want rule set id 1 priority 10 to $VIP group two
want rule set id 2 priority 10 to $VIP6 group two
is "a new flow takes the new mark, IPv4" "$(get "http://$VIP/")" s2
is "a new flow takes the new mark, IPv6" "$(get "http://[$VIP6]/")" s2
is "the download stays" "$(active one)" 1
is "and is marked in the flow" "$(mx -j flow show group one state established | jq -r '.[0].forward')" mark
want group set two mark 3
is "the group's mark changed" "$(get "http://$VIP/")" s3
is "as shown" "$(mx -j group show two | jq -r 'if type == "array" then .[0] else . end | .mark')" 3
ok "a mark without mark mode is refused" fails mx group add bad lb rr forward nat mark 5
# a group of many: each flow its server's share, the mark is the group's
hits_clear
ok "many requests" many "$(short 300 50)" "http://$VIP"
is "all by the mark" "$(hits s1) $(hits s2) $(hits s3)" "0 0 $(short 300 50)"
# a rule by mark sees what nftables or the sender has set, not what mutex sets
want rule add id 3 priority 20 mark 0x70/0xf0 to $VIP group one
is "marked by the sender: rule by mark" "$(on lb python3 -c "
import socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, 36, 0x7f)
s.settimeout($((10 * SLOW)))
s.connect(('$VIP', 80))
s.sendall(b'GET / HTTP/1.0\r\n\r\n')
print(s.makefile().read().split()[-1])")" s1
want dev add c0
is "with the fast path on, marked packets go by the stack" "$(get "http://$VIP/")" s3
is "none was fast" "$(fast c0)" 0
for p in $(ip netns pids client); do kill "$p"; done
ok "active connections return to zero" wait_for 20 idle one
ok "flush" mx flow flush
slabs_return "the memory comes back"
finish
