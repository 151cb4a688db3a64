#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# What is kept of paths, from the kernel: news as they come and looks in between, through an unload of the module; history;
# Prometheus; the page of a namespace that is looked at from another.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
begin
ns lb isp
cable lb wan1 isp p1
cable lb wan2 isp p2
ipb lb <<-END
	addr add 198.51.100.2/24 dev wan1
	addr add 203.0.113.2/24 dev wan2
END
FAST="probe none hold-down 0"
# shellcheck disable=SC2086
paths() {
	want path add fiber dev wan1 via 198.51.100.1 peer 198.51.100.1 bandwidth 1000 cost 10 $FAST
	want path add lte dev wan2 peer 203.0.113.1 admin standby $FAST
}
paths

# sql QUESTION: of the record; holds QUESTION ANSWER
DB=$WORK/p.db
sql() {
	python3 -S -c '
import sqlite3, sys
db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True, timeout=10)
for row in db.execute(sys.argv[2]):
    print("|".join("" if v is None else str(v) for v in row))' "$DB" "$1"
}
holds() { [ "$(sql "$1" 2>/dev/null)" = "$2" ]; }
EVENTS="SELECT count(*) FROM event e JOIN path p ON p.id = e.path WHERE"

# An interval of an hour: what comes before its end has come as news.
"$MX_CTL" -n lb record --db "$DB" interval 1h keep 1d >"$WORK/said" 2>&1 &
REC=$!
ok "a look at the begin" wait_for 20 holds "SELECT count(*) FROM metric" 2
is "what was said of the paths" "$(sql "SELECT name, dev, via, peer, admin, probe, bandwidth, cost FROM path ORDER BY name")" \
	"fiber|wan1|198.51.100.1|198.51.100.1|up|none|1000|10
lte|wan2||203.0.113.1|standby|none|0|0"
is "their status" "$(sql "SELECT DISTINCT status FROM metric")" 1
ip -n lb link set wan1 down
ok "a device goes down: the status is news" wait_for 10 holds "$EVENTS what = 'state' AND name = 'fiber' AND was = 'up' AND e.status = 'down' AND text = 'dev-down'" 1
ip -n lb link set wan1 up
ok "and up again" wait_for 10 holds "$EVENTS what = 'state' AND name = 'fiber' AND e.status = 'up'" 1
want path set fiber cost 20
ok "a path is set" wait_for 10 holds "$EVENTS what = 'changed'" 1
# shellcheck disable=SC2086
want path add new dev wan1 peer 198.51.100.1 $FAST
ok "a path is added" wait_for 10 holds "$EVENTS what = 'new' AND name = 'new'" 1
want path del new
ok "a path is deleted" wait_for 10 holds "SELECT count(*) FROM path WHERE gone AND name = 'new'" 1
batch <<-END
	$(for i in $(seq 300); do echo "path add p$i dev wan1 peer 198.51.100.1 $FAST"; done)
END
ok "300 at once" wait_for 20 holds "$EVENTS what = 'new' AND name LIKE 'p%'" 300
for i in $(seq 300); do echo "path del p$i"; done | batch
ok "and none of them" wait_for 20 holds "$EVENTS what = 'deleted' AND name LIKE 'p%'" 300
kill -TERM $REC
wait $REC
is "it ends well" $? 0

# Looks, through an unload
"$MX_CTL" -n lb record --db "$DB" interval 200ms >"$WORK/said" 2>&1 &
REC=$!
ok "figures come" wait_for 20 holds "SELECT count(*) > 10 FROM metric" 1
rmmod mutex
ok "the module is gone: the record says so" wait_for 20 holds "SELECT count(*) FROM event WHERE what = 'unseen'" 1
ok "and the recorder is there" kill -0 $REC
ok "the module comes back" load
paths
ok "so does the recorder" wait_for 20 holds "SELECT count(*) FROM event WHERE what = 'seen'" 1
n=$(sql "SELECT count(*) FROM metric")
ok "and the figures" wait_for 20 holds "SELECT count(*) > $n + 10 FROM metric" 1
ip -n lb link set wan2 down
ok "and the news" wait_for 20 holds "$EVENTS what = 'state' AND name = 'lte' AND e.status = 'down'" 1
kill -TERM $REC
wait $REC
is "it ends well again" $? 0
is "the file is whole" "$(sql "PRAGMA quick_check")" ok

# What is asked of it
mx path history fiber db "$DB" >"$WORK/lines"
between "history: lines" "$(grep -c ' status up' "$WORK/lines")" 5 100000
ok "history: JSON" jq -e 'length > 5 and all(.[]; .time > 0 and .status)' <(mx -j path history fiber db "$DB")
ok "history: a plot" grep -q 'status: u up' <(mx path history fiber db "$DB" plot)
ok "history: a picture" mx path history fiber db "$DB" svg "$WORK/p.svg"
ok "history: events" grep -q 'state path lte from up to down' <(mx path history lte db "$DB" events)

# Prometheus
ip -n lb link set wan2 up
mx stats format prometheus >"$WORK/prom"
ok "Prometheus: valid" python3 "$HERE/prometheus.py" "$WORK/prom"
value() { grep -F "$1 " "$WORK/prom" | sed 's/.* //'; }
is "Prometheus: status" "$(value 'mutex_path_status{netns="lb",path="fiber"}')" 1
is "Prometheus: admin" "$(value 'mutex_path_admin{netns="lb",path="lte"}')" 1
is "Prometheus: what is not known has no sample" "$(grep -c '^mutex_path_rtt_seconds{' "$WORK/prom")" 0
is "Prometheus: probes" "$(value 'mutex_path_probes_sent_total{netns="lb",path="fiber"}')" 0

# The page, of a namespace, outside of it
"$MX_CTL" -n lb dashboard listen 127.0.0.1:0 db "$DB" interval 200ms >"$WORK/url" 2>&1 &
PAGE=$!
ok "the page" wait_for 10 grep -q '^http://127.0.0.1:' "$WORK/url"
ip link set lo up
URL=$(cat "$WORK/url")
ok "paths of the namespace" jq -e '[.paths[].name] == ["fiber", "lte"]' <(curl -s "${URL}api/paths")
ok "which one it is" jq -e '.netns == "lb"' <(curl -s "${URL}api/info")
ok "history" jq -e '.rows | length > 5' <(curl -s "${URL}api/history?path=fiber&step=100ms&range=10m")
ip -n lb link set wan1 down
down() { curl -s "${URL}api/paths" | jq -e '.paths[] | select(.name == "fiber") | .status == "down"'; }
ok "a path goes down" wait_for 10 down
kill -TERM $PAGE
wait $PAGE
is "it ends well, too" $? 0
mx path flush
finish
