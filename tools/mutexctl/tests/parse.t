#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What mutexctl makes of its words, without a kernel module: TAP. MUTEXCTL names the program.
#
# A right command line gets as far as the kernel, which is not there: status 2. In a fresh network namespace without
# the module that is always so; a wrong line ends before, with status 1 and the reason.
set -u
ctl=${MUTEXCTL:-./mutexctl}
case $ctl in */*) ctl=$(cd "$(dirname "$ctl")" && pwd)/$(basename "$ctl") ;; esac
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0 failed=0

# report RESULT NAME
report() {
	n=$((n + 1))
	set -- "$1" "$(printf %s "$2" | tr '\n\0#' ';; ' | cut -c1-100)"
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		echo "not ok $n - $2"
		sed 's/^/#   /' "$dir/out"
		failed=$((failed + 1))
	fi
}

# is STATUS PATTERN WORD...: the command ends so, and says so
is() {
	local want=$1 pattern=$2 got
	shift 2
	"$ctl" "$@" </dev/null >"$dir/out" 2>&1
	got=$?
	[ "$got" = "$want" ] && { [ -z "$pattern" ] || grep -qF -- "$pattern" "$dir/out"; }
	report $? "$* -> $want${pattern:+, $pattern}"
}

bad() { is 1 "$@"; }

# Without the module every right line ends here.
gone='kernel module mutex is not loaded'
good() {
	if grep -q '^mutex ' /proc/modules 2>/dev/null; then
		n=$((n + 1))
		echo "ok $n - $* # SKIP the module is loaded"
		return
	fi
	is 2 "$gone" "$@"
}

is 0 'mutexctl 0.' -V
is 0 'Usage: mutexctl' help
is 0 'Usage: mutexctl' -h
is 1 'Usage: mutexctl'
for object in group server table route rule geo dev flow path persist settings stats monitor save restore check report import record dashboard; do
	is 0 'Usage: mutexctl' $object help
done

# Failover
good group add g lb rr failover delayed fails 3 window 10s rise 2 hold-down 5s-300s fallback h
good group set g failover off hold-down 500ms fallback none
bad 'failover strategy' group set g failover never
bad 'fails' group set g fails 256
bad 'is not a time' group set g window soon
bad 'is not a time' group set g hold-down 5s-
bad 'is not a time' group set g hold-down -5s
bad 'is not a time' group set g hold-down 5s-6s-7s
bad 'is not a time' group set g hold-down 11111111111111111111111111111111111-6s
good path add isp1 dev eth0 peer 192.0.2.1
good path add isp1 dev eth0 peer 2001:db8::1 local fd00::1 via fe80::1 port 862 probe stamp admin standby interval 10ms timeout 0 bandwidth 100 cost 7 key 3
good path set isp1 via none local none samples 3 fall 2 worse 1 rise 9 margin 2.5 brownout 0.125 hold-down 0-5m
good path set isp1 margin 50 brownout 2%
good path flush
bad 'dev is missing' path add isp1 peer 192.0.2.1
bad 'peer is missing' path add isp1 dev eth0
bad 'is not an IPv4 or IPv6 address' path add isp1 dev eth0 peer example.org
bad 'is not a probe: stamp, icmp, tcp, none' path set isp1 probe udp
bad 'is not a state of a path: up, standby, down' path set isp1 admin drain
bad 'margin "1.2345" is not a number' path set isp1 margin 1.2345
bad 'margin "-1" is not a number' path set isp1 margin -1
bad 'margin "1." is not a number' path set isp1 margin 1.
bad 'margin ".5" is not a number' path set isp1 margin .5
bad 'margin "" is not a number' path set isp1 margin ''
bad 'brownout "100.0001" is not a number' path set isp1 brownout 100.0001
bad 'brownout "99999999999999999999999" is not a number' path set isp1 brownout 99999999999999999999999
bad 'port' path set isp1 port 65536
bad 'samples' path set isp1 samples 256
bad 'unknown word "now"' path flush now
good record --db "$dir/p.db"
good record db "$dir/p.db" interval 100ms keep 1h size 256K aside
good dashboard listen 127.0.0.1:0
good server report 10.0.0.1:80 group g bad reason silent
good server report '[fd00::1]:80' group g good
bad '' server report 10.0.0.1:80 group g good bad
bad 'reason' server report 10.0.0.1:80 group g bad reason whim
bad '' server report 10.0.0.1:80 bad
bad '' server report

# Objects and commands
bad 'unknown object "frob"' frob
bad 'ambiguous: server, settings, stats, save' s show
bad 'ambiguous: group, geo' g show
bad 'ambiguous: server, settings' se
bad 'ambiguous: route, rule, restore, report, reflector, record' r
bad 'ambiguous: set, show' group s
bad 'unknown command "frob"' group frob
bad 'unknown option' -x group
bad 'needs a value' -n
bad 'auto, always or never' -c=blue group
bad 'no object beside its file' -b "$dir/x" group show
good gr a web lb rr
good rou sh
good gr
good -j -p -s -d -o -t stats

# Words
bad 'NAME is missing' group add
bad 'lb is missing' group add web
bad 'unknown word "foo", try "mutexctl group help"' group add web lb rr foo bar
bad 'unknown word "forwrd", is "forward" meant?' group add web lb rr forwrd nat
bad 'unknown word "wieght", is "weight" meant?' server set 10.0.0.1 group web wieght 5
bad 'unknown word "a-very-long-word-that-is-nothing", try "mutexctl group help"' group add web lb rr a-very-long-word-that-is-nothing 5
bad 'unknown object "grup"' help grup
[ "$("$ctl" help rule)" = "$("$ctl" rule help)" ]
report $? "help of an object, in either order"
bad '"lb" comes twice' group add web lb rr lb lc
bad '"lb" needs a value' group add web lb
bad 'not a hash key: src, dst, src,dst, 5tuple' group add web lb hash hash cid
bad 'not a forward mode: nat, route, mark' group add web lb rr forward ipip
good group add web lb rr rate-conns 1 rate-pkts 0x10 rate-bytes 1099511627776 burst 100ms over next
good group add web lb rr persist 5m persist-plen4 24 persist-plen6 64 set-dscp 46 set-priority 1:a0 set-mark 0x3/0xf
good group set web set-dscp none set-priority none set-mark none persist 0
good server set 192.0.2.1:80 group web max-conns 3 rate-conns 1 burst 2s over drop
good rule add priority 1 group web set-dscp 0 set-priority ffff:ffff set-mark 1
good rule set id 1 set-dscp none set-mark none
good persist show group web from 10.0.0.1
good persist flush
bad 'not a number from 0 to 72057594037927936' group set web rate-bytes 72057594037927937
bad 'not a value of over: drop, next' group set web over there
bad 'not a number or a class MAJOR:MINOR' group set web set-priority 1:
bad 'not a number or a class MAJOR:MINOR' group set web set-priority :1
bad 'not a number or a class MAJOR:MINOR' group set web set-priority 1:2:3
bad 'not a number or a class MAJOR:MINOR' group set web set-priority 12345:1
bad 'not a number from 0 to 4294967295' group set web set-priority any
bad 'set-dscp "any"' rule set id 1 set-dscp any
bad 'not an IPv4 or IPv6 address' persist show group web from nobody
bad 'control character' group add "$(printf 'a\nb')" lb rr
good group add web hash src,dst seed x forward mark mark 0x10 lb hash type server
good group set web lb lc
good group add '' lb rr
good group add "$(printf '%01000d' 0)" lb rr
bad 'too long' group add "$(printf '%030000d' 0)" lb rr
bad 'NAME is missing' group flush

# Servers and addresses
bad 'group is missing' server add 10.0.0.1:80
bad 'not an IPv4 or IPv6 address' server add 10.0.0:80 group web
bad 'not an IPv4 or IPv6 address' server add 010.0.0.1 group web
bad 'not an IPv4 or IPv6 address' server add fe80::1%eth0 group web
bad 'not an IPv4 or IPv6 address' server add :80 group web
bad 'not [IPv6]:PORT' server add '[2001:db8::1' group web
bad 'not [IPv6]:PORT' server add '[10.0.0.1]:80' group web
bad 'not [IPv6]:PORT' server add '[2001:db8::1]80' group web
bad 'port "65536" is not a number from 0 to 65535' server add 10.0.0.1:65536 group web
bad 'port "" is not' server add 10.0.0.1: group web
bad 'port "-1" is not' server add 10.0.0.1:-1 group web
bad 'port "80x" is not' server add 10.0.0.1:80x group web
bad 'leave the port out' server add 10.0.0.1:0 group web
bad 'weight "-5" is not a number' server add 10.0.0.1 group web weight -5
bad 'weight "1 " is not a number' server add 10.0.0.1 group web weight '1 '
bad 'weight "4294967296" is not a number' server add 10.0.0.1 group web weight 4294967296
bad 'weight "" is not a number' server add 10.0.0.1 group web weight ''
bad 'weight "0x" is not a number' server add 10.0.0.1 group web weight 0x
bad 'not a server state: up, down, drain' server add 10.0.0.1 group web state dead
good server add 10.0.0.1:80 group web weight 0
good server add 10.0.0.1:80 weight 10001 state drain group web
good server add 2001:db8::1 group web
good server add '[2001:db8::1]:443' group web
good server add '[2001:db8::1]' group web
good server add ::ffff:10.0.0.1 group web
good server show group web
good server show 10.0.0.1:80 group web

# Prefixes
bad 'the prefix is 10.0.0.0/8' route add 10.0.0.1/8 table t group web
bad 'the prefix is 2001:db8::/32' route add 2001:db8::1/32 table t group web
bad 'the prefix is 10.0.0.0/8' route add ::ffff:10.1.0.0/104 table t group web
bad 'bits set past its length' route add ::ffff:10.0.0.0/95 table t group web
bad 'prefix length "33"' route add 10.0.0.0/33 table t group web
bad 'prefix length "129"' route add 2001:db8::/129 table t group web
bad 'prefix length ""' route add 10.0.0.0/ table t group web
bad 'not an IPv4 or IPv6 prefix' route add 10/8 table t group web
bad 'not an IPv4 or IPv6 prefix' route add frob table t group web
bad 'table is missing' route add 10.0.0.0/8 group web
bad 'group is missing' route add 10.0.0.0/8 table t
bad 'metric "x"' route add 10.0.0.0/8 table t group web metric x
bad 'table is missing' route flush
bad 'DST[:PORT] is missing' route get
bad 'unknown word "table"' route get 10.0.0.1 table t
good route add default table t group web
good route add default6 table t group web
good route add ::/0 table t group web
good route add 10.0.0.1 group web metric 5 table t
good route add ::ffff:10.0.0.0/104 table t group web
good route flush table t
good route show table t
good route get '[2001:db8::1]:80' from 2001:db8::2 proto udp iif lo oif lo mark 0xff dscp 46

# Rules
bad 'priority is missing' rule add drop
bad 'the action is missing' rule add priority 1
bad 'exclude each other' rule add priority 1 drop bypass
bad 'exclude each other' rule add priority 1 table t group web
bad 'not a port or a range' rule add priority 1 dport 90-80 drop
bad 'not a port or a range' rule add priority 1 sport 1-65536 drop
bad 'not a port or a range' rule add priority 1 sport 1- drop
bad 'not a mark' rule add priority 1 mark 1/ drop
bad 'not a mark' rule add priority 1 mark 0x1ffffffff drop
bad 'not an IP protocol' rule add priority 1 proto frob drop
bad 'proto "256"' rule add priority 1 proto 256 drop
bad 'dscp "256"' rule add priority 1 dscp 256 drop
bad 'id is missing' rule del
good rule add priority 1 hours 8-17 drop
good rule add priority 1 hours 22:00-06:30 days mon-fri,sun zone +05:30 country de,FR region EU,as drop
good rule add priority 1 days 1-5 country '!US' region '!eu' bypass
good rule add priority 1 hours 0-24 days SAT-MON drop
good rule set id 3 hours any days any zone any country any region any
bad 'no times of a day' rule add priority 1 hours 25-26 drop
bad 'no times of a day' rule add priority 1 hours 9 drop
bad 'no times of a day' rule add priority 1 hours 9- drop
bad 'no times of a day' rule add priority 1 hours 9-10-11 drop
bad 'no times of a day' rule add priority 1 hours 24:00-1 drop
bad 'no times of a day' rule add priority 1 hours 24:01-1 drop
bad 'no times of a day' rule add priority 1 hours 9:5-10 drop
bad 'no times of a day' rule add priority 1 hours 9:60-10 drop
bad 'no times of a day' rule add priority 1 hours 009-10 drop
bad 'no days of a week' rule add priority 1 days 0-5 drop
bad 'no days of a week' rule add priority 1 days 8 drop
bad 'no days of a week' rule add priority 1 days mon, drop
bad 'no days of a week' rule add priority 1 days monday drop
bad 'no days of a week' rule add priority 1 days '' drop
bad 'neither in' rule add priority 1 hours 9-17 zone Nowhere/Land drop
bad 'neither in' rule add priority 1 hours 9-17 zone ../passwd drop
bad 'neither in' rule add priority 1 hours 9-17 zone /etc/passwd drop
bad 'neither in' rule add priority 1 hours 9-17 zone +25:00 drop
bad 'neither in' rule add priority 1 hours 9-17 zone +05:60 drop
bad 'neither in' rule add priority 1 hours 9-17 zone '' drop
bad 'no list of codes' rule add priority 1 country D drop
bad 'no list of codes' rule add priority 1 country DE,F drop
bad 'no list of codes' rule add priority 1 country DE, drop
bad 'no list of codes' rule add priority 1 country '' drop
bad 'no list of codes' rule add priority 1 country '!' drop
bad 'no list of codes' rule add priority 1 country 12 drop
bad 'no list of codes' rule add priority 1 country DE,!US drop
bad 'no list of continents' rule add priority 1 region DE drop
bad 'no list of continents' rule add priority 1 region '!' drop

# Countries
bad 'geo load takes 1 to 64 files' geo load
bad 'unknown word "frob"' geo show frob
bad 'ADDR is missing' geo get
bad 'not an IPv4 or IPv6 address' geo get 10.0.0.0/8
bad 'unknown word "frob"' geo flush frob
is 2 'No such file' geo load "$dir/none"
printf '1.0.0.1,1.0.0.0,DE\n' >"$dir/csv"
is 2 'csv:1: the range ends before it begins' geo load "$dir/csv"
printf '1.0.0.1,1.0.0.3,DE\n1.0' >"$dir/csv"
is 2 'csv:2: a line must be START,END,COUNTRY' geo load "$dir/csv"
: >"$dir/csv"
is 2 'csv: the file is empty' geo load "$dir/csv"
printf '\0\1\2' >"$dir/csv"
is 2 'metadata' geo load "$dir/csv"
good geo
good geo get ::1
good geo flush
bad 'neither @SECONDS nor a time' route get 10.0.0.1 at noon
bad 'neither @SECONDS nor a time' route get 10.0.0.1 at @
bad 'neither @SECONDS nor a time' route get 10.0.0.1 at @-1
bad 'neither @SECONDS nor a time' route get 10.0.0.1 at 2026-13-01T00:00Z
bad 'neither @SECONDS nor a time' route get 10.0.0.1 at 2026-03-01T00:00
good route get 10.0.0.1 at 2026-03-01T00:00Z
good route get 10.0.0.1 at @1700000000
good rule add drop dscp 46 oif b iif a mark 0x1/0xff proto sctp dport 80-90 sport 1 to default from 10.0.0.0/8 priority 9 id 3
good rule add priority 1 from 10.0.0.0/8 proto 47 group web
good rule set id 3 bypass
good rule set id 3 from any to any sport any dport any proto any mark any iif any oif any dscp any
good rule add priority 1 from any to 10.0.0.0/8 dscp any drop
bad 'not a number' rule set id any
bad 'not an IPv4 or IPv6 prefix' route add any table t group web
bad 'comes twice' rule set id 3 from any from 10.0.0.0/8

# The rest
bad 'a setting is missing' settings set
bad 'not a time' settings set timeout-syn 5w
bad 'not a time' settings set timeout-syn 99999999m
bad 'not a time' settings set timeout-syn 50d
bad 'not a time' settings set timeout-syn -1
good settings set node n1 flows-max 1000 timeout-syn 500ms timeout-tcp 12h timeout-fin 1d timeout-udp 30s timeout-other 5m
bad 'not a flow state' flow show state dead
bad 'unknown word "frob"' flow count frob
good flow show from 10.0.0.0/8 to 192.0.2.0/24:53 family ipv4
good flow show from fd00::/16 to '[2001:db8::/32]:53' sport 1-65535 dport 80
good flow count from '[fd00::/16]' to ::ffff:10.0.0.0/104
good flow count from 0.0.0.0/0:0 mark 0x15/0xff active yes answered no fast both forward mark ct off
good flow flush idle 300ms expires 5m
bad 'bits set past its length' flow show from 10.0.0.1/8
bad 'not a number from 0 to 32' flow show from 10.0.0.0/33
bad 'not an address or a prefix' flow show from '[fd00::/16'
bad 'not an address or a prefix' flow show from '[fd00::/16]x'
good flow show from fd00::/16:53
bad 'not a number from 0 to 65535' flow show to 10.0.0.0/8:
bad 'not a number from 0 to 65535' flow show to 10.0.0.0/8:65536
bad 'not a port or a range' flow show sport 9-8
bad 'ipv4, ipv6' flow show family 4
bad 'no, yes' flow show active 1
bad 'none, request, reply, both' flow show fast all
bad 'not a mark' flow show mark 1/
bad '"idle" comes twice' flow show idle 1 idle 2
good flow flush from 10.0.0.1:0 to 10.0.0.2 proto icmp group web server 10.0.0.3 state new
bad 'not a format' stats format xml
bad '"format" needs a value' stats show format
bad 'unknown word "frob"' stats frob
good stats format prometheus
good stats format prometheus to "$dir/none"
good stats show to "$dir/none" format json
bad '"to" needs a value' stats format prometheus to
bad '"to" comes twice' stats to a to b
bad '"format" comes twice' stats format json format text
bad 'unknown word "frob"' stats to "$dir/x" frob
is 2 'cannot write' report "$dir/none/x"
bad 'unknown word "b"' report a b
is 0 'not complete:' report
bad 'nothing to monitor' monitor frob
bad 'unknown word' save a b
bad 'unknown option "-frob"' restore -frob
bad 'cannot open' restore "$dir/none"
bad 'cannot open' -b "$dir/none"
is 2 'cannot open network namespace "none-such"' -n none-such group

# Checks
bad 'is not a check: none, tcp, icmp, udp' group add g lb rr check http
bad 'check-port "65536" is not a number from 0 to 65535' group add g lb rr check-port 65536
bad 'check-rise "256" is not a number from 0 to 255' group add g lb rr check-rise 256
bad 'check-interval "1w" is not a time' group add g lb rr check-interval 1w
bad 'is not an IPv4 address' group add g lb rr check-source fd00::1
bad 'is not an IPv6 address' group add g lb rr check-source6 10.0.0.1
bad 'is not an IPv4 or IPv6 address' group add g lb rr check-source here
bad 'pairs of hexadecimal digits' group add g lb rr check-send 0x
bad 'pairs of hexadecimal digits' group add g lb rr check-send 0x1
bad 'pairs of hexadecimal digits' group add g lb rr check-expect 0x1g
bad 'program is missing' check run
bad '"program" needs a value' check run program
bad 'cannot run' check run program "$dir/none"
bad 'unknown word "often"' check run often 1
bad 'cannot be 0' check run program /bin/true interval 0
bad 'parallel "1001" is not a number' check run program /bin/true parallel 1001

good path add p dev e0 peer 10.0.0.1 measure all
good path set p measure none
bad 'measure' path set p measure much
bad '"measure" needs a value' path set p measure

# Traces. Where the words are right, the device is not there.
good path trace p
good path trace p to 192.0.2.1 count 1
is 2 'there is no device nowhere' path trace dev nowhere 192.0.2.1
is 2 'there is no device nowhere' path trace 192.0.2.1 dev nowhere
is 2 'there is no device nowhere' path trace dev nowhere via 192.0.2.1 to 198.51.100.1 local 192.0.2.2 proto udp \
	count 1000000 interval 10ms timeout 60 hops 64 first 64 size 9216
is 2 'there is no device nowhere' path trace dev nowhere via fe80::1 192.0.2.1
bad 'NAME or dev is missing' path trace
bad 'to is missing' path trace dev nowhere
bad 'is no name of a device' path trace dev '' to 192.0.2.1
bad 'is no name of a device' path trace dev sixteen-letters- to 192.0.2.1
bad 'unknown word "why"' path trace dev nowhere why
bad 'unknown word "192.0.2.1"' path trace p 192.0.2.1
bad '"to" comes twice' path trace dev nowhere 192.0.2.1 to 192.0.2.2
bad '"dev" comes twice' path trace dev nowhere dev nowhere
bad '"count" needs a value' path trace p count
bad 'dev and via are those of path "p"' path trace p via 192.0.2.1
bad 'dev and via are those of path "p"' path trace p dev nowhere
bad '' path trace dev nowhere to 192.0.2.256
bad '' path trace dev nowhere 192.0.2.1/24
bad 'via is of another family' path trace dev nowhere via 192.0.2.1 2001:db8::1
bad 'local is of another family' path trace dev nowhere local 192.0.2.1 2001:db8::1
bad 'proto is icmp or udp' path trace p proto tcp
bad 'count is 1 at least' path trace p count 0
bad 'count "1000001"' path trace p count 1000001
bad 'hops is 1 at least' path trace p hops 0
bad 'hops "65"' path trace p hops 65
bad 'first is 1 at least' path trace p first 0
bad 'first is behind the last of 3 hops' path trace dev nowhere 192.0.2.1 first 4 hops 3
bad 'size is 64 at least' path trace p size 63
bad 'size "9217"' path trace p size 9217
bad 'interval is 10ms to 60s' path trace p interval 9ms
bad 'interval is 10ms to 60s' path trace p interval 61
bad 'timeout is 10ms to 60s' path trace p timeout 0
bad 'is not a time' path trace p timeout soon

# Batches
# batch STATUS PATTERN, the lines on standard input
batch() {
	local want=$1 pattern=$2 got
	shift 2
	cat >"$dir/batch"
	"$ctl" "$@" -b - <"$dir/batch" >"$dir/out" 2>&1
	got=$?
	[ "$got" = "$want" ] && { [ -z "$pattern" ] || grep -qF -- "$pattern" "$dir/out"; }
	report $? "batch $(tr '\0' ' ' <"$dir/batch" | head -c 50) -> $want${pattern:+, $pattern}"
}
batch 0 '' </dev/null
batch 0 '' < <(printf '# nothing\n\n   \t # more\n')
batch 1 'line 3: NAME is missing' < <(printf '\n# one\ngroup add\n')
batch 1 'line 1: NAME is missing' < <(printf 'group \\\n add\n\nfrob\n')
batch 1 'line 1: a quote is not closed' < <(printf 'group add "a b\n')
batch 2 'line 3: unknown object "frab"' -force < <(printf 'frob\ngroup help\nfrab\n')
batch 2 'Usage: mutexctl group' -force < <(printf 'frob\ngroup help\n')
batch 1 'NUL byte' < <(printf 'a\0b\n')
batch 0 'Usage: mutexctl group' < <(printf 'group help')
batch 1 'too many words' < <(printf 'x %.0s' {1..200})

echo "1..$n"
echo "# $((n - failed)) passed, $failed failed"
[ $failed = 0 ]
