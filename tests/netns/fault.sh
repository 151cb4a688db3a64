#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# guests: uml*
# Every allocation of every operation fails once: the module's load, a new namespace, each command, a new flow. Packets
# that pass meet faults by their number and by chance. Each run ends in success or in an error that changed nothing.
#
#   client 198.51.100.1, fd00:1::1 ---- lb ---- server 10.0.0.1-3, fd00:2::1-2
set -u
here=$(cd "$(dirname "$0")" && pwd)
log=$(mktemp)
count=0 failed=0 echo_pid=

# ok STATUS NAME
ok() {
	count=$((count + 1))
	if [ "$1" = 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; failed=1; fi
}

cleanup() {
	[ -z "$echo_pid" ] || kill "$echo_pid" 2>/dev/null
	for name in client lb server; do ip netns del "$name" 2>/dev/null; done
	rm -f "$log"
}
trap cleanup EXIT

skip() {
	echo "1..0 # SKIP $*"
	exit 0
}
[ -n "${MX_KO-}" ] || skip "there is no module"
if [ ! -w /proc/self/fail-nth ] || [ ! -d /sys/kernel/debug/failslab ]; then skip "this kernel injects no faults"; fi
if grep -q '^mutex ' /proc/modules; then rmmod mutex || exit 1; fi
echo "mutex-fault: begin $$" >/dev/kmsg

# part ARG...: runs a part and takes over its results.
part() {
	python3 "$here/fault.py" "$@" >"$log" 2>&1
	local status=$?
	awk -v n="$count" '/^(not )?ok / { n++; sub(/ok [0-9]+/, "ok " n) } !/^1\.\./' "$log"
	count=$((count + $(grep -cE '^(not )?ok ' "$log")))
	[ $status = 0 ] || failed=1
	grep -q '^1\.\.' "$log"
	ok $? "fault.py $1 runs to its end"
}

# leaks: objects that nothing points to, but for the names of slab caches, which Linux 6.1 forgets when it cannot show a
# new cache in sysfs. An object must be 5 s old to count; those that were seen do not count again.
leaks() {
	local file=/sys/kernel/debug/kmemleak end=$((SECONDS + 6))
	echo scan >$file
	until [ $SECONDS -ge $end ]; do sleep 0.5; done
	echo scan >$file
	awk -v RS='unreferenced object' 'NR > 1 && !/sysfs_slab_add/ && /\[mutex\]|\[<[0-9a-f]+>\] 0x[0-9a-f]+/' $file
	echo clear >$file
}

part module "$MX_KO"
if [ -w /sys/kernel/debug/kmemleak ]; then
	lost=$(leaks)
	[ -z "$lost" ]
	ok $? "loads that failed have lost nothing"
	[ -z "$lost" ] || printf '%s\n' "$lost" | head -n 40 | sed 's/^/# /'
fi
insmod "$MX_KO"
ok $? "the module loads after the faults"

for name in client lb server; do ip netns add $name && ip -n $name link set lo up; done
ip netns exec lb sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ip -n lb link add client type veth peer name eth0 netns client
ip -n lb link add server type veth peer name eth0 netns server
ip -n client -b - <<-END
	addr add 198.51.100.1/24 dev eth0
	addr add fd00:1::1/64 dev eth0 nodad
	link set eth0 up
	route add default via 198.51.100.254
	route add default via fd00:1::fe
END
ip -n lb -b - <<-END
	addr add 198.51.100.254/24 dev client
	addr add fd00:1::fe/64 dev client nodad
	addr add 10.0.0.254/24 dev server
	addr add fd00:2::fe/64 dev server nodad
	link set client up
	link set server up
	route add 203.0.113.0/24 via 10.0.0.1
	route add fd00:5::/64 via fd00:2::1
END
ip -n server -b - <<-END
	addr add 10.0.0.1/24 dev eth0
	addr add 10.0.0.2/24 dev eth0
	addr add 10.0.0.3/24 dev eth0
	addr add fd00:2::1/64 dev eth0 nodad
	addr add fd00:2::2/64 dev eth0 nodad
	link set eth0 up
	route add default via 10.0.0.254
	route add default via fd00:2::fe
END
ip netns exec server python3 - <<-END &
	import select, socket
	socks = []
	for address in ('10.0.0.1', '10.0.0.2', '10.0.0.3', 'fd00:2::1', 'fd00:2::2'):
	    family = socket.AF_INET6 if ':' in address else socket.AF_INET
	    sock = socket.socket(family, socket.SOCK_DGRAM)
	    sock.bind((address, 80))
	    socks.append(sock)
	while True:
	    for sock in select.select(socks, [], [])[0]:
	        try:
	            data, peer = sock.recvfrom(4096)
	            sock.sendto(data, peer)
	        except OSError:
	            pass
END
echo_pid=$!
part all

kill "$echo_pid" 2>/dev/null
for name in client lb server; do ip netns del $name; done
for _ in $(seq 100); do
	rmmod mutex 2>/dev/null && break
	sleep 0.1
done
! grep -q '^mutex ' /proc/modules
ok $? "the module goes away"
bad=$(dmesg | sed -n "/mutex-fault: begin $$/,\$p" | grep -E 'WARNING:|BUG:|KASAN:|KCSAN:|Oops|INFO: |refcount_t|leaked')
[ -z "$bad" ]
ok $? "the kernel did not complain"
[ -z "$bad" ] || printf '%s\n' "$bad" | sed 's/^/# /'
echo "1..$count"
exit $failed
