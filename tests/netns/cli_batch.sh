#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# memory: 2G
# Batches, save and restore of mutexctl: errors find their line, a restore is all or nothing, and many lines are fast.
set -u
# shellcheck source=cli.bash
. "$(dirname "$0")/cli.bash"
begin
short=${MX_SHORT-0}

# batch WORD...: the lines of $dir/batch
batch() {
	ctl "$@" -b "$dir/batch"
}

cat >"$dir/batch" <<-END
	# a comment, and an empty line

	group add web lb rr   # another
	group add 'b'"c" lb wrr seed "it's one" \\
		forward route
	server add 10.0.0.1:80 group web
	table add t priority 1
	route add default table t group web
	rule add id 5 priority 1 table t
	group show web
	rule add priority 2 drop
END
batch
report $? "batch_is_taken"
grep -q '^web ' "$dir/out" && grep -q '^id [0-9]' "$dir/out"
report $? "batch_prints_in_order"
json "quotes_and_continuation" 'map(select(.name == "bc"))[0] | .seed == "it'"'"'s one" and .forward == "route"' group show

# An error in the middle: its line and word are told, and which lines are in force
fresh
for i in $(seq 1 300); do echo "group add g$i lb rr"; done >"$dir/batch"
sed -i '150s/lb rr/lb frob/' "$dir/batch"
batch
[ $? = 2 ] && grep -q '^mutexctl: line 150: Error: mutex: .*(lb frob)$' "$dir/err"
report $? "batch_error_names_line_and_word"
sed -n 's/^mutexctl: lines in force: //p' "$dir/err" | tr -d ' ' | tr , '\n' >"$dir/force"
ctl group show
told=$(awk -F- '{ n += (NF > 1 ? $2 : $1) - $1 + 1 } END { print n + 0 }' "$dir/force")
[ "$told" = "$(wc -l <"$dir/out")" ] && [ "$told" -ge 149 ] && [ "$told" -lt 300 ]
report $? "batch_tells_what_is_in_force"

fresh
for i in 3 9 77 300; do sed -i "${i}s/lb rr/lb frob/" "$dir/batch"; done
batch -force
[ $? = 2 ] && [ "$(grep -c '^mutexctl: line [0-9]*: Error: mutex: ' "$dir/err")" = 5 ]
report $? "force_tells_every_error"
json "force_goes_on" 'length == 295' group show

# More errors than a small receive buffer holds
for i in $(seq 1 20000); do echo "group del none$i"; done >"$dir/batch"
batch -force
[ $? = 2 ] && [ "$(grep -c '^mutexctl: line [0-9]*: Error' "$dir/err")" = 20000 ]
report $? "no_error_is_lost"

printf 'group add ok lb rr\ngroup add\ngroup add late lb rr\n' >"$dir/batch"
fresh
batch
[ $? = 1 ] && grep -q '^mutexctl: line 2: NAME is missing' "$dir/err"
report $? "wrong_line_is_told"
json "lines_before_it_are_in_force" 'map(.name) == ["ok"]' group show

# Save and restore
fresh
ip -n $ns link add v0 type veth peer name v1
cat >"$dir/batch" <<-END
	settings set node n1 flows-max 5000 timeout-udp 7s
	group add web lb hash hash src,dst seed 'a b'
	group add other lb wrr forward mark mark 0x7
	server add 10.0.0.1:80 group web weight 3 state drain
	server add [2001:db8::1]:80 group web
	server add 10.0.0.2 group other
	table add t priority 9
	table add u priority 8
	route add default table t group web metric 4
	route add default table t group other metric 5
	route add 2001:db8::/32 table u group web
	rule add id 3 priority 7 from 10.0.0.0/8 dport 80-90 proto tcp table t
	rule add id 4 priority 7 iif lo mark 0x1/0x3 group other
	rule add id 5 priority 6 drop
	dev add v0
END
batch
report $? "config_is_taken"
good "save_to_file" save "$dir/saved"
ctl save
cmp -s "$dir/out" "$dir/saved"
report $? "save_to_stdout_is_the_same"
[ "$(grep -vc '^#' "$dir/saved")" = "$(wc -l <"$dir/batch")" ]
report $? "save_has_a_line_for_each"
good "check_takes_it" restore -check "$dir/saved"
good "restore_takes_it" restore "$dir/saved"
ctl save
cmp -s "$dir/out" "$dir/saved"
report $? "restore_of_the_same_changes_nothing"
ctl rule del id 5 && ctl group add extra lb rr && ctl server set 10.0.0.2 group other weight 9
good "restore_over_changes" restore "$dir/saved"
ctl save
cmp -s "$dir/out" "$dir/saved"
report $? "restore_brings_it_back"
ip netns del $ns
ip netns add $ns
ip -n $ns link add v0 type veth peer name v1
"$MX_CTL" -n $ns restore - <"$dir/saved" >"$dir/out" 2>"$dir/err"
report $? "restore_into_an_empty_namespace"
ctl save
cmp -s "$dir/out" "$dir/saved"
report $? "restored_is_the_same"

# same: the running configuration is what was saved.
same() {
	"$MX_CTL" -n $ns save | cmp -s - "$dir/saved"
}

# atomic NAME LINE: with the line behind a good configuration, nothing changes.
atomic() {
	{ echo 'group add new lb rr'; cat "$dir/saved"; echo "$2"; } >"$dir/bad"
	ctl restore "$dir/bad"
	[ $? = 2 ] && grep -q "^mutexctl: line $(($(wc -l <"$dir/saved") + 2)): " "$dir/err" && same
	report $? "atomic: $1"
	ctl restore -check "$dir/bad"
	[ $? = 2 ] && same
	report $? "atomic, checked: $1"
}
atomic "kernel_refuses" 'server add 10.0.0.9 group none'
atomic "weight" 'server add 10.0.0.9 group web weight 10001'
atomic "wrong_words" 'server add 10.0.0.9'
atomic "no_configuration" 'flow flush'
atomic "show_is_none" 'group show'
atomic "no_such_device" 'dev add none'
echo 'group add only lb rr' >"$dir/bad"
good "check_of_another" restore -check "$dir/bad"
same
report $? "check_changes_nothing"
refused 2 'holds no configuration' restore /dev/null
same
report $? "restore_of_nothing_changes_nothing"
echo '# end of configuration' >"$dir/empty"
good "restore_of_an_empty_configuration" restore "$dir/empty"
json "emptied" '. == []' group show
printf 'group add a lb rr\n' >"$dir/good"
ctl restore "$dir/good" && json "another_restore" 'map(.name) == ["a"]' group show

# Saving into a place that cannot be written keeps the old file
ctl save /nowhere/file
[ $? = 2 ]
report $? "save_to_nowhere"
echo old >"$dir/kept"
chmod 640 "$dir/kept"
good "save_replaces" save "$dir/kept"
[ "$(stat -c %a "$dir/kept")" = 640 ] && grep -q '^group add a' "$dir/kept"
report $? "save_keeps_the_mode"
[ "$(find "$dir" -name 'kept.*' | wc -l)" = 0 ]
report $? "save_leaves_no_rest"

# Many routes
fresh
lines=200000
[ "$short" = 1 ] && lines=20000
{
	echo 'group add web lb rr'
	echo 'table add t priority 1'
	awk -v n=$lines 'BEGIN { for (i = 0; i < n; i++)
		printf "route add %d.%d.%d.0/24 table t group web\n", 1 + i / 65536, i / 256 % 256, i % 256 }'
} >"$dir/batch"
start=$(date +%s%N)
batch
report $? "many_routes"
echo "# $lines routes in $((($(date +%s%N) - start) / 1000000)) ms"
json "many_routes_are_there" ".[0].routes.ipv4 == $lines" table show t
start=$(date +%s%N)
good "save_many" save "$dir/saved"
echo "# saved in $((($(date +%s%N) - start) / 1000000)) ms"
[ "$(grep -c '^route add' "$dir/saved")" = $lines ]
report $? "save_has_them_all"
start=$(date +%s%N)
good "restore_many" restore "$dir/saved"
echo "# restored in $((($(date +%s%N) - start) / 1000000)) ms"
ctl save
cmp -s "$dir/out" "$dir/saved"
report $? "restored_many_are_the_same"

start=$(date +%s%N)
good "flush_many" route flush table t
echo "# flushed in $((($(date +%s%N) - start) / 1000000)) ms"
json "flushed_many_are_gone" '.[0].routes.ipv4 == 0' table show t
good "flushed_many_hold_no_group" group del web
end
