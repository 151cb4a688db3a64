#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# drain.sh ADDR:PORT GROUP SECONDS COMMAND...: maintenance of one server that nobody notices.
#
# Shows: states. The server gets no new connection (drain); when its last one has ended, or after so many seconds, it gets
#	 nothing at all (down), and what is left is decided anew at its next packet. Then COMMAND runs, and if it succeeds the
#	 server is up again.
# Needs: a configuration with this server in it, such as web.conf; jq.
# See:	 examples/drain.sh 10.0.2.2:80 web 60 ssh 10.0.2.2 apt-get -y upgrade
set -eu
[ $# -ge 4 ] || { echo "usage: drain.sh ADDR:PORT GROUP SECONDS COMMAND..." >&2; exit 1; }
server=$1 group=$2 seconds=$3
shift 3

active() { mutexctl -j -s server show "$server" group "$group" | jq '.[0].stats.conns.active'; }

mutexctl server set "$server" group "$group" state drain
end=$(($(date +%s) + seconds))
while [ "$(active)" -gt 0 ] && [ "$(date +%s)" -lt "$end" ]; do
	sleep 1
done
echo "$(active) connections are left"
mutexctl server set "$server" group "$group" state down
if "$@"; then
	mutexctl server set "$server" group "$group" state up
	echo "$server is up again"
else
	echo "$server stays down: the command has failed" >&2
	exit 1
fi
