#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# mutexctl on live flows: show and its filters, count, flush, reevaluate, and the counters of what they were part of.
#
#   mxcli (client and balancer) v0 10.0.0.1 ---- 10.0.0.2, 2001:db8::2 v1 mxsrv (server)
set -u
# shellcheck source=cli.bash
. "$(dirname "$0")/cli.bash"
begin
trap 'ip netns del mxsrv 2>/dev/null; cleanup' EXIT

ip netns add mxsrv
ip -n $ns link add v0 type veth peer name v1 netns mxsrv
ip -n $ns addr add 10.0.0.1/24 dev v0
ip -n $ns addr add 2001:db8::1/64 dev v0 nodad
ip -n mxsrv addr add 10.0.0.2/24 dev v1
ip -n mxsrv addr add 2001:db8::2/64 dev v1 nodad
ip -n $ns link set v0 up
ip -n mxsrv link set v1 up
ip -n $ns route add 192.0.2.0/24 via 10.0.0.2
ip -n $ns route add 2001:db8:1::/64 via 2001:db8::2
cat >"$dir/batch" <<-END
	group add web lb rr
	server add 10.0.0.2 group web
	server add 2001:db8::2 group web
	rule add id 1 priority 1 to 192.0.2.1 group web
	rule add id 2 priority 1 to 2001:db8:1::1 group web
END
good "configured" -b "$dir/batch"
ping4() { ip netns exec "$ns" ping -q -c 1 -W 1 192.0.2.1 >"$dir/out" 2>&1; }
ping6() { ip netns exec "$ns" ping -q -c 1 -W 1 2001:db8:1::1 >"$dir/out" 2>&1; }
soon ping4
report $? "ipv4_is_answered"
soon ping6
report $? "ipv6_is_answered"

json "flow_json" 'map(select(.proto == "icmp"))[0] | .src == "10.0.0.1" and .dst == "192.0.2.1" and .group == "web" and
	.server.addr == "10.0.0.2" and .forward == "nat" and .expires > 0 and (.idle | type) == "number"' flow show
json "filter_by_family" 'length > 0 and all(.proto == "icmpv6" and .dst == "2001:db8:1::1")' flow show to 2001:db8:1::1
json "filter_by_proto" 'length > 0 and all(.proto == "icmp")' flow show proto icmp
json "filter_by_server" 'length > 0 and all(.server.addr == "2001:db8::2")' flow show server 2001:db8::2
json "filter_finds_none" '. == []' flow show proto tcp

# The line of a flow is a filter that finds it alone
ctl flow show proto icmp
line=$(head -n 1 "$dir/out")
# shellcheck disable=SC2086
says "a_line_is_a_filter: $line" "$line" flow show $line
# shellcheck disable=SC2086
says "and_counts_one" 1 flow count $line
ctl -d flow show && grep -q 'idle .* expires .* forward nat' "$dir/out"
report $? "details"
json "reevaluated_stay" '.[0].count == 0' flow reevaluate
json "route_get_knows_the_flow" '.[0].verdict == "steer"' route get 192.0.2.1 from 10.0.0.1 proto icmp
json "stats_of_the_namespace" '.[0] | .flows.now >= 2 and .flows.created >= 2' stats
json "stats_of_servers" 'all(.stats.requests.packets >= 1 and .stats.replies.packets >= 1)' -s server show
json "stats_of_rules" 'all(.stats.hits >= 1)' -s rule show
json "stats_of_groups" '.[0].stats | .requests >= 2 and .balanced >= 2' -s group show
json "flush_one_family" '.[0].count >= 1' flow flush proto icmpv6
json "the_other_stays" 'length > 0 and all(.proto == "icmp")' flow show
json "flush" '.[0].count >= 1' flow flush
says "flushed" 0 flow count
good "reset" stats reset
json "stats_are_reset" '.[0].flows.created == 0' stats
json "servers_are_reset" 'all(.stats.requests.packets == 0)' -s server show
end
