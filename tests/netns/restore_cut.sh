#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# A saved configuration that is cut, at each line and at many bytes, is refused by restore: what was in force stays so, whole,
# and the traffic that it steers does not notice.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2 s3

# What is in force all the time: a service.
batch <<-END
	group add web lb rr forward nat
	server add 10.0.1.2:80 group web
	server add 10.0.2.2:80 group web
	server add 10.0.3.2:80 group web
	table add main priority 100
	route add $VIP/32 table main group web
END
mx save >"$WORK/old"
ok "the service answers" wait_for 5 get "http://$VIP/"

# What is to come: every kind of object that can be configured, and most of what can be said of them.
(umask 077 && printf '%064d\n' 7 >"$WORK/key")
cat >"$WORK/full" <<-END
	settings set node n1 flows-max 5000 timeout-udp 7s
	group add web lb hash hash src,dst seed 'a b' forward nat
	group add straight lb packet forward route
	group add other lb wrr forward mark mark 0x7
	group add kept lb wrr failover delayed fails 5 window 9s rise 3 hold-down 1s-9s slow-start 4s dynamic latency persist 5m persist-plen4 24 rate-conns 90 burst 2s over next set-dscp 18 fallback other
	group add asked lb rr check udp check-port 5300 check-interval 9s check-rise 3 check-fall 4 check-send 'a "b"' check-expect 0x00ff check-dev s1
	server add 10.0.1.2:80 group web weight 3 state drain
	server add 10.0.2.2:80 group web
	server add [fd00:1::2]:80 group web
	server add 10.0.3.2 group straight
	server add 10.0.3.2:80 group kept max-conns 50 rate-bytes 9000 state drain deadline 60m
	server add 10.0.1.2 group other
	key add 4 file $WORK/key
	reflector add port 5000 key 4 rate 20
	path add wan dev s1 via 10.0.1.2 peer 10.0.1.2 probe none admin standby bandwidth 50
	group add ways type path lb quality prefer custom 40 30 20 10 sla-loss 0.5 failback on
	member add wan group ways weight 3
	table add main priority 100
	table add more priority 8
	route add $VIP/32 table main group web metric 4
	route add default table more group other metric 5
	route add 2001:db8::/32 table more group web
	rule add id 3 priority 7 from 10.0.0.0/8 dport 80-90 proto tcp table main
	rule add id 4 priority 7 iif lo mark 0x1/0x3 group other
	rule add id 5 priority 6 to 203.0.113.0/24 dscp 46 drop
	rule add id 7 priority 4 to 198.51.100.9 hours 22:00-06:30 days mon-fri,sun zone +05:30 country DE,FR region !AS group kept set-mark 0x1/0x3
	rule add id 6 priority 5 to 198.51.100.0/24 bypass
	dev add c0
END
ok "a full configuration is right" mx restore -check "$WORK/full"
ns other
cable other c0 lb x0
MX_NS=other
ok "it is in force elsewhere" mx restore "$WORK/full"
mx save >"$WORK/saved"
MX_NS=lb
for object in $(mx complete -- ''); do
	if mx complete -- "$object" '' | grep -qx add; then
		ok "the file has a $object" grep -q "^$object add " "$WORK/saved"
	fi
done
is "save ends with its mark" "$(tail -n 1 "$WORK/saved")" "# end of configuration"

# Requests all the while.
on client curl -sS --fail -H 'Connection: close' "http://$VIP/1/[1-1000000]" -o /dev/null 2>"$WORK/errors" &
load=$!
TAG=1
# No more than one of them may be under way when it ends, so the count goes on all through.
asked() { cat "$WORK"/web-*/log | grep -c " /1/"; }

size=$(wc -c <"$WORK/saved")
lines=$(wc -l <"$WORK/saved")
# cut BYTES: so much of the file is refused and changes nothing. Status 1: a line was wrong, 2: the rest.
cut_at() {
	head -c "$1" "$WORK/saved" >"$WORK/cut"
	if mx restore "$WORK/cut" >"$WORK/said" 2>&1; then
		echo "$1 bytes are taken, up to: $(tail -n 1 "$WORK/cut")"
		return 1
	fi
	grep -q 'nothing was changed' "$WORK/said" || { echo "$1 bytes:"; cat "$WORK/said"; return 1; }
	mx save | cmp -s - "$WORK/old" || { echo "$1 bytes have changed what is in force"; return 1; }
}
each_cut() {
	local at
	for at; do cut_at "$at" || return 1; done
}
mapfile -t ends < <(LC_ALL=C awk '{ n += length($0) + 1; print n }' "$WORK/saved")
is "the lines end where they should" "${ends[-1]}" "$size"
# The very last cut would take the end of the last line alone, which nothing needs.
unset 'ends[-1]'
before=$(asked)
ok "cut behind each of $lines lines: refused, nothing changes" each_cut 0 "${ends[@]}"
grep -h 'cut' "$WORK/said" | note
mapfile -t bytes < <(seq 1 "$(short 7 61)" $((size - 2)))
ok "cut at ${#bytes[@]} bytes: refused, nothing changes" each_cut "${bytes[@]}"
ok "cut at the last bytes: refused, nothing changes" each_cut $((size - 2)) $((size - 3)) $((size - 12)) $((size - 24))
says() { head -c "$1" "$WORK/saved" | mx restore 2>&1 | grep -qF -- "$2"; }
ok "the reason is told: no end" says "${ends[5]}" 'line 1 begins a saved configuration, and its last line "# end of configuration" is missing'
ok "the reason is told: nothing in it" says 0 'holds no configuration'
ok "the reason is told: the middle of a word" says $((ends[3] + 7)) "line 5: "
ok "-check tells, too" fails mx restore -check "$WORK/cut"

# Garbage in place of the rest
garbage() {
	local at k
	for ((k = 0; k < ${#ends[@]}; k += $(short 1 4))); do
		at=${ends[k]}
		{ head -c "$at" "$WORK/saved"; head -c 300 /dev/urandom; } >"$WORK/cut"
		! mx restore "$WORK/cut" >"$WORK/said" 2>&1 || { echo "taken at $at"; return 1; }
		mx save | cmp -s - "$WORK/old" || { echo "changed at $at"; return 1; }
	done
}
ok "garbage behind lines: refused, nothing changes" garbage

# A writer that dies: the reader of a pipe sees a file that is cut
ok "a pipe that breaks: refused" fails mx restore - < <(head -c $((size / 2)) "$WORK/saved")
mx save >"$WORK/now"
ok "a pipe that breaks: nothing changes" diff "$WORK/old" "$WORK/now"

# Written by hand, without the first line, a file needs no last one; what is there is meant.
sed '1d;$d' "$WORK/saved" >"$WORK/hand"
ok "a file without marks is taken as it is" mx restore -check "$WORK/hand"
ok "two saved files in one, the second cut: refused" fails mx restore -check <(cat "$WORK/saved"; head -n 3 "$WORK/saved")

ok "requests went on" [ "$(asked)" -gt "$before" ]
ok "the client still asks" kill "$load"
wait "$load"
is "no request failed" "$(grep -v 'curl: (23)' "$WORK/errors")" ""
is "nothing was dropped" "$(mx -j stats show | jq '.[0].dropped | add')" 0

head -c $((size - 1)) "$WORK/saved" >"$WORK/cut"
ok "all of it but the last newline is whole" mx restore "$WORK/cut"
mx save >"$WORK/now"
ok "and is in force" diff "$WORK/saved" "$WORK/now"
finish
