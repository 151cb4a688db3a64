#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# The grammar of mutexctl against the kernel: what show prints is what add takes, in text and JSON; refusals have the
# kernel's words, the user's word and status 2. One namespace, no traffic.
set -u
# shellcheck source=cli.bash
. "$(dirname "$0")/cli.bash"
begin

# roundtrip OBJECT WORD...: add the words; the line that show prints adds the same object again.
roundtrip() {
	local object=$1 line again
	shift
	ctl "$object" add "$@" || { report 1 "roundtrip: $object $*"; return; }
	ctl "$object" show
	line=$(tail -n 1 "$dir/out")
	case $object in
	rule) ctl rule del id "$(cut -d ' ' -f 2 <<<"$line")" ;;
	server) ctl server del "${line%% *}" group "$(cut -d ' ' -f 3 <<<"$line")" ;;
	route) ctl route del "${line%% *}" table t ;;
	*) ctl "$object" del "${line%% *}" ;;
	esac || { report 1 "roundtrip: del $line"; return; }
	echo "$object add $line" >"$dir/line"
	ctl -b "$dir/line" || { report 1 "roundtrip: add $line"; return; }
	ctl "$object" show
	again=$(tail -n 1 "$dir/out")
	[ "$line" = "$again" ]
	report $? "roundtrip: $object $line"
}

# Paths
roundtrip path p1 dev lo peer 192.0.2.1
roundtrip path p2 dev eth9 via 2001:db8::1 local fd00::1 peer fd00::2 probe tcp port 443 interval 10ms timeout 0 admin standby bandwidth 10 cost 9
roundtrip path p3 dev lo peer 192.0.2.1 probe none samples 1 fall 2 worse 3 rise 4 margin 0.5 brownout 1.5 hold-down 1s-2s
refused 2 '(port 0)' path set p3 port 0
good "path_flush" path flush

# Groups
good "group_add" group add web lb rr
says "group_show" "web type server lb rr hash src forward nat" group show web
for lb in rr lc wrr random hash latency; do
	roundtrip group "g$lb" lb $lb
	ctl group del "g$lb"
done
roundtrip group gp lb packet forward route
good "group_del" group del gp
refused 2 '(lb packet)' group add gp lb packet forward nat
for hash in src dst src,dst 5tuple; do
	roundtrip group gh lb hash hash $hash seed "a seed" type server
	ctl group del gh
done
roundtrip group gm lb rr forward mark mark 0x10
roundtrip group gr forward route lb wrr
roundtrip group gf lb rr failover delayed fails 5 window 500ms rise 3 hold-down 1s-60s
ctl group del gf
roundtrip group gf lb rr failover off fails 3 window 10s rise 2 hold-down 300s
ctl group del gf
roundtrip group gf lb rr fallback web
refused 2 '(fallback gf)' group set web fallback gf
good "group_no_fallback" group set gf fallback none
ctl group del gf
refused 2 'mutex: ' group add web lb rr
refused 2 '(lb frob)' group add bad lb frob
refused 2 'mutex: ' group add '' lb rr
refused 2 'mutex: ' group add "$(printf '%01000d' 0)" lb rr
refused 2 'mutex: ' group show none
refused 2 'mutex: ' group del none
refused 2 'mutex: ' group add gp lb rr type path
refused 1 'NAME is missing' group add
good "group_set" group set web lb hash hash 5tuple seed x forward route
says "group_set_shows" "web type server lb hash hash 5tuple seed x forward route" group show web
good "group_set_back" group set web lb rr seed '' forward nat
json "group_json" 'map(select(.name == "gm"))[0] | .mark == 16 and .forward == "mark" and .members.total == 0' group show
json "group_json_stats" '.[0].stats | .requests == 0 and .balanced == 0 and .flows == 0' -s group show web

# Servers
roundtrip server 10.0.0.1:80 group web
says "server_defaults" "10.0.0.1:80 group web weight 100 state up" server show 10.0.0.1:80 group web
roundtrip server 10.0.0.2 group web weight 10000 state drain
roundtrip server '[2001:db8::1]:443' group web weight 1 state down
roundtrip server 2001:db8::2 group gm
roundtrip server ::ffff:10.0.0.3 group gm
says "mapped_is_ipv4" "10.0.0.3 group gm weight 100 state up" server show 10.0.0.3 group gm
refused 2 '(weight 0)' server add 10.0.0.9 group web weight 0
refused 2 '(weight 10001)' server add 10.0.0.9 group web weight 10001
refused 2 '(weight 10001)' server set 10.0.0.1:80 group web weight 10001
refused 2 'mutex: ' server add 10.0.0.1:80 group web
refused 2 'none' server add 10.0.0.1:80 group none
refused 2 'mutex: ' server del 10.9.9.9 group web
good "server_set" server set 10.0.0.1:80 group web weight 7 state drain
json "server_json" '.[0] | .addr == "10.0.0.1" and .port == 80 and .group == "web" and .weight == 7 and .state == "drain"' \
	server show 10.0.0.1:80 group web
json "server_json_group" 'length == 3 and all(.group == "web")' server show group web
json "server_json_stats" 'all(.stats | .requests.packets == 0 and .conns.active == 0 and .latency.samples == 0)' -s server show
json "group_counts_members" '.[0].members | .total == 3 and .usable == 0' group show web
ctl server set 10.0.0.1:80 group web state up
json "usable_follows_state" '.[0].members.usable == 1' group show web
good "group_flush" group flush web
json "flushed" '. == []' server show group web

# Tables and routes
roundtrip table t priority 5
roundtrip table u priority 4294967295
refused 2 'mutex: ' table add t priority 6
refused 2 'mutex: ' table show none
good "table_set" table set t priority 6
says "table_show" "t priority 6" table show t
roundtrip route 10.0.0.0/8 table t group web
roundtrip route default table t group web metric 0
roundtrip route default6 table t group web metric 4294967295
roundtrip route 192.0.2.1 table t group web metric 7
roundtrip route 2001:db8::/32 table t group web metric 7
roundtrip route ::ffff:172.16.0.0/108 table t group web metric 1
says "mapped_prefix_is_ipv4" "172.16.0.0/12 table t group web metric 1" route show ::ffff:172.16.0.0/108 table t
good "second_metric" route add 10.0.0.0/8 table t group gm metric 20
json "table_counts" '.[0].routes | .ipv4 == 5 and .ipv6 == 2 and .bytes > 0' table show t
refused 1 'the prefix is 10.0.0.0/8' route add 10.0.0.1/8 table t group web
refused 2 'mutex: ' route add 10.0.0.0/8 table t group web
refused 2 '(table none)' route add 10.0.0.0/8 table none group web
refused 2 '(group none)' route add 11.0.0.0/8 table t group none
refused 2 'mutex: ' route del 11.0.0.0/8 table t
refused 2 'mutex: ' group del web
good "route_set" route set 10.0.0.0/8 table t group gr metric 20
json "route_set_shows" '.[0].group == "gr"' route show 10.0.0.0/8 table t metric 20
json "route_show_table" 'length == 7 and all(.table == "t")' route show table t
json "route_show_other" '. == []' route show table u
good "route_del_metric" route del 10.0.0.0/8 table t metric 20
good "route_flush" route flush table t
json "route_flushed" '. == []' route show

# Rules
roundtrip rule priority 10 drop
roundtrip rule id 7 priority 20 from 10.0.0.0/8 to 192.0.2.1 sport 1-1023 dport 80 proto tcp mark 0x1/0xff iif lo dscp 46 bypass
roundtrip rule id 8 priority 20 from 2001:db8::/32 to default6 proto icmpv6 mark 0x10 group web
roundtrip rule id 9 priority 30 proto udp dport 5000-65535 table t
roundtrip rule id 12 priority 1 to default oif eth9 drop
ctl rule del id 12
refused 2 "(dport 1)" rule add priority 30 proto 89 dport 1 table t
ctl rule add priority 0 to 203.0.113.9 bypass && grep -qE '^id [1-9][0-9]*$' "$dir/out"
report $? "rule_id_is_told"
ctl -j rule add priority 0 to 203.0.113.9 bypass && jq -e '.[0].id > 0' "$dir/out" >/dev/null
report $? "rule_id_is_told_in_json"
json "rule_order" 'map(.priority) == (map(.priority) | sort | reverse) and length == 6' rule show
refused 2 'mutex: ' rule add id 7 priority 1 drop
refused 2 '(group none)' rule add priority 1 group none
refused 2 '(dscp 64)' rule add priority 1 dscp 64 drop
refused 2 '(id 0)' rule add id 0 priority 1 drop
refused 2 'mutex: ' rule add priority 1 from 10.0.0.0/8 to 2001:db8::/32 drop
refused 2 '(mark 0xff/0xf)' rule add priority 1 mark 0xff/0xf drop
refused 2 '(oif b)' rule add priority 1 iif a oif b drop
refused 2 '(to 224.0.0.0/4)' rule add priority 1 to 224.0.0.0/4 drop
refused 2 '(proto icmp)' rule add priority 1 to 2001:db8::/32 proto icmp drop
refused 2 'mutex: ' rule del id 99
refused 2 'mutex: ' table del t
good "rule_set" rule set id 7 priority 5 drop
says "rule_set_changes_what_it_names" \
	"id 7 priority 5 from 10.0.0.0/8 to 192.0.2.1/32 sport 1-1023 dport 80 proto tcp mark 0x1/0xff iif lo dscp 46 drop" rule show id 7
good "rule_set_match" rule set id 7 dport 81-82 mark 7 group web
says "rule_set_match_shows" \
	"id 7 priority 5 from 10.0.0.0/8 to 192.0.2.1/32 sport 1-1023 dport 81-82 proto tcp mark 0x7 iif lo dscp 46 group web" rule show id 7
good "rule_set_any" rule set id 7 sport any mark any iif any dscp any from any proto udp
says "rule_set_any_shows" "id 7 priority 5 to 192.0.2.1/32 dport 81-82 proto udp group web" rule show id 7
good "rule_set_all_any" rule set id 7 to any dport any proto any oif any
says "rule_set_all_any_shows" "id 7 priority 5 group web" rule show id 7
refused 2 '(dport 1)' rule set id 7 proto 89 dport 1
good "rule_add_any" rule add id 13 priority 1 from any to any sport any dport any proto any mark any iif any oif any dscp any drop
says "rule_add_any_shows" "id 13 priority 1 drop" rule show id 13
ctl rule del id 13
json "rule_hits" '.[0].stats.hits == 0' -s rule show id 7
for id in 1 7 8 9; do good "rule_del_$id" rule del id $id; done

# Devices
ip -n $ns link add v0 type veth peer name v1
roundtrip dev v0
says "dev_show" "v0" dev show
json "dev_json" '.[0] | .dev == "v0" and .link.ifindex > 0 and .stats.fast.packets == 0' -s dev show v0
refused 2 'mutex: ' dev add v0
refused 2 'mutex: ' dev add none
refused 2 'mutex: ' dev del v1
good "dev_del" dev del v0

# Settings
json "settings_defaults" '.[0].timeout.udp == 300000 and .[0].flowsmax > 0' settings
good "settings_set" settings set node "n 1" flows-max 1000 timeout-syn 500ms timeout-tcp 5m timeout-fin 10 timeout-closed 2s \
	timeout-udp 30s timeout-other 31s
says "settings_show" "node 'n 1' flows-max 1000 timeout-syn 500ms timeout-tcp 300s timeout-fin 10s timeout-closed 2s timeout-udp 30s timeout-other 31s" \
	settings show
refused 2 '(timeout-syn 99ms)' settings set timeout-syn 99ms
refused 2 '(flows-max 0)' settings set flows-max 0

# What would happen
ctl rule add id 1 priority 100 to 192.0.2.0/24 proto tcp dport 80 table t
ctl route add 192.0.2.1 table t group web metric 3
ctl server add 10.0.0.1:8080 group web
json "route_get" '.[0] | .verdict == "steer" and .rule.id == 1 and .rule.priority == 100 and .table.name == "t" and
	.route.dst == "192.0.2.1/32" and .route.metric == 3 and .group.name == "web" and .group.lb == "rr" and
	.group.forward == "nat" and .server.addr == "10.0.0.1" and .server.port == 8080 and (.why | length) > 0 and
	.cached == false and .dst == "192.0.2.1" and .dport == 80 and .proto == "tcp"' \
	route get 192.0.2.1:80 from 198.51.100.1:1000
ctl server set 10.0.0.1:8080 group web state down
json "route_get_no_member" '.[0].verdict == "no-member"' route get 192.0.2.1:80 from 198.51.100.1:1000
ctl rule add id 2 priority 200 from 198.51.100.0/24 drop
json "route_get_drop" '.[0] | .verdict == "drop" and .rule.id == 2' route get 192.0.2.1:80 from 198.51.100.1:1000
ctl rule add id 3 priority 300 mark 0x5 bypass
json "route_get_bypass" '.[0] | .verdict == "bypass" and .rule.id == 3' route get 192.0.2.1:80 from 198.51.100.1 mark 5
json "route_get_none" '.[0].verdict == "none"' route get 203.0.113.1
ctl route get 192.0.2.1:80 from 198.51.100.1:1000
grep -q 'verdict drop' "$dir/out" && grep -q '^    why: ' "$dir/out"
report $? "route_get_text"
json "route_get_changes_nothing" '.[0].count == 0' flow count

# Flows and counters, without traffic
says "flow_count" "0" flow count
json "flow_show" '. == []' flow show
json "flow_flush" '.[0].count == 0' flow flush from 10.0.0.1:5 proto tcp state syn
json "flow_reevaluate" '.[0].count == 0' flow reevaluate group web
refused 2 'no such group' flow show group none
json "stats" '.[0] | .flows.now == 0 and .packets.hits == 0 and .dropped.rule == 0 and .untouched.nomatch >= 0' stats
ctl stats format json && jq -e '.[0].flows' "$dir/out" >/dev/null
report $? "stats_format_json"
good "stats_reset" stats reset
ctl stats format prometheus &&
	awk '/^# TYPE/ { type[$3]++; next } /^#/ { next }
	     { name = $1; sub(/[{].*/, "", name); if (type[name] != 1 || NF != 2 || $2 !~ /^[0-9.]+$/) exit 1 }
	     END { exit NR < 40 }' "$dir/out" &&
	grep -q "^mutex_server_weight{netns=\"$ns\",group=\"web\",server=\"10.0.0.1:8080\"} 100\$" "$dir/out"
report $? "stats_format_prometheus"
ctl -s stats && grep -q '^server 10.0.0.1:8080 group web' "$dir/out"
report $? "stats_of_objects"

# Options
ctl -j -p group show && jq -e . "$dir/out" >/dev/null && [ "$(wc -l <"$dir/out")" -gt 5 ]
report $? "pretty_json"
ctl -o -s server show group web && [ "$(wc -l <"$dir/out")" = 1 ]
report $? "oneline"
ctl -c=always group show web && grep -q $'\033' "$dir/out" && ctl -c group show && ! grep -q $'\033' "$dir/out"
report $? "color"
ip netns add ${ns}2
"$MX_CTL" -n ${ns}2 -j group show | jq -e '. == []' >/dev/null
report $? "namespaces_are_apart"
ip netns del ${ns}2
ip netns exec $ns setpriv --bounding-set -net_admin --inh-caps -net_admin --ambient-caps -all \
	"$MX_CTL" group add nope lb rr >"$dir/out" 2>"$dir/err"
[ $? = 2 ] && grep -q 'mutex: not permitted' "$dir/err"
report $? "unprivileged_is_refused"
ip netns exec $ns setpriv --bounding-set -net_admin "$MX_CTL" group show >"$dir/out" 2>"$dir/err"
report $? "unprivileged_may_look"
for words in 'flow show' 'flow count' 'route get 192.0.2.1'; do
	# shellcheck disable=SC2086
	ip netns exec $ns setpriv --bounding-set -net_admin "$MX_CTL" $words >"$dir/out" 2>"$dir/err"
	[ $? = 2 ] && grep -q 'mutex: not permitted' "$dir/err"
	report $? "unprivileged_sees_no_flows: $words"
done
"$MX_CTL" -n $ns group show >/dev/full 2>"$dir/err"
[ $? = 2 ] && grep -q 'cannot write' "$dir/err"
report $? "full_disk_is_told"

ip netns del $ns
rmmod mutex
"$MX_CTL" group show >"$dir/out" 2>"$dir/err"
[ $? = 2 ] && grep -q 'module mutex is not loaded' "$dir/err"
report $? "module_missing_is_told"
end
