# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# For the steps of scripts/check: a step prints TAP, each file or build one test.

# shellcheck source=../vm/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../vm/lib.sh"
cd "$MX_ROOT" || exit

TAP_N=0
TAP_FAILED=0

# tap NAME COMMAND...: one test, passed if the command succeeds; what it says is shown only if it does not.
tap() {
	local name=$1 out
	shift
	TAP_N=$((TAP_N + 1))
	if out=$("$@" 2>&1); then
		echo "ok $TAP_N - $name"
	else
		TAP_FAILED=1
		echo "not ok $TAP_N - $name"
		printf '%s\n' "$out" | sed 's/^/# /'
	fi
}

tap_skip() {
	TAP_N=$((TAP_N + 1))
	echo "ok $TAP_N - $1 # SKIP $2"
}

# tap_end: the plan, and the status of the step.
tap_end() {
	echo "1..$TAP_N"
	exit $TAP_FAILED
}

# sources DIR...: the project's own C files there: those that git knows or would take, less the generated ones.
sources() {
	git ls-files -co --exclude-standard -- "$@" | grep '\.[ch]$' | while read -r file; do
		if [ -e "$file" ] && ! head -n 5 "$file" | grep -qi 'do not edit\|auto-generated'; then echo "$file"; fi
	done
}
