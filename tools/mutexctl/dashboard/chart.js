// SPDX-License-Identifier: GPL-2.0
"use strict";

// Elements: what comes from outside is only ever text.
function node(name, attrs, ...children) {
	const e = document.createElement(name);
	for (const [key, value] of Object.entries(attrs || {}))
		e.setAttribute(key, value);
	e.append(...children.filter(c => c !== null && c !== undefined));
	return e;
}

function shape(name, attrs, ...children) {
	const e = document.createElementNS("http://www.w3.org/2000/svg", name);
	for (const [key, value] of Object.entries(attrs || {}))
		e.setAttribute(key, value);
	e.append(...children);
	return e;
}

function titled(e, text) {
	e.append(shape("title", {}, text));
	return e;
}

function cut(text, length) {
	return text.length > length ? text.slice(0, length - 1) + "…" : text;
}

// The end of an axis: 1, 2 or 5 and zeros.
function nice(value, least) {
	if (!(value > least))
		return least;
	const ten = Math.pow(10, Math.floor(Math.log10(value)));
	return [1, 2, 5, 10].map(n => n * ten).find(n => n >= value * 0.999);
}

function plain(value) {
	const text = value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 || value === 0 ? 2 : 3);
	return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function clock(ms, range) {
	const d = new Date(ms);
	const two = n => String(n).padStart(2, "0");
	const time = two(d.getHours()) + ":" + two(d.getMinutes());
	if (range > 2 * 86400e3)
		return two(d.getMonth() + 1) + "-" + two(d.getDate()) + " " + time;
	return range < 20 * 60e3 ? time + ":" + two(d.getSeconds()) : time;
}

const H = 170, LEFT = 46, RIGHT = 8, TOP = 8, BOTTOM = 22;

// A chart of one figure, drawn for a place of that width. rows: figures by their key, null where one is not known.
function chart(kind, data, width, onhover) {
	const W = Math.min(Math.max(width || 640, 300), 900);
	const { since, until, step, gap, rows } = data;
	const known = rows.filter(r => r[kind.key] !== null);
	const most = Math.max(...known.map(r => r[kind.high || kind.key] ?? r[kind.key]), 0);
	const top = nice(most / kind.unit, kind.least);
	const x = t => LEFT + (t - since) / (until - since) * (W - LEFT - RIGHT);
	const y = v => TOP + (1 - v / kind.unit / top) * (H - TOP - BOTTOM);
	const svg = shape("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": kind.title + " over time" });

	// Where the path was not up.
	for (let i = 0; i < rows.length; i++) {
		const from = i, status = rows[i].status;
		while (i + 1 < rows.length && rows[i + 1].status === status && rows[i + 1].t - rows[i].t < gap)
			i++;
		if (status === "up" || status === "unknown")
			continue;
		const begin = Math.max(x(rows[from].t), LEFT), end = Math.min(x(rows[i].t + gap / 2.5), W - RIGHT);
		svg.append(shape("rect", { class: "shade f-" + status, x: begin, y: TOP, width: Math.max(end - begin, 1), height: H - TOP - BOTTOM }));
	}
	for (let i = 0; i <= 2; i++) {
		const at = y(top * kind.unit * i / 2);
		svg.append(shape("line", { class: "gridline", x1: LEFT, x2: W - RIGHT, y1: at, y2: at }));
		svg.append(shape("text", { x: LEFT - 6, y: at + 4, "text-anchor": "end" }, plain(top * i / 2)));
	}
	const ticks = W < 420 ? 2 : 4;
	for (let i = 0; i <= ticks; i++) {
		const t = since + (until - since) * i / ticks;
		svg.append(shape("text", { x: x(t), y: H - 5, "text-anchor": i === 0 ? "start" : i === ticks ? "end" : "middle" }, clock(t, until - since)));
	}

	// Runs without a gap.
	const runs = [];
	let before = null;
	for (const r of rows) {
		if (r[kind.key] === null) {
			before = null;
			continue;
		}
		if (!before || r.t - before.t > gap)
			runs.push([]);
		runs[runs.length - 1].push(r);
		before = r;
	}
	const mid = r => Math.min(x(r.t + step / 2), W - RIGHT);
	for (const run of runs) {
		if (kind.low && kind.high) {
			const up = run.map(r => `${mid(r).toFixed(1)} ${y(r[kind.high] ?? r[kind.key]).toFixed(1)}`);
			const down = run.map(r => `${mid(r).toFixed(1)} ${y(r[kind.low] ?? r[kind.key]).toFixed(1)}`).reverse();
			svg.append(shape("path", { class: "band", d: "M" + up.concat(down).join("L") + "Z" }));
		}
		const points = run.map(r => `${mid(r).toFixed(1)} ${y(r[kind.key]).toFixed(1)}`);
		svg.append(shape("path", { class: "series", d: "M" + points.join("L") + (run.length === 1 ? "h0.1" : "") }));
	}
	if (!known.length)
		svg.append(shape("text", { x: (LEFT + W) / 2, y: H / 2, "text-anchor": "middle" }, "nothing is recorded"));

	const cross = shape("line", { class: "cross", y1: TOP, y2: H - BOTTOM, visibility: "hidden" });
	const dot = shape("circle", { class: "dot", r: 4.5, visibility: "hidden" });
	svg.append(cross, dot);
	const value = node("span", { class: "dim" });
	const shown = r => kind.show(r[kind.key]);
	const last = known[known.length - 1];
	const newest = !last ? "" : (rows[rows.length - 1] === last ? "now " : "last ") + shown(last);
	value.textContent = newest;
	svg.addEventListener("pointermove", event => {
		const box = svg.getBoundingClientRect();
		const t = since + ((event.clientX - box.left) / box.width * W - LEFT) / (W - LEFT - RIGHT) * (until - since);
		onhover(t);
	});
	svg.addEventListener("pointerleave", () => onhover(null));

	// point(row): mark a row; null takes the mark away
	const point = row => {
		const there = row && row[kind.key] !== null;
		cross.setAttribute("visibility", row ? "visible" : "hidden");
		dot.setAttribute("visibility", there ? "visible" : "hidden");
		value.textContent = !row ? newest : there ? shown(row) : "not known";
		if (!row)
			return;
		cross.setAttribute("x1", mid(row));
		cross.setAttribute("x2", mid(row));
		if (there) {
			dot.setAttribute("cx", mid(row));
			dot.setAttribute("cy", y(row[kind.key]));
		}
	};
	const box = node("div", { class: "chart" }, node("div", { class: "title" }, node("b", {}, kind.title), value), svg);
	return { box, point };
}

// Scores in a row of cells: as high as the score, and of the status' color.
function strip(cells, steps) {
	const svg = shape("svg", { viewBox: `0 0 ${steps * 6} 22`, preserveAspectRatio: "none", height: 22, role: "img", "aria-label": "score over time" });
	svg.append(shape("line", { class: "gridline", x1: 0, x2: steps * 6, y1: 21.5, y2: 21.5 }));
	for (const [at, score, status] of cells || []) {
		const name = ["unknown", "up", "degraded", "down"][status] || "unknown";
		const height = score === null ? 3 : Math.max(3, score / 100 * 20);
		svg.append(titled(shape("rect", { class: "f-" + name, x: at * 6 + 0.5, y: 21 - height, width: 5, height }), `${name}, score ${score ?? "not known"}`));
	}
	return svg;
}
