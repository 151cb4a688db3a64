#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The first process of a user-mode Linux guest, whose root is the host's tree, read-only: lays an overlay in memory
# over it and goes on there.
set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir -p /run/mx/upper /run/mx/work /run/mx/root
mount -t overlay -o lowerdir=/,upperdir=/run/mx/upper,workdir=/run/mx/work overlay /run/mx/root
cd /run/mx/root
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t devtmpfs dev dev
mount -t tmpfs tmpfs run
mkdir -p run/mx/run run/mx/old
mount -t hostfs -o "${mx_run:?}" none run/mx/run
pivot_root . run/mx/old
exec chroot . "${mx_init:?}"
