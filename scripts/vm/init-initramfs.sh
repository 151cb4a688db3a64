#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# The first process of a QEMU guest: reaches the host's tree, read-only, over 9p, lays an overlay in memory over it and
# goes on there.
set -e
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
while read -r module; do /bin/busybox insmod "/modules/$module"; done </modules/list
/bin/busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=loose,ro host /host
/bin/busybox mount -t tmpfs tmpfs /mem
/bin/busybox mkdir /mem/upper /mem/work
/bin/busybox mount -t overlay -o lowerdir=/host,upperdir=/mem/upper,workdir=/mem/work overlay /root
/bin/busybox mount -t proc proc /root/proc
/bin/busybox mount -t sysfs sysfs /root/sys
/bin/busybox mount -t devtmpfs dev /root/dev
/bin/busybox mount -t tmpfs tmpfs /root/run
/bin/busybox mkdir -p /root/run/mx/run
/bin/busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=none run /root/run/mx/run
exec /bin/busybox switch_root /root "${mx_init:?}"
