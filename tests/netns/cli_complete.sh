#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# bash's completion of mutexctl: words of the grammar, and names that live in the kernel, in the namespace that the line names.
set -u
# shellcheck source=cli.bash
. "$(dirname "$0")/cli.bash"
begin
mkdir "$dir/bin"
ln -s "$MX_CTL" "$dir/bin/mutexctl"
PATH=$dir/bin:$PATH
# shellcheck source=../../tools/mutexctl/completion/mutexctl.bash
. "$(dirname "$0")/../../tools/mutexctl/completion/mutexctl.bash"

# complete_ LINE: what bash would offer at its end, in COMPREPLY; as readline, which splits words at blanks and colons.
# Starting processes is slow in guests: there is none but mutexctl.
complete_() {
	COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=(mutexctl) COMPREPLY=() FILES=0
	COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
	compopt() { FILES=1; }
	_mutexctl 2>"$dir/err"
	echo "${COMPREPLY[*]}" >"$dir/out"
}

# among WORD...: each is offered
among() {
	local word reply
	for word; do
		for reply in "${COMPREPLY[@]}" ''; do [ "$reply" != "$word" ] || break; done
		[ -n "$reply" ] || return 1
	done
}

# offers LINE WORDS: just these, and nothing is said
offers() {
	local words
	read -r -a words <<<"$2"
	complete_ "$1"
	[ ${#COMPREPLY[@]} = ${#words[@]} ] && among "${words[@]}" && [ ! -s "$dir/err" ]
	report $? "offers: $1"
}

# has LINE WORD...: these are among it
has() {
	complete_ "$1"
	among "${@:2}" && [ ! -s "$dir/err" ]
	report $? "has: $*"
}

M="mutexctl -n $ns"
ctl group add paths type path lb quality && ctl path add fiber dev lo peer 127.0.0.1 probe none && ctl path add lte dev lo peer 127.0.0.1 probe none
ctl member add fiber group paths
printf '%064d\n' 1 >"$dir/key" && chmod 600 "$dir/key" && ctl key add 5 file "$dir/key"
ctl group add web lb rr && ctl group add api lb wrr && ctl group add 'a&b' lb rr
ctl server add 10.0.0.1:80 group web && ctl server add 10.0.0.2:80 group web && ctl server add 10.0.0.2:80 group api
ctl server add '[2001:db8::1]:443' group api && ctl server add 10.0.0.3 group api
ctl table add main priority 1 && ctl table add more priority 2
ctl rule add id 7 priority 1 drop && ctl rule add id 12 priority 1 bypass
ip -n $ns link add v0 type veth peer name v1
ctl dev add v0

# The grammar
has "mutexctl " group server member path key reflector record dashboard table route rule dev flow settings stats monitor save restore import help
offers "mutexctl gr" group
offers "mutexctl s" "server settings stats save"
has "mutexctl -" -json -netns -batch -force
offers "$M group " "add set del show flush help"
offers "$M group add x lb " "rr lc wrr random hash latency packet quality"
has "$M group add x lb rr " hash seed forward mark type
offers "$M group add x lb rr hash s" 'src src\,dst'
offers "$M server add 10.0.0.9:80 group web state " "up down drain"
offers "$M rule add priority 5 proto u" "udp udplite"
has "$M rule add priority 5 " from to dport group drop bypass
complete_ "$M rule add priority 5 drop " && ! among bypass && ! among group && ! among priority
report $? "a second action, and what was said, are not offered"
offers "$M rule set id 7 from def" "default default6"
offers "$M flow show state e" established
offers "$M stats format " "text json prometheus"
offers "$M monitor m" metrics
offers "$M import " "ipvsadm haproxy help"
offers "$M ro s" "set show"
offers "$M group add " ""
offers "$M frob " ""
offers "$M group frob " ""

# Paths
offers "$M path set l" lte
offers "$M path add x dev lo peer 127.0.0.1 probe " "stamp icmp tcp none"
has "$M path set lte via " none
offers "$M path set lte key " 5
offers "$M key del " 5
offers "$M member add " "fiber lte"
offers "$M member del " fiber
offers "$M member add lte group p" paths
offers "$M group set paths prefer l" "latency loss latency-sensitive"
has "$M path history fiber " since until step db events plot svg

# What lives in the kernel
offers "$M group set " 'web api a\&b paths'
offers "$M group show w" web
offers "$M group del a\\&" 'a\&b'
offers "$M table del " "main more"
offers "$M rule add priority 1 table m" "main more"
offers "$M rule set id " "7 12"
offers "$M rule del id 1" 12
offers "$M server set " '10.0.0.1:80 10.0.0.2:80 10.0.0.2:80 \[2001:db8::1\]:443 10.0.0.3'
offers "$M server set 10.0.0.1" "10.0.0.1:80"
offers "$M server set 10.0.0.1:" 80
offers "$M server set [2001:db8:" ":1\]:443"
offers "$M server set 10.0.0.2:80 group " "web api"
offers "$M server set 10.0.0.1:80 group " web
offers "$M server add 10.0.0.1:80 group ap" api
offers "$M flow show group web server " "10.0.0.1:80 10.0.0.2:80"
offers "$M route add 192.0.2.0/24 table main group w" web
offers "$M dev del " v0
offers "$M dev add v" "v0 v1"
offers "$M rule add priority 1 iif v" "v0 v1"
has "mutexctl -n " $ns
offers "mutexctl -n none group set " ""
# the namespace of the line, not that of the shell
ip netns add ${ns}2
offers "mutexctl -n ${ns}2 group set " ""
ip netns del ${ns}2

# Files
for line in "$M save " "$M restore /et" "$M -b " "$M import ipvsadm /"; do
	complete_ "$line"
	[ $FILES = 1 ]
	report $? "a file: $line"
done
offers "$M restore -c" "-check"

# Nothing breaks it
for line in 'mutexctl' 'mutexctl "' "mutexctl group set '" "mutexctl group add x lb \\" "mutexctl $(printf 'x %.0s' {1..300})" \
	"mutexctl -n a -n b -b c " 'mutexctl # '; do
	complete_ "$line"
	[ ! -s "$dir/err" ]
	report $? "a strange line: $(cut -c1-40 <<<"$line")"
done
"$MX_CTL" complete -line "$M group set " extra >"$dir/out" 2>"$dir/err"
[ $? = 1 ] && grep -q 'usage: mutexctl complete' "$dir/err"
report $? "words too many"
echo 'complete -- x' >"$dir/batch"
ctl -b "$dir/batch"
[ $? = 1 ] && grep -q 'unknown object "complete"' "$dir/err"
report $? "no command of a batch"

# Many names come quickly, and not without end
for i in $(seq 1 5000); do echo "group add g$i lb rr"; done >"$dir/batch"
good "many groups" -b "$dir/batch"
complete_ "$M group set g49" && [ "${#COMPREPLY[@]}" = 111 ]
report $? "some of many"
complete_ "$M group set " && [ "${#COMPREPLY[@]}" = 4096 ]
report $? "no more than a shell can show"

ip netns del $ns
rmmod mutex
offers "mutexctl group set " ""
offers "mutexctl group add x lb l" "lc latency"
end
