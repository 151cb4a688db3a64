#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# guests: [us]m[lp]*
# Every allocation of every operation fails once: the module's load, a new namespace, each command, a new flow. Packets
# that pass meet faults by their number and by chance. Each run ends in success or in an error that changed nothing.
#
#   client 198.51.100.1, fd00:1::1 ---- lb ---- server 10.0.0.1-3, fd00:2::1-2
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
if [ ! -w /proc/self/fail-nth ] || [ ! -d /sys/kernel/debug/failslab ]; then skip_all "this kernel injects no faults"; fi
begin

# part ARG...: runs a part of fault.py and takes over its results.
part() {
	local status
	python3 "$HERE/fault.py" "$@" >"$WORK/part" 2>&1
	status=$?
	awk -v n="$TAP_N" '/^(not )?ok / { n++; sub(/ok [0-9]+/, "ok " n) } !/^1\.\./' "$WORK/part"
	TAP_N=$((TAP_N + $(grep -cE '^(not )?ok ' "$WORK/part")))
	[ $status = 0 ] || TAP_FAILED=1
	ok "fault.py $1 runs to its end" grep -q '^1\.\.' "$WORK/part"
}

# lossless: there is no object of the module's that nothing points to, but for the names of slab caches, which Linux 6.1
# forgets when it cannot show a new cache in sysfs. An object counts when it is 5 s old, and only once.
lossless() {
	local file=/sys/kernel/debug/kmemleak old=$((SECONDS + 6)) lost
	aged() { [ $SECONDS -ge $old ]; }
	echo scan >$file
	wait_for 10 aged
	echo scan >$file
	lost=$(awk -v RS='unreferenced object' 'NR > 1 && !/sysfs_slab_add/ && /\[mutex\]|\[<[0-9a-f]+>\] 0x[0-9a-f]+/' $file)
	echo clear >$file
	[ -z "$lost" ] || { echo "$lost"; return 1; }
}

ok "the module goes, to be loaded with faults" unloaded
part module "$MX_KO"
if [ -w /sys/kernel/debug/kmemleak ]; then ok "loads that failed have lost nothing" lossless; fi
ok "the module loads after the faults" load

ns client lb server
router lb
cable lb client client eth0
cable lb server server eth0
ipb client <<-END
	addr add 198.51.100.1/24 dev eth0
	addr add fd00:1::1/64 dev eth0 nodad
	route add default via 198.51.100.254
	route add default via fd00:1::fe
END
ipb lb <<-END
	addr add 198.51.100.254/24 dev client
	addr add fd00:1::fe/64 dev client nodad
	addr add 10.0.0.254/24 dev server
	addr add fd00:2::fe/64 dev server nodad
	route add 203.0.113.0/24 via 10.0.0.1
	route add fd00:5::/64 via fd00:2::1
END
ipb server <<-END
	addr add 10.0.0.1/24 dev eth0
	addr add 10.0.0.2/24 dev eth0
	addr add 10.0.0.3/24 dev eth0
	addr add fd00:2::1/64 dev eth0 nodad
	addr add fd00:2::2/64 dev eth0 nodad
	route add default via 10.0.0.254
	route add default via fd00:2::fe
END
echo_udp server 80
part all
finish
