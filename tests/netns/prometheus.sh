#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# Counters for Prometheus: the format, every object, and a file that is whole at any moment or is left as it was.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1 s2
batch <<-END
	group add web lb rr forward nat
	$(servers add web 1 2)
	$(vips web)
	rule add id 7 priority 10 dport 9999 drop
	dev add c0
END
group='a\b{c}'
want group add "$group" lb rr
many 5 "http://$VIP"
get "http://$VIP:9999/" --max-time 1 >/dev/null
F=$WORK/mutex.prom
# Each way ends with a file, or the output, that the checker takes.
valid() { python3 "$HERE/prometheus.py" "$1"; }
value() { grep -F "$2 " "$1" | sed 's/.* //'; }

mx stats format prometheus >"$WORK/out"
ok "the output is valid" valid "$WORK/out"
ok "to a file" mx stats format prometheus to "$F"
ok "the file is valid" valid "$F"
is "no temporary file is left" "$(find "$WORK" -name 'mutex.prom*' | wc -l)" 1
is "everybody may read it" "$(stat -c %a "$F")" 644
ok "words in the other order" mx stats show to "$F" format prometheus
n='netns="lb"'
is "the namespace: flows" "$(value "$F" "mutex_flows_created_total{$n}")" "$(counter flows created)"
is "the namespace: drops" "$(value "$F" "mutex_packets_dropped_rule_total{$n}")" "$(counter dropped rule)"
is "a group" "$(value "$F" "mutex_group_members{$n,group=\"web\"}")" 4
is "a group with a backslash in its name" "$(value "$F" "mutex_group_members{$n,group=\"a\\\\b{c}\"}")" 0
is "a server" "$(value "$F" "mutex_server_connections_total{$n,group=\"web\",server=\"10.0.1.2\"}")" \
	"$(server 10.0.1.2 web conns.total)"
is "its health" "$(value "$F" "mutex_server_health{$n,group=\"web\",server=\"10.0.1.2\"}")" 0
is "a table" "$(value "$F" "mutex_table_routes_ipv4{$n,table=\"main\"}") $(value "$F" "mutex_table_routes_ipv6{$n,table=\"main\"}")" "1 1"
between "a rule" "$(value "$F" "mutex_rule_hits_total{$n,id=\"7\"}")" 1 5
is "a device" "$(value "$F" "mutex_device_fast_packets_total{$n,device=\"c0\"}")" "$(fast c0)"
is "which module it is" "$(value "$F" "mutex_build_info{$n,mutexctl=\"$("$MX_CTL" -V | cut -d' ' -f2)\",srcversion=\"$(cat /sys/module/mutex/srcversion)\"}")" 1
is "inside the namespace, without -n, no label" "$(on lb "$MX_CTL" stats format prometheus | grep -c netns=)" 0
on lb "$MX_CTL" stats format prometheus >"$WORK/out"
ok "which is valid too" valid "$WORK/out"
ok "other formats go to a file as well" mx stats format json to "$WORK/json"
ok "which is JSON" jq -e '.[0].flows' "$WORK/json"

# What cannot be written is refused, and the old file is still there
before=$(md5sum <"$F")
stays() { is "$1: the old file stays" "$(md5sum <"$F")" "$before"; }
refused() {
	local name=$1 pattern=$2
	shift 2
	"$@" >"$WORK/words" 2>&1
	is "$name: status" $? 2
	ok "$name: is told" grep -q "$pattern" "$WORK/words"
}
refused "a directory that is not there" "cannot write .*none/x: No such file" mx stats format prometheus to "$WORK/none/x"
refused "a directory in its place" "no regular file" mx stats format prometheus to "$WORK"
refused "a device in its place" "no regular file" mx stats format prometheus to /dev/full
refused "a module in another place" "cannot open network namespace" "$MX_CTL" -n nosuch stats format prometheus to "$F"
stays "no namespace"
mkdir "$WORK/small"
mount -t tmpfs -o size=8k tmpfs "$WORK/small"
echo old >"$WORK/small/x"
refused "a full disk" "cannot write .*small/x: " mx stats format prometheus to "$WORK/small/x"
is "a full disk: the old file stays, and nothing else" "$(cat "$WORK/small/x") $(ls "$WORK/small")" "old x"
umount "$WORK/small"
is "a word too many" "$(mx stats to "$F" to "$F" 2>&1)" 'mutexctl: "to" comes twice'
is "a word too few" "$(mx stats to 2>&1)" 'mutexctl: "to" needs a value'

# Who reads while it is written finds a whole file
(for _ in $(seq "$(short 60 20)"); do mx stats format prometheus to "$F"; done) &
writer=$!
half=0
while kill -0 $writer 2>/dev/null; do
	valid "$F" >"$WORK/half" || half=$((half + 1))
done
wait $writer
is "whoever reads finds it whole" $half 0

# promtool says so too, where it is installed
if command -v promtool >/dev/null; then
	ok "promtool" promtool check metrics <"$F"
else
	skip "promtool" "it is not installed"
fi
finish
