# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Results that were seen and hold as long as the files that they depend on. scripts/check keeps those of whole steps,
# scripts/steps/tests those of single scripts. MUTEX_RECORDS is the directory that keeps them, empty or absent for none, and
# MUTEX_RESUME=1 says that they are to be taken instead of running anew.

# inputs COMMAND: the files that a step depends on, with their hashes. Texts (*.rst, README.md) are left out, and where a step
# builds or boots, what such a step does not read: this script, the scripts that other steps run, and the KUnit suites where the
# module under test has none of them. Tests of the documents do read README.md.
inputs() {
	git ls-tree -r HEAD | awk -F '\t' -v step="$1" -v only="$(sed -nE 's/.* -o ([^ ]+) .*/\1/p' <<<"$1")" '
		function reads(path,	name) {
			if (path ~ /\.rst$/)
				return 0
			if (path == "README.md")
				return dir == "tests/netns/" && "cli_docs" ~ only
			if (!boots)
				return 1
			if (path ~ /^(scripts\/check|scripts\/records\.sh|\.ci\/|tests\/bench\/)/)
				return 0
			if (path ~ /^scripts\/steps\//)
				return path ~ /\/(lib\.sh|header\.sh|in-guest)$/ || path == word[1]
			if (path ~ /^tests\/kunit\//)
				return !tests
			if (path !~ /^tests\/(netns|fuzz)\//)
				return 1
			if (!tests || index(path, dir) != 1)
				return 0
			name = substr(path, length(dir) + 1)
			return name !~ /\.sh$/ || name == "lib.sh" || substr(name, 1, length(name) - 3) ~ only
		}
		BEGIN {
			tests = step ~ /^scripts\/steps\/tests /
			boots = tests || step ~ /^scripts\/steps\/(kernel|build|kunit) /
			n = split(step, word, " ")
			dir = word[n] "/"
			if (only == "")
				only = "."
		}
		reads($2)'
}

# record_key WORDS COMMAND: a name for a result of that command, told from others of it by WORDS.
record_key() { { echo "$1"; inputs "$2"; } | git hash-object --stdin; }

# script_record GUEST FILE: where the result of a test script on a guest is kept, in the form that the environment asks for.
script_record() {
	local name
	name=$(basename "$2" .sh)
	echo "$MUTEX_RECORDS/$1.$name.$(record_key "$1 $2 ${MX_SHORT:-0} ${MX_FUZZ:-0}" "scripts/steps/tests -o ^$name\$ $(dirname "$2")")"
}

# script_recall GUEST FILE: prints what the script said when it passed; false if it has to run.
script_recall() {
	local record
	[ -n "${MUTEX_RECORDS-}" ] && [ "${MUTEX_RESUME:-0}" = 1 ] || return 1
	record=$(script_record "$1" "$2")
	[ -f "$record" ] && cat "$record"
}

# script_remember GUEST FILE LOG: the script has passed; LOG is what it said.
script_remember() {
	local record
	[ -n "${MUTEX_RECORDS-}" ] || return 0
	record=$(script_record "$1" "$2")
	{ echo "# seen at $(date -u +%FT%TZ)"; grep -E '^(ok|[0-9]+\.\.|# )' "$3"; } >"$record.$$" && mv "$record.$$" "$record"
}
