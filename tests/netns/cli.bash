# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the tests of mutexctl share: the module in a guest, a namespace of its own for each test, TAP.

n=0 failed=0
dir=$(mktemp -d)
ns=mxcli

# report STATUS NAME: one line of TAP; below a failure, what the last command said.
report() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
		return
	fi
	echo "not ok $n - $2"
	sed 's/^/#   out: /' "$dir/out" 2>/dev/null
	sed 's/^/#   err: /' "$dir/err" 2>/dev/null
	failed=$((failed + 1))
}

# ctl WORD...: mutexctl in the namespace; what it says is kept, and its status returned.
ctl() {
	"$MX_CTL" -n $ns "$@" >"$dir/out" 2>"$dir/err"
}

# good NAME WORD...: the command is taken.
good() {
	local name=$1
	shift
	ctl "$@"
	report $? "$name"
}

# refused STATUS PATTERN WORD...: the command ends with STATUS and says PATTERN on standard error.
refused() {
	local want=$1 pattern=$2 got
	shift 2
	ctl "$@"
	got=$?
	[ "$got" = "$want" ] && grep -qF -- "$pattern" "$dir/err"
	report $? "refused: $(echo "$*" | cut -c1-60): $pattern"
}

# says NAME TEXT WORD...: the command is taken and prints TEXT.
says() {
	local name=$1 text=$2
	shift 2
	ctl "$@" && [ "$(cat "$dir/out")" = "$text" ]
	report $? "$name"
}

# json NAME FILTER WORD...: mutexctl -j prints JSON, and the filter of jq holds for it.
json() {
	local name=$1 filter=$2
	shift 2
	ctl -j "$@" && jq -e "$filter" <"$dir/out" >"$dir/jq" 2>&1
	report $? "$name"
}

# fresh: an empty namespace; the last one is gone.
fresh() {
	ip netns del $ns 2>/dev/null
	ip netns add $ns
	ip -n $ns link set lo up
}

# soon COMMAND...: true as soon as the command is, false after 10 s, and much later on slow guests (as in lib.sh).
SLOW=1
[ "${MX_DEBUG:-0}" = 0 ] || SLOW=6
case ${MX_GUEST-} in stock-* | smp-* | trixie*) SLOW=6 ;; esac
soon() {
	local tries
	for ((tries = 0; tries < 200 * SLOW; tries++)); do
		if "$@"; then return 0; fi
		read -r -t 0.05 <> <(:)
	done
	return 1
}

cleanup() {
	# shellcheck disable=SC2046
	kill $(jobs -p) 2>/dev/null
	ip netns del $ns 2>/dev/null
	rmmod mutex 2>/dev/null
	rm -rf "$dir"
}

# begin: loads the module, or skips it all.
begin() {
	if [ -z "${MX_KO-}" ] || [ -z "${MX_CTL-}" ]; then
		echo "1..0 # SKIP there is no module, or no mutexctl"
		exit 0
	fi
	trap cleanup EXIT
	insmod "$MX_KO" || { echo "Bail out! the module cannot be loaded"; exit 1; }
	fresh
}

# end: the plan and the exit status.
end() {
	echo "1..$n"
	[ $failed = 0 ]
	exit $?
}
