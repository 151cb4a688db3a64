#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# mutexctl check run: programs that check servers, HTTP by curl; servers and groups that come and go; a program that hangs.
# shellcheck disable=SC2086,SC2102,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2

health() { mx -j server show "$1" group svc | json 0.health.state; }
feels() { [ "$(health "$1")" = "$2" ]; }
felt() { ok "$1" wait_for 20 feels "$2" "$3"; }
# run WORDS: check run in the background, its process is $RUN; halt: SIGTERM ends it with status 0
run() {
	"$MX_CTL" -n lb -d check run "$@" >"$WORK/out" 2>"$WORK/err" &
	RUN=$!
}
halt() {
	kill -TERM $RUN
	wait $RUN
}
program() {
	cat >"$WORK/program"
	chmod +x "$WORK/program"
}
ended() { ! pgrep -f "$WORK/program" >/dev/null; }

ok "the example is shipped" test -x "$HERE/../../examples/check-http"
batch <<-END
	group add svc lb rr fails 2 rise 2 hold-down 100ms
	server add 10.0.1.2:80 group svc
	server add 10.0.2.2:80 group svc
	server add [fd00:2::2]:80 group svc
	server add 10.0.3.2:80 group svc
END
# What curl says goes to a file of its own: it writes letter by letter, so that the lines of two that fail at once mix.
program <<-END
	#!/bin/sh
	exec "$HERE/../../examples/check-http" "\$@" 2>>"$WORK/curl"
END
run program "$WORK/program" group svc interval 300ms timeout $((10 * SLOW))s
felt "curl: nobody listens" 10.0.3.2:80 down
said_good() { grep -q '^10\.0\.1\.2 .*good' "$WORK/out"; }
ok "curl: good" wait_for 20 said_good
felt "curl: up, IPv4" 10.0.1.2:80 up
felt "curl: up, IPv6" [fd00:2::2]:80 up
said_why() { grep -q '^curl: (7)' "$WORK/curl"; }
ok "curl: says why" wait_for 10 said_why
say "$(grep -vc good "$WORK/out") results were bad"
for p in $(ip netns pids s2); do kill -KILL $p; done
felt "curl: ended, IPv4" 10.0.2.2:80 down
felt "curl: ended, IPv6" [fd00:2::2]:80 down
web s2
felt "curl: back, IPv4" 10.0.2.2:80 up
felt "curl: back, IPv6" [fd00:2::2]:80 up
want server del 10.0.3.2:80 group svc
want server add 10.0.3.2:8080 group svc
felt "a server that came is checked" 10.0.3.2:8080 down
want group del svc
batch <<-END
	group add svc lb rr fails 2 rise 2 hold-down 100ms
	server add 10.0.3.2:81 group svc
END
felt "a group that went and came is checked" 10.0.3.2:81 down
ok "SIGTERM ends it" halt
is "without a complaint" "$(cat "$WORK/err")" ""

# what a program is told
program <<-END
	#!/bin/sh
	echo "\$1 \$2 \$MUTEX_GROUP \$MUTEX_ADDR \$MUTEX_PORT \$MUTEX_FAMILY" >>$WORK/told
END
want server add [fd00:1::2]:443 group svc
run program "$WORK/program" interval 100ms timeout $((10 * SLOW))s
told() { grep -qx "$1" "$WORK/told"; }
ok "what a program is told, IPv4" wait_for 10 told "10.0.3.2 81 svc 10.0.3.2 81 inet"
ok "what a program is told, IPv6" wait_for 10 told "fd00:1::2 443 svc fd00:1::2 443 inet6"
felt "status 0 is good" 10.0.3.2:81 up
ok "SIGTERM ends it" halt

# a program that hangs, with a child that hangs
program <<-END
	#!/bin/sh
	sh -c ': $WORK/program child; while :; do sleep 1; done' &
	wait
END
run program "$WORK/program" interval 300ms timeout 200ms
felt "a program that hangs is a bad check" 10.0.3.2:81 down
ok "SIGTERM ends it" halt
ok "nothing of it is left" wait_for 10 ended

# no more than so many at once
program <<-END
	#!/bin/sh
	echo + >>$WORK/at
	sleep 0.3
	echo - >>$WORK/at
END
for i in $(seq 10 40); do echo "server add 10.0.3.$i:81 group svc"; done >"$WORK/more"
want -b "$WORK/more"
run program "$WORK/program" interval 500ms timeout $((20 * SLOW))s parallel 3
ran() { [ "$(grep -c -- - "$WORK/at")" -ge 20 ]; }
ok "programs run" wait_for 30 ran
ok "SIGTERM ends it" halt
most=$(awk '{ n += $1 == "+" ? 1 : -1; if (n > most) most = n } END { print most }' "$WORK/at")
between "at most three at once" "$most" 1 3

refuse() { ok "refused: $*" fails mx "$@"; }
refuse check run
refuse check run program /nonexistent
refuse check run program /bin/true interval 0
refuse check run program /bin/true parallel 0
refuse check run program /bin/true parallel 100000
refuse check run program /bin/true bogus 1
refuse check run program
finish
