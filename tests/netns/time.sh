#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Rules by hours and days: time zones, midnight, daylight saving time, steps of the clock, what flows do meanwhile.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
[ -e /usr/share/zoneinfo/Europe/Berlin ] || skip_all "there is no tz database"
star
for s in s1 s2 s3; do echo_udp $s 5300; done
clean
for i in 1 2 3; do echo "group add g$i lb rr forward nat"; echo "server add 10.0.$i.2:5300 group g$i"; done | batch
want rule add id 1000 priority 1 to $VIP group g3

# The guest's own time comes back at once after a step: the shell counts by it.
UP=$(cut -d. -f1 /proc/uptime)
NOW=$(date +%s)
step() { date -u -s "$1" >/dev/null; }
step_back() { date -u -s "@$((NOW + $(cut -d. -f1 /proc/uptime) - UP))" >/dev/null; }
# early_2026 COMMAND...: with the clock there. mutexctl tells the kernel the offsets of a zone from a year before today on:
# this test's dates must not get older than that.
early_2026() {
	local status
	step 2026-02-01T00:00:00Z 2>/dev/null
	"$@"
	status=$?
	step_back 2>/dev/null
	return $status
}

# at TIME: which rule takes a packet then; at_each TIME...: of several
at() { mx -j route get $VIP:53 proto udp at "$1" | jq -r '.[0].rule.id'; }
at_each() { local t; for t; do at "$t"; done | paste -sd' '; }

# Boundaries. 2026-03-27 is a Friday; on the 29th, at 01:00 UTC, summer time begins in Berlin.
want rule add id 1 priority 10 hours 9-17 days 1-5 group g1
is "working hours, of UTC" "$(at_each 2026-03-27T08:59:59Z 2026-03-27T09:00Z 2026-03-27T16:59:59Z 2026-03-27T17:00Z)" "1000 1 1 1000"
is "working days" "$(at_each 2026-03-28T10:00Z 2026-03-29T10:00Z 2026-03-30T10:00Z 2026-04-03T10:00Z)" "1000 1000 1 1"
is "shown as it is added" "$(mx rule show id 1 | grep -o 'hours.*days [^ ]*')" "hours 09:00-17:00 days mon-fri"
early_2026 want rule set id 1 zone Europe/Berlin
is "a zone, in winter" "$(at_each 2026-03-27T07:59:59Z 2026-03-27T08:00Z 2026-03-27T15:59:59Z 2026-03-27T16:00Z)" "1000 1 1 1000"
is "a zone, in summer" "$(at_each 2026-03-30T06:59:59Z 2026-03-30T07:00Z 2026-03-30T14:59:59Z 2026-03-30T15:00Z)" "1000 1 1 1000"
is "a zone, in twenty years" "$(at_each 2046-07-02T07:00Z 2046-07-02T06:59Z 2046-01-02T08:00Z 2046-01-02T07:59Z)" "1 1000 1 1000"
want rule set id 1 hours 2-3 days any
is "an hour that is left out never comes" "$(at_each 2026-03-29T00:59:59Z 2026-03-29T01:00Z 2026-03-29T01:59:59Z)" "1000 1000 1000"
is "an hour that comes twice matches twice" \
	"$(at_each 2026-10-24T23:59:59Z 2026-10-25T00:00Z 2026-10-25T00:59:59Z 2026-10-25T01:00Z 2026-10-25T01:59:59Z 2026-10-25T02:00Z)" \
	"1000 1 1 1 1 1000"
want rule set id 1 hours 22:00-06:30 days fri zone any
is "over midnight: the day on which the hours begin" \
	"$(at_each 2026-03-27T21:59:59Z 2026-03-27T22:00Z 2026-03-28T00:00Z 2026-03-28T06:29:59Z 2026-03-28T06:30Z)" "1000 1 1 1 1000"
is "and no other" "$(at_each 2026-03-27T03:00Z 2026-03-28T22:00Z 2026-03-29T03:00Z)" "1000 1000 1000"
want rule set id 1 hours any days sat-mon
is "days alone, over the week's end" "$(at_each 2026-03-27T23:59:59Z 2026-03-28T00:00Z 2026-03-30T23:59:59Z 2026-03-31T00:00Z)" "1000 1 1 1000"
early_2026 want rule set id 1 days sun zone Pacific/Kiritimati
is "a zone of fourteen hours" "$(at_each 2026-03-28T09:59:59Z 2026-03-28T10:00Z 2026-03-29T09:59:59Z 2026-03-29T10:00Z)" "1000 1 1 1000"
want rule set id 1 hours 12:00-24:00 days any zone -03:30
is "an offset by number" "$(at_each 2026-03-28T15:29:59Z 2026-03-28T15:30Z 2026-03-29T03:29:59Z 2026-03-29T03:30Z)" "1000 1 1 1000"
is "shown with its zone" "$(mx rule show id 1 | grep -o 'hours.*zone [^ ]*')" "hours 12:00-24:00 zone -03:30"
want rule set id 1 hours 00:00-24:00
is "the whole day" "$(at_each @0 @1 2026-03-28T23:59:59Z @253402300799)" "1 1 1 1"
want rule set id 1 hours any
is "without hours and days the zone goes too" "$(mx rule show id 1 | grep -c zone)" 0

# Many rules and times, against another implementation.
want rule del id 1
python3 "$HERE/time.py" "$(short 300 60)" "$(short 40 20)" 7 "$WORK/setup" "$WORK/asks" "$WORK/answers"
ok "many rules" early_2026 mx -b "$WORK/setup"
mx -j -b "$WORK/asks" | jq -r '.[0].verdict' | sed 's/steer/none/' >"$WORK/got"
ok "$(wc -l <"$WORK/answers") questions" diff "$WORK/answers" "$WORK/got"
mx save "$WORK/saved"
ok "they are restored" early_2026 mx restore "$WORK/saved"
mx save "$WORK/again"
ok "as they were" diff "$WORK/saved" "$WORK/again"
clean
for i in 1 2 3; do echo "group add g$i lb rr forward nat"; echo "server add 10.0.$i.2:5300 group g$i"; done | batch
want rule add id 1000 priority 1 to $VIP group g3

# Steps of the clock.
# who TIME [KEEP]: who answers a datagram at that time, of a new flow unless it is to be kept
who() {
	local got
	[ $# -gt 1 ] || mx flow flush >/dev/null
	step "$1"
	got=$(py client udp-ask $VIP 53 1 names retries=3 from=10.0.0.2)
	step_back
	echo "${got:-nobody}"
}
if step_back; then
	early_2026 want rule add id 1 priority 10 hours 22:00-06:30 days mon-fri,sun zone Europe/Berlin group g1
	is "a Friday at 22:00 in Berlin" "$(who 2026-03-27T21:00:00Z)" s1:1
	is "the clock steps back, a minute" "$(who 2026-03-27T20:59:00Z)" s3:1
	is "it steps over midnight" "$(who 2026-03-28T00:30:00Z)" s1:1
	is "to Saturday evening" "$(who 2026-03-28T22:00:00Z)" s3:1
	is "to the first day of summer time" "$(who 2026-03-30T04:29:00Z)" s1:1
	is "an hour that would be right in winter" "$(who 2026-03-30T04:31:00Z)" s3:1
	is "it steps by years" "$(who 2037-06-17T21:00:00Z)" s1:1
	is "and far back" "$(who 1999-06-17T12:00:00Z)" s3:1
	# flows
	mx flow flush >/dev/null
	flows_to() { mx -j flow show | jq -r '[.[].group] | unique | join(" ")'; }
	step 2026-03-27T21:00:00Z
	py client udp-ask $VIP 53 1 names retries=3 from=10.0.0.2 >/dev/null
	step_back
	is "a flow is made in the night" "$(flows_to)" g1
	step 2026-03-27T12:00:00Z
	is "at noon it stays" "$(flows_to) $(flows)" "g1 1"
	is "until it is decided anew" "$(mx -j flow reevaluate | json 0.count)" 1
	step 2026-03-27T23:00:00Z
	py client udp-ask $VIP 53 1 names retries=3 from=10.0.0.2 >/dev/null
	is "in the night it would stay" "$(mx -j flow reevaluate | json 0.count) $(flows_to)" "0 g1"
	step_back
else
	skip "steps of the clock" "the guest's clock cannot be set"
fi

# What is wrong is refused.
refused() { # NAME STATUS WORDS...
	local name=$1 status=$2
	shift 2
	mx "$@" >"$WORK/out" 2>&1
	is "refused: $name" "$? $(grep -c . "$WORK/out")" "$status 1"
	say "$(head -n 1 "$WORK/out")"
}
R="rule add priority 5 drop"
refused "hours that are none" 1 $R hours 25-26
refused "an hour alone" 1 $R hours 9
refused "hours that begin at the end of the day" 1 $R hours 24:00-1
refused "minutes that are none" 1 $R hours 9:60-10
refused "hours that end as they begin" 2 $R hours 9-9
refused "a day that is none" 1 $R days mon-xyz
refused "day 0" 1 $R days 0
refused "no day" 1 $R days mon,
refused "a zone that is not there" 1 $R hours 9-17 zone Europe/Nowhere
refused "a zone beyond its folder" 1 $R hours 9-17 zone ../../etc/passwd
refused "a folder as a zone" 1 $R hours 9-17 zone Europe
refused "an offset that is too large" 1 $R hours 9-17 zone +25:00
refused "a zone without hours and days" 2 $R zone Europe/Berlin
refused "a country that is none" 1 $R country D1
refused "a region that is none" 1 $R region XX
refused "a time that is none" 1 route get $VIP at yesterday
refused "a time behind all calendars" 2 route get $VIP at @253402300800
is "without a tz database" "$(TZDIR=/nonexistent mx $R hours 9-17 zone Europe/Berlin 2>&1 | grep -c /nonexistent)" 1
is "nothing was added" "$(mx -j rule show | json '[0-9]+.id' | sort -n | paste -sd' ')" "1 1000"
finish
