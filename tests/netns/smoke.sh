#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Loads the module as a user would, sees that the kernel says nothing bad, and takes it out again. Runs in a guest.
set -u
n=0 failed=0

# ok STATUS NAME: one line of TAP.
ok() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failed=1
	fi
}

if [ -z "${MX_KO-}" ]; then
	echo "1..0 # SKIP there is no module"
	exit 0
fi
others=$(wc -l </proc/modules)
insmod "$MX_KO"
ok $? "insmod_needs_nothing_else"
[ "$(wc -l </proc/modules)" = $((others + 1)) ]
ok $? "no_other_module_came_with_it"
grep -q '^mutex ' /proc/modules
ok $? "module_is_loaded"
rmmod mutex
ok $? "rmmod"
! grep -q '^mutex ' /proc/modules
ok $? "module_is_gone"
if [ -n "${MX_KO_CT-}" ]; then
	modprobe -q nf_nat
	insmod "$MX_KO_CT"
	ok $? "mutex_ct_loads_without_mutex"
	rmmod mutex_ct
	ok $? "and_goes_again"
fi
bad=$(dmesg | sed -n '/mutex-guest: begin/,$p' | grep -E 'WARNING:|BUG:|KASAN:|Oops|INFO:')
[ -z "$bad" ]
ok $? "kernel_did_not_complain"
[ -z "$bad" ] || printf '%s\n' "$bad" | sed 's/^/# /'
echo "1..$n"
exit $failed
