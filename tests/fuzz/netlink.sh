#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 1150
# Fuzzes the netlink interface in two namespaces while packets pass them:
#
#   client ---- balancer ---- server        (twice)
#
#   MX_FUZZ   messages (50,000 if it says nothing)
#   MX_SEED   which sequence of messages: the same one, the same messages
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
messages=${MX_FUZZ:-50000} seed=${MX_SEED:-20261121}

cleanup() {
	local i
	for i in 1 2; do
		for place in client balancer server; do ip netns del "$place$i" 2>/dev/null; done
	done
	if grep -q '^mutex ' /proc/modules; then rmmod mutex; fi
	if grep -q '^mutex_ct ' /proc/modules; then rmmod mutex_ct; fi
	rm -rf "$work"
}
trap cleanup EXIT

if [ -z "${MX_KO-}" ]; then
	echo "1..0 # SKIP there is no module"
	exit 0
fi
bail() {
	echo "Bail out! $*"
	exit 1
}
python3 "$here/spec.py" "$here/../../Documentation/netlink/specs/mutex.yaml" >"$work/spec.h" || bail "spec.py failed"
gcc -O1 -D_GNU_SOURCE -Wall -Wextra -Werror -I"$work" -I"$here/../../include/uapi" -I"$here" -o "$work/fuzz" \
	"$here"/{fuzz,build,reply,audit,traffic}.c || bail "the fuzzer does not compile"
insmod "$MX_KO" || bail "insmod failed"
# for groups with "ct on"; on Debian's kernels it needs others first
if [ -n "${MX_KO_CT-}" ]; then
	modprobe -q nf_nat
	insmod "$MX_KO_CT" || bail "insmod of mutex_ct failed"
fi

topology() {
	local i=$1
	for place in client balancer server; do ip netns add "$place$i" && ip -n "$place$i" link set lo up; done
	ip -n "balancer$i" link add client type veth peer name eth0 netns "client$i"
	ip -n "balancer$i" link add server type veth peer name eth0 netns "server$i"
	ip netns exec "balancer$i" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	ip -b - -n "client$i" <<-END
		addr add 198.51.100.1/24 dev eth0
		addr add fd00:1::1/64 dev eth0 nodad
		link set eth0 up
		route add default via 198.51.100.254
		route add default via fd00:1::fe
	END
	ip -b - -n "balancer$i" <<-END
		addr add 198.51.100.254/24 dev client
		addr add fd00:1::fe/64 dev client nodad
		addr add 10.0.0.254/24 dev server
		addr add fd00:2::fe/64 dev server nodad
		link set client up
		link set server up
		route add 203.0.113.0/24 via 10.0.0.1
		route add fd00:5::/64 via fd00:2::1
	END
	for n in 1 2 3 4; do
		echo "addr add 10.0.0.$n/24 dev eth0"
		echo "addr add fd00:2::$n/64 dev eth0 nodad"
	done | ip -b - -n "server$i"
	ip -b - -n "server$i" <<-END
		link set eth0 up
		route add default via 10.0.0.254
		route add default via fd00:2::fe
		route add local 203.0.113.0/24 dev lo
		route add local fd00:5::/64 dev lo
	END
}
if ! topology 1 || ! topology 2; then bail "no topology"; fi

echo "# MX_FUZZ=$messages MX_SEED=$seed"
"$work/fuzz" "$messages" "$seed" client1 balancer1 server1 client2 balancer2 server2 |
	tee "$work/tap" | grep --line-buffered -v '^1\.\.'
status=${PIPESTATUS[0]}
n=$(grep -cE '^(not )?ok ' "$work/tap")

# ok STATUS NAME
ok() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		status=1
	fi
}
[ "$status" -le 1 ]
ok $? "the fuzzer ends by itself"
rmmod mutex
ok $? "the module goes away with the namespaces still there"
! grep -q '^mutex_ct ' /proc/modules || rmmod mutex_ct
ok $? "and so does mutex_ct"
bad=$(dmesg | sed -n '/mutex-guest: begin/,$p' | grep -E 'WARNING:|BUG:|KASAN:|KCSAN:|UBSAN:|Oops|INFO: |refcount_t')
[ -z "$bad" ]
ok $? "the kernel did not complain"
printf '%s' "$bad" | sed 's/^/# /'
echo "1..$n"
exit "$status"
