#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# mutexctl import, without a kernel module: TAP. MUTEXCTL names the program, MX_MUTATIONS how many broken files it is given.
set -u
ctl=${MUTEXCTL:-./mutexctl}
case $ctl in */*) ctl=$(cd "$(dirname "$ctl")" && pwd)/$(basename "$ctl") ;; esac
samples=$(cd "$(dirname "$0")" && pwd)/import
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0 failed=0

# report RESULT NAME
report() {
	n=$((n + 1))
	set -- "$1" "$(printf %s "$2" | tr '\n\0#' ';; ' | cut -c1-110)"
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		echo "not ok $n - $2"
		sed 's/^/#   /' "$dir/out" "$dir/err"
		failed=$((failed + 1))
	fi
}

# import KIND FILE WORD...: its status; what it says is kept
import() {
	"$ctl" import "$@" >"$dir/out" 2>"$dir/err"
}

# same NAME KIND FILE WORD...: prints what NAME.want holds, and each remark on standard error, too
same() {
	local name=$1
	shift
	import "$@" && diff "$samples/$name.want" "$dir/out" >"$dir/diff" &&
		[ "$(sed -n 's/^# \(line .*\)/mutexctl: \1/p' "$dir/out")" = "$(cat "$dir/err")" ]
	report $? "import $name"
	[ ! -s "$dir/diff" ] || sed 's/^/#   /' "$dir/diff"
}
same ipvsadm ipvsadm "$samples/all.ipvsadm"
same haproxy haproxy "$samples/all.cfg"
same haproxy-vip haproxy "$samples/all.cfg" vip 192.0.2.99 backend web vip 2001:db8::99
import ipvsadm - <"$samples/all.ipvsadm" && diff -q "$samples/ipvsadm.want" "$dir/out" >/dev/null
report $? "import from standard input"

# What is printed are commands: each gets as far as the kernel, which is not there.
if ! grep -q '^mutex ' /proc/modules 2>/dev/null; then
	for want in "$samples"/*.want; do
		"$ctl" -force -b "$want" >"$dir/out" 2>"$dir/err"
		grep -q 'kernel module mutex is not loaded' "$dir/err" && ! grep -v 'kernel module mutex is not loaded' "$dir/err"
		report $? "the commands are right: $(basename "$want")"
	done
fi
grep -q '^# mutexctl [0-9.]*$' "$samples/haproxy.want" && [ "$(tail -n 1 "$samples/haproxy.want")" = "# end of configuration" ]
report $? "the file is marked as whole"

# bad PATTERN KIND WORD...: the lines on standard input are refused with status 1, and nothing is printed
bad() {
	local pattern=$1 got
	shift
	cat >"$dir/in"
	import "$1" "$dir/in" "${@:2}"
	got=$?
	[ $got = 1 ] && grep -qF -- "$pattern" "$dir/err" && [ ! -s "$dir/out" ] && [ "$(wc -l <"$dir/err")" = 1 ]
	report $? "$1: $pattern"
}

# good PATTERN KIND WORD...: the lines are taken; what is printed has the pattern
good() {
	local pattern=$1
	shift
	cat >"$dir/in"
	import "$1" "$dir/in" "${@:2}" && grep -qF -- "$pattern" "$dir/out"
	report $? "$1: $pattern"
}
A='-A -t 192.0.2.1:80'
bad 'the file has no service' ipvsadm </dev/null
bad 'line 2: "-Z" is no option' ipvsadm <<<$'\n-Z'
bad 'line 1: a quote is not closed' ipvsadm <<<'-A -t "192.0.2.1:80'
bad 'line 1: "-t" needs a value' ipvsadm <<<'-A -t'
bad 'line 1: "-t" comes twice' ipvsadm <<<"$A -t 192.0.2.2:80"
bad 'line 1: more than one service' ipvsadm <<<"$A -u 192.0.2.2:80"
bad 'line 1: the service is missing' ipvsadm <<<'-A -s rr'
bad 'line 1: one of -A and -a is wanted' ipvsadm <<<'-t 192.0.2.1:80'
bad 'line 1: one of -A and -a is wanted' ipvsadm <<<"$A -a -r 10.0.0.1"
bad 'line 2: the service tcp 192.0.2.1:80 is there already' ipvsadm <<<"$A"$'\n'"$A"
bad 'line 1: there is no service tcp 192.0.2.1:80 above' ipvsadm <<<'-a -t 192.0.2.1:80 -r 10.0.0.1:80'
bad 'line 2: the server is missing' ipvsadm <<<"$A"$'\n-a -t 192.0.2.1:80'
bad 'line 3: the server 10.0.0.1 is there already' ipvsadm <<<"$A"$'\n-a -t 192.0.2.1:80 -r 10.0.0.1\n-a -t 192.0.2.1:80 -r 10.0.0.1'
bad 'line 2: -g, -i and -m exclude one another' ipvsadm <<<"$A"$'\n-a -t 192.0.2.1:80 -r 10.0.0.1 -g -m'
bad 'line 2: weight "-1"' ipvsadm <<<"$A"$'\n-a -t 192.0.2.1:80 -r 10.0.0.1 -w -1'
bad 'line 2: weight "x"' ipvsadm <<<"$A"$'\n-a -t 192.0.2.1:80 -r 10.0.0.1 -w x'
bad 'line 1: "-M" needs a value' ipvsadm <<<"$A -p 5 -M"
bad 'line 1: -M needs -p' ipvsadm <<<"$A -M 255.255.255.0"
bad 'line 1: "255.0.255.0" is not a netmask' ipvsadm <<<"$A -p 5 -M 255.0.255.0"
bad 'line 1: netmask "129"' ipvsadm <<<'-A -t [2001:db8::1]:80 -p 5 -M 129'
bad 'line 1: port "65536"' ipvsadm <<<'-A -t 192.0.2.1:65536'
bad 'line 1: "nosuchport" is no port' ipvsadm <<<'-A -t 192.0.2.1:nosuchport'
bad 'is not an IPv4 or IPv6 address' ipvsadm <<<'-A -t 300.0.2.1:80'
bad 'is not [IPv6]:PORT' ipvsadm <<<'-A -t [2001:db8::1'
bad 'line 1: mark 0 is none' ipvsadm <<<'-A -f 0'
bad 'line 1: mark "x"' ipvsadm <<<'-A -f x'
bad 'NUL byte' ipvsadm < <(printf 'a\0b\n')
bad 'longer than 8192 bytes' ipvsadm < <(head -c 9000 /dev/zero | tr '\0' x)
bad 'too many words' ipvsadm < <(printf 'x %.0s' {1..200})
good 'group add tcp-192.0.2.1:80 lb lc forward nat' ipvsadm <<<"$A"$'\n-a -t 192.0.2.1:80 -r 10.0.0.1 -m'
good 'server add 10.0.0.1:443 group' ipvsadm <<<$'-C\n'"$A"$'\n-a -t 192.0.2.1:http -r 10.0.0.1:https -m'
good 'scheduler hi??there is not known' ipvsadm < <(printf '%s -s "hi\033\001there"\n' "$A")

bad 'the file has no backend' haproxy </dev/null
bad 'line 1: "server" stands in front of the first section' haproxy <<<'server a 10.0.0.1:80'
bad 'there is no backend x' haproxy backend x <<<$'backend b\nserver a 10.0.0.1:80'
bad 'line 1: "" is not the name of a section' haproxy <<<'backend'
bad 'is not the name of a section' haproxy <<<'backend "a b"'
bad 'line 2: backend b is there already' haproxy <<<$'backend b\nbackend b'
bad 'line 1: there is no defaults section d above' haproxy <<<'backend b from d'
bad 'line 2: a server has a name and an address' haproxy <<<$'backend b\nserver a'
bad 'line 2: port "80x"' haproxy <<<$'backend b\nserver a 10.0.0.1:80x'
bad 'line 2: weight "257"' haproxy <<<$'backend b\nserver a 10.0.0.1:80 weight 257'
bad 'line 2: "weight" needs a value' haproxy <<<$'backend b\nserver a 10.0.0.1:80 weight'
bad 'line 2: this is not a time that can be carried over: "2x"' haproxy <<<$'backend b\nserver a 10.0.0.1:80 inter 2x'
bad 'can be carried over: "999999999d"' haproxy <<<$'backend b\nserver a 10.0.0.1:80 inter 999999999d'
bad 'line 2: a quote is not closed' haproxy <<<$'backend b\nserver a "10.0.0.1:80'
bad 'line 2: a backslash ends the line' haproxy <<<$'backend b\nserver a 10.0.0.1:80 \\\nweight 3'
bad 'line 2: bind 10.0.0.1 has no port' haproxy <<<$'listen b\nbind 10.0.0.1'
bad 'line 2: bind "90-80"' haproxy <<<$'listen b\nbind :90-80'
bad 'line 2: a bind line wants ports from 1 on' haproxy <<<$'listen b\nbind :0'
bad 'line 2: "crt" needs a value' haproxy <<<$'listen b\nbind :80 ssl crt'
bad 'line 2: "default_backend" needs a value' haproxy <<<$'frontend f\ndefault_backend'
bad 'NUL byte' haproxy < <(printf 'a\0b\n')
bad 'longer than 8192 bytes' haproxy < <(head -c 9000 /dev/zero | tr '\0' x)
bad 'more than 4096 servers' haproxy < <(echo backend b; for i in {1..4097}; do echo "server s$i 10.0.$((i / 256)).$((i % 256)):80"; done)
good 'server add 10.0.0.1:80 group b' haproxy <<<$'backend b\nserver a 10.0.0.1:80 # server b 10.0.0.2:80'
good 'server add 10.0.0.1:80 group b' haproxy <<<$'backend b\nserver \'a\' "10.0.0.1":80'
good '# server add ADDR:80 group b' haproxy <<<$'backend b\nserver a 10.0.0.1:80\nserver v "$ADDR":80\nserver u unix@/run/x'
good 'conditions are not read' haproxy <<<$'backend b\nserver a 10.0.0.1:80\n.if defined(X)\nserver c 10.0.0.2:80\n.endif'
good 'there is no backend none' haproxy <<<$'frontend f\nbind :80\ndefault_backend none\nbackend b\nserver a 10.0.0.1:80'
good 'fallback b.backup' haproxy <<<$'backend b\nserver a 10.0.0.1:80\nserver c 10.0.0.2:80 backup'
good 'persist 86400s' haproxy <<<$'backend b\nstick-table type ip size 1m expire 7d\nstick on src\nserver a 10.0.0.1:80'
good '# line 1: group b: persist, in seconds, is 86400 in place of 604800' haproxy \
	<<<$'backend b\nstick-table type ip size 1m expire 7d\nstick on src\nserver a 10.0.0.1:80'
good 'check-interval 3600s check-rise 255 check-fall 255' haproxy <<<$'backend b\nserver a 10.0.0.1:80 check inter 1d rise 300 fall 300'
good 'persist 86400s' ipvsadm <<<"$A -p 100000"$'\n-a -t 192.0.2.1:80 -r 10.0.0.1 -m'
good 'max-conns 2147483647' ipvsadm <<<"$A"$'\n-a -t 192.0.2.1:80 -r 10.0.0.1 -m -x 4000000000'
! import haproxy "$dir/none" && grep -q 'cannot open' "$dir/err"
report $? "no such file"
! import haproxy "$samples/all.cfg" vip 10.0.0 && grep -q 'not an IPv4 or IPv6 address' "$dir/err"
report $? "a wrong address behind vip"
! import ipvsadm a b && grep -q 'unknown word "b"' "$dir/err"
report $? "a word too much"

# Broken files: each ends with an answer, or a line that says what is wrong; never by a signal.
# shellcheck disable=SC2016
mutate='
function rnd(k) { return int(rand() * k) }
BEGIN { srand(seed); RS = "\001" }
{
	s = $0
	for (k = rnd(6); k >= 0; k--) {
		at = rnd(length(s)); len = rnd(20); what = rnd(5)
		if (what == 0) s = substr(s, 1, at) substr(s, at + len)
		else if (what == 1) s = substr(s, 1, at) sprintf("%c", 1 + rnd(255)) substr(s, at + 2)
		else if (what == 2) s = substr(s, 1, at)
		else if (what == 3) { from = rnd(length(s)); s = substr(s, 1, at) substr(s, from, 3 * len) substr(s, at) }
		else s = substr(s, 1, at) substr(":[]@-,\"\\#999999999", rnd(18), 1 + rnd(6)) substr(s, at + 1)
	}
	printf "%s", s
}'
for kind in ipvsadm haproxy; do
	file=$samples/all.$([ $kind = ipvsadm ] && echo ipvsadm || echo cfg)
	good=1
	for seed in $(seq 1 "${MX_MUTATIONS:-200}"); do
		LC_ALL=C awk -v seed="$seed" "$mutate" "$file" >"$dir/mutant"
		timeout 20 "$ctl" import $kind "$dir/mutant" >"$dir/out" 2>"$dir/err"
		status=$?
		if [ $status -gt 1 ] || { [ $status = 1 ] && { [ -s "$dir/out" ] || [ ! -s "$dir/err" ]; }; }; then
			echo "# seed $seed: status $status"
			good=0
			break
		fi
	done
	[ $good = 1 ]
	report $? "$kind: broken files get an answer"
	LC_ALL=C head -c 100000 /dev/urandom | tr -d '\0' >"$dir/noise"
	import $kind "$dir/noise"
	[ $? = 1 ] && [ ! -s "$dir/out" ]
	report $? "$kind: noise"
done

echo "1..$n"
echo "# $((n - failed)) passed, $failed failed"
[ $failed = 0 ]
