#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# Filters on flows: every field that is shown is one, and show, count, flush and reevaluate know the same words.
# shellcheck disable=SC2086
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
for s in s1 s2; do echo_udp $s 5300; done
web s1
batch <<-END
	group add web lb rr forward nat
	$(servers add web 1)
	group add dns lb rr forward nat
	server add 10.0.2.2:5300 group dns
	server add [fd00:2::2]:5300 group dns
	group add far lb hash forward mark mark 0x15
	$(servers add far 3)
	rule add id 1 priority 1 proto tcp to $VIP group web
	rule add id 2 priority 1 proto udp dport 53 group dns
	rule add id 3 priority 1 proto udp dport 7 group far
	dev add c0
	dev add s2
	settings set timeout-closed 3000s timeout-udp 600s
END
# 3 flows of NAT with an answer by port 53 in each family, 1 of TCP that is closed, 2 of mark that nobody answers
py client udp-ask $VIP 53 3 >/dev/null
py client udp-ask $VIP6 53 3 >/dev/null
TAG=1
many 1 "http://$VIP"
for i in 1 2; do on client bash -c "echo x >/dev/udp/$VIP/7"; done
ok "flows to look at" wait_for 10 flows_are 9
# the second packet takes the fast path
py client udp-ask $VIP 53 1 >/dev/null 2>&1
mx flow show >"$WORK/all"
n=$(flows)

# counts WORDS N: count says so, and show lists as many
counts() {
	local want=$1
	shift
	is "$*: $want" "$(flows "$@") $(mx -j flow show "$@" | jq length)" "$want $want"
}
counts "$(flows from 10.0.0.2)" from 10.0.0.0/24
counts $((n - 3)) from 10.0.0.2/32
counts 0 from 10.0.1.0/24
counts 3 family ipv6
counts $((n - 3)) family ipv4
counts 3 from fd00::/16 to $VIP6
counts 3 to "[2001:db8::/32]:53"
counts $((n - 6)) to 192.0.2.0/24:53
counts 1 to $VIP/32:80
counts $((n - 6 + 3)) dport 53
counts $((n - 6 + 3 + 2)) dport 7-53
counts 0 dport 54-79
counts "$n" sport 0-65535
counts 2 forward mark
counts $((n - 2)) forward nat
counts 0 forward route
counts 0 ct on
counts "$n" ct off
counts 2 mark 0x15
counts 2 mark 5/0xf
counts 0 mark 0x14
counts $((n - 2)) mark 0/0x15
counts $((n - 2)) answered yes
counts 2 answered no
counts 1 active no
counts $((n - 1)) active yes
counts 1 state closed active no
counts 2 group far
counts 3 server "[fd00:2::2]:5300"
counts "$n" idle 0
counts 0 idle 60m
counts 0 expires 1ms
counts "$n" expires 60m
counts $((n - 1)) expires 1000s
sport=$(mx -j flow show proto tcp | jq '.[0].sport')
counts 1 sport $sport dport 80
counts 0 sport $sport dport 81
is "each flow is fast in some way or in none" \
	"$(($(flows fast none) + $(flows fast request) + $(flows fast reply) + $(flows fast both)))" "$n"
is "show tells whom the filter takes" "$(mx -j flow show fast none | jq 'all(.fast.request == false and .fast.reply == false)')" true
is "mark in JSON" "$(mx -j flow show forward mark | jq -c 'map(.mark) | unique')" "[21]"
is "answered in JSON" "$(mx -j flow show answered no | jq -c 'map(.answered) | unique')" "[false]"

# The line of a flow, with all details, is a filter that takes it
for words in "proto tcp" "forward mark" "family ipv6"; do
	line=$(mx -o -d flow show $words | head -n 1 | tr -d "\\\\")
	between "a line is a filter: $line" "$(flows $line)" 1 9
done

# What is wrong is refused, with the word
refused() {
	if mx flow show "${@:2}" >"$WORK/out" 2>&1; then result 1 "refused: ${*:2}"; return; fi
	ok "refused: ${*:2}" grep -q "$1" "$WORK/out"
}
refused "not a port or a range" dport 9-8
refused "bits set past its length" from 10.0.0.1/8
refused "not a number from 0 to 32" from 10.0.0.0/33
refused "not an address or a prefix" from "[fd00::/16"
refused "not a family: ipv4, ipv6" family 4
refused "not a answer: no, yes\|no, yes" active maybe
refused "none, request, reply, both" fast 3
refused "must both be IPv4 or IPv6" from 10.0.0.0/8 to fd00::/16
refused "not a mark" mark 1/
refused "not a time" idle 3x

# The same words for the others
is "reevaluate takes them" "$(mx -j flow reevaluate family ipv6 answered yes | json 0.count)" 0
want rule add id 9 priority 9 proto udp dport 7 group dns
is "reevaluate by a filter" "$(mx -j flow reevaluate answered no forward mark | json 0.count)" 2
is "flush by a filter" "$(mx -j flow flush family ipv6 dport 50-60 | json 0.count) $(flows)" "3 $((n - 5))"
is "flush by a filter that finds none" "$(mx -j flow flush idle 60m | json 0.count) $(flows)" "0 $((n - 5))"
is "flush all of IPv4" "$(mx -j flow flush from 0.0.0.0/0 | json 0.count) $(flows)" "$((n - 5)) 0"
finish
