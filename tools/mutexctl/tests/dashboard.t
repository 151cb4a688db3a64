#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# mutexctl dashboard: whom it answers, what, and whom not; the page in a browser. Without a kernel module: TAP. MUTEXCTL names a
# program that reads its paths from files.
set -u
# shellcheck source=fake.bash
. "$(dirname "$0")/fake.bash"
bad() { is 1 "$@"; }

wan1='wan1 dev=eth0 via=10.0.0.1 peer=192.0.2.1:51822 mbit=100 status=up score=98500 rtt=12345 rtt_min=12000 rtt_max=13000 p95=12900 jitter=300 loss=0'
paths <<-END
	$wan1
	wan2 dev=wwan0 peer=192.0.2.1:51822 status=degraded score=40000 rtt=150000 jitter=30000 loss=20000
	<b>&\"\' dev=wg0 peer=198.51.100.9 status=up score=70000 rtt=60000
	plain dev=dummy0
END
printf '%s\n' "voip wan1 active=7 bytes=900" "voip wan2" "bulk wan1 active=3 bytes=1099511627776" >"$MX_FAKE/members"

# Words
bad 'say "remote" if that is meant' dashboard listen 0.0.0.0:0
bad 'say "remote" if that is meant' dashboard listen '[::]:0'
bad 'say "remote" if that is meant' dashboard listen 192.0.2.1:80
bad 'say "remote" if that is meant' dashboard listen '[fe80::1]:80'
bad 'say "remote" if that is meant' dashboard listen ::
bad 'not an IPv4 or IPv6 address' dashboard listen localhost:80
bad 'port "65536"' dashboard listen 127.0.0.1:65536
bad 'interval is not from 100ms to 1h' dashboard interval 2h
bad '"listen" needs a value' dashboard listen
bad 'unknown word "frob"' dashboard frob x
bad 'a batch cannot show a page' -b <(echo dashboard)
is 2 'No such file' dashboard db none.db
is 2 'cannot listen: Cannot assign requested address' dashboard listen 192.0.2.1:0 remote
mv "$MX_FAKE/paths" "$MX_FAKE/away"
is 2 'kernel module mutex is not loaded' dashboard listen 127.0.0.1:0
mv "$MX_FAKE/away" "$MX_FAKE/paths"

# serve FILE WORD...: URL is where, PID who
serve() {
	run "$1" "$ctl" dashboard "${@:2}"
	wait_for grep -q ^http "$1"
	URL=$(grep ^http "$1")
}
serve said listen 127.0.0.1:0 interval 200ms host paths.example
page=$PID
ok "it says where it is" grep -qE '^http://127\.0\.0\.1:[0-9]+/$' said
port=${URL##*:} port=${port%/}
listens() { ss -Hltn "sport = :$port" | awk '{ print $4 }'; }
same "it listens there and nowhere else" "$(listens)" "127.0.0.1:$port"
is 2 'cannot listen: Address already in use' dashboard listen "127.0.0.1:$port"
news "state ${wan1/status=up/status=down} reason=silent"
while IFS= read -r line; do
	case $line in
	"ok "*) report 0 "${line#ok }" ;;
	"not ok "*) rm -f out; report 1 "${line#not ok }" ;;
	*) echo "$line" ;;
	esac
done < <(python3 "$here/http.py" "$URL" "$page" 2>&1; echo "ok http.py ended")
mv "$MX_FAKE/paths" "$MX_FAKE/away"
blind() { curl -s "${URL}api/info" | grep -q '"blind":true'; }
wait_for blind
report $? "the kernel does not answer: the page is told"
mv "$MX_FAKE/away" "$MX_FAKE/paths"
sees() { curl -s "${URL}api/info" | grep -q '"blind":false'; }
wait_for sees
report $? "and when it does again"
finish "$page"
same "it ends well" $STATUS 0
serve said listen '[::1]:0'
same "IPv6: the page" "$(curl -gso /dev/null -w '%{http_code}' "$URL")" 200
same "IPv6: another spelling" "$(curl -gso /dev/null -w '%{http_code}' -H 'Host: [0:0::1]:1' "$URL")" 200
same "IPv6: another address" "$(curl -gso /dev/null -w '%{http_code}' -H 'Host: [::2]' "$URL")" 403
finish "$PID"
serve said listen 0.0.0.0:0 remote
port=${URL##*:} port=${port%/}
same "remote: the address that was asked" "$(curl -so /dev/null -w '%{http_code}' "http://127.0.0.1:$port/")" 200
same "remote: no other" "$(curl -so /dev/null -w '%{http_code}' -H "Host: 10.9.9.9" "http://127.0.0.1:$port/")" 403
finish "$PID"

# So few files that not all can be let in
run said bash -c 'ulimit -n 36; exec "$@"' few "$ctl" dashboard listen 127.0.0.1:0
wait_for grep -q ^http said
URL=$(grep ^http said)
ticks() { sed 's/.*) //' "/proc/$PID/stat" | awk '{ print $12 + $13 }'; }
python3 -IS - "$URL" >held <<-'END' &
	import socket, sys, time, urllib.parse
	u = urllib.parse.urlsplit(sys.argv[1])
	held = [socket.create_connection((u.hostname, u.port)) for i in range(32)]
	print("held", flush=True)
	time.sleep(3)
END
wait_for grep -q held held
before=$(ticks)
wait $!
[ $(($(ticks) - before)) -lt 100 ]
report $? "no files left: it waits, and does not spin"
same "and answers when there are" "$(curl -so /dev/null -w '%{http_code}' "$URL")" 200
finish "$PID"

# With a file that somebody else writes
run rec "$ctl" record --db p.db interval 100ms
wait_for holds p.db 'SELECT count(*) > 10 FROM metric' 1
serve said listen 127.0.0.1:0 db p.db interval 1s
rows() { curl -s "${URL}api/history?path=wan1&range=10m&step=100ms" | grep -q '"rows":\[\[1'; }
wait_for rows
report $? "history out of a file"
rm -f p.db p.db-wal p.db-shm
wait_for rows
report $? "that is replaced"
kill -KILL "${started[-2]}"
cp "$MX_FAKE/paths" p.db
same "that is damaged: it is told" "$(curl -so /dev/null -w '%{http_code}' "${URL}api/history?path=wan1")" 503
same "and the rest goes on" "$(curl -so /dev/null -w '%{http_code}' "${URL}api/paths")" 200
finish "$PID"

# 10,000 paths
awk 'BEGIN { for (i = 0; i < 10240; i++) print "path" i, "dev=eth0 status=up score=90000 rtt=" i }' | paths
serve said listen 127.0.0.1:0 interval 1s
same "10240 paths" "$(curl -s "${URL}api/paths" | grep -o '"name"' | wc -l)" 10240
finish "$PID"
plan
