# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Finds what the kernel complained of while a script ran.

# vm_grade RUN: fails, and prints the complaints, if RUN's console holds any of scripts/vm/splats between the script's
# start and the guest's end, or if the script lost memory.
vm_grade() {
	local run=$1 bad=0
	tr -d '\r' <"$run/console" | sed -n '/mutex-guest: begin/,$p' >"$run/console.script"
	if grep -qE -f "$MX_ROOT/scripts/vm/splats" "$run/console.script"; then
		bad=1
		echo "---- complaints of the kernel ----"
		grep -nE -f "$MX_ROOT/scripts/vm/splats" "$run/console.script" | head -n 20
		echo "---- the first of them ----"
		grep -m 1 -B 3 -A 60 -E -f "$MX_ROOT/scripts/vm/splats" "$run/console.script"
		echo "----"
	fi
	# Of the leaks, those of the module: by name, or without one since it was unloaded.
	if [ -s "$run/kmemleak" ]; then
		awk -v RS='unreferenced object' 'NR > 1 && /\[mutex\]|\[<[0-9a-f]+>\] 0x[0-9a-f]+/ { print RS $0 }' \
			"$run/kmemleak" >"$run/leaks"
		if [ -s "$run/leaks" ]; then
			bad=1
			echo "---- memory lost by the module ----"
			head -n 80 "$run/leaks"
		else
			echo "note: kmemleak lists $(grep -c '^unreferenced' "$run/kmemleak") objects, none the module's"
		fi
	fi
	return $bad
}
