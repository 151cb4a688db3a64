// SPDX-License-Identifier: GPL-2.0
"use strict";

const RANGES = [["15m", 15 * 60e3], ["1h", 3600e3], ["6h", 6 * 3600e3], ["24h", 24 * 3600e3], ["7d", 7 * 86400e3]];
const ROWS = 64;	// paths that the table shows, and strips are asked of
const DRAWN = 16;	// paths that the topology shows
const ORDER = { down: 0, degraded: 1, unknown: 2, up: 3 };

const ms = us => us === null || us === undefined ? "–" : plain(us / 1000) + " ms";
const percent = ppm => ppm === null || ppm === undefined ? "–" : plain(ppm / 10000) + " %";
const KINDS = [
	{ key: "score", title: "Score", unit: 1, least: 100, show: v => v.toFixed(1) },
	{ key: "rtt-us", low: "rtt-min-us", high: "rtt-max-us", title: "RTT, ms (mean; least to most)", unit: 1000, least: 1, show: ms },
	{ key: "jitter-us", title: "Jitter, ms", unit: 1000, least: 1, show: ms },
	{ key: "loss-ppm", title: "Loss, %", unit: 10000, least: 1, show: percent },
];

const $ = id => document.getElementById(id);
const state = { range: "1h", path: null, paths: [], members: [], groups: {}, heat: null, history: null, info: {}, slow: 0, busy: false };

async function ask(call, params) {
	const query = new URLSearchParams(params || []).toString();
	const answer = await fetch("/api/" + call + (query ? "?" + query : ""));
	const body = await answer.json();
	if (!answer.ok)
		throw new Error(body.error || answer.statusText);
	return body;
}

function notice(text) {
	$("notice").textContent = text || "";
	$("notice").hidden = !text;
}

function choose(name) {
	state.path = name;
	showPaths();
	showTopology();
	askHistory().catch(failed);
}

function activeOf(name) {
	return state.members.filter(m => m.path === name).reduce((sum, m) => sum + m.active, 0);
}

function showCounts() {
	const counts = { up: 0, degraded: 0, down: 0, unknown: 0 };
	for (const p of state.paths)
		counts[p.status]++;
	$("counts").replaceChildren(...Object.entries(counts).filter(([status, n]) => n || status === "up")
		.map(([status, n]) => node("span", { class: "chip " + status }, `${n} ${status}`)));
	const { host, netns } = state.info;
	$("host").textContent = netns ? `${host}, namespace ${netns}` : host || "";
}

// What needs a look comes first.
function sorted() {
	return state.paths.slice().sort((a, b) => ORDER[a.status] - ORDER[b.status] ||
		(a.score ?? 101) - (b.score ?? 101) || a.name.localeCompare(b.name));
}

function shownPaths() {
	const words = $("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
	const has = p => words.every(w => [p.name, p.dev, p.via, p.peer, p.status, p.reason, p.admin].join(" ").toLowerCase().includes(w));
	return sorted().filter(has);
}

function wayOf(p) {
	return p.dev + (p.via ? " via " + p.via : "") + (p.peer ? " to " + p.peer : "");
}

// A cell; on a small screen, where the table has no head, its label stands in it.
function cell(kind, label, ...children) {
	return node("td", { class: kind, "data-label": label }, ...children);
}

function showPaths() {
	const all = shownPaths(), focused = document.activeElement && document.activeElement.dataset.name;
	const rows = all.slice(0, ROWS).map(p => {
		const row = node("tr", { tabindex: 0, "aria-selected": p.name === state.path, "data-name": p.name },
			node("td", { class: "name", title: p.name }, cut(p.name, 31)),
			node("td", { class: "is" }, node("span", { class: "chip " + p.status, title: "reason: " + p.reason }, p.admin === "up" ? p.status : `${p.status}, ${p.admin}`)),
			cell("n", "score", p.score === undefined ? "–" : p.score.toFixed(0)),
			cell("n", "RTT", ms(p["rtt-us"])),
			cell("n wide", "p95", ms(p["p95-us"])),
			cell("n", "jitter", ms(p["jitter-us"])),
			cell("n", "loss", percent(p["loss-ppm"])),
			node("td", { class: "way", title: wayOf(p) }, wayOf(p)),
			node("td", { class: "strip" }, state.heat ? strip(state.heat.paths[p.name], state.heat.steps) : null));
		row.addEventListener("click", () => choose(p.name));
		row.addEventListener("keydown", event => { if (event.key === "Enter") choose(p.name); });
		return row;
	});
	if (!rows.length)
		rows.push(node("tr", {}, node("td", { colspan: 9, class: "dim" }, state.paths.length ? "no path has that in it" : "there is no path")));
	$("paths").replaceChildren(...rows);
	const again = rows.find(r => focused !== undefined && r.dataset.name === focused);
	if (again)
		again.focus({ preventScroll: true });
	$("striphead").textContent = "score, last " + state.range;
	$("more").hidden = all.length <= ROWS;
	$("more").textContent = `${all.length - ROWS} more, which do better; the field above finds them`;
}

// Where things stand, in a picture as wide as the page has room for.
function layout(room) {
	const width = Math.min(Math.max(room || 860, 440), 1000);
	const host = Math.min(Math.max(width * 0.14, 84), 120), peer = Math.min(Math.max(width * 0.27, 138), 180);
	const path = Math.min(300, width - 16 - host - peer - 72);
	const gap = (width - 16 - host - peer - path) / 2;
	return { width, host, path, peer, xPath: 8 + host + gap, xPeer: width - 8 - peer };
}

function topologyPath(p, y, at) {
	const narrow = at.path < 220, rtt = p.status === "down" ? "down" : ms(p["rtt-us"]), flows = `${activeOf(p.name)} flows`;
	const groups = Object.keys(state.groups).filter(g => state.groups[g].includes(p.name));
	const x = at.xPath, end = x + at.path - 12, both = `${rtt} · ${flows}`;
	const box = shape("g", { class: "pick" },
		shape("rect", { class: "box" + (p.name === state.path ? " s-" + p.status : ""), x, y: y - 22, width: at.path, height: 44, rx: 8 }),
		shape("circle", { class: "f-" + p.status, cx: x + 16, cy: y - 6, r: 5 }),
		shape("text", { class: "strong", x: x + 28, y: y - 2 }, cut(p.name, Math.floor((at.path - (narrow ? 40 : 110)) / 7.4))),
		shape("text", { x: x + 28, y: y + 14 }, narrow ? both.length * 6.6 < at.path - 32 ? both : rtt :
			cut(p.dev + (groups.length ? " · " + groups.join(", ") : ""), Math.floor((at.path - 110) / 6.6))));
	if (!narrow)
		box.append(shape("text", { class: "strong", x: end, y: y - 2, "text-anchor": "end" }, rtt),
			shape("text", { x: end, y: y + 14, "text-anchor": "end" }, flows));
	titled(box, `${p.name}: ${p.status}, ${wayOf(p)}${groups.length ? ", in " + groups.join(", ") : ""}`);
	box.addEventListener("click", () => choose(p.name));
	return box;
}

// This host, its paths, and who answers at their ends.
function showTopology() {
	const paths = sorted().slice(0, DRAWN).sort((a, b) => a.peer.localeCompare(b.peer) || a.name.localeCompare(b.name));
	const peers = [...new Set(paths.map(p => p.peer || "?"))];
	const at = layout($("topology").clientWidth), row = 54, height = Math.max(paths.length * row, 110) + 10;
	const svg = shape("svg", { viewBox: `0 0 ${at.width} ${height}`, role: "img", "aria-label": "this host, its paths and their peers" });
	const yPath = i => height / 2 + (i - (paths.length - 1) / 2) * row;
	const yPeer = name => {
		const mine = paths.map((p, i) => (p.peer || "?") === name ? yPath(i) : null).filter(v => v !== null);
		return mine.reduce((a, b) => a + b, 0) / mine.length;
	};
	const most = Math.max(1, ...paths.map(p => activeOf(p.name)));
	const link = (x1, y1, x2, y2, p) => shape("path", { class: `link s-${p.status}${p.admin === "standby" ? " standby" : ""}`,
		"stroke-width": 2 + 8 * Math.sqrt(activeOf(p.name) / most), opacity: p.admin === "down" ? 0.25 : 0.75,
		d: `M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}` });
	const middle = 8 + at.host / 2;

	paths.forEach((p, i) => svg.append(link(8 + at.host, height / 2, at.xPath, yPath(i), p),
		link(at.xPath + at.path, yPath(i), at.xPeer, yPeer(p.peer || "?"), p)));
	svg.append(shape("rect", { class: "box", x: 8, y: height / 2 - 26, width: at.host, height: 52, rx: 8 }),
		shape("text", { class: "strong", x: middle, y: height / 2 - 2, "text-anchor": "middle" }, cut(state.info.host || "this host", Math.floor(at.host / 7.6))),
		shape("text", { x: middle, y: height / 2 + 15, "text-anchor": "middle" }, "this host"));
	paths.forEach((p, i) => svg.append(topologyPath(p, yPath(i), at)));
	for (const name of peers) {
		const y = yPeer(name);
		svg.append(shape("rect", { class: "box", x: at.xPeer, y: y - 20, width: at.peer, height: 40, rx: 8 }),
			titled(shape("text", { class: "peer", x: at.xPeer + at.peer / 2, y: y + 4, "text-anchor": "middle" },
				cut(name === "?" ? "no peer" : name, Math.floor((at.peer - 8) / 6.5))), name));
	}
	const rest = state.paths.length - paths.length;
	$("topology").replaceChildren(paths.length ? svg : node("p", { class: "empty" }, "There is no path."),
		...(rest > 0 ? [node("p", { class: "dim" }, `and ${rest} more, which do better`)] : []));
}

function showFlows() {
	const of = new Map();
	for (const m of state.members)
		of.set(m.path, (of.get(m.path) || []).concat(m));
	const sums = [...of].map(([path, members]) => ({ path, members,
		active: members.reduce((n, m) => n + m.active, 0), bytes: members.reduce((n, m) => n + m.bytes + m["reply-bytes"], 0) }))
		.sort((a, b) => b.active - a.active || a.path.localeCompare(b.path));
	if (!sums.length) {
		$("flows").replaceChildren(node("p", { class: "empty" }, "No group has a path as a member."));
		return;
	}
	const most = Math.max(1, ...sums.map(s => s.active));
	const bars = node("div", { class: "bars" });
	for (const s of sums.slice(0, DRAWN)) {
		const bar = node("div", { class: "bar" });
		for (const m of s.members.filter(m => m.active)) {
			const piece = node("i", { title: `group ${m.group}: ${m.active} flows now, ${m.total} in all` });
			piece.style.width = m.active / most * 100 + "%";
			bar.append(piece);
		}
		bars.append(node("span", { class: "label", title: s.path }, s.path), bar,
			node("span", { class: "n dim" }, `${s.active} · ${size(s.bytes)}`));
	}
	$("flows").replaceChildren(bars, node("p", { class: "dim" }, "connections now, a piece for each group · bytes both ways"));
}

function size(bytes) {
	const units = ["B", "kB", "MB", "GB", "TB", "PB"];
	let i = 0;
	for (; bytes >= 1000 && i < units.length - 1; i++)
		bytes /= 1000;
	return plain(bytes) + " " + units[i];
}

// What happened, where the record's word says too little.
const WORDS = { start: "record begins", stop: "record ends", state: "status", lost: "record lacks", unseen: "kernel silent", seen: "kernel back", missed: "news lost" };

function showEvents(events) {
	const day = new Date().toDateString();
	const items = events.map(e => {
		const when = new Date(e.time);
		const time = when.toDateString() === day ? when.toLocaleTimeString([], { hour12: false }) :
			clock(e.time, Infinity);
		const what = node("span", {});
		if (e.from)
			what.append(node("span", { class: "t-" + e.from }, e.from), node("span", { class: "arrow" }, e.to ? " → " : ""));
		if (e.to)
			what.append(node("span", { class: "t-" + e.to }, e.to));
		if (e.text)
			what.append(node("span", { class: "dim" }, (e.from || e.to ? ", " : "") + e.text));
		return node("li", {}, node("span", { class: "dim", title: when.toISOString() }, time), node("span", {}, WORDS[e.event] || e.event),
			node("b", {}, e.path || ""), what);
	});
	$("events").replaceChildren(...items.length ? items : [node("li", { class: "empty" }, "Nothing has happened.")]);
}

function showCharts(data) {
	const rows = data.rows.map(values => Object.fromEntries(data.columns.map((c, i) => [c === "time" ? "t" : c, values[i]])));
	for (const r of rows)
		r.status = ["unknown", "up", "degraded", "down"][r.status];
	// A step may be shorter than the time between two looks: only much more than that is a gap.
	const apart = rows.slice(1).map((r, i) => r.t - rows[i].t).sort((a, b) => a - b);
	const gap = 2.5 * Math.max(data.step, apart[apart.length >> 1] || 0);
	const shown = { since: data.since, until: data.until, step: data.step, gap, rows };
	const hover = t => {
		const near = t === null || !rows.length ? null : rows.reduce((a, b) => Math.abs(b.t + data.step / 2 - t) < Math.abs(a.t + data.step / 2 - t) ? b : a);
		charts.forEach(c => c.point(near));
		$("reading").textContent = near ? `${new Date(near.t).toLocaleString([], { hour12: false })}, ${near.status}` : `last ${state.range}`;
	};
	const columns = matchMedia("(max-width: 700px)").matches ? 1 : 2;
	const width = ($("charts").clientWidth - 28 * (columns - 1)) / columns;
	const charts = KINDS.map(kind => chart(kind, shown, width, hover));
	$("chosen").textContent = data.path + " over time";
	$("charts").replaceChildren(...charts.map(c => c.box));
	hover(null);
}

async function askHistory() {
	const path = state.path;
	if (!path) {
		$("charts").replaceChildren(node("p", { class: "empty" }, "There is no path."));
		return;
	}
	try {
		const data = await ask("history", { path, range: state.range });
		if (path === state.path) {
			state.history = data;
			showCharts(data);
		}
	} catch (error) {
		state.history = null;
		$("chosen").textContent = path + " over time";
		$("charts").replaceChildren(node("p", { class: "empty" }, error.message));
	}
}

async function askHeat() {
	const names = shownPaths().slice(0, ROWS).map(p => ["path", p.name]);
	try {
		state.heat = await ask("heat", [["range", state.range], ...names]);
	} catch {
		// The strips stay away; all else is shown.
		state.heat = null;
	}
}

function failed(error) {
	notice("The page cannot be brought up to date: " + error.message);
}

async function refresh(all) {
	if (state.busy || document.hidden)
		return;
	state.busy = true;
	try {
		const [info, paths, topology, flows, events] = await Promise.all([
			ask("info"), ask("paths"), ask("topology"), ask("flows"), ask("events", { limit: 100 })]);
		Object.assign(state, { info, paths: paths.paths, members: flows.members, groups: topology.groups });
		notice(info.blind ? "The kernel does not tell of paths: these are the last that were seen." : "");
		if (!state.paths.some(p => p.name === state.path))
			state.path = state.paths.length ? sorted()[0].name : null;
		// Long ranges change slowly, and cost more to ask.
		const range = RANGES.find(r => r[0] === state.range)[1];
		if (all || range <= 3600e3 || Date.now() - state.slow > 60e3) {
			state.slow = Date.now();
			await askHeat();
			await askHistory();
		}
		showCounts();
		showPaths();
		showTopology();
		showFlows();
		showEvents(events.events);
		$("clock").textContent = new Date(info.time).toLocaleTimeString([], { hour12: false });
		document.documentElement.dataset.ready = "1";
	} catch (error) {
		failed(error);
	} finally {
		state.busy = false;
	}
}

function showRanges() {
	$("ranges").replaceChildren(...RANGES.map(([name]) => {
		const button = node("button", { type: "button", "aria-pressed": name === state.range }, name);
		button.addEventListener("click", () => {
			state.range = name;
			showRanges();
			refresh(true);
		});
		return button;
	}));
}

$("filter").addEventListener("input", showPaths);
document.addEventListener("visibilitychange", () => refresh(false));
// What is drawn has the size of its place.
let resized = 0;
window.addEventListener("resize", () => {
	clearTimeout(resized);
	resized = setTimeout(() => {
		showTopology();
		if (state.history)
			showCharts(state.history);
	}, 150);
});
showRanges();
refresh(true).then(() => setInterval(refresh, Math.max(state.info.interval || 5000, 1000), false));
