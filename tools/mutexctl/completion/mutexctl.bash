# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# bash completion for mutexctl. The program itself tells what may come next: it reads the line by the tables that its
# commands are read by, and asks the running kernel for names.

_mutexctl() {
	local word current behind quoted
	COMPREPLY=()
	# Readline splits words at colons, addresses have them: what it holds for the word is only the end of ours.
	current=${COMP_LINE:0:COMP_POINT}
	current=${current##*[[:blank:]]}
	behind=
	[[ $COMP_WORDBREAKS == *:* && $current == *:* ]] && behind=${current%"${current##*:}"}
	behind=${behind//\\/}
	while IFS= read -r word; do
		if [[ $word == :file ]]; then
			compopt -o default 2>/dev/null
			continue
		fi
		printf -v quoted %q "${word#"$behind"}"
		COMPREPLY+=("$quoted")
	done < <("${COMP_WORDS[0]}" complete -line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -F _mutexctl mutexctl
