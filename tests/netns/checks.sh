#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2
want group add svc lb rr check tcp check-interval 200ms
want server add 10.0.1.2:80 group svc
want server add 10.0.2.2:80 group svc
want server add 10.0.3.2:80 group svc
want server add [fd00:1::2]:80 group svc
sleep 2
mx group show
mx -d server show
mx -j server show
on s1 ss -ant
on lb nstat -az | grep -i tcpout
dmesg | tail -5
finish
