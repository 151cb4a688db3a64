#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# guests: stock-* smp-kcsan trixie*
# Tracepoints: what is decided, remembered, dropped and configured is in the trace; nothing is when they are off.
# User-mode Linux has no tracing. No packet is on its way when an event goes on or off: see keep_still in lib.sh.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
T=/sys/kernel/tracing
[ -e $T/events ] || mount -t tracefs tracefs $T 2>/dev/null
[ -d $T/events ] || skip_all "this kernel does not trace"
begin
ok "the events are there" test -d $T/events/mutex/mx_decision -a -d $T/events/mutex/mx_flow -a -d $T/events/mutex/mx_drop \
	-a -d $T/events/mutex/mx_failover -a -d $T/events/mutex/mx_server_state -a -d $T/events/mutex/mx_group_usable \
	-a -d $T/events/mutex/mx_path
star
web s1 s2
V4=http://$VIP V6="http://[$VIP6]"
NETNS=$(on lb readlink /proc/self/ns/net | tr -dc 0-9)

clear() { : >$T/trace; }
events() { echo "$1" >"$T/events/${2-mutex}/enable"; }
# traced EVENT PATTERN: a line of the event that matches, soon
line() { grep -E " $1: .*$2" "$T/trace"; }
traced() { wait_for 10 line "$@" || { echo "wanted: $1: $2"; grep -v '^#' "$T/trace" | tail -n 15; return 1; }; }
untraced() { ! line "$@"; }

clear
batch <<-END
	group add web lb rr forward nat
	$(servers add web 1 2)
	$(vips web)
	rule add id 7 priority 10 dport 9999 drop
	rule add id 8 priority 9 dport 9998 bypass
END
get "$V4/" >/dev/null
is "off: nothing is traced" "$(grep -c mx_ $T/trace)" 0

# The configuration
events 1
want server add 10.0.3.2 group web state drain
want server set 10.0.3.2 group web state up
want server set 10.0.3.2 group web state down
want server del 10.0.3.2 group web
ok "a server comes" traced mx_server_state "netns=$NETNS group=web server=10.0.3.2:0 from=none to=drain why=configured"
ok "changes" traced mx_server_state "group=web server=10.0.3.2:0 from=drain to=up"
ok "and goes" traced mx_server_state "group=web server=10.0.3.2:0 from=down to=gone"
ok "members that are usable: more" traced mx_group_usable "netns=$NETNS group=web members=5 from=4 to=5"
ok "and less" traced mx_group_usable "group=web members=5 from=5 to=4"
want path add isp1 dev none.such peer 203.0.113.1
ok "a path has no device" traced mx_path "netns=$NETNS path=isp1 from=down to=down why=no-dev"
want path del isp1
is "each change once" "$(grep -c ' mx_server_state: ' $T/trace) $(grep -c ' mx_group_usable: ' $T/trace)" "4 2"

# Decisions, flows
clear
is "IPv4 is answered" "$(get "$V4/" | grep -c '^s[12]')" 1
is "IPv6 is answered" "$(get "$V6/" | grep -c '^s[12]')" 1
ok "a decision" traced mx_decision \
	"netns=$NETNS proto=6 src=10.0.0.2:[0-9]+ dst=$VIP:80 verdict=steer rule=0 table=main group=web server=10.0.[12].2:0"
ok "of IPv6" traced mx_decision \
	"src=\[fd00::2\]:[0-9]+ dst=\[$VIP6\]:80 verdict=steer rule=0 table=main group=web server=\[fd00:[12]::2\]:0"
ok "a flow" traced mx_flow \
	"netns=$NETNS why=new proto=6 src=10.0.0.2:[0-9]+ dst=$VIP:80 state=new group=web server=10.0.[12].2:0"
is "each is decided once" "$(grep -c ' mx_decision: .*dst=[^ ]*:80 ' $T/trace)" 2
mx flow flush >/dev/null
ok "flushed" traced mx_flow "why=flushed .*dst=\[$VIP6\]:80"
get "$V4:9998/" --max-time 2 >/dev/null
ok "bypassed" traced mx_decision "dst=$VIP:9998 verdict=bypass rule=8 table= group= server=0.0.0.0:0"

# Ends
clear
want settings set timeout-closed 100ms timeout-udp 100ms
get "$V4/" >/dev/null
ok "closed" traced mx_flow "why=closed .*state=closed"
echo_udp s1 5300
echo_udp s2 5300
py client udp-ask $VIP 5300 2 >/dev/null
ok "expired" traced mx_flow "why=expired proto=17 .*state=established"
want settings set timeout-closed 10s timeout-udp 300s
py client udp-ask $VIP 5300 1 >/dev/null
for s in 1 2; do want server set 10.0.$s.2 group web state down; done
want server add 10.0.3.2 group web
is "reevaluated" "$(mx -j flow reevaluate | json 0.count)" 1
ok "reevaluated: traced" traced mx_flow "why=reevaluated proto=17"
for s in 1 2; do want server set 10.0.$s.2 group web state up; done
want server del 10.0.3.2 group web
mx flow flush >/dev/null
want settings set flows-max 2
many 6 "$V4"
ok "evicted" traced mx_flow "why=evicted"
want settings set flows-max 100000

# Drops, with a reason in our event and a place by name in the kernel's
clear
events 1 skb
get "$V4:9999/" --max-time 2 >/dev/null
ok "a drop" traced mx_drop "netns=$NETNS reason=rule proto=6 src=10.0.0.2:[0-9]+ dst=$VIP:9999 len=60"
ok "and its decision" traced mx_decision "dst=$VIP:9999 verdict=drop rule=7"
if on lb nft list ruleset >/dev/null 2>&1; then
	ok "the kernel's event names the place" traced kfree_skb "location=mx_drop_rule.*reason: NETFILTER_DROP"
fi
events 0 skb
batch <<-END
	group add slow lb rr forward nat rate-conns 1 burst 1s over drop
	server add 10.0.1.2:5300 group slow
	rule add id 6 priority 11 dport 9997 group slow
END
on client bash -c "for i in {1..20}; do echo x >/dev/udp/$VIP/9997; done"
ok "over a rate" traced mx_drop "reason=limit proto=17 src=10.0.0.2:[0-9]+ dst=$VIP:9997"
ok "and its decision" traced mx_decision "dst=$VIP:9997 verdict=limit rule=6 table= group=slow server=0.0.0.0:0"
want rule del id 6
want group del slow
get "$V6:9999/" --max-time 2 >/dev/null
ok "of IPv6" traced mx_drop "reason=rule proto=6 src=\[fd00::2\]:[0-9]+ dst=\[$VIP6\]:9999"
is "as many drops as are counted" "$(grep -c ' mx_drop: ' $T/trace)" "$(($(counter dropped rule) + $(counter dropped limit)))"

# The fast path decides too
for d in c0 s1 s2; do want dev add $d; done
clear
many 3 "$V4"
between "the fast path decides" "$(fast c0)" 3 1000
is "each once" "$(grep -c ' mx_decision: .*dst=[^ ]*:80 ' $T/trace)" 3
for d in c0 s1 s2; do want dev del $d; done

# Filters of the kernel work on our fields
clear
echo 'group == "other"' >$T/events/mutex/mx_flow/filter
get "$V4/" >/dev/null
is "a filter on a group" "$(grep -c ' mx_flow: ' $T/trace)" 0
echo 'group == "web"' >$T/events/mutex/mx_flow/filter
get "$V4/" >/dev/null
ok "that takes it" traced mx_flow "why=new"
echo 0 >$T/events/mutex/mx_flow/filter

# A server that refuses
clear
batch <<-END
	group add sick lb rr forward nat failover immediate hold-down 60s
	server add 10.0.1.2:81 group sick
	rule add id 9 priority 12 dport 81 group sick
END
get "$V4:81/" --max-time 2 >/dev/null
ok "failover" traced mx_failover "netns=$NETNS group=sick server=10.0.1.2:81 from=up to=down why=refused"
ok "which leaves none" traced mx_group_usable "group=sick members=1 from=1 to=0"
get "$V4:81/" --max-time 1 >/dev/null
ok "the next decision" traced mx_decision "dst=$VIP:81 verdict=no-member rule=9 table= group=sick server=0.0.0.0:0"
events 0
clear
get "$V4/" >/dev/null
mx flow flush >/dev/null
is "off again" "$(grep -c mx_ $T/trace)" 0
clear
finish
