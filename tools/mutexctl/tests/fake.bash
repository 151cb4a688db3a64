# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# For tests with paths out of files (fake/path_source.c): TAP, the files, and who waits for what. MUTEXCTL names the program that
# reads them.
ctl=${MUTEXCTL:-./mutexctl-fake}
case $ctl in */*) ctl=$(cd "$(dirname "$ctl")" && pwd)/$(basename "$ctl") ;; esac
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$(mktemp -d)
n=0 failed=0
# What a test starts of itself has another directory.
export MUTEXCTL=$ctl
export MX_FAKE=$dir/fake LC_ALL=C.UTF-8 TZ=UTC
unset COLUMNS
mkdir "$MX_FAKE"
cd "$dir" || exit 1

# Whatever was started ends with the test.
started=()
leave() {
	local pid
	for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null; done
	wait
	cd /
	rm -rf "$dir"
}
trap leave EXIT
trap 'exit 1' INT TERM

# report RESULT NAME: what was said is shown if it is bad
report() {
	n=$((n + 1))
	set -- "$1" "$(printf %s "$2" | tr '\n\0#' ';; ' | cut -c1-140)"
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		echo "not ok $n - $2"
		[ ! -f out ] || head -n 20 out | sed 's/^/#   /'
		failed=$((failed + 1))
	fi
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

plan() {
	echo "1..$n"
	echo "# $((n - failed)) passed, $failed failed"
	[ $failed = 0 ]
}

# is STATUS PATTERN WORD...: the command ends so, and says so
is() {
	local want=$1 pattern=$2 got
	shift 2
	"$ctl" "$@" </dev/null >out 2>&1
	got=$?
	[ "$got" = "$want" ] && { [ -z "$pattern" ] || grep -qF -- "$pattern" out; }
	report $? "$* -> $want${pattern:+, $pattern}"
}

# same NAME GOT WANT
same() {
	[ "$2" = "$3" ]
	local status=$?
	printf "got '%s'\nwanted '%s'\n" "$2" "$3" >out
	report $status "$1"
}

# ok NAME COMMAND...
ok() {
	local name=$1
	shift
	"$@" >out 2>&1
	report $? "$name"
}

# wait_for COMMAND...: polls until it succeeds, for a minute at most
wait_for() {
	local deadline=$((SECONDS + 60))
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $deadline ] || return 1
		sleep 0.05
	done
}

# paths: the fake paths, from stdin; news LINE: the kernel tells
paths() {
	cat >"$MX_FAKE/paths.new"
	mv "$MX_FAKE/paths.new" "$MX_FAKE/paths"
}
news() { echo "$*" >>"$MX_FAKE/news"; }
: >"$MX_FAKE/news"
: >"$MX_FAKE/members"

# run FILE COMMAND...: in the background, what it says in FILE; PID is its number
run() {
	local to=$1
	shift
	# what another said is not taken for its words
	: >"$to"
	"$@" </dev/null >"$to" 2>&1 &
	PID=$!
	started+=("$PID")
}

gone() { ! kill -0 "$1" 2>/dev/null; }

# finish PID: ends it in order; STATUS is how it ended
finish() {
	kill -TERM "$1"
	wait "$1"
	STATUS=$?
}

# sql FILE QUESTION: the answer, a line for each row
sql() {
	python3 -IS - "$@" <<-'END'
		import os, sqlite3, sys
		db = sqlite3.connect("file:%s?mode=ro" % os.path.abspath(sys.argv[1]), uri=True, timeout=10)
		for row in db.execute(sys.argv[2]):
		    print("|".join("" if v is None else str(v) for v in row))
	END
}

# holds FILE QUESTION ANSWER: the answer is that
holds() { [ "$(sql "$1" "$2" 2>/dev/null)" = "$3" ]; }
