# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# header FILE KEY DEFAULT: what FILE's first lines say of KEY.
header() {
	local value
	value=$(sed -n "1,20s/^# $2: *//p" "$1" | head -n 1)
	echo "${value:-$3}"
}
