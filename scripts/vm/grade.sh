# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Finds what the kernel complained of while a script ran.

# vm_grade RUN: fails, and prints the complaints, if RUN's console holds any that scripts/vm/splats describes after the script's
# start, or if the module lost memory.
vm_grade() {
	local run=$1 bad=0
	awk -v splats="$MX_ROOT/scripts/vm/splats" -v known="$MX_ROOT/scripts/vm/splats-known" \
		-f "$MX_ROOT/scripts/vm/splats.awk" "$run/console" || bad=1
	# Of the leaks, those of the module: by name, or without one since it was unloaded.
	if [ -s "$run/kmemleak" ]; then
		awk -v RS='unreferenced object' 'NR > 1 && /\[mutex(_ct)?\]|\[<[0-9a-f]+>\] 0x[0-9a-f]+/ { print RS $0 }' \
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
