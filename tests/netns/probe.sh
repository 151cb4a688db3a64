#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# Probes of paths, and reflectors: against a second implementation (stamp.py) and tshark, both ways; the device and the gateway
# that probes leave by; keys and their files; forged, replayed, cut, reordered and repeated probes; peers that reflect garbage or
# answer from elsewhere; limits; what is saved.
# shellcheck disable=SC2016,SC2086,SC2102,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin

#           u1 10.1.0.1 --- 10.1.0.254 u1
#   [site]  u2 10.2.0.1 --- 10.2.0.254 u2 [r]  p 10.9.0.254 --- 10.9.0.1 e0 [peer], also 10.9.0.2
#              fd01::1         fd01::fe             fd09::fe        fd09::1
MX_NS=site
ns site r peer
router r
for i in 1 2; do
	cable site u$i r u$i
	ipb site <<-END
		addr add 10.$i.0.1/24 dev u$i
		addr add fd0$i::1/64 dev u$i nodad
	END
	ipb r <<-END
		addr add 10.$i.0.254/24 dev u$i
		addr add fd0$i::fe/64 dev u$i nodad
	END
done
cable r p peer e0
ipb r <<-END
	addr add 10.9.0.254/24 dev p
	addr add fd09::fe/64 dev p nodad
END
ipb peer <<-END
	addr add 10.9.0.1/24 dev e0
	addr add 10.9.0.2/24 dev e0
	addr add fd09::1/64 dev e0 nodad
	route add default via 10.9.0.254
	route add default via fd09::fe
END
ipb site <<-END
	route add default via 10.1.0.254
	route add default via fd01::fe
END

mxp() { mxin peer "$@"; }
# path NAME KEY, refl KEY [PORT]: a figure of a path, a counter of the peer's reflector
path() { mx -j -s path show "$1" | json "0.$2"; }
refl() { mxp -j -s reflector show port "${2:-51822}" | json "0.stats.$1"; }
sent() { path "$1" stats.sent; }
received() { path "$1" stats.received; }
at_least() { in_range "$(path "$1" "$2")" "$3" 1000000000; }
refl_at_least() { in_range "$(refl "$1" "${3:-51822}")" "$2" 1000000000; }
is_up() { [ "$(path "$1" status)" = up ]; }
is_down() { [ "$(path "$1" status)" = down ]; }
fast="interval 20ms timeout 0 hold-down 0-0 brownout 100 samples 3 fall 3 rise 3 worse 3"
stamp() { on "$1" python3 -S "$HERE/stamp.py" "${@:2}"; }
# ask ARGS...: the site asks the peer's reflector by stamp.py; its summary and its answers are in files
ask() { stamp site send "$@" >"$WORK/asked" 2>"$WORK/ask.err"; }
of() { jq -r "$1" <<<"$(tail -n 1 "$WORK/asked")"; }
# reflects ARGS...: stamp.py is the peer's reflector, until quits
reflects() {
	: >"$WORK/reflected"
	nsenter --net=/run/netns/peer python3 -S "$HERE/stamp.py" reflect "$@" \
		>"$WORK/reflected" 2>"$WORK/reflect.err" </dev/null &
	REFLECTS=$!
	wait_for 20 listens peer udp "$1"
}
quits() {
	[ -n "$REFLECTS" ] || return 0
	kill $REFLECTS 2>/dev/null
	wait $REFLECTS 2>/dev/null
	REFLECTS=
}
REFLECTS=

ok "stamp.py is right by itself" on site python3 -S "$HERE/stamp.py" selftest

# Keys and their files -----------------------------------------------------------------------------------------------

key=$(printf '%064d' 7)
echo "$key" >"$WORK/good.key"
echo "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" >"$WORK/b64.key"
echo "0011223344" >"$WORK/short.key"
printf '%0150d\n' 1 >"$WORK/long.key"
echo "not a key" >"$WORK/bad.key"
: >"$WORK/empty.key"
chmod 600 "$WORK"/*.key
cp "$WORK/good.key" "$WORK/open.key"
chmod 644 "$WORK/open.key"
refused() { mx "$@" >"$WORK/out" 2>&1 && return 1; cat "$WORK/out"; }
says() { refused "${@:2}" | grep -q "$1" || { cat "$WORK/out"; return 1; }; }
ok "a key file that is missing is refused" says "No such file" key add 1 file "$WORK/none.key"
ok "a short one" says "too short" key add 1 file "$WORK/short.key"
ok "a long one" says "too long" key add 1 file "$WORK/long.key"
ok "one that is no key" says "hexadecimal digits or base64" key add 1 file "$WORK/bad.key"
ok "an empty one" says "is empty" key add 1 file "$WORK/empty.key"
ok "one that all may read" says "open to everybody" key add 1 file "$WORK/open.key"
ok "one that is not here" says "\"$PWD/none.key\"" key add 1 file none.key
ok "a directory" says "no regular file" key add 1 file "$WORK"
is "none of them is there" "$(mx -j key show | json '[0-9]+.id')" ""
HMAC=1
if mx key add 1 file "$WORK/good.key" 2>"$WORK/out"; then
	result 0 "a key is added"
else
	grep -q "no HMAC-SHA-256" "$WORK/out" && HMAC=0
	is "the kernel has no HMAC-SHA-256, and it is said" $HMAC 0
fi
if [ $HMAC = 1 ]; then
	ok "another, in base64" mx key add 2 file "$WORK/b64.key"
	ok "a number that is taken" says "exists already" key add 1 file "$WORK/b64.key"
	ok "number 0" says "1 or more" key add 0 file "$WORK/b64.key"
	is "shown is the file" "$(mx key show 1)" "1 file $WORK/good.key"
	# 32 bytes of which the last one is 7: neither as digits nor as bytes
	everything() { { mx -d key show; mx -j -s key show; mx save; } | grep -c "$key"; }
	is "and never the key" "$(everything)" 0
	ok "a key that is not there" says "no such key" reflector add port 7 key 9
fi

# The reflector, asked by stamp.py -----------------------------------------------------------------------------------

ok "a reflector" mxp reflector add
is "is shown" "$(mxp reflector show)" "port 51822 rate 1000"
ok "a second one at the port is refused" fails mxp reflector add
start peer python3 -S "$HERE/stamp.py" reflect 5555
wait_for 20 listens peer udp 5555
ok "a port that another program has is refused" fails mxp reflector add port 5555
mxp reflector add port 5555 2>&1 | grep -q "in use by another program"
is "and it is said why" "${PIPESTATUS[1]}" 0
ok "port 0 is refused" fails mxp reflector add port 0
ok "rate 0 is refused" fails mxp reflector add port 9 rate 0

ask 10.9.0.1 51822 count=3 seq=4294967294
is "it answers" "$(of .answers)" 3
is "numbers of its own" "$(jq -s -r 'map(.seq) | tojson' <(head -n 3 "$WORK/asked"))" "[0,1,2]"
is "the sender's come back, they wrap" "$(jq -s -c 'map(.sender_seq)' <(head -n 3 "$WORK/asked"))" "[4294967294,4294967295,0]"
is "so does the time" "$(jq -s -c 'map(.as_sent) | unique' <(head -n 3 "$WORK/asked"))" "[true]"
is "what must be zero is" "$(jq -s -c 'map(.mbz) | unique' <(head -n 3 "$WORK/asked"))" "[true]"
is "the TTL is told" "$(jq -s -c 'map(.sender_ttl) | unique' <(head -n 3 "$WORK/asked"))" "[63]"
is "the times are in order" "$(jq -s -c 'map(.sender_time - 0.001 <= .received and .received <= .time and .time - 0.001 <= .came) | unique' <(head -n 3 "$WORK/asked"))" "[true]"
is "its clock has an error estimate" "$(jq -s -c 'map(.error.multiplier > 0) | unique' <(head -n 3 "$WORK/asked"))" "[true]"
ask fd09::1 51822 count=2
is "IPv6" "$(of .answers)" 2
ask 10.9.0.1 51822 ssid=4711
is "the session identifier comes back" "$(jq -r '.ssid // empty' "$WORK/asked")" 4711
ask 10.9.0.1 51822 pad=200
is "padding: as long as it was" "$(of '"\(.answers) \(.grown) \(.shrunk)"')" "1 0 0"
is "it is known" "$(jq -c '.tlvs[0] // empty | [.type, .U, .M, .I, .length]' "$WORK/asked")" '["padding",false,false,false,200]'
ask 10.9.0.1 51822 tlv=3:00000000 tlv=99:aabb
is "TLVs: its clock, and what it does not know" "$(jq -c '.tlvs // empty | map([.type, .U, .M, .value])' "$WORK/asked")" \
	'[["clock",false,false,"05020502"],[99,true,false,"aabb"]]'
ask 10.9.0.1 51822 raw="$(printf '00%.0s' {1..44})8001ffff00"
is "a TLV that is cut comes back marked" "$(jq -c '.tlvs[0] // empty | [.type, .M]' "$WORK/asked")" '["padding",true]'
before=$(refl malformed)
ask 10.9.0.1 51822 short=43 wait=0.3
is "a probe that is cut gets no answer" "$(of .answers)" 0
ask 10.9.0.1 51822 short=0 wait=0.3
is "nor an empty one" "$(of .answers)" 0
# an answer of a reflector: two reflectors would go on for ever
ask 10.9.0.1 51822 wait=0.3 raw=00000005e8fe5b81c000000081050000e8fe5b818000000001020304e8fe5b80400000000a0100003f000000
is "nor what is an answer itself" "$(of .answers)" 0
is "they are counted" $(($(refl malformed) - before)) 3
ask 10.9.0.2 51822 count=1
is "asked at another address it answers from there" "$(of '"\(.answers) \(.elsewhere)"')" "1 0"

# By the device that it was asked through, though the default route is another one.
ipb peer <<-END
	link add d0 type dummy
	link set d0 up
	addr add 10.8.0.1/24 dev d0
	route replace default via 10.8.0.254
	route add default via 10.9.0.254 dev e0 metric 1000
END
ask 10.9.0.1 51822
is "it answers by the device that was asked" "$(of .answers)" 1
ipb peer <<-END
	link del d0
	route replace default via 10.9.0.254
END
ip -n peer route del default via 10.9.0.254 metric 1000 2>/dev/null

# More than one address may ask.
ok "a lower rate" mxp reflector set rate 10
before=$(refl limited)
stamp site send 10.9.0.1 51822 count=60 interval=0.001 wait=0.001 >"$WORK/asked" 2>/dev/null
sleep_not() { refl_at_least limited $((before + 30)); }
ok "probes over the rate are refused and counted" wait_for 10 sleep_not
ask 10.9.0.1 51822 from=10.2.0.1
is "another source is not" "$(of .answers)" 1
ok "a rate of one a second" mxp reflector set rate 1
ask 10.9.0.1 51822 count=40 interval=0.001
between "who asks too often gets a few answers" "$(of .answers)" 1 35
ok "back to the usual" mxp reflector set rate 1000
ask 10.9.0.1 51822
is "he waits no more" "$(of .answers)" 1
is "what is saved" "$(mxp save | grep ^reflector)" "reflector add port 51822 rate 1000"

if [ $HMAC = 1 ]; then
	ok "a key for the peer" mxp key add 1 file "$WORK/good.key"
	ok "a reflector with it" mxp reflector add port 862 key 1
	ok "the key cannot be deleted now" fails mxp key del 1
	k="key=$WORK/good.key"
	ask 10.9.0.1 862 $k count=3 seq=100 sport=4000
	is "it answers what is signed" "$(of .answers)" 3
	is "and signs" "$(jq -s -c 'map(.mac // empty) | unique' "$WORK/asked")" "[true]"
	is "zeros in their places" "$(jq -s -c 'map(.mbz // empty) | unique' "$WORK/asked")" "[true]"
	ask 10.9.0.1 862 $k tlv=3:00000000 tlv=8: pad=40 seq=200 sport=4001
	is "signed TLVs" "$(jq -c '.tlvs // empty | map([.type, .U, .M, .I, .mac])' "$WORK/asked")" \
		'[["clock",false,false,false,null],["hmac",false,false,false,true],["padding",false,false,false,null]]'
	ask 10.9.0.1 862 $k tlv=3:00000000 tlv=8:00000000000000000000000000000000 seq=201 sport=4002
	is "forged TLVs come back marked" "$(jq -c '.tlvs // empty | map(.I)' "$WORK/asked")" "[true,true]"
	ask 10.9.0.1 862 key="$WORK/b64.key" wait=0.3
	is "another key: no answer" "$(of .answers)" 0
	ask 10.9.0.1 862 $k nosign wait=0.3
	is "no signature: none" "$(of .answers)" 0
	ask 10.9.0.1 862 $k garble=3 wait=0.3
	is "a number that was changed: none" "$(of .answers)" 0
	ask 10.9.0.1 862 wait=0.3
	is "a packet without authentication: none" "$(of .answers)" 0
	is "three are counted as forged" "$(refl forged 862)" 3
	before=$(refl replayed 862)
	ask 10.9.0.1 862 $k same=3 sport=4003 seq=300 wait=0.3
	is "a packet that comes three times is answered once" "$(of .answers)" 1
	is "and counted twice" $(($(refl replayed 862) - before)) 2
	ask 10.9.0.1 862 $k sport=4004 count=6 seq=400 order=5,0,3,1,4,2
	is "disorder is no replay" "$(of .answers)" 6
	ask 10.9.0.1 862 $k sport=4004 count=1 seq=402 clock=-5 wait=0.3
	is "but an old number is" "$(of .answers)" 0
	ask 10.9.0.1 862 $k sport=4004 count=2 seq=4000000000 clock=10
	is "a sender that begins anew is heard" "$(of .answers)" 2
	ask 10.9.0.1 862 $k sport=4004 count=1 seq=400 wait=0.3
	is "and what was recorded before is not" "$(of .answers)" 0
	ok "the key is replaced" mxp key set 1 file "$WORK/b64.key"
	ask 10.9.0.1 862 $k wait=0.3
	is "the old one holds no more" "$(of .answers)" 0
	ask 10.9.0.1 862 key="$WORK/b64.key"
	is "the new one does" "$(of .answers)" 1
	mxp key set 1 file "$WORK/good.key"
else
	skip "authentication" "this kernel has no HMAC-SHA-256"
fi

# The sender, against the reflector ----------------------------------------------------------------------------------

ok "a path" mx path add a dev u1 via 10.1.0.254 peer 10.9.0.1 $fast
ok "another, by the other device" mx path add b dev u2 via 10.2.0.254 peer 10.9.0.1 $fast
ok "one of IPv6" mx path add c dev u2 via fd02::fe peer fd09::1 $fast
ok "one without a gateway" mx path add d dev u1 peer 10.1.0.254 probe icmp $fast
ok "a TCP one" mx path add e dev u2 via 10.2.0.254 peer 10.9.0.1 probe tcp port 80 $fast
ok "an ICMP one of IPv6" mx path add f dev u2 via fd02::fe peer fd09::1 probe icmp $fast
start peer python3 -m http.server 80
wait_for 20 listens peer tcp 80
for p in a b c d e f; do
	ok "$p: is up" wait_for 20 is_up $p
	ok "$p: answers go on" wait_for 20 at_least $p stats.received 20
done
is "nothing was refused" "$(for p in a b c d e f; do path $p stats.refused; done | sort -u)" 0
ok "an RTT is known" at_least a figures.rtt-us 1
ok "so is the jitter there" wait_for 10 at_least a figures.fwd-jitter-us 0
ok "and the loss" wait_for 10 at_least a figures.fwd-loss-ppm 0
is "nothing half open is left" "$(on peer ss -Htn state syn-recv | wc -l)" 0

# Each leaves by its device, whatever the routes say.
on r nft -f - <<-END
	table inet seen {
		chain in {
			type filter hook prerouting priority -500
			iifname u1 ip saddr 10.1.0.1 udp dport 51822 counter comment "a1"
			iifname u2 ip saddr 10.2.0.1 udp dport 51822 counter comment "b2"
			iifname u1 ip saddr 10.2.0.1 counter comment "b1"
			iifname u2 ip saddr 10.1.0.1 counter comment "a2"
			iifname u1 ip6 saddr fd02::1 counter comment "c1"
		}
	}
END
seen() { on r nft -j list chain inet seen in | jq -r ".nftables[].rule // empty | select(.comment == \"$1\") | .expr[] | .counter // empty | .packets"; }
came() { in_range "$(seen "$1")" 10 1000000000; }
ok "probes of a by u1" wait_for 10 came a1
ok "of b by u2" wait_for 10 came b2
ipb site <<-END
	route replace default via 10.2.0.254
	route replace default via fd02::fe
END
before=$(seen a1)
more() { in_range "$(seen a1)" $((before + 10)) 1000000000; }
ok "also when the default route is another one" wait_for 10 more
is "none by the other device" "$(seen b1)$(seen a2)$(seen c1)" 000
ipb site <<-END
	route replace default via 10.1.0.254
	route replace default via fd01::fe
END

# A dead uplink: that path is down, the other one is not.
on r nft add chain inet seen cut '{ type filter hook forward priority 0; }'
on r nft add rule inet seen cut iifname u2 drop
ok "a path whose gateway forwards nothing is down" wait_for 20 is_down b
is "because of silence" "$(path b reason)" silent
ok "the other one is up" is_up a
on r nft flush chain inet seen cut
ok "it comes back by itself" wait_for 20 is_up b

# Loss has a direction.
on r nft add rule inet seen cut iifname u1 udp dport 51822 numgen inc mod 4 0 drop
lost_there() { in_range "$(path a figures.fwd-loss-ppm)" 100000 400000 && in_range "$(path a figures.back-loss-ppm)" 0 60000; }
ok "lost on the way there" wait_for 40 lost_there
on r nft flush chain inet seen cut
on r nft add rule inet seen cut oifname u1 udp sport 51822 numgen inc mod 4 0 drop
lost_back() { in_range "$(path a figures.back-loss-ppm)" 100000 400000 && in_range "$(path a figures.fwd-loss-ppm)" 0 60000; }
ok "lost on the way back" wait_for 40 lost_back
on r nft flush chain inet seen cut

# The host's firewall need not know.
on site nft -f - <<-END
	table inet guard {
		chain in {
			type filter hook input priority 0; policy drop
		}
	}
END
before=$(received a)
more() { at_least a stats.received $((before + 10)); }
ok "a firewall that admits nothing stops no answer" wait_for 10 more
on site nft delete table inet guard

# Who has no reflector says so.
ok "a port where nobody listens" mx path set a port 9
refuses() { is_down a && [ "$(path a reason)" = refused ]; }
ok "is a reason" wait_for 20 refuses
ok "back" mx path set a port 51822
ok "up again" wait_for 20 is_up a
for p in b c d e f; do mx path del $p; done

# The sender, against stamp.py ---------------------------------------------------------------------------------------

mxp reflector del
# meets NAME ARGS...: a reflector of that kind; the path begins anew
meets() {
	mx path del a
	quits
	reflects 51822 "$@"
	mx path add a dev u1 via 10.1.0.254 peer 10.9.0.1 $fast
}
meets
ok "another reflector: up" wait_for 20 is_up a
wait_for 20 at_least a stats.received 20
is "probes are of 44 bytes" "$(jq -r .size "$WORK/reflected" | sort -u)" 44
is "zeros in their places" "$(jq -r .mbz "$WORK/reflected" | sort -u)" true
is "one by one" "$(jq -s -c '[.[1:], .[:-1]] | transpose | map((.[0].seq - .[1].seq + 4294967296) % 4294967296) | unique' \
	<(head -n 20 "$WORK/reflected"))" "[1]"
is "the time is now" "$(jq -s "map(.time > $(date +%s) - 1000 and .time < $(date +%s) + 1000) | unique | tojson" -r "$WORK/reflected")" "[true]"
is "the clock has an error estimate" "$(jq -s -c 'map(.error.multiplier > 0) | unique' "$WORK/reflected")" "[true]"
ok "a peer that counts tells the ways" wait_for 20 at_least a figures.fwd-loss-ppm 0
meets stateless
ok "one that does not count: up" wait_for 20 is_up a
wait_for 20 at_least a stats.received 20
is "it does not tell the ways" "$(path a figures.fwd-loss-ppm)" ""
meets ptp
ok "one with the time of PTP: up" wait_for 20 is_up a
ok "jitter is told all the same" wait_for 20 at_least a figures.back-jitter-us 0
meets step=-90000000
ok "one whose clock is wrong by years: up" wait_for 20 is_up a
meets twice
ok "one that answers twice: up" wait_for 20 is_up a
ok "each probe counts once" wait_for 20 at_least a stats.refused 10
once() { [ "$(received a)" -le "$(sent a)" ]; }
ok "no more answers than probes" once

# hostile NAME ARGS...: no answer of such a peer counts
hostile() {
	meets "${@:2}"
	ok "$1: down" wait_for 20 is_down a
	is "$1: no answer counted" "$(received a)" 0
}
hostile "garbage" garbage
ok "it is counted" wait_for 10 at_least a stats.refused 5
hostile "another number" wrong=seq
hostile "another time" wrong=time
hostile "an answer that is cut" short=43
hostile "answers from another address" bind=0.0.0.0 from=10.9.0.2
quits
if [ $HMAC = 1 ]; then
	keyed() {
		mx path del a
		quits
		reflects 51822 "$@"
		mx path add a dev u1 via 10.1.0.254 peer 10.9.0.1 key 1 $fast
	}
	keyed key="$WORK/good.key"
	ok "with a key: up" wait_for 20 is_up a
	is "probes are of 112 bytes" "$(jq -r .size "$WORK/reflected" | sort -u)" 112
	is "signed" "$(jq -r .mac "$WORK/reflected" | sort -u)" true
	is "zeros in their places" "$(jq -r .mbz "$WORK/reflected" | sort -u)" true
	keyed key="$WORK/good.key" wrong=mac
	ok "answers with another code: down" wait_for 20 is_down a
	is "none counted" "$(received a)" 0
	quits
	ok "with the module's own reflector" mxp reflector add key 1
	ok "up" wait_for 20 is_up a
	is "nothing replayed, nothing forged" "$(refl replayed)$(refl forged)" 00
	ok "a key that is in use stays" fails mx key del 1
	ok "another key, here alone" mx key set 1 file "$WORK/b64.key"
	ok "down" wait_for 20 is_down a
	ok "and there" mxp key set 1 file "$WORK/b64.key"
	ok "up again" wait_for 20 is_up a
	mxp reflector del
	mx path set a key 0
fi

# Slow, and all at once silent.
mxp reflector add rate 100000 2>/dev/null || mxp reflector set rate 100000
on r tc qdisc add dev p root netem delay 600ms limit 100000
mx path del a
mx path add a dev u1 via 10.1.0.254 peer 10.9.0.1 interval 100ms timeout 0 hold-down 0-0
ok "600 ms, no fixed limit: up or degraded" wait_for 30 at_least a figures.samples 10
slow() { in_range "$(path a figures.rtt-us)" 590000 900000; }
ok "its RTT is known" wait_for 30 slow
before=$(path a stats.lost)
wait_for 30 at_least a stats.received 40
few_lost() { [ $((($(path a stats.lost) - before) * 3)) -lt "$(received a)" ]; }
ok "and few are lost, if any" few_lost
on r tc qdisc del dev p root

# Out of order, twice, and garbled on the way: each answer counts once, and none is taken for a loss on either way.
mx path del a
mx path add a dev u1 via 10.1.0.254 peer 10.9.0.1 $fast
on r tc qdisc add dev u1 root netem delay 60ms 50ms duplicate 30% limit 100000
on r tc qdisc add dev p root netem delay 40ms 30ms limit 100000
ok "answers out of order: is up" wait_for 20 is_up a
ok "answers go on" wait_for 20 at_least a stats.received 60
ok "what comes twice counts once" wait_for 20 at_least a stats.refused 5
ok "no more answers than probes" once
no_loss() { in_range "$(path a figures.fwd-loss-ppm)" 0 60000 && in_range "$(path a figures.back-loss-ppm)" 0 60000; }
ok "disorder is no loss, on either way" wait_for 20 no_loss
on r tc qdisc replace dev u1 root netem corrupt 100%
ok "garbled answers count for nothing" wait_for 20 is_down a
on r tc qdisc del dev u1 root
on r tc qdisc del dev p root
ok "up again" wait_for 20 is_up a

# Many paths to one peer, from one address: each has its own answers.
mx path flush
for i in {1..60}; do echo "path add m$i dev u1 via 10.1.0.254 peer 10.9.0.1 interval 500ms timeout 0 hold-down 0-0"; done | batch
all_up() { [ "$(mx -j path show | json '[0-9]+.status' | sort | uniq -c | tr -s ' ')" = " 60 up" ]; }
ok "sixty paths to one peer are up" wait_for 40 all_up
is "none took another's answer" "$(mx -j -s path show | json '[0-9]+.stats.refused' | sort -u)" 0
mx path flush
mx path add a dev u1 via 10.1.0.254 peer 10.9.0.1 $fast
ok "one of them again" wait_for 20 is_up a

# The clock of this host is set: the RTT is not.
if date -s "@$(($(date +%s) + 86400))" >/dev/null 2>&1; then
	before=$(received a)
	more() { at_least a stats.received $((before + 12)); }
	ok "after a step of a day answers go on" wait_for 20 more
	ok "and the RTT is sane" in_range "$(path a figures.rtt-us)" 1 2000000
	date -s "@$(($(date +%s) - 86400))" >/dev/null
else
	skip "clock steps" "the clock cannot be set here"
fi

# tshark, both ways --------------------------------------------------------------------------------------------------

mx path del a
mx path add a dev u1 via 10.1.0.254 peer 10.9.0.1 $fast
if command -v tshark >/dev/null && command -v tcpdump >/dev/null; then
	# dissected 1|0 FIELDS: what tshark sees in the capture, of probes or of answers; TWAMP-Test is STAMP without authentication
	on peer timeout 60 tcpdump -Z root -i e0 -w "$WORK/pcap" -c 40 -U udp port 51822 2>/dev/null
	tshark -r "$WORK/pcap" -d udp.port==51822,twamp.test -T fields -E 'separator=|' -e udp.dstport -e twamp.test.seq_number \
		-e twamp.test.sender_seq_number -e twamp.test.sender_ttl -e twamp.test.timestamp -e twamp.test.receive_timestamp \
		-e _ws.malformed >"$WORK/tshark" 2>"$WORK/tshark.err"
	dissected() { awk -F'|' "(\$1 == 51822) == $1 { print $2 }" "$WORK/tshark"; }
	stamp site read "$WORK/pcap" >"$WORK/read"
	between "tshark reads the probes" "$(dissected 1 '$2' | grep -c .)" 10 40
	is "their numbers as stamp.py does" "$(dissected 1 '$2' | sort)" \
		"$(jq -r 'select(.kind == "sender") | .seq' "$WORK/read" | sort)"
	between "and the answers" "$(dissected 0 '$2' | grep -c .)" 10 40
	is "and their numbers" "$(dissected 0 '$2, $3' | sort)" \
		"$(jq -r 'select(.kind == "reflector") | "\(.seq) \(.sender_seq)"' "$WORK/read" | sort)"
	is "and the TTL" "$(dissected 0 '$4' | sort -u)" 254
	is "and the times" "$(dissected 0 '$5, $6' | grep -c "$(date -u +%Y).*$(date -u +%Y)")" \
		"$(jq -r 'select(.kind == "reflector") | .seq' "$WORK/read" | wc -l)"
	is "nothing is malformed" "$(awk -F'|' '$7' "$WORK/tshark")" ""
else
	skip "tshark" "it is not here"
fi

# Saved, restored, let go --------------------------------------------------------------------------------------------

mxp save >"$WORK/peer.conf"
ok "what was saved restores" mxp restore "$WORK/peer.conf"
mxp save | diff - "$WORK/peer.conf" >"$WORK/diff"
is "and is the same" "$?" 0
before=$(refl answered)
more() { refl_at_least answered $((before + 10)); }
ok "a restore leaves the reflector's counters and ports" wait_for 10 more
sed 's/^reflector add port 51822.*/reflector add port 5555/' "$WORK/peer.conf" >"$WORK/taken.conf"
ok "a restore that needs a port of another program's is refused" fails mxp restore "$WORK/taken.conf"
mxp save | diff - "$WORK/peer.conf" >"$WORK/diff"
is "and changes nothing" "$?" 0
sed 's/^reflector add port 51822.*/reflector add port 5556/' "$WORK/peer.conf" >"$WORK/moved.conf"
ok "a restore moves the reflector" mxp restore "$WORK/moved.conf"
ok "the old port is closed" fails listens peer udp 51822
ok "the new one is open" listens peer udp 5556
ok "a reflector is deleted" mxp reflector del port 5556
ok "its port is closed" fails listens peer udp 5556
ok "devices go under the probes" ip -n site link del u2
ok "namespaces go under them" ip netns del site
finish
