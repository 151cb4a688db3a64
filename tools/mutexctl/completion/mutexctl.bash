# SPDX-License-Identifier: GPL-2.0
# bash completion for mutexctl: the words of its grammar, and the names that live in the kernel
# shellcheck shell=bash disable=SC2207

# _mutexctl_live OBJECT: the first words of what the object shows
_mutexctl_live() {
	"${words[0]}" "${netns[@]}" -o "$1" show 2>/dev/null | cut -d ' ' -f 1
}

_mutexctl_value() {
	local proto='tcp udp sctp icmp icmpv6 udplite dccp'

	case $1 in
	group) _mutexctl_live group ;;
	fallback) _mutexctl_live group && echo none ;;
	failover) echo off immediate delayed probe ;;
	reason) echo refused silent unreachable prohibited mismatch overload check report ;;
	table) _mutexctl_live table ;;
	server) _mutexctl_live server ;;
	id) "${words[0]}" "${netns[@]}" -o rule show 2>/dev/null | cut -d ' ' -f 2 ;;
	iif | oif) ls /sys/class/net ;;
	lb) echo rr lc wrr random hash latency packet ;;
	hash) echo src dst src,dst 5tuple ;;
	forward) echo nat route mark ;;
	type) echo server ;;
	proto) echo "$proto" ;;
	format) echo text json prometheus ;;
	from | to) echo default default6 ;;
	state)
		case $object in
		flow) echo new syn established fin closed ;;
		*) echo up down drain ;;
		esac ;;
	fails | window | rise | hold-down) ;;
	seed | mark | weight | priority | metric | sport | dport | dscp | node | flows-max | timeout-*) ;;
	*) return 1 ;;
	esac
}

_mutexctl_words() {
	local group='lb hash seed forward mark type failover fails window rise hold-down fallback'
	local rule='from to sport dport proto mark iif oif dscp table group drop bypass'
	local flow='from to proto group server state'

	case $object,$command in
	group,add | group,set) echo "$group" ;;
	server,add | server,set) echo group weight state ;;
	server,report) echo group good bad reason ;;
	server,*) echo group ;;
	table,add | table,set) echo priority ;;
	route,add | route,set) echo table group metric ;;
	route,del | route,show) echo table metric ;;
	route,flush) echo table ;;
	route,get) echo from proto iif oif mark dscp ;;
	rule,add | rule,set) echo "id priority $rule" ;;
	rule,*) echo id ;;
	flow,*) echo "$flow" ;;
	settings,set)
		echo node flows-max timeout-syn timeout-tcp timeout-fin timeout-closed timeout-udp timeout-other ;;
	stats,show) echo format ;;
	esac
}

# The word right behind a command that wants the object's identity there
_mutexctl_first() {
	case $object,$command in
	group,set | group,del | group,show | group,flush) _mutexctl_live group ;;
	table,set | table,del | table,show) _mutexctl_live table ;;
	server,set | server,del | server,show | server,report) _mutexctl_live server ;;
	route,set | route,del) echo default default6 ;;
	dev,add) ls /sys/class/net ;;
	dev,del | dev,show) _mutexctl_live dev ;;
	*) return 1 ;;
	esac
}

_mutexctl_commands() {
	case $1 in
	group) echo add set del show flush help ;;
	server) echo add set del show report help ;;
	table | rule) echo add set del show help ;;
	route) echo add set del flush show get help ;;
	dev) echo add del show help ;;
	flow) echo show count flush reevaluate help ;;
	settings) echo show set help ;;
	stats) echo show reset format help ;;
	monitor) echo config state metrics help ;;
	restore) echo -check help ;;
	esac
}

_mutexctl() {
	local objects='group server table route rule dev flow settings stats monitor save restore help'
	local options='-j -p -s -d -o -t -c -n -b -force -V -h'
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
	local object='' command='' list='' i netns=() at=0

	# Readline splits words at colons; addresses have them.
	declare -F _get_comp_words_by_ref >/dev/null && _get_comp_words_by_ref -n : cur prev words cword
	for ((i = 1; i < cword; i++)); do
		case ${words[i]} in
		-n | -netns) netns=(-n "${words[++i]}") ;;
		-b | -batch) ((i++)) ;;
		-*) ;;
		*)
			if [ -z "$object" ]; then object=${words[i]}; at=$i; break; fi ;;
		esac
	done
	((at && cword > at + 1)) && command=${words[at + 1]}
	COMPREPLY=()
	case $prev in
	-n | -netns) list=$(ls /run/netns 2>/dev/null) ;;
	-b | -batch) compopt -o default; return ;;
	*)
		if [ -z "$object" ]; then
			list=$objects
			[[ $cur == -* ]] && list=$options
		elif [ "$object" = save ] || { [ "$object" = restore ] && [[ $cur != -* ]]; }; then
			compopt -o default
			return
		elif ((cword == at + 1)); then
			list=$(_mutexctl_commands "$object")
		elif ((cword > at + 2)) && list=$(_mutexctl_value "$prev"); then
			:
		elif ((cword == at + 2)) && list=$(_mutexctl_value "$prev"); then
			:
		elif ((cword == at + 2)) && list=$(_mutexctl_first); then
			list+=" $(_mutexctl_words)"
			[ "$command" = add ] && list=$(_mutexctl_first)
		else
			list=$(_mutexctl_words)
		fi ;;
	esac
	COMPREPLY=($(compgen -W "$list" -- "$cur"))
	# Of such a word, readline wants what is behind the last colon.
	declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$cur"
}
complete -F _mutexctl mutexctl
