// Figures on the map: what is known of the cases that ran this definition. They lie below the stations and move nothing.
// `page.js` calls this with what it knows of the page, and tells it when another sheet is shown.
"use strict";
const figuresOf = ({ all, one, by, rows, row, article, views, group, sheet }) => {
  const NS = "http://www.w3.org/2000/svg";
  const draw = (name, attributes, text) => {
    const made = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const write = (name, text) => {
    const made = document.createElement(name);
    made.className = "figure";
    made.textContent = text;
    return made;
  };
  const number = (value) => (Number.isSafeInteger(value) && value >= 0 ? value : 0);
  const lasted = (seconds) => {
    if (!Number.isSafeInteger(seconds) || seconds < 0) return "–";
    for (const [length, unit] of [[86400, "d"], [3600, "h"], [60, "min"]]) {
      if (seconds >= length) {
        const whole = Math.round((seconds * 10) / length) / 10;
        return `${whole >= 10 ? Math.round(whole) : whole} ${unit}`;
      }
    }
    return `${seconds} s`;
  };

  let figures = null;
  let mode = "";
  const joined = (passages) => {
    const times = new Map();
    for (const { from, to, event = "", times: count } of passages) {
      const taken = rows.find(({ dataset: { source, target, event: named } }) => {
        const here = source === from || JSON.parse(article.get(source).dataset.covers || "[]").includes(from);
        return here && named === event && (target === to || (target === source && to === from));
      });
      if (taken) times.set(taken.dataset.track, (times.get(taken.dataset.track) || 0) + number(count));
    }
    return times;
  };
  const refuse = (why) => { by("notice").textContent = `${why}; nothing was drawn.`; };
  const take = (data) => {
    const sound = data && typeof data === "object" && Array.isArray(data.stations) && data.stations.every((each) => each);
    if (!sound || data.overlay !== 1) return refuse("This is no file of figures that this page can read");
    if (!document.body.dataset.artifact) return refuse("This map was drawn of a definition that isn't compiled");
    if (data.artifact !== document.body.dataset.artifact) {
      return refuse(`These figures are about another version of the definition (${String(data.artifact).slice(0, 19)}…)`);
    }
    const passages = Array.isArray(data.passages) ? data.passages.filter((each) => each) : [];
    const stations = new Map(data.stations.filter((each) => article.has(each.state)).map((each) => [each.state, each]));
    figures = { stations, tracks: joined(passages), asOf: String(data.as_of), cases: number(data.cases) };
    tell();
    by("figures").hidden = false;
    return wear("dwell");
  };

  const tell = () => {
    for (const each of all(".figure", by("timetable"))) each.remove();
    for (const [key, { now, median, ninety, breaches }] of figures.stations) {
      const list = one("dl", article.get(key));
      const facts = { "Cases now": number(now), Missed: number(breaches) };
      if (median !== undefined) facts["Half stay up to"] = lasted(median);
      if (ninety !== undefined) facts["Nine of ten up to"] = lasted(ninety);
      for (const [head, said] of Object.entries(facts)) list.append(write("dt", head), write("dd", said));
    }
    for (const [key, times] of figures.tracks) {
      one("td", row.get(key)).append(write("small", ` (taken ${times} ${times === 1 ? "time" : "times"})`));
    }
  };

  const matrix = (from) => `matrix(${["a", "b", "c", "d", "e", "f"].map((each) => from[each]).join(" ")})`;
  const frame = (part) => sheet().getScreenCTM().inverse().multiply(part.getScreenCTM());
  const box = (part) => {
    const { x, y, width, height } = part.getBBox();
    const [start, end] = [new DOMPoint(x, y), new DOMPoint(x + width, y + height)].map((at) => at.matrixTransform(frame(part)));
    return { x: start.x, y: start.y, right: end.x, bottom: end.y };
  };
  const meet = (a, b) => a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom;

  // A number stands at the first of its places where no other word stands, so that it hides none.
  const labels = () => {
    const taken = all("text", sheet()).map(box);
    return (text, places) => {
      const half = text.length * 3.1 + 1;
      const around = ([x, y]) => ({ x: x - half, y: y - 9, right: x + half, bottom: y + 3 });
      const place = places.find((each) => !taken.some((other) => meet(around(each), other))) || places[0];
      taken.push(around(place));
      return draw("text", { x: place[0], y: place[1], "text-anchor": "middle" }, text);
    };
  };
  const disc = (part, share, step, text, label) => {
    const { x, y, right, bottom } = box(one(".marker", part) || one("rect, circle, path", part));
    const [cx, cy] = [(x + right) / 2, (y + bottom) / 2];
    const r = Math.max((bottom - y) / 2 + 4, 42 * Math.sqrt(share));
    const [wide, near] = [text.length * 3.1, r * 0.75];
    const places = [
      [cx, cy - r - 3], [cx, cy + r + 11], [cx + r + wide + 3, cy + 4], [cx - r - wide - 3, cy + 4],
      [cx + near + wide, cy - near - 3], [cx - near - wide, cy - near - 3],
      [cx + near + wide, cy + near + 10], [cx - near - wide, cy + near + 10],
    ];
    return [draw("circle", { cx, cy, r, class: `step${step}`, "fill-opacity": "0.85" }), label(text, places)];
  };
  const most = (values) => Math.max(1, ...values);
  const discs = (value, shade, text) => {
    const known = [...figures.stations.values()].filter((each) => value(each) > 0);
    const [large, deep, label] = [most(known.map(value)), most(known.map(shade)), labels()];
    return known.flatMap((each) => group("station", each.state).map((part) =>
      disc(part, value(each) / large, Math.ceil((5 * shade(each)) / deep) || 1, text(each), label)));
  };
  const streams = () => {
    const [large, label] = [most(figures.tracks.values()), labels()];
    return [...figures.tracks].flatMap(([key, times]) => group("track", key).map((part) => {
      const path = one("path", part);
      const long = path.getTotalLength();
      const spots = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74].map((at) => path.getPointAtLength(at * long).matrixTransform(frame(path)));
      const stream = draw("path", { d: path.getAttribute("d"), "stroke-width": 4 + 14 * Math.sqrt(times / large) });
      stream.setAttribute("transform", matrix(frame(path)));
      return [stream, label(`${times}×`, spots.map(({ x, y }) => [x, y + 3.5]))];
    }));
  };
  const MODES = {
    dwell: ["Stay", "area: cases now; shade and number: how long half of the stays last at most", () => discs(
      ({ now }) => number(now), ({ median }) => number(median), ({ now, median }) => `${number(now)} · ${lasted(median)}`)],
    volume: ["Volume", "width and number: how often each track was taken", streams],
    breaches: ["Missed", "area and number: promises missed and escalations while cases were there", () => discs(
      ({ breaches }) => number(breaches), ({ breaches }) => number(breaches), ({ breaches }) => `${number(breaches)} missed`)],
  };
  const lay = (under) => {
    const first = one(mode === "volume" ? "g.track" : "g.station", sheet());
    if (!first) return;
    under.setAttribute("transform", matrix(first.parentNode.getScreenCTM().inverse().multiply(sheet().getScreenCTM())));
    first.parentNode.insertBefore(under, first);
  };
  const wear = (wanted) => {
    for (const each of all(".heat")) each.remove();
    for (const { svg } of views) svg.classList.remove("worn");
    mode = wanted;
    for (const each of all("button", by("figures"))) each.setAttribute("aria-pressed", String(each.dataset.mode === mode));
    by("notice").textContent = "";
    if (!mode) return;
    const [, legend, make] = MODES[mode];
    const made = make();
    const [under, over] = [0, 1].map((at) => {
      const layer = draw("g", { class: "heat", "aria-hidden": "true" });
      layer.append(...made.map((each) => each[at]));
      return layer;
    });
    lay(under);
    sheet().append(over);
    sheet().classList.add("worn");
    by("notice").textContent = `${figures.cases} cases as of ${figures.asOf}; ${legend}.`;
  };
  for (const [name, [words]] of Object.entries(MODES)) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: words });
    button.dataset.mode = name;
    button.addEventListener("click", () => wear(mode === name ? "" : name));
    by("figures").append(button);
  }

  return { take, wear, rewear: () => wear(mode) };
};
