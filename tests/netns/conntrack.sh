#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# Groups with "ct on": connection tracking shows and carries what mutex decides; and what it has no part in with "ct off".
# shellcheck disable=SC2016,SC2086,SC2317
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2 s3
for s in s1 s2 s3; do echo_udp $s 5300; done

# ct ARGS: the table of connections in the balancer's namespace
ct() { on lb conntrack "$@" 2>/dev/null; }

# tracked N PATTERN...: so many lines of it have all patterns
tracked() {
	local n=$1 pattern lines
	shift
	lines=$({ ct -L -f ipv4; ct -L -f ipv6; })
	for pattern; do lines=$(grep -E -- "$pattern" <<<"$lines"); done
	[ "$(grep -c . <<<"$lines")" = "$n" ] || { echo "wanted $n with $*, of:"; ct -L -f ipv4; ct -L -f ipv6; return 1; }
}

# service CT ALG: the group svc on the VIPs, for all ports
service() {
	clean
	batch <<-END
		group add svc lb ${2-rr} ct $1
		$(servers add svc 1 2 3)
		$(vips svc)
	END
}

firewall() { on lb nft -f - || ok "nft takes the rules" false; }
no_firewall() { on lb nft flush ruleset; }

answers() { get "http://$1/" "${@:2}" | grep -q '^s[123]$'; }
names() { local i; for i in $(seq $1); do get "http://$2/" "${@:3}"; done | sort -u | tr -d '\n'; }

V4=$VIP V6="[$VIP6]"

# The module -------------------------------------------------------------------------------------------------------

ct_gone
refused() { ! mx "${@:2}" >"$WORK/why" 2>&1 && { grep -q -- "$1" "$WORK/why" || { cat "$WORK/why"; false; }; }; }
ok "without the module a group with ct on is refused, and told why" refused "mutex_ct and nf_nat" group add svc lb rr ct on
ok "and is not there" fails mx group show svc
want group add svc lb rr
ok "nor does a group become one" refused "mutex_ct and nf_nat" group set svc ct on
is "it stays as it was" "$(mx -j group show svc | json 0.ct)" off
printf 'group add r lb rr ct on\n' >"$WORK/restore"
ok "nor does a restore bring one" refused "mutex_ct and nf_nat" restore "$WORK/restore"
want group del svc

ct_there
ok "a group without it does not load the module" mx group add svc lb rr
ok "it is not there" fails loaded mutex_ct
ok "a group with ct on loads it" mx group set svc ct on
ok "it is there" loaded mutex_ct
ok "in use it does not unload" fails rmmod mutex_ct
ok "a group says so" grep -q 'ct on' <(mx group show svc)
is "and in JSON" "$(mx -j group show svc | json 0.ct)" on
ok "ct on needs forward nat" refused "needs forward nat" group set svc forward route
ok "whichever comes first" refused "needs forward nat" group add r lb rr forward mark mark 1 ct on
ok "ct knows on and off only" fails mx group add r lb rr ct 2
mx save "$WORK/saved"
want group set svc ct off
ok "without a group that wants it, it unloads" rmmod mutex_ct
ok "a restore loads it again" mx restore "$WORK/saved"
ok "it is there again" loaded mutex_ct
is "what was saved is what is restored" "$(mx save)" "$(cat "$WORK/saved")"

# What conntrack shows ---------------------------------------------------------------------------------------------

service on
for a in $V4 $V6; do
	p=10.0.; [ $a = $V4 ] || p=fd00:
	v=$VIP; [ $a = $V4 ] || v=$VIP6
	ct -F
	is "every server answers, $a" "$(names 3 $a)" s1s2s3
	ok "conntrack shows whom a connection leads to, $a" tracked 3 "tcp.*dst=$v .*dport=80.*src=${p}[123]" ASSURED
	ok "ping, $a" on client ping -c 3 -i 0.2 -W $((2 * SLOW)) $v
	ok "conntrack shows it, $a" tracked 1 "icmp.*dst=$v .*src=${p}[123]"
	is "UDP, $a" "$(py client udp-ask $v 5300 6 retries=5 | sed 's/retried [0-9]*/retried N/')" "answered 6 retried N lost 0"
	ok "conntrack shows it too, $a" tracked 6 "udp.*dst=$v .*dport=5300.*src=${p}[123]"
	is "datagrams in fragments, $a" "$(py client udp-ask $v 5300 3 size=4000 nodf retries=5 | sed 's/retried [0-9]*/retried N/')" \
		"answered 3 retried N lost 0"
	ok "an error finds its way back, $a" grep -q . <(py client refused $v 5999)
	ok "the balancer is a client too, $a" grep -q '^s[123]$' <(on lb curl -gs --max-time $((10 * SLOW)) "http://$a/")
done

# What a firewall sees of it ---------------------------------------------------------------------------------------

service on
firewall <<-END
	table inet filter {
		chain forward {
			type filter hook forward priority 0; policy drop;
			ct state established,related accept
			ct state new ct original ip daddr $VIP ip daddr != $VIP counter accept
			ct state new ct original ip6 daddr $VIP6 ip6 daddr != $VIP6 counter accept
		}
	}
END
for a in $V4 $V6; do
	is "a stateful firewall knows the service's connections, $a" "$(names 3 $a)" s1s2s3
done
ok "and stops all others" fails get http://10.0.1.2/ --connect-timeout $SLOW
no_firewall

# Masquerading: the servers know of no client.
service on
firewall <<-END
	table inet nat {
		chain postrouting {
			type nat hook postrouting priority srcnat;
			oifname { s1, s2, s3 } masquerade
		}
	}
END
for i in 1 2 3; do ipb s$i <<<"route del default"; ip -n s$i -6 route del default; done
hits_clear
n=$(short 300 30)
replies() { mx -j -s server show group svc | json '[0-9]+.stats.replies.packets' | awk '{ n += $1 } END { print n }'; }
for a in $V4 $V6; do
	before=$(replies)
	ok "masquerade: $n requests answered by servers without a route to the client, $a" many $n "http://$a"
	counted() { [ $(($(replies) - before)) -ge $((4 * n)) ]; }
	ok "masquerade: the replies are counted, $a" wait_for 10 counted
	ok "masquerade: no connection stays active, $a" wait_for 10 idle svc
done
saw=$(grep " /$TAG/" "$WORK/web-s1/log" | cut -d' ' -f1 | sort -u | paste -sd' ')
is "masquerade: nothing failed" "$(mx -j -s server show group svc | json '[0-9]+.stats.conns.failed' | sort -u)" 0
ok "masquerade: the servers saw the balancer" [ "$saw" = "10.0.1.1 fd00:1::1" ]
ok "masquerade: conntrack shows both changes" eval 'ct -L | grep -q "dst=$VIP .*src=10.0.1.2 dst=10.0.1.1 sport=80"'
no_firewall
for i in 1 2 3; do
	ipb s$i <<-END
		route add default via 10.0.$i.1
		route add default via fd00:$i::1
	END
done

# One server serves a connection's life -----------------------------------------------------------------------------

# hold ADDR: asks over one connection in the background; its server's address in $SERVER, and name in $WHO
hold() {
	rm -f "$WORK/stop"
	py client http-hold "$(tr -d '[]' <<<"$1")" "$WORK/stop" >"$WORK/held" &
	HOLD=$!
	wait_for 10 flows_are 1 state established
	SERVER=$(mx -j flow show state established | json 0.server.addr)
	WHO=s${SERVER:5:1}
}
# held: it has gone on with the one server that it began with, and ends
held() {
	local before
	before=$(wc -l <"$WORK/web-$WHO/log")
	wait_for 20 eval '[ $(wc -l <"$WORK/web-$WHO/log") -gt '$((before + 3))' ]' || { echo "it rests"; return 1; }
	touch "$WORK/stop"
	wait $HOLD
	[ "$(cat "$WORK/held")" = "$WHO whole" ] || { cat "$WORK/held"; return 1; }
}
server_is() { [ "$(mx -j flow show state established | json 0.server.addr)" = "$1" ]; }

for a in $V4 $V6; do
	service on
	hold $a
	want server set "$SERVER" group svc state down
	is "other connections have other servers once its server is down, $a" "$(names 4 $a)" "$(tr -d "${WHO#s}" <<<s1s2s3 | sed 's/ss/s/; s/s$//')"
	ok "a connection stays with a server that is set down, $a" held

	service on
	hold $a
	want server del "$SERVER" group svc
	ok "and with one that is removed, $a" held

	service on
	hold $a
	mx flow flush >/dev/null
	ok "forgotten by mutex, it comes back with its server, $a" wait_for 10 server_is "$SERVER"
	is "and counts as active, $a" "$(active svc)" 1
	ok "and goes on, $a" held
	ok "and ends, $a" wait_for 10 idle svc

	service on
	hold $a
	ct -F
	ok "forgotten by conntrack, it goes on, $a" held
	is "with its server, $a" "$(mx -j flow show | json 0.server.addr)" "$SERVER"

	service on
	hold $a
	ct -D -p tcp --dport 80 >"$WORK/deleted"
	ok "deleted from conntrack, too, $a" held

	service on hash
	hold $a
	for i in 1 2 3; do
		[ s$i = $WHO ] || for s in 10.0.$i.2 fd00:$i::2; do want server set $s group svc weight 10000; done
		[ s$i != $WHO ] || for s in 10.0.$i.2 fd00:$i::2; do want server set $s group svc weight 1; done
	done
	mx flow reevaluate >/dev/null
	ok "decided anew, it does not move, $a" held
done

# A new connection has a new decision, whatever its port was used for.
leads_to() { mx -j flow show | json 0.server.addr; }
for a in $VIP $VIP6; do
	service on
	n=$(short 100 10)
	is "connections from one port, one after the other, $a" "$(py client tcp-reuse $a 80 $n)" "again 0 failed 0"
	is "go to each server in turn, $a" "$(mx -j -s server show group svc | json '[0-9]+.stats.conns.total' | grep -vcx 0)" 3
	first=$(leads_to)
	want server set "$first" group svc state down
	is "and by another server when the last one's is down, $a" "$(py client tcp-reuse $a 80 1)" "again 0 failed 0"
	ok "which is another one, $a" [ "$first" != "$(leads_to)" ]
	ct -F
	is "also when conntrack has forgotten it, $a" "$(py client tcp-reuse $a 80 $n)" "again 0 failed 0"
	mx flow flush >/dev/null
	is "or mutex, $a" "$(py client tcp-reuse $a 80 $n)" "again 0 failed 0"
done

# UDP has no beginning: a flow whose server is down goes to another one.
for a in $VIP $VIP6; do
	service on
	rm -f "$WORK/stop"
	py client udp-hold $a 5300 "$WORK/stop" >"$WORK/held" &
	held=$!
	wait_for 10 flows_are 1 state established
	s=$(mx -j flow show | json 0.server.addr)
	want server set "$s" group svc state down
	moved() { [ "$(mx -j flow show state established | json 0.server.addr)" != "$s" ] && flows_are 1 state established; }
	ok "a UDP flow moves when its server is down, $a" wait_for 10 moved
	touch "$WORK/stop"
	wait $held
	# one by the move; others on a machine that rests
	between "and loses next to nothing, $a" "$(awk '{ print $4 }' "$WORK/held")" 0 3
done

# What came before there was a group went nowhere, and conntrack remembers that.
clean
firewall <<<'table inet t { chain c { type filter hook prerouting priority 0; ct state new counter; }; }'
ct -F
py client udp-ask $VIP 5300 1 from=10.0.0.2 >/dev/null
rm -f "$WORK/stop"
py client udp-hold $VIP 5300 "$WORK/stop" >"$WORK/held" &
held=$!
ok "conntrack knows a flow that nobody steers" wait_for 10 eval "ct -L | grep -q 'udp.*UNREPLIED.*src=$VIP'"
service on
ok "it is steered once there is a group" wait_for 10 flows_are 1 state established
touch "$WORK/stop"
wait $held
no_firewall

# With ct off -------------------------------------------------------------------------------------------------------

service off
firewall <<-END
	table inet t {
		chain c {
			type filter hook forward priority 0
			ct state new counter
			ct state untracked counter
		}
	}
END
ct -F
for a in $V4 $V6; do is "ct off: every server answers, $a" "$(names 3 $a)" s1s2s3; done
ok "ct off: conntrack sees nothing of it" tracked 0 "dport=80"
want group set svc forward route
for s in s1 s2 s3; do
	ip -n $s addr add $VIP/32 dev lo
	ip -n $s addr add $VIP6/128 dev lo nodad
done
mx flow flush >/dev/null
for a in $V4 $V6; do
	ct -F
	ok "beside conntrack, direct routing works, $a" answers $a
	ok "and is tracked once, $a" tracked 1 "dport=80"
done
for s in s1 s2 s3; do
	ip -n $s addr del $VIP/32 dev lo
	ip -n $s addr del $VIP6/128 dev lo
done
no_firewall

# Between firewalls --------------------------------------------------------------------------------------------------

service on
firewall <<<"table inet t { chain c { type filter hook prerouting priority raw; tcp dport 80 notrack; }; }"
before=$(counter untouched unsupported)
ok "what a firewall forbids to track is let through" fails get http://$V4/ --connect-timeout $SLOW
ok "and counted" [ "$(counter untouched unsupported)" -gt "${before:-0}" ]
no_firewall
firewall <<<"table inet t { chain c { type filter hook prerouting priority raw; ct zone set 7; }; chain o { type filter hook output priority raw; ct zone set 7; }; }"
for a in $V4 $V6; do is "in a zone all is as outside, $a" "$(names 3 $a)" s1s2s3; done
ok "conntrack shows the zone" [ "$(ct -L -w 7 | grep -c "dst=$VIP .*zone=7")" -ge 3 ]
service off
ct -F
for a in $V4 $V6; do is "ct off: there, too, $a" "$(names 3 $a)" s1s2s3; done
ok "ct off: conntrack sees nothing of it there" tracked 0 "dport=80"
service on
a=$V4
hold $a
mx flow flush >/dev/null
ok "and mutex finds connections there" wait_for 10 server_is "$SERVER"
ok "which go on" held
no_firewall
# A rule of nftables for the same service: mutex decides first, whoever came first.
firewall <<<"table inet n { chain c { type nat hook prerouting priority dstnat; ip daddr $VIP dnat ip to 10.0.1.2; }; }"
is "mutex is asked before nftables' NAT" "$(names 3 $V4)" s1s2s3
service on
is "in either order" "$(names 3 $V4)" s1s2s3
no_firewall

# Everything goes ----------------------------------------------------------------------------------------------------

service on
ok "no connection is counted as active at the start" idle svc
n=$(short 1000 100)
hits_clear
for a in $V4 $V6; do ok "$n requests answered, $a" many $n "http://$a"; hits_clear; done
ok "no connection is counted as active at the end" wait_for 10 idle svc
is "nothing failed" "$(mx -j -s server show group svc | json '[0-9]+.stats.conns.failed' | sort -u)" 0
ok "latency is measured" [ "$(server 10.0.1.2 svc latency.samples)" -gt 0 ]
want dev add c0
want dev add s1
ok "the fast path leaves them to the stack" many 20 "http://$V4"
is "all of them" "$(fast c0)" 0
want group set svc ct off
ok "ct off takes conntrack out of the namespace" wait_for 5 rmmod mutex_ct
firewall <<<'table inet t { chain c { type filter hook prerouting priority 0; ct state new counter; }; }'
ct -F
ok "new connections are mutex's own" eval "answers $V4 && tracked 0 dport=80"
no_firewall
want group set svc ct on
ok "ct on brings it back" answers $V4
start client wrk -t 1 -c 20 -d 60s --timeout 1s http://$V4/
passing() { [ "$(counter packets hits)" -gt 100 ]; }
ok "traffic flows" wait_for 20 passing
ok "ct is switched under traffic" eval 'for i in 1 2 3 4 5; do mx group set svc ct off && mx group set svc ct on; done'
MX_NS=-
ip netns del lb
ok "its namespace goes under traffic, and with it the last user" wait_for 20 rmmod mutex_ct
MX_NS=lb
finish
