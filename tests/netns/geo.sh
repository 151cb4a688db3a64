#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# data: geo
# timeout: 600
# Rules by country and region: databases from CSV and MMDB, their atomic replacement, loads that fail or are killed, and the
# big databases in use.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
for s in s1 s2 s3; do echo_udp $s 5300; done
for i in 70 130 200; do
	printf 'addr add 10.0.0.%d/24 dev c0\naddr add fd00::%x/64 dev c0 nodad\n' $i $i
done >"$WORK/addrs"
ipb client <"$WORK/addrs"
G=$WORK/geo
mkdir $G

# gpy NS ARGS...: geo.py in a namespace
gpy() { on "$1" python3 -S "$HERE/geo.py" "${@:2}"; }

# The client's addresses: .2 in Germany, .70 in France, .130 in the USA, .200 nowhere.
cat >$G/small.csv <<-END
	# START,END,CC
	10.0.0.128,10.0.0.191,US
	"10.0.0.0", "10.0.0.63", "de"
	10.0.0.64,10.0.0.127,FR

	fd00::,fd00::3f,DE
	fd00::40,fd00::7f,FR
	fd00::80,fd00::bf,US
END
setup() {
	local i
	clean
	for i in 1 2 3; do
		cat <<-END
			group add g$i lb rr forward nat
			server add 10.0.$i.2:5300 group g$i
			server add [fd00:$i::2]:5300 group g$i
		END
	done >"$WORK/groups"
	batch <"$WORK/groups"
	want rule add id 1000 priority 1 to $VIP group g3
	want rule add id 1001 priority 1 to $VIP6 group g3
}

# asks LAST: who answers one datagram from the address with that last number, IPv4 and IPv6
asks() {
	local four six
	mx flow flush >/dev/null
	four=$(py client udp-ask $VIP 53 1 names retries=3 from=10.0.0.$1)
	six=$(py client udp-ask $VIP6 53 1 names retries=3 from="fd00::$(printf %x $1)")
	echo "${four:-nobody} ${six:-nobody}"
}
rule() { mx -j -d rule show id "$1" | jq -r ".[0].$2"; }
place() { mx -j geo get "$1" | jq -r '.[0] | "\(.country) \(.region) \(.plen)"'; }
name() { mx -j geo show | jq -r '.[0].name'; }

setup
want rule add id 1 priority 10 country DE group g1
is "without a database a rule with a country never matches" "$(asks 2)" "s3:1 s3:1"
is "and says so" "$(rule 1 blind)" true
ok "geo show says so too" grep -q "never match.* rules 1" <<<"$(mx geo show)"
ok "route get says so too" grep -q "no database" <<<"$(mx route get $VIP:53 proto udp from 10.0.0.2)"
ok "a CSV file is loaded" mx geo load $G/small.csv
mx -p -j geo show >"$WORK/show"
is "its name, prefixes and countries" "$(jq -r '.[0] | "\(.name) \(.prefixes4) \(.prefixes6) \(.countries) \(.rules)"' "$WORK/show")" \
	"small.csv 3 3 3 1"
between "its memory" "$(jq '.[0].bytes' "$WORK/show")" 100 1000000
between "when it was loaded" "$(($(date +%s) - $(jq '.[0].loaded' "$WORK/show")))" 0 60
is "the rule is not blind any more" "$(rule 1 blind)" null
is "an address is found" "$(place 10.0.0.2) $(place fd00::46)" "DE EU 26 FR EU 122"
is "a v4-mapped one too" "$(place ::ffff:10.0.0.130)" "US NA 26"
is "an unknown one is not" "$(place 10.0.0.200)" "null null null"

is "steered by country" "$(asks 2)" "s1:1 s1:1"
is "another country" "$(asks 70)" "s3:1 s3:1"
is "an unknown one" "$(asks 200)" "s3:1 s3:1"
want rule set id 1 country FR,us
is "a list of countries" "$(asks 2) $(asks 70) $(asks 130) $(asks 200)" "s3:1 s3:1 s1:1 s1:1 s1:1 s1:1 s3:1 s3:1"
want rule set id 1 country '!US'
is "all but a country; the unknown are in no country" "$(asks 2) $(asks 130) $(asks 200)" "s1:1 s1:1 s3:1 s3:1 s3:1 s3:1"
want rule set id 1 country any region EU,AS
is "a region" "$(asks 2) $(asks 70) $(asks 130) $(asks 200)" "s1:1 s1:1 s1:1 s1:1 s3:1 s3:1 s3:1 s3:1"
want rule set id 1 region '!EU'
is "all but a region" "$(asks 2) $(asks 130) $(asks 200)" "s3:1 s3:1 s1:1 s1:1 s3:1 s3:1"
want rule set id 1 region EU country '!FR'
is "a region without a country" "$(asks 2) $(asks 70) $(asks 130)" "s1:1 s1:1 s3:1 s3:1 s3:1 s3:1"
want rule set id 1 from 10.0.0.0/24
is "with another match" "$(asks 2)" "s1:1 s3:1"
ok "the rule is shown as it is added" grep -q "country '!FR' region EU" <<<"$(mx rule show id 1)"
want rule set id 1 from any
is "route get: the country, and the rule" \
	"$(mx -j route get $VIP:53 proto udp from 10.0.0.2 | jq -r '.[0] | "\(.country) \(.region) \(.rule.id)"')" "DE EU 1"
ok "and why" grep -q "the source is in DE" <<<"$(mx route get $VIP:53 proto udp from 10.0.0.2)"
ok "of an unknown one" grep -q "country is unknown" <<<"$(mx route get $VIP:53 proto udp from 10.0.0.200)"

# Flows keep their server; reevaluate looks at the country anew.
mx flow flush >/dev/null
py client udp-ask $VIP 53 1 names retries=3 from=10.0.0.2 >/dev/null
sed 's/"de"/fr/' $G/small.csv >$G/moved.csv
ok "the file is replaced" mx geo load $G/moved.csv
is "flows stay" "$(flows)" 1
is "flow reevaluate moves them" "$(mx -j flow reevaluate | json 0.count) $(flows)" "1 0"
ok "a database is flushed" mx geo flush
is "there is none" "$(name)" null
is "a flush of nothing is fine" "$(mx geo flush; echo $?)" 0
ok "an address cannot be asked then" fails mx geo get 10.0.0.2

# Save and restore.
want geo load $G/small.csv
mx save "$WORK/saved"
ok "a saved configuration notes the database" grep -q '^# rules ask for countries: the database (small.csv)' "$WORK/saved"
ok "and has the rule" grep -q "country '!FR' region EU" "$WORK/saved"
ok "it is restored" mx restore "$WORK/saved"
is "the database stays" "$(name)" small.csv
mx save "$WORK/again"
ok "and all is as before" diff "$WORK/saved" "$WORK/again"
is "another namespace has none" "$(mxin client -j geo show | jq -r '.[0].name')" null
start lb $MX_CTL -j monitor config
MONITOR=$!
listening() { [ -n "$(find /proc/$MONITOR/fd -lname '*signalfd*' 2>/dev/null)" ]; }
wait_for 10 listening
want geo load $G/moved.csv
want geo load $G/small.csv
told() { [ "$(grep -c '"object": *"geo"' "$WORK/bg.log")" = "$1" ]; }
ok "listeners are told" wait_for 10 told 2
kill $MONITOR

# MMDB, in the layouts that are in use.
for style in full flat short; do
	for bits in 24 28 32; do
		gpy - mmdb $G/t.mmdb $style $bits 10.0.0.0/26=DE 10.0.0.64/26=FR 10.0.0.128/27=US 10.0.0.160/27=US fd00::/122=DE \
			fd00::40/122=FR fd00::80/122=JP
		ok "MMDB of $bits bits, $style" mx geo load $G/t.mmdb
		is "MMDB of $bits bits, $style: prefixes" "$(mx -j geo show | jq -r '.[0] | "\(.prefixes4) \(.prefixes6) \(.countries)"')" "3 3 4"
		is "MMDB of $bits bits, $style: places" "$(place 10.0.0.70) $(place fd00::2) $(place fd00::81) $(place 2002:a00::1)" \
			"FR EU 26 DE EU 122 JP AS 122 null null null"
	done
done
gpy - mmdb $G/v4 v4 28 10.0.0.0/26=DE 10.0.0.64/26=FR
ok "MMDB of IPv4 alone, under any name" mx geo load $G/v4
is "its places" "$(place 10.0.0.70) $(place 10.0.0.2)" "FR EU 26 DE EU 26"
gpy - mmdb $G/continent.mmdb continent 28 10.0.0.0/26=XX
ok "MMDB with continents only" mx geo load $G/continent.mmdb
is "a region without a country" "$(place 10.0.0.2)" "null OC 26"
grep -v 10 $G/small.csv >$G/six.csv
ok "several files make one database" mx geo load $G/v4 $G/six.csv
is "its name" "$(name)" "v4 six.csv"
is "its prefixes" "$(mx -j geo show | jq -r '.[0] | "\(.prefixes4) \(.prefixes6)"')" "2 3"
printf '1.0.0.0,1.0.0.255,JP\r\n1.0.1.0,1.0.1.255,ZZ\r\n1.0.2.0,1.0.2.255,\r\n  1.0.3.0 , 1.0.3.2 ,jp' >$G/crlf.csv
ok "carriage returns, blanks, unknown countries, no newline at the end" mx geo load $G/crlf.csv
is "what was in it" "$(place 1.0.0.255) $(place 1.0.1.1) $(place 1.0.3.1) $(place 1.0.3.2)" "JP AS 24 null null null JP AS 31 JP AS 32"
printf '0.0.0.0,255.255.255.255,DE\n::,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,FR\n' >$G/all.csv
ok "everything at one place" mx geo load $G/all.csv
is "all of it" "$(place 0.0.0.0) $(place 255.255.255.255) $(place ::) $(place 2001:db8::1)" "DE EU 0 DE EU 0 FR EU 0 FR EU 0"
printf '0.0.0.1,255.255.255.254,DE\n' >$G/most.csv
ok "all but the ends" mx geo load $G/most.csv
is "the most prefixes of a range" "$(mx -j geo show | jq '.[0].prefixes4') $(place 0.0.0.0) $(place 0.0.0.1)" "62 null null null DE EU 32"

# Where ranges overlap, the narrower one holds, and of equal ones the later.
cat >$G/over.csv <<-END
	1.0.0.0,1.0.0.255,DE
	1.0.0.16,1.0.0.31,FR
	1.0.0.20,1.0.0.20,US
	1.0.0.250,1.0.1.1,JP
	1.0.2.0,1.0.2.255,DE
	1.0.2.0,1.0.2.255,FR
	0.0.0.0,255.255.255.255,AQ
	fd00::,fd00::ff,DE
	fd00::80,fd00::17f,FR
END
mx geo load $G/over.csv >"$WORK/over"
is "ranges that overlap" $? 0
ok "are told of" grep -q "overlaps 7 " "$WORK/over"
countries() { local a; for a; do mx -j geo get "$a" | jq -r '.[0].country'; done | paste -sd' '; }
is "the narrower one holds" "$(countries 1.0.0.15 1.0.0.16 1.0.0.20 1.0.0.21 1.0.0.32 1.0.0.249 1.0.0.250 1.0.1.1 1.0.1.2 0.0.0.0)" \
	"DE FR US FR DE DE JP JP AQ AQ"
is "of equal ones the later" "$(countries 1.0.2.0 1.0.2.255 fd00::7f fd00::80 fd00::17f)" "FR FR DE FR FR"
ok "and that of the later file" mx geo load $G/small.csv $G/moved.csv
is "which here says" "$(countries 10.0.0.2 10.0.0.70)" "FR FR"

# What is wrong is refused, with its file and line, and the database in force stays.
want geo load $G/small.csv
refused() { # NAME FILE PATTERN: the file's words must match
	mx geo load $G/$2 >"$WORK/out" 2>&1
	is "refused: $1" "$? $(name) $(grep -cE "$G/$2$3" "$WORK/out")" "2 small.csv 1"
	say "$(head -n 1 "$WORK/out")"
}
bad() { printf '%b' "$3" >$G/bad.csv; refused "$1" bad.csv "$2"; }
bad "an empty file" ": the file is empty" ""
bad "comments only" ": no address" "# nothing\n"
bad "a range that is reversed" ":2: the range ends before" "1.0.0.0,1.0.0.1,DE\n1.0.1.1,1.0.1.0,DE\n"
bad "a line that is cut" ":2: a line must be" "1.0.0.0,1.0.0.255,DE\n1.0.1.0,1.0."
bad "a line that is cut in its country" ":2: \"D\"" "1.0.0.0,1.0.0.255,DE\n1.0.1.0,1.0.1.255,D"
bad "a country that is none" ":1: \"D1\"" "1.0.0.0,1.0.0.255,D1\n"
bad "three letters" ":1: \"DEU\"" "1.0.0.0,1.0.0.255,DEU\n"
bad "an address that is none" ":1: \"1.0.0.256\"" "1.0.0.0,1.0.0.256,DE\n"
bad "two families" ":1: the range begins as IPv4 and ends as IPv6" "1.0.0.0,fd00::1,DE\n"
bad "a fourth field" ":1: a line must be" "1.0.0.0,1.0.0.1,DE,1\n"
bad "an open quote" ":1: a line must be" "\"1.0.0.0,1.0.0.1,DE\n"
bad "a long line" ":1: the line is too long" "$(printf '1%.0s' {1..300})\n"
bad "binary data" ":1: a line must be" "\0001\0002\0003\0377"
bad "zeros at the end, as after a crash" ":2: the line has a zero byte" "1.0.0.0,1.0.0.255,DE\n\0000\0000\0000\0000"
bad "a line with a zero in it" ":1: the line has a zero byte" "1.0.0.0,1.0.0.255,DE\0000,FR\n"
refused "a file that is not there" nosuch.csv ": No such file"
mkdir $G/dir
refused "a directory" dir ": Is a directory"
is "refused: no file" "$(mx geo load >/dev/null 2>&1; echo $?)" 1
gpy - mmdb $G/good.mmdb full 28 10.0.0.0/26=DE 10.0.0.64/26=FR fd00::/122=DE
size=$(stat -c %s $G/good.mmdb)
: >"$WORK/cut"
for n in 0 1 100 $((size / 4)) $((size / 2)) $((size - 200)) $((size - 60)) $((size - 1)); do
	head -c $n $G/good.mmdb >$G/cut.mmdb
	mx geo load $G/cut.mmdb >"$WORK/out" 2>&1
	echo "$? $(grep -c "$G/cut.mmdb: " "$WORK/out")" >>"$WORK/cut"
done
is "refused: an MMDB that is cut, at eight places" "$(sort -u "$WORK/cut") $(name)" "2 1 small.csv"

# spoiled: an MMDB with some bytes changed is loaded or refused in words, and mutexctl lives on.
spoiled() {
	local i status
	gpy - spoil $G/good.mmdb $G/spoiled "$1"
	for i in $(seq "$1"); do
		timeout $((20 * SLOW)) $MX_CTL -n lb geo load $G/spoiled.$i.mmdb >"$WORK/out" 2>&1
		status=$?
		[ $status = 0 ] || { [ $status = 2 ] && [ -s "$WORK/out" ]; } || { echo "seed $i: status $status"; return 1; }
	done
}
ok "MMDB files with changed bytes are no danger" spoiled "$(short 200 30)"

# A load that is interrupted.
want geo load $G/small.csv
rm -f "$WORK/ready"
start lb python3 -S "$HERE/geo.py" hold "$WORK/ready"
wait_for 20 test -e "$WORK/ready"
is "while somebody else loads, nobody does" "$(mx geo load $G/moved.csv 2>&1 | grep -c 'another socket is loading') $(name)" "1 small.csv"
is "and the database in force answers" "$(asks 2)" "s1:1 s1:1"
kill -KILL "$(cat "$WORK/ready")"
ok "a load that is killed in its middle is forgotten" wait_for 10 mx geo load $G/moved.csv
is "and leaves nothing" "$(place 10.0.0.2) $(name)" "FR EU 25 moved.csv"
gpy - big $G/big1.csv "$(short 200000 50000)" DE
gpy - big $G/big2.csv "$(short 200000 50000)" FR
want geo load $G/big1.csv
# --foreground: timeout then waits until the killed one is gone, and its upload with it
killed() {
	local i
	for i in 01 05 1 2 3 5; do
		timeout --foreground -s KILL 0.$i $MX_CTL -n lb geo load $G/big2.csv >/dev/null 2>&1
		case $(name) in
		big1.csv) [ "$(place 11.0.0.0)" = "DE EU 31" ] || return 1 ;;
		big2.csv) [ "$(place 11.0.0.0)" = "FR EU 31" ] || return 1; mx geo load $G/big1.csv || return 1 ;;
		*) return 1 ;;
		esac
	done 2>/dev/null
}
ok "mutexctl is killed at any time: the old database or the new one" killed

# Replaced under traffic: each packet is decided by one database or by the other, and none by half of one.
clean
batch <"$WORK/groups"
want rule add id 1 priority 10 to $VIP country DE group g1
want rule add id 2 priority 10 to $VIP country FR group g2
want rule add id 3 priority 1 to $VIP group g3
echo "10.0.0.0,10.0.0.255,DE" >$G/de.csv
sed 's/DE/FR/' $G/de.csv >$G/fr.csv
cat $G/big1.csv >>$G/de.csv
cat $G/big2.csv >>$G/fr.csv
want geo load $G/de.csv
mx flow flush >/dev/null
py client udp-ask $VIP 53 "$(short 6000 1500)" names retries=2 >"$WORK/names" &
ASK=$!
turns=0
while kill -0 $ASK 2>/dev/null; do
	want geo load $G/fr.csv
	want geo load $G/de.csv
	turns=$((turns + 1))
done
wait $ASK
say "$turns turns: $(cat "$WORK/names")"
is "replaced under traffic: nobody falls between two databases" "$(grep -c s3 "$WORK/names") $(grep -c 's1:' "$WORK/names")" "0 1"

# The databases in use.
figures() { # NAME FILE...
	local name=$1
	shift
	ok "$name is loaded" mx geo load "$@"
	say "$name: $(head -n 1 "$WORK/said")"
}
if [ "${MX_GUEST#uml}" = "${MX_GUEST-}" ]; then
	skip "the databases in use" "on uml only: emulation is slow"
elif [ -n "${MX_GEO-}" ] && [ -d "$MX_GEO" ]; then
	whois=$MX_GEO/geo-whois-asn-country/geo-whois-asn-country
	figures "the whois database (CSV)" $whois-ipv4.csv $whois-ipv6.csv
	ok "and agrees with its files" gpy lb agree-csv "$(short 10000 2000)" $whois-ipv4.csv $whois-ipv6.csv
	note <"$WORK/said"
	figures "the iptoasn database (MMDB)" $MX_GEO/iptoasn-country-mmdb/iptoasn-country.mmdb
	if [ -e $MX_GEO/iptoasn-country-mmdb/answers ]; then
		ok "and agrees with mmdblookup" gpy lb agree-lookup $MX_GEO/iptoasn-country-mmdb/answers
		note <"$WORK/said"
	else
		skip "and agrees with mmdblookup" "there is no mmdblookup"
	fi
	ok "a flush of it" mx geo flush
else
	skip "the databases in use" "the host has no npm or no network to get them (scripts/geo-data)"
fi

# A namespace that goes takes its database and an open upload with it.
want geo load $G/big1.csv
rm -f "$WORK/ready"
start lb python3 -S "$HERE/geo.py" hold "$WORK/ready"
wait_for 20 test -e "$WORK/ready"
finish
