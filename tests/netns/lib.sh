# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Shared by the scripts of this directory: TAP, network namespaces, the module's life, servers, counters.
# A script sources it, draws a topology, calls ok and is, and ends with finish.
set -u
shopt -s expand_aliases
export LC_ALL=C.UTF-8

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
NAME=$(basename "$0" .sh)
WORK=$(mktemp -d "/run/mx-$NAME.XXXXXX")
chmod 755 "$WORK"
TAP_N=0
TAP_FAILED=0
TAP_AT=0
NAMESPACES=()
SLOW=1
[ "${MX_DEBUG:-0}" = 0 ] || SLOW=6
case ${MX_GUEST-} in stock-* | smp-* | trixie*) SLOW=6 ;; esac

# short LONG SHORT: which of two sizes this run has.
short() { if [ "${MX_SHORT:-0}" = 1 ]; then echo "$2"; else echo "$1"; fi; }

note() { sed 's/^/# /'; }

# say WORDS: a remark in the output.
say() { printf '# %s\n' "$*"; }

# result STATUS NAME: one line of TAP, and how long it took to get there if that is worth knowing.
result() {
	local seconds=$((SECONDS - TAP_AT))
	TAP_AT=$SECONDS
	TAP_N=$((TAP_N + 1))
	[ $seconds -lt 10 ] || say "$seconds s"
	if [ "$1" = 0 ]; then
		echo "ok $TAP_N - $2"
	else
		echo "not ok $TAP_N - $2"
		TAP_FAILED=1
	fi
}

# ok NAME COMMAND...: one result, by the command's status. What a command says is shown if it fails.
ok() {
	local name=$1
	shift
	if "$@" >"$WORK/said" 2>&1; then
		result 0 "$name"
	else
		result 1 "$name"
		say "$*"
		head -n 20 "$WORK/said" | note
	fi
}

fails() { ! "$@"; }

# is NAME GOT WANT, and between NAME GOT LOW HIGH: one result, by value.
is() {
	if [ "$2" = "$3" ]; then
		result 0 "$1"
	else
		result 1 "$1"
		say "got '$2', wanted '$3'"
	fi
}

in_range() { [ -n "$1" ] && [ "$1" != null ] && [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; }

between() {
	if in_range "$2" "$3" "$4"; then
		result 0 "$1 ($2)"
	else
		result 1 "$1"
		say "got '$2', wanted $3 to $4"
	fi
}

# skip NAME WHY
skip() { result 0 "$1 # SKIP $2"; }

skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

# wait_for SECONDS COMMAND...: polls until the command succeeds. The time is stretched on slow guests.
wait_for() {
	local deadline=$((SECONDS + $1 * SLOW + 1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $deadline ] || return 1
		sleep 0.1
	done
}

# Namespaces ---------------------------------------------------------------------------------------------------------

# on NS COMMAND...: runs in a namespace, or in the guest's own if NS is "-".
on() {
	local ns=$1
	shift
	if [ "$ns" = - ]; then "$@"; else nsenter --net="/run/netns/$ns" "$@"; fi
}

# sys NS KEY=VALUE...
sys() {
	local ns=$1
	shift
	on "$ns" sysctl -qw "$@"
}

# ipb NS: "ip" commands from stdin, one a line, without the word ip. One process for many: starting one is slow in guests.
ipb() { ip -n "$1" -batch -; }

# ns NAME...: makes namespaces with loopback up, no duplicate address detection, unlimited ICMP errors.
ns() {
	local name
	for name; do
		ip netns add "$name"
		NAMESPACES+=("$name")
		sys "$name" net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 \
			net.ipv6.conf.default.router_solicitations=0 net.ipv6.conf.all.keep_addr_on_down=1 \
			net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
			net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0 \
			net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0 net.ipv4.tcp_no_metrics_save=1
		ip -n "$name" link set lo up
	done
}

# router NS...: lets them forward.
router() {
	local name
	for name; do sys "$name" net.ipv4.conf.all.forwarding=1 net.ipv6.conf.all.forwarding=1; done
}

# cable NS DEV NS DEV: a link between two namespaces, up on both sides.
cable() {
	ip link add "$2" netns "$1" up type veth peer name "$4" netns "$3"
	ip -n "$3" link set "$4" up
}

# plug_client NS DEV: the client's cable c0 to a router's device, with addresses, and the client's default routes
plug_client() {
	cable client c0 "$1" "$2"
	ipb client <<-END
		addr add 10.0.0.2/24 dev c0
		addr add fd00::2/64 dev c0 nodad
		route add default via 10.0.0.1
		route add default via fd00::1
	END
	ipb "$1" <<-END
		addr add 10.0.0.1/24 dev $2
		addr add fd00::1/64 dev $2 nodad
	END
}

# star: the usual topology. The service's address is nobody's; the client reaches it by the balancer, whose default route
# leads to the client's side.
#
#                           +--------------+ s1 10.0.1.1 --- 10.0.1.2 e0 [s1]
#  [client] c0 10.0.0.2 --- | 10.0.0.1  lb | s2 10.0.2.1 --- 10.0.2.2 e0 [s2]
#              fd00::2      | fd00::1 (c0) | s3 10.0.3.1 --- 10.0.3.2 e0 [s3]
#                           +--------------+    fd00:N::1    fd00:N::2
VIP=192.0.2.10
VIP6=2001:db8::10
star() {
	local i
	ns client lb s1 s2 s3
	router lb
	plug_client lb c0
	ipb lb <<-END
		route add default via 10.0.0.2
		route add default via fd00::2
	END
	for i in 1 2 3; do
		cable lb s$i s$i e0
		ipb lb <<-END
			addr add 10.0.$i.1/24 dev s$i
			addr add fd00:$i::1/64 dev s$i nodad
		END
		ipb s$i <<-END
			addr add 10.0.$i.2/24 dev e0
			addr add fd00:$i::2/64 dev e0 nodad
			route add default via 10.0.$i.1
			route add default via fd00:$i::1
		END
	done
}

# The module and mutexctl --------------------------------------------------------------------------------------------

# mx ARGS...: mutexctl in the balancer's namespace.
MX_NS=lb
mx() { mxin "$MX_NS" "$@"; }
mxin() { if [ "$1" = - ]; then "$MX_CTL" "${@:2}"; else "$MX_CTL" -n "$@"; fi; }

# want ARGS...: a command of the set-up, which must succeed.
want() {
	if ! mx "$@" >"$WORK/want" 2>&1; then
		ok "mutexctl $*" false
		note <"$WORK/want"
	fi
}

# batch: commands from stdin, one a line.
batch() {
	cat >"$WORK/batch"
	mx -b "$WORK/batch" >"$WORK/want" 2>&1 && return
	ok "mutexctl -b" false
	note <"$WORK/want"
	return 1
}

# json PATTERN: of the JSON on stdin the values whose path matches, one a line (see json.awk)
json() { awk -v want="$1" -f "$HERE/json.awk"; }

# counter SECTION NAME: a counter of the namespace.
counter() { mx -j stats show | json "0.$1.$2"; }

# server ADDR:PORT GROUP PATH: a counter of a server, e.g. conns.active
server() { mx -j -s server show "$1" group "$2" | json "0.stats.$3"; }

# active GROUP: active connections of all its servers
active() { mx -j -s server show group "$1" | json '[0-9]+.stats.conns.active' | awk '{ sum += $1 } END { print sum + 0 }'; }

idle() { [ "$(active "$1")" = 0 ]; }

# fast DEV, stack DEV: packets that took the fast path, and that did not
fast() { mx -j -s dev show "$1" | json 0.stats.fast.packets; }
stack() { mx -j -s dev show "$1" | json 0.stats.stack.packets; }

flows() { mx -j flow count "$@" | json 0.count; }

flows_are() { local n=$1; shift; [ "$(flows "$@")" = "$n" ]; }

# clean: no group, rule, table, path, device or flow is left in the balancer.
clean() {
	local x
	for x in $(mx -j rule show | json '[0-9]+.id'); do mx rule del id "$x"; done
	for x in $(mx -j table show | json '[0-9]+.name'); do mx table del "$x"; done
	for x in $(mx -j group show | json '[0-9]+.name'); do mx group del "$x"; done
	mx path flush
	for x in $(mx -j reflector show | json '[0-9]+.port'); do mx reflector del port "$x"; done
	for x in $(mx -j key show | json '[0-9]+.id'); do mx key del "$x"; done
	for x in $(mx -j dev show | json '[0-9]+.dev'); do mx dev del "$x"; done
	mx flow flush >/dev/null
	mx stats reset
}

# slab: objects in the flow caches, all namespaces together; empty if the kernel does not tell.
slab() {
	local c sum=0 seen=0 n
	for c in mutex_flow4 mutex_flow6; do
		[ -w "/sys/kernel/slab/$c/shrink" ] || continue
		echo 1 >"/sys/kernel/slab/$c/shrink" 2>/dev/null
		n=$(awk -v c=$c '$1 == c { print $2 }' /proc/slabinfo 2>/dev/null)
		[ -n "$n" ] || continue
		seen=1
		sum=$((sum + n))
	done
	[ $seen = 0 ] || echo $sum
}

slab_empty() { [ "$(slab)" = 0 ]; }

# slabs_return: after a flush nothing is left in the caches.
slabs_return() {
	if [ -z "$(slab)" ]; then
		skip "$1" "the kernel shows no slab of ours"
	else
		ok "$1" wait_for 10 slab_empty
	fi
}

load() {
	loaded mutex || insmod "$MX_KO"
}

# begin: what every script does first.
begin() {
	[ -n "${MX_KO-}" ] || skip_all "there is no module"
	[ -n "${MX_CTL-}" ] || skip_all "there is no mutexctl"
	command -v jq >/dev/null || skip_all "there is no jq"
	trap leave EXIT
	trap 'exit 1' INT TERM
	echo "mutex-test: $NAME $$" >/dev/kmsg
	load || { ok "the module loads" false; exit 1; }
	case ${MX_GUEST-} in stock-* | smp-* | trixie*) keep_still ;; esac
}

# keep_still: in emulated guests, keeps the kernel from patching its own code when hooks and time stamps come and go. Real
# processors do that safely; the emulator at times runs a stale breakpoint on its other processor, which ends in an oops.
keep_still() {
	ns keeper
	on keeper nft -f - <<-END
		table inet keeper {
			chain a {
				type filter hook prerouting priority 0
			}
			chain b {
				type filter hook output priority 0
			}
			chain c {
				type filter hook forward priority 0
			}
		}
		table netdev keeper {
			chain d {
				type filter hook ingress device lo priority 0
			}
		}
	END
	start keeper python3 -c "
import signal, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 29, 1)   # SO_TIMESTAMP
signal.pause()"
}

# leave: ends what runs and takes the namespaces away.
leave() {
	local name pid
	for name in "${NAMESPACES[@]}"; do
		for pid in $(ip netns pids "$name" 2>/dev/null); do kill -KILL "$pid" 2>/dev/null; done
	done
	for name in "${NAMESPACES[@]}"; do ip netns del "$name" 2>/dev/null; done
	NAMESPACES=()
	wait 2>/dev/null
	rm -rf "$WORK"
}

loaded() { grep -q "^$1 " /proc/modules; }

unloaded() { { ! loaded mutex || rmmod mutex; } && { ! loaded mutex_ct || rmmod mutex_ct; }; }

# ct_there: from now on the kernel finds mutex_ct.ko when it is asked for. On Debian's kernels by a line of configuration: to make
# the list of all their modules anew takes minutes in an emulator.
ct_there() {
	local dir
	case $MX_GUEST in
	stock-* | trixie*)
		mkdir -p /etc/modprobe.d
		echo "install mutex_ct modprobe nf_nat && insmod $MX_KO_CT" >/etc/modprobe.d/mutex.conf
		;;
	*)
		dir=/lib/modules/$(uname -r)/updates
		mkdir -p "$dir"
		cp "$MX_KO_CT" "$dir/"
		depmod -a 2>/dev/null
		;;
	esac
}

# ct_gone: the kernel does not find it any more.
ct_gone() {
	rm -rf /etc/modprobe.d/mutex.conf "/lib/modules/$(uname -r)/updates"
	case $MX_GUEST in stock-* | trixie*) ;; *) depmod -a 2>/dev/null ;; esac
}

# quiet: the kernel has not complained since the script began, as scripts/vm grades it
quiet() {
	local vm=$HERE/../../scripts/vm
	{
		echo "mutex-guest: begin"
		dmesg | sed -n "/mutex-test: $NAME $$/,\$p"
	} | awk -v splats="$vm/splats" -v known="$vm/splats-known" -f "$vm/splats.awk"
}

# finish: the module goes out in order, the kernel has not complained, the plan is printed.
finish() {
	leave
	WORK=$(mktemp -d "/run/mx-$NAME.XXXXXX")
	ok "the module unloads" wait_for 30 unloaded
	ok "the kernel did not complain" quiet
	rm -rf "$WORK"
	echo "1..$TAP_N"
	exit $TAP_FAILED
}

# Servers ------------------------------------------------------------------------------------------------------------

# start NS COMMAND...: starts in the background. It ends with the namespace, at the latest.
start() {
	local ns=$1
	shift
	on "$ns" "$@" >>"$WORK/bg.log" 2>&1 </dev/null &
}

# listens NS tcp|udp PORT
listens() { on "$1" ss -Hln"${2:0:1}" "sport = :$3" | grep -q .; }

# web NS...: nginx in each, which answers with the namespace's name and logs the client's address.
web() {
	local name dir
	for name; do
		dir=$WORK/web-$name
		mkdir -p "$dir/tmp"
		head -c 16777216 /dev/zero >"$dir/big"
		cat >"$dir/conf" <<-END
			worker_processes 1;
			daemon off;
			user root;
			pid $dir/pid;
			error_log $dir/error;
			events { worker_connections 4096; }
			http {
				client_body_temp_path $dir/tmp; proxy_temp_path $dir/tmp; fastcgi_temp_path $dir/tmp;
				uwsgi_temp_path $dir/tmp; scgi_temp_path $dir/tmp;
				log_format short '\$remote_addr \$uri';
				access_log $dir/log short;
				keepalive_requests 1000000; keepalive_timeout 1h; client_header_timeout 1h;
				sendfile on;
				server {
					listen 80 backlog=4096; listen [::]:80 backlog=4096;
					location / { return 200 "$name\n"; }
					location /big { root $dir; access_log off; }
					location /slow { root $dir; try_files /big =404; limit_rate 200k; access_log off; }
				}
			}
		END
		start "$name" nginx -e "$dir/error" -c "$dir/conf"
	done
	for name; do wait_for 20 listens "$name" tcp 80 || ok "nginx runs in $name" false; done
}

# The requests of one part of a script have a number in their path, by which the logs' lines are told apart.
TAG=0

# hits NS: how many requests of this part its web server has logged; hits_clear: a new part begins
hits() { grep -c " /$TAG/" "$WORK/web-$1/log"; }
hits_clear() { TAG=$((TAG + 1)); }

# logged N: all web servers together have logged so many
logged() { [ "$(cat "$WORK"/web-*/log | grep -c " /$TAG/")" -ge "$1" ]; }

# get URL [CURL OPTIONS]: the answer to one request, or its failure
get() { on client curl -gs --max-time $((10 * SLOW)) "${@:2}" "$1"; }

# many N URL [CURL OPTIONS]: N requests one after the other, each on a connection of its own; the logs have them all
many() {
	on client curl -sS --max-time $((120 * SLOW)) -H 'Connection: close' "${@:3}" "$2/$TAG/[1-$1]" -o /dev/null &&
		{ wait_for 10 logged "$1" || { echo "not all were logged"; return 1; }; }
}

# py NS ARGS...: net.py in a namespace
py() { on "$1" python3 -S "$HERE/net.py" "${@:2}"; }

# echo_udp NS PORT [zero]: answers datagrams with the namespace's name
echo_udp() {
	start "$1" python3 "$HERE/net.py" udp-echo "$2" "$1" "${@:3}"
	wait_for 20 listens "$1" udp "$2" || ok "a UDP service runs in $1" false
}

# iperf_server NS
iperf_server() {
	start "$1" iperf3 -s
	wait_for 20 listens "$1" tcp 5201 || ok "iperf3 runs in $1" false
}

# iperf NS ADDR SECONDS|BYTES [OPTIONS]: in $WORK/iperf what it said
iperf() {
	on "$1" timeout $((40 * SLOW)) iperf3 -J -c "$2" "$(case $3 in *M) printf %s -n ;; *) printf %s -t ;; esac)" "$3" "${@:4}" >"$WORK/iperf" 2>&1 || { cat "$WORK/iperf"; return 1; }
	jq -e '(.end.sum_received // .end.sum).bytes > 0' "$WORK/iperf" >/dev/null || { cat "$WORK/iperf"; return 1; }
	say "iperf3 $*: $(jq '(.end.sum_received // .end.sum).bits_per_second / 1e6 | floor' "$WORK/iperf") Mbit/s"
}

# watch NS DEV FILE: collects the ICMP errors on a device, until unwatch
watch() {
	: >"$3"
	on "$1" timeout $((60 * SLOW)) python3 "$HERE/net.py" errors "$2" $((60 * SLOW)) >"$3" &
	WATCH=$!
	wait_for 20 grep -q ready "$3"
}

unwatch() {
	kill "$WATCH"
	wait "$WATCH" 2>/dev/null
}

# said FILE PATTERN: among what watch collected is, or soon comes, a line that matches
said() { wait_for 10 grep -qE "$2" "$1" || { echo "wanted: $2"; cat "$1"; return 1; }; }

# blind NAME PORT NS SOURCE4 SOURCE6 SOURCE_PORT: the client asks a port of the service from a port that nobody has, so that the
# answers meet a closed one. What is said of them reaches the server in NS, and quotes the packets that it sent.
blind() {
	watch "$3" e0 "$WORK/e0"
	py client udp-blind 10.0.0.2 $VIP "$2"
	py client udp-blind fd00::2 $VIP6 "$2"
	ok "$1, IPv4" said "$WORK/e0" "10.0.0.2 > $4 type 3 code 3 checksum ok quotes $4 10.0.0.2 proto 17 ports $6 [0-9]+ header ok"
	ok "$1, IPv6" said "$WORK/e0" "fd00::2 > $5 type 1 code 4 checksum ok quotes $5 fd00::2 proto 17 ports $6 [0-9]+ header ok"
	unwatch
}

# sums NS...: how many packets with a wrong checksum these namespaces have received
sums() {
	local ns
	for ns; do
		on "$ns" nstat -asz TcpInCsumErrors UdpInCsumErrors Udp6InCsumErrors IcmpInCsumErrors Icmp6InCsumErrors IpInHdrErrors \
			2>/dev/null
	done | awk '!/^#/ { sum += $2 } END { print sum + 0 }'
}

# servers add|del GROUP N...: lines of a batch, for the servers sN of the star in each family
servers() {
	local i
	for i in "${@:3}"; do
		echo "server $1 10.0.$i.2 group $2"
		echo "server $1 fd00:$i::2 group $2"
	done
}

# vips GROUP: lines of a batch, that send what is for the service's addresses to a group
vips() {
	echo "table add main priority 100"
	echo "route add $VIP/32 table main group $1"
	echo "route add $VIP6/128 table main group $1"
}

# nat2 ADDR4 ADDR6 PORT: in the balancer, the group "svc" on the VIPs, with one server in each family
nat2() {
	batch <<-END
		group add svc lb rr forward nat
		server add $1:$3 group svc
		server add [$2]:$3 group svc
		$(vips svc)
	END
}
