#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A tour of mutex in a guest with an unmodified Debian kernel: what "make demo" shows.
# shellcheck disable=SC2086,SC2317
# shellcheck source=../netns/lib.sh
. "$(dirname "$0")/../netns/lib.sh"
failed=0
trap leave EXIT

tell() { printf '\n%s\n' "$*"; }
show() { sed 's/^/    /'; }

# type_ COMMAND...: shows a command of mutexctl as one would type it on the balancer, and runs it there
type_() {
	echo "  lb# mutexctl $*"
	mx "$@" 2>&1 | show
	[ "${PIPESTATUS[0]}" = 0 ] || failed=1
}

# must WHAT COMMAND...: says whether what was promised has happened
must() {
	if "${@:2}" >/dev/null 2>&1; then
		echo "    [ok] $1"
	else
		echo "    [FAILED] $1"
		failed=1
	fi
}

if [ -z "${MX_KO-}" ] || [ -z "${MX_CTL-}" ]; then
	echo "there is no module or no mutexctl" >&2
	exit 1
fi
case ${MX_GUEST-} in
stock-*) kind=", the kernel of Debian as it is" ;;
*)       kind= ;;
esac
tell "This is Linux $(uname -r)$kind. One module is loaded, and no other:"
echo "  # insmod mutex.ko"
insmod "$MX_KO" || exit 1

tell "Five hosts, each a network namespace, connected like this, in IPv4 and in IPv6:

                                          +-- s1  10.0.1.2  fd00:1::2   nginx
    client 10.0.0.2 --- balancer lb ------+-- s2  10.0.2.2  fd00:2::2   nginx
           fd00::2                        +-- s3  10.0.3.2  fd00:3::2   nginx"
star
web s1 s2 s3

tell "The service is to have the addresses $VIP and $VIP6, which belong to nobody. A group of
servers stands behind it; s1 is twice as strong as the others."
type_ group add web lb wrr forward nat
for i in 1 2 3; do
	w=50; [ $i != 1 ] || w=100
	type_ server add 10.0.$i.2:80 group web weight $w
	type_ server add "[fd00:$i::2]:80" group web weight $w
done
type_ table add main priority 100
type_ route add $VIP/32 table main group web
type_ route add $VIP6/128 table main group web

tell "The client asks four times:"
V4=http://$VIP
V6=http://[$VIP6]
echo "  client$ curl $V4/  (four times)"
on client curl -s -H 'Connection: close' "$V4/[1-4]" | paste -sd ' ' | show
echo "  client$ curl $V6/"
get "$V6/" | show

tell "What would happen to a packet, and why? Asking changes nothing."
type_ route get $VIP:80 from 10.0.0.2:40000

tell "Two hundred requests, each on a connection of its own. By the servers' own logs:"
TAG=1
many 200 "$V4" || failed=1
for s in s1 s2 s3; do printf '    %s  %3d requests\n' $s "$(hits $s)"; done
fair() { in_range "$(hits s1)" 98 102 && in_range "$(hits s2)" 48 52 && in_range "$(hits s3)" 48 52; }
must "shares are 100:50:50, within 1 %" fair

tell "A server is taken out while requests come in: first it gets no new connections, and when the last one has
ended it is set down. Nobody notices."
TAG=2
on client curl -sS --fail -H 'Connection: close' "$V4/2/[1-200]" -o /dev/null 2>"$WORK/errors" &
load=$!
some() { [ "$(hits s2)" -ge 10 ]; }
wait_for 20 some
type_ server set 10.0.2.2:80 group web state drain
empty() { [ "$(server 10.0.2.2:80 web conns.active)" = 0 ]; }
wait_for 20 empty
before=$(hits s2)
type_ server set 10.0.2.2:80 group web state down
wait $load
status=$?
must "none of the 200 requests has failed" [ $status = 0 -a ! -s "$WORK/errors" ]
wait_for 10 logged 200
for s in s1 s2 s3; do printf '    %s  %3d requests\n' $s "$(hits $s)"; done
must "s2 got none after that" [ "$(hits s2)" -le $((before + 1)) ]
type_ server set 10.0.2.2:80 group web state up

tell "Known flows can skip the IP stack altogether, device by device:"
type_ dev add c0
for s in s1 s2 s3; do type_ dev add $s; done
TAG=3
many 50 "$V4" || failed=1
many 50 "$V6" || failed=1
type_ -s dev show
must "packets took the fast path" [ "$(fast c0)" -gt 50 ]

tell "What has happened so far:"
type_ -s group show web
type_ -s server show 10.0.1.2:80 group web
type_ stats show
must "no connection is left over" wait_for 10 idle web

tell "All of it as a file that \"mutexctl restore\" takes back in one transaction:"
type_ save

tell "And away again, with everything still configured:"
leave
echo "  # rmmod mutex"
must "the module unloads" rmmod mutex
must "the kernel did not complain" [ -z "$(dmesg | grep -E 'WARNING:|BUG:|Oops')" ]
echo
[ $failed = 0 ] && echo "Done: all as promised." || echo "Something has failed, see above."
exit $failed
