#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every object, command, word and value that mutexctl reads, as it tells them to the shell's completion, is in its help and in
# its manual page. Without a kernel module: TAP. MUTEXCTL names the program.
set -u
ctl=${MUTEXCTL:-./mutexctl}
case $ctl in */*) ctl=$(cd "$(dirname "$ctl")" && pwd)/$(basename "$ctl") ;; esac
man=$(cd "$(dirname "$0")/../man" && pwd)
n=0 failed=0

# report RESULT NAME
report() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		echo "not ok $n - $2"
		failed=$((failed + 1))
	fi
}

# next WORD...: what may come next, without what depends on the machine
next() { "$ctl" complete -- "$@" | grep -vx -e help -e :file | grep -vxFf "$devices"; }
devices=$(mktemp)
trap 'rm -f "$devices"' EXIT
ls /sys/class/net >"$devices"

# told WORD...: each is in the help and in the page
told() {
	local word status=0
	for word; do
		grep -qwF -- "$word" <<<"$help" || { echo "# the help of $object lacks: $word"; status=1; }
		grep -qwF -- "$word" <<<"$page" || { echo "# the page of $object lacks: $word"; status=1; }
	done
	return $status
}

# keywords COMMAND: its words, whether something stands in front of them or not
keywords() { { next "$object" "$1" ''; next "$object" "$1" x ''; } | sort -u; }

mapfile -t objects < <(next '')
[ ${#objects[@]} -ge 13 ]
report $? "${#objects[@]} objects"
for object in "${objects[@]}"; do
	help=$("$ctl" "$object" help) && grep -q "^Usage: mutexctl.* $object" <<<"$help"
	report $? "$object: help"
	[ -f "$man/mutexctl-$object.8" ] && grep -q "^\.Xr mutexctl-$object 8" "$man/mutexctl.8"
	report $? "$object: manual page, named by mutexctl(8)"
	# A minus is escaped, or said by Fl.
	page=$(sed 's/\\-/-/g; s/\<Fl \([a-z]\)/Fl -\1/g' "$man/mutexctl-$object.8" 2>/dev/null)
	"$ctl" complete -- "$object" '' | grep -q .
	report $? "$object: completion"
	mapfile -t commands < <(next "$object" '')
	told "${commands[@]}"
	report $? "$object: commands are told: ${commands[*]}"
	for command in "${commands[@]}"; do
		mapfile -t words < <(keywords "$command")
		[ ${#words[@]} -gt 0 ] || continue
		told "${words[@]}"
		report $? "$object $command: ${#words[@]} words are told"
		for word in "${words[@]}"; do
			# their values are the machine's devices
			case $word in iif | oif | dev) continue ;; esac
			mapfile -t values < <(next "$object" "$command" x "$word" '')
			[ ${#values[@]} -gt 0 ] || continue
			[ "${values[*]}" != "$(keywords "$command" | grep -vx -- "$word" | xargs)" ] || continue
			status=0
			for value in "${values[@]}"; do
				[[ " ${words[*]} " != *" $value "* ]] || continue
				# words of what is shown, that the kernel does not take
				case $word,$value in
				type,path | reason,none | reason,user | reason,trial | reason,recovered) continue ;;
				esac
				grep -qwF -- "$value" <<<"$help" || { echo "# the help of $object lacks: $word $value"; status=1; }
			done
			report $status "$object $command $word: ${#values[@]} values are told"
		done
	done
done
mapfile -t options < <(next - | grep -E '^-[a-zA-Z]$')
status=0
for option in "${options[@]}"; do
	"$ctl" help | grep -qF -- "$option" || { echo "# the help lacks: $option"; status=1; }
	grep -qE "^\.It Fl ${option#-}( |$)" "$man/mutexctl.8" || { echo "# mutexctl(8) lacks: $option"; status=1; }
done
[ ${#options[@]} -ge 11 ]
report $((status + $?)) "${#options[@]} options are told"

echo "1..$n"
echo "# $((n - failed)) passed, $failed failed"
[ $failed = 0 ]
