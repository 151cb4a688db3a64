# SPDX-License-Identifier: GPL-2.0
# Finds the kernel's complaints in a console log. -v splats=FILE: regular expressions, one a line, of the lines that begin one;
# -v known=FILE: of whole complaints that are excused if the module is not in them. Prints each complaint, at most 80 lines of
# it, and an excused one as one line; exits with 1 if there was any that is not excused.
function load(file, list,	n, line) {
	while ((getline line < file) > 0)
		if (line !~ /^#/ && line != "")
			list[++n] = line
	close(file)
	return n
}

function matches(text, list, n,	i) {
	for (i = 1; i <= n; i++)
		if (text ~ list[i])
			return 1
	return 0
}

function finish(	flat) {
	if (!lines)
		return
	flat = text
	gsub(/\n/, " ", flat)
	if (flat !~ /\[mutex(_ct)?\]/ && matches(flat, excuse, excuses)) {
		print "excused, the kernel's own: " first
	} else {
		bad = 1
		printf "---- complaint at line %d of the log ----\n%s", line_no, text
	}
	lines = 0
	text = ""
}

BEGIN {
	starts = load(splats, start)
	excuses = load(known, excuse)
}
{ sub(/\r$/, "") }
/mutex-guest: begin/ { graded = 1 }
!graded { next }
lines && (/======/ || /cut here/ || lines >= 80) { finish() }
lines {
	text = text $0 "\n"
	lines++
	if (/<\/TASK>|end trace/)
		finish()
	next
}
matches($0, start, starts) {
	first = $0
	text = $0 "\n"
	lines = 1
	line_no = NR
}
END {
	finish()
	exit bad
}
