#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# What README.md and the manual pages have a reader type does what they say, word for word.
# shellcheck disable=SC2086
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
DOC=$HERE/../..
CONF=/etc/mutex.conf

# type_in NS LINE: runs a line as a shell does; mutexctl is ours, and at home in the namespace
mkdir "$WORK/bin"
ln -s "$MX_CTL" "$WORK/bin/mutexctl"
type_in() { PATH=$WORK/bin:$PATH on "$1" timeout $((20 * SLOW)) bash -c "$2"; }

# README.md: a service of three web servers.
#
#   [client] c0 198.51.100.7 --- 198.51.100.1 eth0 [lb] br0 10.0.0.1 --- 10.0.0.11 e0 [s1], .12 [s2], .13 [s3]
ns client lb s1 s2 s3
router lb
cable client c0 lb eth0
ip -n lb link add br0 up type bridge
ip -n client addr add 198.51.100.7/24 dev c0
ip -n client route add default via 198.51.100.1
ipb lb <<-END
	addr add 198.51.100.1/24 dev eth0
	addr add 10.0.0.1/24 dev br0
END
for i in 1 2 3; do
	cable s$i e0 lb v$i
	ip -n lb link set v$i master br0
	ip -n s$i addr add 10.0.0.1$i/24 dev e0
	ip -n s$i route add default via 10.0.0.1
done
web s1 s2 s3

mkdir -p /etc/haproxy
printf '%s\n' "listen web" "bind *:80" "server s1 10.0.0.11:80" >/etc/haproxy/haproxy.cfg
sed -n 's/^    \(mutexctl [a-z-].*\)/\1/p' "$DOC/README.md" >"$WORK/readme"
between "README: commands" "$(wc -l <"$WORK/readme")" 8 30
answers() { for _ in 1 2 3; do get http://192.0.2.1/; done | sort | xargs; }
# A closed flow is forgotten after some seconds, and a slow guest may take longer to come here.
shows() { answers >/dev/null; type_in lb "$1" >"$WORK/shown" && [ "$(grep -c "to 192.0.2.1:80" "$WORK/shown")" -ge 3 ]; }
while read -r line <&6; do
	ok "README: $line" type_in lb "$line"
	case $line in
	"mutexctl rule add"*) is "README: three servers answer" "$(answers)" "s1 s2 s3" ;;
	"mutexctl flow show"*) ok "README: it shows flows" wait_for 10 shows "$line" ;;
	*"state drain"*) is "README: a drained server gets no new flow" "$(answers | grep -c s2)" 0 ;;
	esac
done 6<"$WORK/readme"
mx save >"$WORK/before"
clean
is "README: nothing is left" "$(mx save | grep -vc -e '^#' -e '^settings')" 0
restore=$(grep -o 'mutexctl restore [^ ]*' "$WORK/readme")
ok "README: $restore" type_in lb "$restore"
mx save >"$WORK/after"
ok "README: all is as it was" diff "$WORK/before" "$WORK/after"
clean

# The manual pages: each line behind "# ", and what stands below it is what it prints. What an example takes for granted is there.
given() { # PAGE
	case $1 in
	mutexctl-flow | mutexctl-server) echo "group add web lb rr" ;;
	mutexctl-key) mkdir -p /etc/mutex && echo "path add isp1 dev eth0 peer 198.51.100.7" ;;
	mutexctl-reflector) (umask 077 && mkdir -p /etc/mutex && head -c 32 /dev/urandom | base64 >/etc/mutex/site.key) ;;
	mutexctl-restore) mx save $CONF ;;
	mutexctl-import)
		on lb ipvsadm -A -t 192.0.2.1:80 -s rr && on lb ipvsadm -a -t 192.0.2.1:80 -r 10.0.0.11:80 -m ;;
	mutexctl-route) printf '%s\n' "group add east lb rr" "group add west lb rr" "table add uplinks priority 10" ;;
	mutexctl-rule) printf 'group add %s lb rr\n' web api night eu ;;
	mutexctl-geo)
		echo "group add eu lb rr"
		mkdir -p /var/lib/geo
		echo "192.0.2.0,192.0.2.255,DE" >/var/lib/geo/ipv4.csv
		echo "2001:db8::,2001:db8::ff,FR" >/var/lib/geo/ipv6.csv
		python3 -S "$HERE/geo.py" mmdb /var/lib/geo/country.mmdb full 28 192.0.2.0/24=DE ;;
	esac
}

# examples PAGE: a line for each command, a tab, and what it prints, its lines joined by "|"
examples() {
	awk '/^\.Sh/ { examples = $2 == "EXAMPLES" } /^\.[BE]d/ { on = examples && /Bd/ } !on || /^\./ { next }
		/^# / { if (n++) print line; line = substr($0, 3) "\t"; next }
		{ line = line (line ~ /\t$/ ? "" : "|") $0 }
		END { if (n) print line }' "$1"
}

for file in "$DOC"/tools/mutexctl/man/*.8; do
	page=$(basename "$file" .8)
	rm -f $CONF
	given "$page" | batch
	examples "$file" >"$WORK/examples"
	between "$page: examples" "$(wc -l <"$WORK/examples")" 1 20
	while IFS=$'\t' read -r line prints <&6; do
		# this one ends with its reader only
		[ "$line" != "mutexctl -t monitor" ] || continue
		# and these when they are told to
		case $line in "mutexctl record"* | "mutexctl dashboard"*) line="timeout --preserve-status $((2 * SLOW)) $line" ;; esac
		ok "$page: $line" type_in lb "$line"
		[ -z "$prints" ] || is "$page: what it prints" "$(paste -sd '|' "$WORK/said")" "$prints"
	done 6<"$WORK/examples"
	clean
done

# Each object has its help and its page.
for object in $(mx help | sed -n '/OBJECT := {/,/}/p' | tr -d '{}|=:' | xargs -n 1 | grep -vE 'where|OBJECT'); do
	is "help of $object" "$(mx "$object" help | grep -c "^Usage: mutexctl.* $object")" 1
	ok "a page of $object" grep -q "Xr mutexctl-$object 8" "$DOC/tools/mutexctl/man/mutexctl.8"
done
finish
