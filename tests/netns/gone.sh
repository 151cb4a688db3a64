#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
# What is in use goes away: every object, devices, namespaces, and the module itself, with traffic running; and namespaces
# know nothing of each other.
# shellcheck disable=SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
for s in s1 s2 s3; do echo_udp $s 5300; done
web s1 s2 s3

configure() {
	batch <<-END
		group add svc lb rr forward nat
		$(servers add svc 1 2 3)
		$(vips svc)
		rule add id 1 priority 10 to $VIP dport 5300 group svc
		rule add id 2 priority 10 to $VIP6 dport 5300 group svc
		dev add c0
		dev add s1
		dev add s2
		dev add s3
	END
}

# Traffic that never ends: UDP floods of many flows and HTTP, in both families. It gives way to the commands, so that the
# rounds take their time from what they change and not from the traffic.
traffic() {
	rm -f "$WORK/stop"
	cat >"$WORK/flood.py" <<-END
		import os, random, socket, time
		socks = []
		for a in ("$VIP", "$VIP6"):
		    for _ in range(20):
		        s = socket.socket(socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_DGRAM)
		        s.setblocking(False)
		        s.connect((a, 5300))
		        socks.append(s)
		while not os.path.exists("$WORK/stop"):
		    s = random.choice(socks)
		    for op in (lambda: s.send(b"x" * random.choice((10, 1000, 4000))), lambda: s.recv(9000)):
		        try:
		            op()
		        except OSError:
		            pass
		    time.sleep(0.0005)
	END
	start client nice python3 "$WORK/flood.py"
	start client nice sh -c "until [ -e '$WORK/stop' ]; do wrk -t 1 -c 10 -d 2s --timeout 1s 'http://$VIP/'; done"
}

configure
traffic
passing() { [ "$(counter packets hits)" -gt $((${1:-0} + 50)) ]; }
ok "traffic flows" wait_for 20 passing

# Every object is deleted and comes back while traffic uses it.
N=$(short 50 5)
round() { # one round: from the inside out
	batch <<-END || return 1
		$(servers del svc 1 2 3)
		$(servers add svc 1 2 3)
		rule del id 1
		rule del id 2
		route flush table main
		table del main
		group del svc
		dev del c0
		dev del s1
		dev del s2
		dev del s3
	END
	[ "$(mx -j group show | jq length)" = 0 ]
}
rounds() {
	local i
	for i in $(seq "$N"); do round || { echo "round $i"; return 1; }; configure; done
}
ok "servers, rules, routes, tables, groups, devices go $N times" rounds
before=$(counter packets hits)
ok "traffic goes on" wait_for 20 passing "$before"
churn() {
	local i
	for i in $(seq "$N"); do
		batch <<-END || return 1
			flow flush
			flow reevaluate
			group set svc lb lc
			group set svc lb hash
			server set 10.0.1.2 group svc state down
			server set 10.0.1.2 group svc state up weight $((i + 1))
			server set 10.0.2.2 group svc state drain
			server set 10.0.2.2 group svc state up
		END
	done
}
ok "flows are flushed, servers change state $N times" churn
flip() {
	local i
	for i in $(seq "$N"); do
		batch <<-END || return 1
			group set svc forward route
			group set svc forward nat
		END
	done
}
ok "the forward mode changes $N times" flip

# Devices.
devices() {
	local i
	for i in $(seq "$N"); do
		ip -n lb link del s3
		cable lb s3 s3 e0
		ipb lb <<-END
			addr add 10.0.3.1/24 dev s3
			addr add fd00:3::1/64 dev s3 nodad
		END
		ipb s3 <<-END
			addr add 10.0.3.2/24 dev e0
			addr add fd00:3::2/64 dev e0 nodad
			route add default via 10.0.3.1
			route add default via fd00:3::1
		END
		mx dev add s3 || return 1
	done
}
ok "a device goes away $N times" devices

# The module, with everything configured and traffic running. What a debugger would want of it is left out: to load that
# takes longer than all the rest.
module() {
	local i
	strip -g -o "$WORK/mutex.ko" "$MX_KO"
	for i in $(seq "$(short 200 5)"); do
		rmmod mutex || { echo "rmmod, $i"; return 1; }
		insmod "$WORK/mutex.ko" || { echo "insmod, $i"; return 1; }
		configure || return 1
		[ $((i % 10)) != 1 ] || wait_for 20 passing || { echo "no traffic, $i"; return 1; }
	done
}
ok "the module goes away $(short 200 5) times" module
before=$(counter packets hits)
ok "traffic goes on after it" wait_for 20 passing "$before"
touch "$WORK/stop"
for p in $(ip netns pids client); do kill "$p" 2>/dev/null; done

# Namespaces that vanish with everything in them, under traffic.
cat >"$WORK/gone" <<-END
	link add x0 type veth peer name x0 netns client
	addr add 10.99.0.1/24 dev x0
	link set x0 up
END
cat >"$WORK/client" <<-END
	addr add 10.99.0.2/24 dev x0
	link set x0 up
	route add 203.0.113.1/32 via 10.99.0.1
END
cat >"$WORK/gone.mx" <<-END
	group add svc lb rr forward nat
	server add 10.99.0.2 group svc
	server add 10.99.0.3 group svc
	table add main priority 1
	route add 203.0.113.0/24 table main group svc
	dev add x0
END
cat >"$WORK/hail.py" <<-END
	import socket, time
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	n = 0
	while True:
	    n += 1
	    try:
	        s.sendto(b"x", ("203.0.113.1", 9 + n % 50))
	    except OSError:
	        pass
	    time.sleep(0.0005)
END
steered() { [ "$(mxin gone -j stats show | jq '.[0].packets.misses')" -gt 0 ]; }
vanish() {
	local i
	start client nice python3 "$WORK/hail.py"
	for i in $(seq "$(short 200 5)"); do
		ip netns add gone && ip -n gone -batch "$WORK/gone" && ip -n client -batch "$WORK/client" || return 1
		on gone sh -c "echo 1 >/proc/sys/net/ipv4/conf/all/forwarding && exec '$MX_CTL' -b '$WORK/gone.mx'" || return 1
		wait_for 10 steered || { echo "no traffic, $i"; return 1; }
		ip netns del gone
		# its end of the cable may have taken this one along already
		ip -n client link del x0 2>/dev/null
	done
	true
}
ok "a namespace vanishes $(short 200 5) times" vanish
flowless() { [ -z "$(slab)" ] || [ "$(slab)" -le "$(flows)" ]; }
ok "its flows have gone with it" wait_for 30 flowless
for p in $(ip netns pids client); do kill "$p" 2>/dev/null; done

# Two namespaces with the same names.
ns other
cat >"$WORK/batch" <<-END
	group add svc lb hash forward route
	server add 10.7.7.7 group svc weight 7
	table add main priority 7
END
ok "another namespace takes the same names" mxin other -b "$WORK/batch"
is "each has its own" "$(mxin other -j group show svc | jq -r 'if type == "array" then .[0] else . end | .lb') $(mx -j group show svc | jq -r 'if type == "array" then .[0] else . end | .lb')" \
	"hash rr"
is "servers too" "$(mxin other -j server show | jq -r '[.[].addr] | join(" ")')" 10.7.7.7
ok "delete in one" mxin other group flush svc
is "leaves the other alone" "$(mx -j server show | jq length)" 6
is "counters are apart" "$(mxin other -j stats show | jq '.[0].packets.hits')" 0
ip netns del other
is "and its end too" "$(mx -j server show | jq length)" 6

# Privilege: changes need CAP_NET_ADMIN in the namespace.
weak() { on lb setpriv --bounding-set -net_admin --inh-caps -net_admin "$MX_CTL" "$@"; }
denied() { # NAME WORDS...
	local name=$1
	shift
	ok "without CAP_NET_ADMIN: $name is refused" fails weak "$@"
}
denied "group add" group add evil lb rr
denied "group set" group set svc lb lc
denied "group del" group del svc
denied "server add" server add 10.6.6.6 group svc
denied "rule add" rule add priority 1 drop
denied "rule del" rule del id 1
denied "flow flush" flow flush
denied "dev add" dev add lo
denied "settings" settings set flows-max 1
denied "stats reset" stats reset
is "nothing has changed" "$(mx -j server show | jq length) $(mx -j rule show | jq length) $(mx -j dev show | jq length)" "6 2 4"
if setpriv --reuid=65534 --clear-groups unshare -U -r -n true 2>/dev/null; then
	cp "$MX_CTL" "$WORK/mutexctl"
	chmod 755 "$WORK/mutexctl"
	ok "a user is master in a namespace of his own" setpriv --reuid=65534 --clear-groups unshare -U -r -n \
		"$WORK/mutexctl" group add mine lb rr
	ok "but not in another's" fails on lb setpriv --reuid=65534 --clear-groups unshare -U -r \
		"$WORK/mutexctl" group add mine lb rr
else
	skip "a user is master in a namespace of his own" "no user namespaces for users here"
fi
is "no group came of it" "$(mx -j group show | jq length)" 1
finish
