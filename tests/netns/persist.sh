#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Persistence: clients of one prefix keep their server, in both families, in the stack and on the fast path; until their time
# is up, or their server takes nothing any more; over a restore too.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2 s3
ipb client <<-END
	addr add 10.0.0.3/24 dev c0
	addr add 10.0.0.66/24 dev c0
	addr add fd00::3/64 dev c0 nodad
	addr add fd00::66/64 dev c0 nodad
END
batch <<-END
	group add web lb rr persist 600s persist-plen4 28 persist-plen6 124
	server add 10.0.1.2:80 group web
	server add 10.0.2.2:80 group web
	server add 10.0.3.2:80 group web
	server add [fd00:1::2]:80 group web
	server add [fd00:2::2]:80 group web
	server add [fd00:3::2]:80 group web
	rule add id 1 priority 10 to $VIP proto tcp group web
	rule add id 2 priority 10 to $VIP6 proto tcp group web
END
from() { get "http://$2/" --interface "$1"; }
kept() { mx -j persist show group web from "$1" | jq -r '.[0].server.addr'; }
clients() { mx -j group show web | json 0.clients; }

for path in stack fast; do
	[ $path = stack ] || want dev add c0
	mx persist flush >/dev/null
	first=$(from 10.0.0.2 $VIP)
	other=$(from 10.0.0.66 $VIP)
	ok "another prefix has another server, $path" [ "$first" != "$other" ]
	said=
	for _ in 1 2 3 4; do said+=$(from 10.0.0.2 $VIP)$(from 10.0.0.3 $VIP); done
	is "one prefix keeps its server, $path" "$said" "$(printf "$first%.0s" 1 2 3 4 5 6 7 8)"
	is "the other one too, $path" "$(from 10.0.0.66 $VIP)" "$other"
	first6=$(from fd00::2 "[$VIP6]")
	ok "IPv6: another prefix has another server, $path" [ "$first6" != "$(from fd00::66 "[$VIP6]")" ]
	is "IPv6: one prefix keeps its server, $path" "$(from fd00::3 "[$VIP6]")$(from fd00::2 "[$VIP6]")" "$first6$first6"
	is "four clients, $path" "$(clients)" 4
done
is "who is kept where" "$(kept 10.0.0.3)" "10.0.${first#s}.2"
is "who is kept where, IPv6" "$(kept fd00::2)" "fd00:${first6#s}::2"
is "all are shown" "$(mx -o persist show | wc -l)" 4
ok "as prefixes" grep -q "^from 10.0.0.0/28 group web server 10.0.${first#s}.2:80 expires" <<<"$(mx persist show)"
ok "nobody else" fails mx persist show group web from 10.0.0.99

# over a restore
mx save "$WORK/saved"
ok "restore" mx restore "$WORK/saved"
is "the clients are still there" "$(clients)" 4
is "with their servers" "$(from 10.0.0.2 $VIP)$(from 10.0.0.66 $VIP)" "$first$other"
mx save "$WORK/again"
ok "what was saved is what is saved again" diff "$WORK/saved" "$WORK/again"

# servers that take nothing
for state in drain down; do
	first=$(from 10.0.0.2 $VIP)
	want server set 10.0.${first#s}.2:80 group web state $state
	next=$(from 10.0.0.2 $VIP)
	ok "$state: another server" [ -n "$next" ]
	ok "$state: not that one" [ "$next" != "$first" ]
	want server set 10.0.${first#s}.2:80 group web state up
	is "$state: and it stays there" "$(from 10.0.0.3 $VIP)" "$next"
done
first=$(from 10.0.0.2 $VIP)
want server del 10.0.${first#s}.2:80 group web
next=$(from 10.0.0.2 $VIP)
ok "a server that is removed" [ -n "$next" ]
ok "has its clients no more" [ "$next" != "$first" ]
want server add 10.0.${first#s}.2:80 group web

# time: it is up a second after the last new flow
want group set web persist 1s
from 10.0.0.2 $VIP >/dev/null
gone() { ! mx persist show group web from 10.0.0.2; }
ok "when its time is up it is not shown" wait_for 10 gone
want group set web persist 60m

# forgetting
ok "flush one group" [ "$(mx -j persist flush group web | json 0.count)" -gt 0 ]
is "none is left" "$(clients)" 0
from 10.0.0.2 $VIP >/dev/null
is "until the next comes" "$(clients)" 1
want group set web persist 0
is "without persistence all are forgotten" "$(mx -o persist show | wc -l)" 0
said=$(from 10.0.0.2 $VIP)$(from 10.0.0.2 $VIP)$(from 10.0.0.2 $VIP)
is "and each flow is for itself" "$(fold -w 2 <<<"$said" | sort -u | wc -l)" 3
is "nothing of it is shown" "$(mx -o group show web)" "web type server lb rr hash src forward nat"

# many clients
want group set web persist 600 persist-plen4 32
n=$(short 3000 300)
ok "many clients" on client python3 - $n $VIP <<-END
	import socket, sys
	from struct import pack
	s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
	for i in range(int(sys.argv[1])):
	    ip = pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 64, 6, 0, bytes([10, 7, i >> 8, i & 255]), socket.inet_aton(sys.argv[2]))
	    s.sendto(ip + pack("!HHIIBBHHH", 4000, 80, i, 0, 0x50, 2, 1000, 0, 0), (sys.argv[2], 0))
END
kept_all() { [ "$(clients)" -ge "$n" ]; }
ok "are all kept" wait_for 10 kept_all
is "and shown, each once" "$(mx -o persist show group web | awk '{ print $2 }' | grep -c '^10.7')" "$n"
want group set web lb lc
ok "and let go with their group" mx rule del id 1
want rule del id 2
want group del web
is "none is left of the group" "$(mx -o persist show | wc -l)" 0

# bad input
refuse() { ok "$1" fails mx "${@:3}"; grep -q "$2" "$WORK/said" || { ok "$1: says why" false; note <"$WORK/said"; }; }
want group add web lb rr
refuse "a prefix without persistence" "needs persist" group set web persist-plen4 24
refuse "too long a prefix" "longer than an address" group set web persist 60 persist-plen4 33
refuse "too long a prefix, IPv6" "longer than an address" group set web persist 60 persist-plen6 129
refuse "too short a time" "1000 to 86400000" group set web persist 10ms
refuse "too long a time" "1000 to 86400000" group set web persist 86401
refuse "per packet" "keeps no client" group add packets lb packet forward route persist 60
refuse "no such group" "no such group" persist show group none
is "nothing of that was taken" "$(mx -o group show web)" "web type server lb rr hash src forward nat"
clean
slabs_return "the memory comes back"
finish
