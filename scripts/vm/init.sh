#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The first process of a guest once its root is there (an overlay over the host's tree, so that all that is written
# is lost at the end). Runs the command that the host left in the run directory, and leaves its status there.
#   mx_run    the run directory: the one place where what is written reaches the host
#   mx_tty    the terminal whose output goes to the host's stdout
#   mx_cpus   how many CPUs there must be: a guest that quietly has one finds no race
set -u
tty=/dev/${mx_tty:?}
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8
run=/run/mx/run

mountpoint -q /proc || mount -t proc proc /proc
mountpoint -q /sys || mount -t sysfs sysfs /sys
mountpoint -q /dev || mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t debugfs debugfs /sys/kernel/debug
[ ! -d /sys/kernel/tracing ] || mount -t tracefs tracefs /sys/kernel/tracing
ln -sfn /proc/self/fd /dev/fd
mkdir -p /run/lock /run/netns
if [ -e "$run/modules" ]; then
	mkdir -p /usr/lib/modules
	mount --bind "$(cat "$run/modules")" /usr/lib/modules
fi
hostname "$(cat "$run/guest")"
ip link set lo up
# Tunnel modules else put their catch-all devices into every new namespace.
echo 1 >/proc/sys/net/core/fb_tunnels_only_for_init_net

stty -F "$tty" raw -echo
if [ "$(nproc)" != "${mx_cpus:-$(nproc)}" ]; then
	echo "this guest has $(nproc) CPUs and not $mx_cpus" >/dev/kmsg
	echo cpus >"$run/status"
	sync
	umount "$run" 2>/dev/null
	exec busybox poweroff -f
fi
echo "mutex-guest: begin" >/dev/kmsg
bash "$run/command" >"$tty" 2>&1 </dev/null
status=$?
# Waits until the terminal has sent everything.
stty -F "$tty" raw -echo
debug=/sys/kernel/debug/kmemleak
if [ -w $debug ]; then
	# An object counts as lost when two scans in a row find it unreferenced and it is 5 s old.
	echo scan >$debug
	sleep 6
	echo scan >$debug
	cat $debug >"$run/kmemleak"
fi
echo "mutex-guest: end" >/dev/kmsg
echo $status >"$run/status"
sync
umount "$run" 2>/dev/null
exec busybox poweroff -f
