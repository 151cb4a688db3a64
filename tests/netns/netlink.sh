#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# The netlink interface, message by message, and random messages; the work is done by netlink.py. One namespace, one
# device mx0 that swallows what is sent.
set -u
if [ -z "${MX_KO-}" ]; then
	echo "1..0 # SKIP there is no module"
	exit 0
fi
here=$(cd "$(dirname "$0")" && pwd)
insmod "$MX_KO" || exit 1
trap 'ip link del mx0; rmmod mutex' EXIT
ip link add mx0 type dummy
ip link set mx0 up
ip addr add 10.99.255.1/16 dev mx0
ip addr add fd99::ff/64 dev mx0 nodad
python3 "$here/netlink.py" "$@"
