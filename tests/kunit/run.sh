#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run.sh: loads the test build of the module, which runs its KUnit suites, and tells the results as TAP: one line a
# test case. Runs as root in a guest whose kernel has KUnit.
#   MX_KO_TEST   the test build
#   MX_OUT       optional: a directory that gets the kernel's log of the suites, kunit.log
# Fails if a case fails, if a suite of tests/kunit/*.c did not run or not to its end, or if the module does not go away.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=${MX_OUT:-$work}/kunit.log

bail() {
	echo "Bail out! $*"
	exit 1
}
[ -r "${MX_KO_TEST-}" ] || bail "MX_KO_TEST does not name the test build"
module=$(basename "$MX_KO_TEST" .ko)
module=${module//-/_}

# The names of the suites that must run, as the sources define them.
suites() {
	awk '/^static struct kunit_suite .*= \{/ { in_suite = 1 }
	     in_suite && /\.name = "/ { split($0, part, "\""); print part[2]; in_suite = 0 }' "$here"/*.c
}

# Suites that let allocations fail reach those that may wait, too, and need no trace of each. The settings die with the
# guest.
for attr in /sys/kernel/debug/failslab /sys/kernel/debug/fail_page_alloc; do
	if [ -w "$attr/ignore-gfp-wait" ]; then
		echo N >"$attr/ignore-gfp-wait"
		echo 0 >"$attr/verbose"
	fi
done

marker="mutex-kunit: begin $$"
echo "$marker" >/dev/kmsg
insmod "$MX_KO_TEST"
loaded=$?
dmesg --notime | awk -v marker="$marker" 'seen; $0 == marker { seen = 1 }' >"$log"
[ $loaded = 0 ] || { tail -n 30 "$log" | sed 's/^/# /'; bail "insmod failed"; }

# Cases stand one level deep (four blanks), their parameters two, suites none. Of what the kernel said before a case's
# result, a case that passed shows its own remarks, one that failed the first 40 lines.
suites | awk -v log_file="$log" '
function tell(ok, name) {
	count++
	if (!ok) failed++
	print (ok ? "ok " : "not ok ") count " - " name
}
function remember(line, remark) {
	said = said (lines < 40 ? "#   " line "\n" : "")
	remarks = remarks (remark ? "#   " line "\n" : "")
	lines++
}
function forget() {
	said = remarks = ""
	lines = 0
}
function end_of_suite(name, ok) {
	ran[name]++
	if (!cases) tell(0, name ": printed no result")
	else if (cases != plan) tell(0, name ": " cases " results of " plan)
	else if (ok && bad) tell(0, name ": passed although a case failed")
	else if (!ok && !bad) tell(0, name ": failed although its cases passed")
	suite = ""
}
{ wanted[$1] = 1; order[++suites] = $1 }
END {
	while ((getline line <log_file) > 0) {
		match(line, /^ */)
		depth = RLENGTH / 4
		text = substr(line, RLENGTH + 1)
		if (depth == 1 && text ~ /^# Subtest: /) {
			if (suite != "") tell(0, suite ": did not end")
			suite = substr(text, 12)
			cases = bad = plan = 0
			forget()
		} else if (suite == "") {
			continue
		} else if (depth == 1 && text ~ /^1\.\.[0-9]+$/) {
			plan = substr(text, 4) + 0
		} else if (text ~ /^(not )?ok [0-9]+/) {
			ok = text ~ /^ok/
			name = text
			sub(/^(not )?ok [0-9]+ (- )?/, "", name)
			if (depth == 0) {
				sub(/ #.*/, "", name)
				end_of_suite(name, ok)
			} else if (depth == 1) {
				cases++
				if (!ok) bad++
				tell(ok, suite ": " name)
				printf "%s", ok ? remarks : said
				forget()
			} else if (!ok) {
				remember("failed: " name, 0)
			}
		} else if (text !~ /^(KTAP version|# Subtest: |1\.\.)/ && text !~ /^# .*pass:[0-9]+ fail:[0-9]+/) {
			remark = sub(/^# /, "", text)
			remember(text, remark)
		}
	}
	if (suite != "") tell(0, suite ": did not end")
	for (i = 1; i <= suites; i++)
		if (!ran[order[i]]) tell(0, order[i] ": did not run")
	for (name in ran)
		if (!(name in wanted)) tell(0, name ": ran, but no source defines it")
	if (!suites) tell(0, "there are suites")
	print count + 0 >"'"$work"'/count"
	exit failed > 0
}'
status=$?

count=$(cat "$work/count")
if rmmod "$module" && [ ! -e "/sys/module/$module" ]; then
	echo "ok $((count + 1)) - the module goes away"
else
	echo "not ok $((count + 1)) - the module goes away"
	status=1
fi
echo "1..$((count + 1))"
exit $status
