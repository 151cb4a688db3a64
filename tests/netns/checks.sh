#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# Active checks: each kind, both families; servers that end, fall silent and come back; bound sources and devices; firewalls;
# hostile answers; many that never answer; namespaces that share addresses; what is shown and saved.
# shellcheck disable=SC2086,SC2102,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2 s3

# seen ADDR[:PORT] [GROUP]: result of the newest check; after N CMD: waits; count ADDR good|bad
seen() { mx -j server show "$1" group "${2:-svc}" | json 0.check.result; }
health() { mx -j server show "$1" group "${2:-svc}" | json 0.health.state; }
reason() { mx -j server show "$1" group "${2:-svc}" | json 0.health.reason; }
count() { mx -j server show "$1" group "${3:-svc}" | json "0.check.$2"; }
usable() { mx -j group show "${1:-svc}" | json 0.members.usable; }
sees() { [ "$(seen "$1" "${3:-svc}")" = "$2" ]; }
feels() { [ "$(health "$1" "${3:-svc}")" = "$2" ]; }
usable_is() { [ "$(usable "${2:-svc}")" = "$1" ]; }
# saw NAME ADDR RESULT [GROUP], felt NAME ADDR HEALTH [GROUP]
saw() { ok "$1" wait_for 15 sees "${@:2}" || :; }
felt() { ok "$1" wait_for 15 feels "${@:2}"; }
# no check may give up before a slow guest answers: its host would refuse what comes later
OFTEN=$((100 * SLOW))ms
FAST="check-interval $OFTEN check-timeout $OFTEN hold-down 100ms"

# Kinds --------------------------------------------------------------------------------------------------------------

mx monitor state >"$WORK/events" 2>&1 &
batch <<-END
	group add svc lb rr check tcp $FAST
	server add 10.0.1.2:80 group svc
	server add 10.0.2.2:80 group svc
	server add 10.0.3.2:80 group svc
	server add [fd00:1::2]:80 group svc
	server add [fd00:2::2]:80 group svc
	server add [fd00:3::2]:80 group svc
	$(vips svc)
END
for i in 1 2 3; do
	saw "TCP, IPv4, s$i" 10.0.$i.2:80 good
	saw "TCP, IPv6, s$i" [fd00:$i::2]:80 good
done
ok "all are usable" wait_for 15 usable_is 6
between "a good check took some time" "$(count 10.0.1.2:80 rtt)" 1 5000000
more() { [ "$(count 10.0.1.2:80 good)" -gt 5 ]; }
ok "checks go on" wait_for 10 more
is "no program hears of them" "$(wc -l <"$WORK/web-s1/log")" 0
none_open() { [ "$(on s1 ss -Htn state syn-recv | wc -l)" = 0 ]; }
ok "nothing stays half open" wait_for 10 none_open

# kill NAME: ends the web server of a namespace as kill -9 does
slay() { for p in $(ip netns pids $1); do kill -KILL $p; done; }
slay s2
felt "a server that ended is down" 10.0.2.2:80 down
felt "IPv6 too" [fd00:2::2]:80 down
is "its check was refused" "$(seen 10.0.2.2:80)" refused
is "and that is the reason" "$(reason 10.0.2.2:80)" refused
ok "it is no longer usable" wait_for 5 usable_is 4
told() { grep -q "10.0.2.2:80.*$1" "$WORK/events"; }
ok "that is told" wait_for 5 told down
hits_clear
ok "requests go elsewhere" many "$(short 60 12)" "http://$VIP"
web s2
felt "it comes back" 10.0.2.2:80 up
ok "usable again" wait_for 5 usable_is 6

on s3 nft -f - <<-END
	table inet hole {
		chain in {
			type filter hook input priority 0
			tcp dport 80 drop
		}
	}
END
felt "a silent server is down" 10.0.3.2:80 down
is "by timeout" "$(seen 10.0.3.2:80)" timeout
is "the reason is silence" "$(reason 10.0.3.2:80)" silent

# the server is silent, and somebody sends what looks like answers
ok "hostile answers, IPv4" on s3 python3 "$HERE/raw.py" answers e0 10.0.3.2 10.0.3.1 80 "$(short 20000 1000)"
ok "hostile answers, IPv6" on s3 python3 "$HERE/raw.py" answers e0 fd00:3::2 fd00:3::1 80 "$(short 20000 1000)"
is "have no effect, IPv4" "$(seen 10.0.3.2:80) $(count 10.0.3.2:80 bad | grep -c .)" "timeout 1"
is "have no effect, IPv6" "$(seen [fd00:3::2]:80)" timeout
on s3 nft delete table inet hole
felt "heard again, it is up" 10.0.3.2:80 up

want group set svc check icmp
for i in 1 2 3; do
	saw "ICMP, IPv4, s$i" 10.0.$i.2:80 good
	saw "ICMP, IPv6, s$i" [fd00:$i::2]:80 good
done
sys s1 net.ipv4.icmp_echo_ignore_all=1
felt "ICMP: no answer, down" 10.0.1.2:80 down
sys s1 net.ipv4.icmp_echo_ignore_all=0
felt "ICMP: up again" 10.0.1.2:80 up
on lb ip route add prohibit 10.0.2.2/32
saw "no route" 10.0.2.2:80 no-route
on lb ip route del prohibit 10.0.2.2/32
saw "there is one again" 10.0.2.2:80 good

for i in 1 2; do echo_udp s$i 5300; done
want group set svc check udp check-port 5300 check-send hello check-expect "s1 hello"
saw "UDP, what was expected, IPv4" 10.0.1.2:80 good
saw "UDP, what was expected, IPv6" [fd00:1::2]:80 good
saw "UDP, another answer" 10.0.2.2:80 mismatch
saw "UDP, another answer, IPv6" [fd00:2::2]:80 mismatch
saw "UDP, nobody listens" 10.0.3.2:80 unreachable
saw "UDP, nobody listens, IPv6" [fd00:3::2]:80 unreachable
want group set svc check-expect 0x7332
saw "UDP, bytes" 10.0.2.2:80 good
saw "UDP, bytes that are not there" 10.0.1.2:80 mismatch
want group set svc check-expect ""
saw "UDP, any answer will do" 10.0.1.2:80 good
saw "UDP, still nobody listens" 10.0.3.2:80 unreachable
on s3 nft add table ip hole
on s3 nft 'add chain ip hole in { type filter hook input priority 0; policy drop; }'
saw "UDP, silence will do" 10.0.3.2:80 good
on s3 nft delete table ip hole
# what comes after a check has given up is refused, so there is time enough now
want group set svc check-interval $((2 * SLOW))s check-timeout $((2 * SLOW))s
refused() { on s1 nstat -asz IcmpInDestUnreachs | awk '/IcmpIn/ { print $2 }'; }
goods=$(count 10.0.1.2:80 good)
good_again() { [ "$(count 10.0.1.2:80 good)" -ge $((goods + $1)) ]; }
ok "answers come" wait_for 20 good_again 2
was=$(refused)
ok "and more" wait_for 20 good_again 4
is "the host refused no answer" "$(refused)" "$was"
want group set svc check-interval $OFTEN check-timeout $OFTEN

# From where ---------------------------------------------------------------------------------------------------------

want group set svc check tcp check-port 0 check-source 10.0.0.1 check-source6 fd00::1
on s1 nft -f - <<-END
	table inet seen {
		chain in {
			type filter hook input priority 0
			ip saddr 10.0.0.1 tcp dport 80 counter
			ip6 saddr fd00::1 tcp dport 80 counter
		}
	}
END
came() { on s1 nft list chain inet seen in | grep -q "saddr $1 .*packets [1-9]"; }
ok "from the bound address, IPv4" wait_for 10 came 10.0.0.1
ok "from the bound address, IPv6" wait_for 10 came fd00::1
saw "and answered" 10.0.1.2:80 good
want group set svc check-source 10.9.9.9 check-source6 fd99::9
saw "no such source, IPv4" 10.0.1.2:80 no-source
saw "no such source, IPv6" [fd00:1::2]:80 no-source
want group set svc check-source 0.0.0.0 check-source6 :: check-dev nodev0
saw "no such device" 10.0.1.2:80 no-dev
felt "is a bad check" 10.0.1.2:80 down
want group set svc check-dev s1
saw "by its device" 10.0.1.2:80 good
saw "by its device, IPv6" [fd00:1::2]:80 good
ip -n lb link set s1 down
ip -n lb link set s1 name t1
ip -n lb link set t1 up
saw "the name is gone" 10.0.1.2:80 no-dev
ip -n lb link set t1 down
ip -n lb link set t1 name s1
ip -n lb link set s1 up
saw "it is back" 10.0.1.2:80 good
ip -n lb link add gone0 type dummy
ip -n lb link set gone0 up
want group set svc check-dev gone0
saw "a device that leads nowhere" 10.0.1.2:80 timeout
ok "it goes under the checks" ip -n lb link del gone0
saw "gone" 10.0.1.2:80 no-dev
want group set svc check-dev ""
saw "any device" 10.0.1.2:80 good

# The host's firewall, its connection tracking, and our own rules ---------------------------------------------------

on lb nft -f - <<-END
	table inet guard {
		chain in {
			type filter hook input priority 0; policy drop
			ct state established,related accept
		}
		chain out {
			type filter hook output priority 0
			tcp dport 80 ct state untracked counter
		}
	}
END
good_now() { local n; n=$(count $1 good); wait_for 10 more_than $1 "$n"; }
more_than() { [ "$(count $1 good)" -gt $(($2 + 2)) ]; }
ok "behind a firewall that drops what it does not know, IPv4" good_now 10.0.1.2:80
ok "IPv6" good_now [fd00:1::2]:80
if [ -e /proc/net/nf_conntrack ]; then
	is "checks are not tracked" "$(on lb grep -c dport=80 /proc/net/nf_conntrack)" 0
else
	ok "checks are not tracked" eval "on lb nft list chain inet guard out | grep -q 'counter packets [1-9]'"
fi
on lb nft delete table inet guard
batch <<-END
	group add trap lb rr
	server add 10.0.3.2:81 group trap
	rule add id 7 priority 9 to 10.0.1.2/32 group trap
	rule add id 8 priority 9 to 10.0.1.1/32 group trap
	dev add s1
END
ok "our own rules do not steer them" good_now 10.0.1.2:80
is "nor count them" "$(mx -j -s server show 10.0.3.2:81 group trap | json 0.stats.requests.packets)" 0
want rule del id 7
want rule del id 8
start lb python3 -S -m http.server 8081
wait_for 20 listens lb tcp 8081
want server add 10.0.0.1:8081 group svc
saw "a server on this host" 10.0.0.1:8081 good
want server del 10.0.0.1:8081 group svc
want dev del s1

# State, configuration -----------------------------------------------------------------------------------------------

want server set 10.0.1.2:80 group svc state down
unchecked() { [ "$(mx -j server show 10.0.1.2:80 group svc | jq '.[0].check')" = null ]; }
ok "who is set down is not checked" wait_for 10 unchecked
want server set 10.0.1.2:80 group svc state drain
saw "who drains is" 10.0.1.2:80 good
want server set 10.0.1.2:80 group svc state up
want group set svc check udp check-send "a \"b\" \\c" check-expect 0x00ff check-port 9 check-rise 1 check-fall 9 check-dev s2 check-source 10.0.2.1
mx group show svc >"$WORK/before"
mx save >"$WORK/saved"
ok "what show prints, add takes" grep -q 'check udp check-port 9 check-interval '"$OFTEN check-timeout $OFTEN"' check-rise 1 check-fall 9 check-source 10.0.2.1 check-dev s2 check-send .a "b" .c. check-expect 0x00ff' "$WORK/saved"
ok "it is restored" mx restore "$WORK/saved"
is "as it was" "$(mx group show svc)" "$(cat "$WORK/before")"
want group set svc check tcp check-port 0 check-rise 2 check-fall 3 check-dev "" check-source 0.0.0.0
saw "checks go on after it" 10.0.1.2:80 good
mx save >"$WORK/saved"
n=$(count 10.0.1.2:80 good)
ok "restored with what was in force" mx restore "$WORK/saved"
ok "servers keep their counts" [ "$(count 10.0.1.2:80 good)" -ge "$n" ]
want group set svc check none
ok "no checks" wait_for 10 unchecked
is "nothing of them is shown" "$(mx group show svc | grep -c check)" 0

refuse() { ok "refused: $*" fails mx "$@"; }
refuse group set svc check-port 80
refuse group set svc check bogus
refuse group set svc check tcp check-interval 5ms
refuse group set svc check tcp check-interval 2h
refuse group set svc check tcp check-interval 1s check-timeout 2s
refuse group set svc check tcp check-timeout 1ms
refuse group set svc check tcp check-rise 0
refuse group set svc check tcp check-fall 256
refuse group set svc check tcp check-send x
refuse group set svc check icmp check-expect x
refuse group set svc check icmp check-port 7
refuse group set svc check udp check-port 65536
refuse group set svc check udp check-send 0x123
refuse group set svc check udp check-send "$(printf '%0129d' 0)"
refuse group set svc check tcp check-dev averylongdevicename
refuse group set svc check tcp check-dev a/b
refuse group set svc check tcp check-source fd00::1
refuse group set svc check tcp check-source6 10.0.0.1
refuse group set svc check tcp check-source 224.0.0.1
is "and nothing has changed" "$(mx group show svc | grep -c check)" 0

# Many that never answer ---------------------------------------------------------------------------------------------

# more than the answers that are awaited at once, but where the sanitizers of an SMP guest would take half an hour for them
MANY=10000 EVERY=1s
[ "$SLOW" = 1 ] || { MANY=5000 EVERY=5s; }
case ${MX_GUEST-} in smp-*) MANY=1000 ;; esac
on s3 nft add table ip hole
on s3 nft 'add chain ip hole here { type filter hook prerouting priority -300; ip daddr 10.64.0.0/10 counter drop; }'
ipb lb <<-END
	route add 10.64.0.0/10 via 10.0.3.2
END
awk -v n=$MANY -v every=$EVERY 'BEGIN {
	for (i = 0; i < n; i++) {
		if (i % 2500 == 0)
			print "group add dead" i / 2500 " lb rr check tcp check-interval " every
		printf "server add 10.64.%d.%d:80 group dead%d\n", i / 250, i % 250 + 1, i / 2500
	}
}' >"$WORK/dead"
ok "$MANY servers that never answer" mx -b "$WORK/dead"
all_down() {
	local i
	for i in $(seq 0 $(((MANY - 1) / 2500))); do usable_is 0 dead$i || return; done
}
ok "all are found down" wait_for 120 all_down
batch <<-END
	group add live lb rr check tcp check-interval $EVERY
	server add 10.0.1.2:80 group live
END
saw "a server that comes among them is checked" 10.0.1.2:80 good live
want group del live
memory() { awk '/^(Slab|SUnreclaim|VmallocUsed):/ { sum += $2 } END { print sum }' /proc/meminfo; }
bad() { mx -j server show 10.64.0.1:80 group dead0 | json 0.check.bad; }
rounds() { [ "$(bad)" -ge $(($1 + 5)) ]; }
before=$(memory)
ok "checks go on" wait_for 60 rounds "$(bad)"
between "memory does not grow, kB" $(($(memory) - before + 100000)) 0 110000
for i in $(seq 0 2500 $((MANY - 1))); do want group del dead$((i / 2500)); done
on s3 nft delete table ip hole

# Namespaces ---------------------------------------------------------------------------------------------------------

ns lb2 t1
cable lb2 t1 t1 e0
ip -n lb2 addr add 10.0.1.1/24 dev t1
ip -n t1 addr add 10.0.1.2/24 dev e0
want group set svc check tcp
MX_NS=lb2
batch <<-END
	group add svc lb rr check tcp $FAST
	server add 10.0.1.2:80 group svc
END
saw "the same address in another namespace" 10.0.1.2:80 refused
MX_NS=lb
saw "is not the same server" 10.0.1.2:80 good
ok "a namespace goes under its checks" ip netns del lb2
ip netns del t1
ok "the other one's go on" good_now 10.0.1.2:80
ok "a group goes under its checks" eval 'mx table del main; mx group del svc'
finish
