#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Many namespaces end at once, each with a configuration and a flow: all of it goes, and what has to be waited for is waited
# for once, not for each of them. Debug kernels take so long over each namespace that this cannot be seen there: it is said only.
# The flows live longer than a slow guest takes to make them all.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
DEBUG=${MX_DEBUG:-0}
N=$(short 200 "$([ "$DEBUG" = 0 ] && echo 60 || echo 20)")

cat >"$WORK/conf" <<-END
	settings set timeout-udp 3600s
	group add svc lb hash forward mark mark 7
	server add 10.0.0.1 group svc
	server add 10.0.0.2 group svc
	table add main priority 1
	route add 203.0.113.0/24 table main group svc
	rule add id 1 priority 1 to 203.0.113.9 drop
	dev add x0
END
cat >"$WORK/links" <<-END
	link set lo up
	link add x0 type veth peer name x1
	route add 203.0.113.0/24 dev lo
END
cat >"$WORK/hail.sh" <<-END
	ip -batch "$WORK/links" && "$MX_CTL" -b "$WORK/conf" && echo x >/dev/udp/203.0.113.1/9
END
populate() {
	local i
	for i in $(seq "$N"); do
		echo "netns add many$i"
		NAMESPACES+=("many$i")
	done >"$WORK/add"
	ip -batch "$WORK/add" || return 1
	for i in $(seq "$N"); do
		on many$i bash "$WORK/hail.sh" || { echo "namespace $i"; return 1; }
	done
}
ok "$N namespaces, each with everything" populate
if [ -z "$(slab)" ]; then
	skip "each has a flow" "the kernel shows no slab of ours"
	skip "all are gone" "the kernel shows no slab of ours"
	skip "the second half goes with the first" "the kernel shows no slab of ours"
	finish
fi
is "each has a flow" "$(slab)" "$N"

# vanish: deletes them all. Tells how many milliseconds lie between half of the flows being gone and the last.
vanish() {
	local name half='' left kept=() deadline=$((SECONDS + 60 * SLOW))
	sed s/add/del/ "$WORK/add" | ip -batch - || return 1
	for name in "${NAMESPACES[@]}"; do [[ $name = many* ]] || kept+=("$name"); done
	NAMESPACES=("${kept[@]}")
	while left=$(slab) && [ "$left" -gt 0 ]; do
		[ $SECONDS -lt $deadline ] || { echo "$left left"; return 1; }
		[ -n "$half" ] || [ "$left" -gt $((N / 2)) ] || half=${EPOCHREALTIME/./}
	done
	half=${half:-${EPOCHREALTIME/./}}
	echo $(((${EPOCHREALTIME/./} - half) / 1000)) >"$WORK/ms"
}
began=${EPOCHREALTIME/./}
ok "all are gone" vanish
say "after $(((${EPOCHREALTIME/./} - began) / 1000)) ms, the second half of them in $(cat "$WORK/ms") ms"
[ "$DEBUG" != 0 ] ||
	between "the second half goes with the first, in ms" "$(cat "$WORK/ms")" 0 400
finish
