#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# Groups with "ct on": connection tracking shows and carries what mutex decides; and what it has no part in with "ct off".
# shellcheck disable=SC2086,SC2317
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
	ok "conntrack shows whom a connection leads to, $a" tracked 3 "tcp.*dst=$v .*dport=80.*src=$p[123]" ASSURED
	ok "ping, $a" on client ping -c 3 -i 0.2 -W $((2 * SLOW)) $v
	ok "conntrack shows it, $a" tracked 1 "icmp.*dst=$v .*src=$p[123]"
	is "UDP, $a" "$(py client udp-ask $v 5300 6 | sed 's/retried [0-9]*/retried N/')" "answered 6 retried N lost 0"
	ok "conntrack shows it too, $a" tracked 6 "udp.*dst=$v .*dport=5300.*src=$p[123]"
	is "datagrams in fragments, $a" "$(py client udp-ask $v 5300 3 size=4000 nodf | sed 's/retried [0-9]*/retried N/')" \
		"answered 3 retried N lost 0"
	ok "an error finds its way back, $a" grep -q . <(py client refused $v 5999)
	ok "the balancer is a client too, $a" grep -q '^s[123]$' <(on lb curl -gs --max-time $((10 * SLOW)) "http://$a/")
done
ok "no connection is counted as active any more" wait_for 10 idle svc
is "packets of replies are counted" "$([ "$(server 10.0.1.2 svc replies.packets)" -gt 0 ] && echo yes)" yes
ok "latency is measured" [ "$(server 10.0.1.2 svc latency.samples)" -gt 0 ]

finish
