# SPDX-License-Identifier: GPL-2.0
# json.awk: prints the values in JSON whose path matches WANT, an extended regular expression for all of the path, one a line.
# A path is keys and indices with dots between them: "0.stats.conns.active". What is one object and no array has index 0. Far
# faster to start than jq, which matters in emulated guests. Strings lose their quotes and keep their escapes.
function step(kind) {
	# the next token, in TOKEN; its kind is its first character
	sub(/^[ \t\n\r]+/, "", text)
	if (match(text, /^"([^"\\]|\\.)*"/) || match(text, /^[^][{},:" \t\n\r]+/) || match(text, /^./)) {
		token = substr(text, 1, RLENGTH)
		text = substr(text, RLENGTH + 1)
	} else {
		token = ""
	}
	return token
}

function bare(s) { return s ~ /^"/ ? substr(s, 2, length(s) - 2) : s }

# value PATH: reads the value whose first token is TOKEN.
function value(path, n, key) {
	if (token == "[") {
		for (n = 0; step() != "]" && token != ""; n++) {
			if (token == ",") step()
			value(path == "" ? n : path "." n)
		}
	} else if (token == "{") {
		if (path == "") path = "0"
		while (step() != "}" && token != "") {
			if (token == ",") step()
			key = bare(token)
			step()
			step()
			value(path "." key)
		}
	} else if (path ~ "^(" want ")$") {
		print bare(token)
	}
}

{ text = text $0 "\n" }
END {
	while (step() != "") value("")
}
