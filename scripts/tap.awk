# SPDX-License-Identifier: GPL-2.0
# Counts the results in TAP or KTAP: prints "PASSED FAILED SKIPPED". Of nested results only the innermost count; an
# outer one that failed though nothing in it did counts as one failure.
{
	sub(/\r$/, "")
	sub(/^\[ *[0-9]+\.[0-9]+\] ?/, "")
}
/^ *(not )?ok( |$)/ {
	match($0, /^ */)
	depth = RLENGTH
	bad = $1 == "not"
	inner = 0
	inner_bad = 0
	for (d in seen) {
		if (d + 0 > depth) {
			inner += seen[d]
			inner_bad += fails[d]
			delete seen[d]
			delete fails[d]
		}
	}
	seen[depth]++
	if (bad)
		fails[depth]++
	if (inner && !(bad && !inner_bad))
		next
	if (toupper($0) ~ /# *SKIP/)
		skipped++
	else if (bad)
		failed++
	else
		passed++
}
END { print passed + 0, failed + 0, skipped + 0 }
