#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# Dynamic debug by facility: silence when it is off, and only what was asked for when it is on.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
C=/proc/dynamic_debug/control
[ -w $C ] || C=/sys/kernel/debug/dynamic_debug/control
[ -w $C ] || skip_all "this kernel has no dynamic debug"
begin
star
debug() { echo "$1" >$C; }
# heard SINCE: what the log says of mutex since a mark
mark() { MARK="mutex-mark $((++MARKS))"; echo "$MARK" >/dev/kmsg; }
heard() { dmesg | sed -n "/$MARK\$/,\$p" | grep -o 'mutex: .*'; }
says() { heard | grep -qE "$1" || { echo "wanted: $1"; heard | head -n 20; return 1; }; }
MARKS=0

work() {
	batch <<-END
		settings set node alpha
		group add web lb rr forward nat
		$(servers add web 1 2)
		dev add c0
		$(vips web)
	END
	mx server set 10.0.9.9 group web state down >/dev/null 2>&1
	want server set 10.0.1.2 group web state down
	mx flow flush >/dev/null
	want dev del c0
	mx save "$WORK/conf"
	mx restore "$WORK/conf" >/dev/null
	clean
}

for facility in failover group hook dev nl txn settings flow; do
	between "there are sites of $facility" "$(grep -c "\[mutex\].*\"$facility: " $C)" 1 100
done
mark
work
is "off: silence" "$(heard)" ""
mark
debug 'module mutex format "hook: " +p'
work
debug 'module mutex -p'
ok "hooks: they come" says "^mutex: hook: netns [0-9]+: packets are looked at: 0$"
ok "and go" says "^mutex: hook: netns [0-9]+: packets are looked at no more$"
is "and nothing else" "$(heard | grep -vc '^mutex: hook: ')" 0
mark
debug 'file */net/nl/* +p'
work
debug 'module mutex -p'
ok "by file: a command" says "^mutex: nl: netns [0-9]+: command [0-9]+ of port [0-9]+: 0$"
ok "a refusal, with its reason" says "^mutex: nl: netns [0-9]+: command [0-9]+ of port [0-9]+: -[0-9]+, .*server"
is "and nothing else" "$(heard | grep -vc '^mutex: nl: ')" 0
mark
debug 'module mutex format "failover: " +p'
batch <<-END
	group add web lb rr forward nat failover immediate
	server add 10.0.1.2:80 group web
	$(vips web)
END
get "http://$VIP/" --max-time 2 >/dev/null
NETNS=$(on lb readlink /proc/self/ns/net | tr -dc 0-9)
ok "failover: a server refuses" wait_for 10 says "^mutex: failover: netns $NETNS: group web server 10.0.1.2:80: up to down, refused$"
debug 'module mutex -p'
clean
is "and nothing else" "$(heard | grep -vc '^mutex: failover: ')" 0
mark
debug 'module mutex +p'
work
debug 'module mutex -p'
ok "all: a group" says "^mutex: group: netns $NETNS: web: added$"
ok "its members" says "^mutex: group: netns $NETNS: web: 4 members, scheduler rr$"
ok "how many are usable" says "^mutex: group: netns $NETNS: web: 3 of 4 members usable, 4 before$"
ok "a device" says "^mutex: dev: netns $NETNS: c0: has the fast path: 0$"
ok "a device no more" says "^mutex: dev: netns $NETNS: c0: has the fast path no more$"
ok "a transaction" says "^mutex: txn: netns $NETNS: [0-9]+ changes come into force$"
ok "a setting" says "^mutex: settings: netns $NETNS: node \"alpha\", "
ok "a flush" says "^mutex: flow: [0-9]+ flows flushed$"
mark
work
is "off again: silence" "$(heard)" ""
finish
