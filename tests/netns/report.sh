#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# mutexctl report: all of it is there, no secret and no client is, and what cannot be had spoils nothing.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
star
web s1
batch <<-END
	group add web lb rr forward nat
	$(servers add web 1)
	$(vips web)
	rule add id 7 priority 10 dport 9999 drop
	dev add c0
	settings set timeout-closed 300s
END
many 3 "http://$VIP"
on lb nft add table inet reporttest 2>/dev/null
F=$WORK/report
ok "a report" mx report "$F"
is "for its owner alone" "$(stat -c %a "$F")" 600
is "no temporary file is left" "$(find "$WORK" -name 'report*' | wc -l)" 1
has() { ok "it has $1" grep -qE -- "$2" "$F"; }
# section NAME: what stands in it
section() { sed -n "/^== $1 ==\$/,/^== /p" "$F" | sed '1d;$d'; }
has "the kernel" "^kernel: Linux $(uname -r) "
has "mutexctl's version" "^mutexctl: $("$MX_CTL" -V | cut -d' ' -f2)\$"
has "the module" "^module version: $(cat /sys/module/mutex/version)\$"
has "its sources" "^module srcversion: $(cat /sys/module/mutex/srcversion)\$"
has "its taint" "^module taint: .*O"
has "the namespace" "^netns: $(on lb readlink /proc/self/ns/net | tr -dc 0-9)\$"
is "the configuration is the one that save writes" "$(section configuration | sed '$d')" "$(mx save)"
has "counters of groups" "^web .*requests [0-9]+"
has "counters of servers" "^10.0.1.2 group web .*packets"
is "the number of flows" "$(section flows | head -n 1)" "$(flows)"
has "the namespace's devices" "^ +s1: "
has "a sysctl" "^net/ipv4/ip_forward = 1\$"
has "a sysctl of a device" "^net.ipv4.conf.s1.rp_filter = 0\$"
has "the module among those that see packets" "^mutex size [0-9]+ refs [0-9]+\$"
if on lb nft list tables 2>/dev/null | grep -q reporttest; then has "tables of nftables" "table inet reporttest"; fi
has "who is with us" "^IPVS: "
has "its end" "^complete\$"
ok "stdout" sh -c "$MX_CTL -n lb report >$WORK/out && grep -q '^complete' $WORK/out"

# No client, wherever it could be: of traffic, and of our own words in the log
is "no client's address" "$(grep -cE '10\.0\.0\.2([^0-9]|$)|fd00::2([^0-9a-f:]|$)' "$F")" 0
is "no address in memory" "$(grep -cE '0x[0-9a-f]{12}|ffff[0-9a-f]{12}' "$F")" 0
echo "mutex: words of the log $$" >/dev/kmsg
echo "unrelated $$" >/dev/kmsg
want report "$F"
has "what the log says of mutex" "mutex: words of the log $$"
is "and of nothing else" "$(grep -c "unrelated $$" "$F")" 0

# What checks send and expect may be a password
want group add sealed lb rr check udp check-send "pass word1" check-expect "pass word2"
want report "$F"
is "what checks send and expect is in no part of it" "$(grep -c 'word[12]' "$F")" 0
is "and shows as hidden" "$(grep -cE '^(group add )?sealed .*check-send \(hidden\) check-expect \(hidden\)' "$F")" 2
want group del sealed

# Whatever stands behind a word that a secret follows is hidden, be it one or not
want group add key lb hash seed 'not this'
want report "$F"
is "secrets are hidden" "$(section configuration | grep -c "^group add key (hidden) .*'not this'")" 1
want group del key

# Without rights, without the module, without a place to write
if command -v setpriv >/dev/null; then
	on lb setpriv --reuid 65534 --clear-groups --bounding-set=-all "$MX_CTL" report >"$WORK/poor" 2>"$WORK/words"
	is "without rights: status" $? 0
	ok "without rights: flows are missing, and it says so" grep -q '^not complete:.* flows' "$WORK/poor"
	ok "on standard error too" grep -q "not complete in the report:.* flows" "$WORK/words"
	ok "the rest is there" grep -qE '^10.0.1.2 group web' "$WORK/poor"
	is "and the configuration" "$(sed -n '/^== configuration ==$/,/^== /p' "$WORK/poor" | grep -c '^server add')" 2
fi
mx report "$WORK/none/x" >"$WORK/said" 2>&1
is "a directory that is not there" "$? $(grep -c 'No such file' "$WORK/said")" "2 1"
leave
WORK=$(mktemp -d "/run/mx-$NAME.XXXXXX")
wait_for 30 unloaded
"$MX_CTL" report >"$WORK/gone" 2>/dev/null
is "without the module: status" $? 0
ok "without the module: it says so" grep -q "module mutex is not loaded" "$WORK/gone"
ok "the kernel is told all the same" grep -q "^kernel: Linux" "$WORK/gone"
ok "and the end" grep -q "^not complete: versions, settings" "$WORK/gone"
finish
