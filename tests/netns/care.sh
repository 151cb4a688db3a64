#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# Care of servers: draining by a deadline, slow start, weights that follow latency or an agent, and what changes move.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2 s3

# hear: a monitor in the background, which writes to $WORK/events
hear() {
	: >"$WORK/events"
	"$MX_CTL" -n lb monitor >>"$WORK/events" 2>&1 &
	HEAR=$!
	wait_for 10 hears
}
hears() { find /proc/$HEAR/fd -lname '*signalfd*' 2>/dev/null | grep -q .; }
heard() { wait_for "${2:-10}" grep -qE "$1" "$WORK/events" || { echo "wanted: $1"; cat "$WORK/events"; return 1; }; }

# told ADDR GROUP PATH: what JSON says of a server; told_group GROUP PATH
told() { mx -j server show "$1" group "$2" | json "0.$3"; }
told_group() { mx -j -s group show "$1" | json "0.$2"; }
keys_moved() { in_range "$(told_group web stats.moves.keys)" "$1" "$2"; }
is_over() { [ "$(told_group web stats.moves.over)" = true ]; }
at_most() { in_range "$($1 "${@:3}")" 0 "$2"; }
at_least() { in_range "$($1 "${@:3}")" "$2" 1000000; }

# url FAMILY, addr FAMILY N: of the service; of server N
url() { if [ $1 = 4 ]; then echo "http://$VIP"; else echo "http://[$VIP6]"; fi; }
addr() { if [ $1 = 4 ]; then echo "10.0.$2.2"; else echo "fd00:$2::2"; fi; }

# fetch URL FILE [OPTIONS]: in the background; the status comes into a file
fetch() { { on client curl -gs --max-time $((200 * SLOW)) -o /dev/null "$1" "${@:3}"; echo $? >"$2"; } & }

# busy FAMILY: the server of group web that has an active connection
busy() {
	local n
	for n in 1 2 3; do [ "$(server "$(addr $1 $n)" web conns.active)" != 1 ] || echo $n; done
}
some_busy() { [ -n "$(busy $1)" ]; }

hear

# Draining ------------------------------------------------------------------------------------------------------------
batch <<-END
	group add web lb rr forward nat
	$(servers add web 1 2 3)
	$(vips web)
END
for f in 4 6; do
	rm -f "$WORK/long" "$WORK/short"
	fetch "$(url $f)/slow/big" "$WORK/long"
	ok "IPv$f: a long download begins" wait_for 10 some_busy $f
	n=$(busy $f) a=$(addr $f "$n")
	moved=$(counter flows moved)
	want server set "$a" group web state drain deadline $((5 * SLOW))s
	shown=$(mx -j server show "$a" group web)
	is "IPv$f: it is shown" "$(jq -r '.[0] | "\(.state) \(.deadline) \(.draining.phase) \(.draining.flows)"' <<<"$shown")" \
		"drain $((5000 * SLOW)) flows 1"
	between "IPv$f: and the time left" "$(jq '.[0].draining.left' <<<"$shown")" 0 $((5000 * SLOW))
	hits_clear
	ok "IPv$f: others work" many 6 "$(url $f)"
	is "IPv$f: it gets nothing new" "$(hits s$n)" 0
	ok "IPv$f: the deadline is told" heard "^drain server ${a//./\\.} .*draining over flows [01] .*cut 1" 20
	ok "IPv$f: the download is cut" wait_for 20 test -s "$WORK/long"
	between "IPv$f: with an error" "$(cat "$WORK/long")" 1 99
	between "IPv$f: its flow was decided anew" "$(($(counter flows moved) - moved))" 1 1
	is "IPv$f: it counts as down" "$(told "$a" web draining.phase) $(told "$a" web draining.cut)" "over 1"
	ok "IPv$f: moves are told" heard "^moves group web"
	ok "IPv$f: it drains anew" mx server set "$a" group web state drain deadline 300s
	between "IPv$f: with the time anew" "$(told "$a" web draining.left)" 200000 300000
	is "IPv$f: and other words leave the deadline" "$(mx server set "$a" group web weight 100; told "$a" web deadline)" 300000
	mx save >"$WORK/saved"
	ok "IPv$f: it is saved" grep -q "^server add $a group web weight 100 state drain deadline 300s$" "$WORK/saved"
	ok "IPv$f: and restored" mx restore "$WORK/saved"
	mx save >"$WORK/again"
	ok "IPv$f: as it was" diff "$WORK/saved" "$WORK/again"
	drained() { [ "$(told "$a" web draining.phase)" = empty ]; }
	ok "IPv$f: still draining" wait_for 10 drained
	want server set "$a" group web state up
	is "IPv$f: up again, it has no deadline" "$(told "$a" web state) $(told "$a" web deadline)" "up "
	hits_clear
	ok "IPv$f: requests" many 6 "$(url $f)"
	is "IPv$f: it gets its share" "$(hits s$n)" 2

	# what ends by itself before the deadline is not cut
	fetch "$(url $f)/slow/big" "$WORK/short" -r 0-2999999
	ok "IPv$f: a short download begins" wait_for 10 some_busy $f
	n=$(busy $f) a=$(addr $f "$n")
	: >"$WORK/events"
	want server set "$a" group web state drain deadline 100s
	ok "IPv$f: it ends by itself" wait_for 40 test -s "$WORK/short"
	is "IPv$f: without an error" "$(cat "$WORK/short")" 0
	ok "IPv$f: that is told" heard "^drain server ${a//./\\.} .*draining empty flows 0 .*cut 0" 20
	want server set "$a" group web state up
done

# What members' changes move --------------------------------------------------------------------------------------------
clean
batch <<-END
	group add web lb rr forward nat
	$(servers add web 1 2 3)
	$(vips web)
END
for f in 4 6; do
	a=$VIP && [ $f = 4 ] || a=$VIP6
	ok "IPv$f: the last report is over" wait_for 10 is_over
	rm -f "$WORK/go"
	mkfifo "$WORK/go"
	py client tcp-many $a 80 12 <"$WORK/go" >"$WORK/many" &
	conns=$!
	exec 5>"$WORK/go"
	opened() { grep -q ^open "$WORK/many"; }
	wait_for 60 opened
	is "IPv$f: connections lie evenly" "$(told_group web stats.even.max) $(told_group web stats.even.cv)" "1000 0"
	want server set "$(addr $f 1)" group web weight 50
	is "IPv$f: rr does not go by weight" "$(told_group web stats.even.max)" 1000
	want server set "$(addr $f 1)" group web weight 100
	ok "IPv$f: the report on weights is over" wait_for 10 is_over
	is "IPv$f: and nothing was lost" "$(told_group web stats.moves.lost)" 0
	moved=$(counter flows moved)
	: >"$WORK/events"
	want server set "$(addr $f 2)" group web state down
	ok "IPv$f: a server down is told with its flows" heard "^moves group web .*lost 4 moved [0-4] "
	echo >&5
	exec 5>&-
	wait $conns
	four() { [ "$(told_group web stats.moves.moved)" = 4 ]; }
	ok "IPv$f: all that moved is shown" wait_for 20 four
	is "IPv$f: as it was counted" "$(($(counter flows moved) - moved))" 4
	# where this script was slow they moved after that
	ok "IPv$f: when it was over is told" heard "^moves group web .*lost 4 moved [0-4] .*over" 20
	: >"$WORK/events"
	want server set "$(addr $f 2)" group web state up
	ok "IPv$f: a server up takes nothing from others" heard "^moves group web .*lost 0 moved 0 .*over"
done

# of a group that hashes, the share of keys
want group set web lb hash hash 5tuple
ok "hash: the report is over" wait_for 10 is_over
want server set 10.0.3.2 group web state down
ok "hash: a third of the keys moves" wait_for 10 keys_moved 250 450
clean

# Slow start -------------------------------------------------------------------------------------------------------------
for lb in $(short "wrr rr lc" "wrr lc"); do
	batch <<-END
		group add web lb $lb forward nat
		$(servers add web 1 2)
		$(vips web)
		group set web slow-start 100s
	END
	for f in 4 6; do
		is "$lb IPv$f: a server has its whole weight" "$(told "$(addr $f 1)" web care.share)" 1000
		want server add "$(addr $f 3)" group web weight 100
		between "$lb IPv$f: a new one begins with little" "$(told "$(addr $f 3)" web care.share)" 1 150
		hits_clear
		ok "$lb IPv$f: requests" many 60 "$(url $f)"
		between "$lb IPv$f: it gets few" "$(hits s3)" 0 15
	done
	want group set web slow-start 1s
	for f in 4 6; do
		ok "$lb IPv$f: it grows" wait_for 10 at_least told 1000 "$(addr $f 3)" web care.share
		is "$lb IPv$f: to its weight" "$(told "$(addr $f 3)" web care.effective)" 100
		hits_clear
		ok "$lb IPv$f: requests" many 30 "$(url $f)"
		between "$lb IPv$f: and gets its share" "$(hits s3)" 8 12
	done
	# down and up again
	want group set web slow-start 100s
	want server set 10.0.3.2 group web state down
	is "$lb: down, it has none" "$(told 10.0.3.2 web care.share)" 0
	want server set 10.0.3.2 group web state up
	between "$lb: up again, it begins anew" "$(told 10.0.3.2 web care.share)" 1 150
	want group set web slow-start 0
	ok "$lb: without a slow start all is there" wait_for 10 at_least told 1000 10.0.3.2 web care.share
	clean
done

# a hashing group gives away no more than what the server's share is
batch <<-END
	group add web lb hash hash 5tuple forward nat slow-start 100s
	$(servers add web 1 2)
	group set web slow-start 0
	$(vips web)
END
ok "hash: the report is over" wait_for 10 is_over
want group set web slow-start 100s
want server add 10.0.3.2 group web
ok "hash: few keys move at first" wait_for 10 keys_moved 5 100
clean

# Weights that follow -----------------------------------------------------------------------------------------------------
batch <<-END
	group add web lb wrr forward nat dynamic latency
	$(servers add web 1 2 3)
	$(vips web)
END
is "dynamic: bounds by default" "$(mx -o group show web | grep -o 'dynamic.*')" "dynamic latency dynamic-min 10 dynamic-max 200"
for f in $(short "4 6" 4); do
	a=$(addr $f 3)
	on lb tc qdisc add dev s3 root netem delay $((30 * SLOW))ms
	slower() { many 12 "$(url $f)" >/dev/null && at_most told 500 "$a" web care.share; }
	ok "IPv$f: the weight of a slow server falls" wait_for 40 slower
	between "IPv$f: and stays within its bounds" "$(told "$a" web care.share)" 100 500
	hits_clear
	ok "IPv$f: requests" many 40 "$(url $f)"
	between "IPv$f: it gets less than its third" "$(hits s3)" 1 9
	on lb tc qdisc del dev s3 root
	faster() { many 40 "$(url $f)" >/dev/null && at_least told 600 "$a" web care.share; }
	ok "IPv$f: well again, it comes back" wait_for 60 faster
done
want group set web dynamic none
is "dynamic none: the weight is what was set" "$(told 10.0.3.2 web care.share)" 1000

want group set web dynamic agent dynamic-min 20
for f in $(short "4 6" 6); do
	a=$(addr $f 1)
	want server load "$a" group web percent 95 valid 600s
	is "IPv$f: a load is shown" "$(told "$a" web care.load)" 95
	ok "IPv$f: the weight follows it" wait_for 30 at_most told 220 "$a" web care.share
	between "IPv$f: not beyond its bound" "$(told "$a" web care.share)" 200 220
	hits_clear
	ok "IPv$f: requests" many 22 "$(url $f)"
	between "IPv$f: it gets its part" "$(hits s1)" 1 3
	want server load "$a" group web percent 95 valid 500ms
	ok "IPv$f: a load that is too old counts no more" wait_for 30 at_least told 1000 "$a" web care.share
	is "IPv$f: and is not shown" "$(told "$a" web care.load)" ""
done
mx save >"$WORK/saved"
ok "it is saved" grep -q "^group add web .* dynamic agent dynamic-min 20 dynamic-max 200$" "$WORK/saved"
ok "and restored" mx restore "$WORK/saved"
mx save >"$WORK/again"
ok "as it was" diff "$WORK/saved" "$WORK/again"

# Bad input ----------------------------------------------------------------------------------------------------------------
# refused PATTERN WORD...: with that text
refused() {
	mx "${@:2}" >"$WORK/refused" 2>&1
	[ $? = 2 ] && grep -qF -- "$1" "$WORK/refused" && return
	cat "$WORK/refused"
	return 1
}
while IFS='|' read -r text line; do
	ok "refused: $line" refused "$text" $line
done <<-END
	a time is 0 for none|group set web slow-start 99ms
	a time is 0 for none|group set web slow-start 86401s
	a time is 0 for none|server set 10.0.1.2 group web state drain deadline 1ms
	a time is 0 for none|server set 10.0.1.2 group web state drain deadline 90000s
	a deadline needs state drain|server set 10.0.1.2 group web deadline 5s
	a deadline needs state drain|server set 10.0.1.2 group web state down deadline 5s
	a deadline needs state drain|server add 10.9.9.9 group web deadline 5s
	need a scheduler that goes by weight|group set web lb rr
	need a scheduler that goes by weight|group add other lb lc dynamic latency
	dynamic-min is 1 to 100|group set web dynamic-min 0
	dynamic-min is 1 to 100|group set web dynamic-min 101
	dynamic-max is 100 to 1000|group set web dynamic-max 99
	dynamic-max is 100 to 1000|group set web dynamic-max 4294967295
	bounds need dynamic|group add other lb wrr dynamic-min 5
	bounds need dynamic|group set web dynamic none dynamic-max 100
	a load is 0 to 100|server load 10.0.1.2 group web percent 101
	a time is 0 for none|server load 10.0.1.2 group web percent 1 valid 1ms
	no such server|server load 10.9.9.9 group web percent 1
	no such group|server load 10.0.1.2 group nosuch percent 1
END
want group set web dynamic latency
ok "refused: a load where weights follow latency" refused "do not follow an agent" server load 10.0.1.2 group web percent 1
ok "no word is taken for another" fails mx server load 10.0.1.2 group web
ok "nothing has changed" test "$(mx save | sed 's/dynamic latency/dynamic agent/' | cksum)" = "$(cksum <"$WORK/saved")"

# A server goes while it drains, a group while it ramps
batch <<-END
	server set 10.0.1.2 group web state drain deadline 1s
	server del 10.0.1.2 group web
	group set web slow-start 10s
	server set 10.0.2.2 group web state down
	server set 10.0.2.2 group web state up
END
clean
is "nothing is left" "$(mx save | grep -vc -e '^#' -e '^settings')" 0
kill $HEAR
finish
