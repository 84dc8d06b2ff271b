// Reads the geometry of a picture back from the page: ways of tracks, markers of stations, boxes of texts, in pixels.
// It is the same for every tool. What it looks for is told at the head of `seen.py`.

const STEPS = 12; // straight pieces for each curve of a path

function flattened(d) {
  const signs = d.match(/[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?/g) || [];
  const points = [];
  let at = 0, command = "", x = 0, y = 0, first = null;
  const number = () => parseFloat(signs[at++]);
  const curve = (ends) => {
    const all = [[x, y], ...ends];
    for (let step = 1; step <= STEPS; step++) {
      let level = all;
      const t = step / STEPS;
      while (level.length > 1) level = level.slice(1).map((p, i) => [0, 1].map((k) => level[i][k] * (1 - t) + p[k] * t));
      points.push(level[0]);
    }
    [x, y] = ends[ends.length - 1];
  };
  while (at < signs.length) {
    if (/[a-zA-Z]/.test(signs[at])) command = signs[at++];
    const from = command === command.toLowerCase() ? [x, y] : [0, 0];
    const pair = () => [from[0] + number(), from[1] + number()];
    switch (command.toUpperCase()) {
      case "M": if (points.length) return points; [x, y] = pair(); points.push([x, y]); first = [x, y]; command = command === "m" ? "l" : "L"; break;
      case "L": [x, y] = pair(); points.push([x, y]); break;
      case "H": x = from[0] + number(); points.push([x, y]); break;
      case "V": y = from[1] + number(); points.push([x, y]); break;
      case "Q": curve([pair(), pair()]); break;
      case "C": curve([pair(), pair(), pair()]); break;
      case "Z": points.push(first); break;
      default: return null;
    }
  }
  return points;
}

function sampled(path) {
  const long = path.getTotalLength(), many = Math.max(2, Math.ceil(long / 2));
  return Array.from({ length: many + 1 }, (_, i) => path.getPointAtLength((long * i) / many)).map((p) => [p.x, p.y]);
}

function measured(svg) {
  const origin = svg.getBoundingClientRect();
  const placed = (element, points) => {
    const m = element.getScreenCTM();
    return points.map(([x, y]) => [m.a * x + m.c * y + m.e - origin.left, m.b * x + m.d * y + m.f - origin.top]);
  };
  const around = (points) => {
    const xs = points.map((p) => p[0]), ys = points.map((p) => p[1]);
    const x = Math.min(...xs), y = Math.min(...ys);
    return [x, y, Math.max(...xs) - x, Math.max(...ys) - y];
  };
  const boxed = (element) => {
    const b = element.getBBox();
    return around(placed(element, [[b.x, b.y], [b.x + b.width, b.y], [b.x, b.y + b.height], [b.x + b.width, b.y + b.height]]));
  };
  const scaled = (element) => { const m = element.getScreenCTM(); return Math.hypot(m.a, m.b); };
  const stroked = (element) => parseFloat(getComputedStyle(element).strokeWidth) * scaled(element);
  const hidden = (element) => element.closest("defs, clipPath, mask, symbol, marker, pattern") || getComputedStyle(element).display === "none";

  function owner(element) {
    const group = element.closest("g.track, g.station, g.zone, [data-track], [data-station], [data-zone]");
    if (!group || element.closest("g.head, g.key, g.foot")) return ["page", ""];
    for (const kind of ["track", "station", "zone"]) {
      const key = group.getAttribute("data-" + kind);
      if (group.classList.contains(kind) || key !== null) return [kind, key ?? group.dataset.key ?? group.id.replace(/^[a-z]+-/, "")];
    }
  }

  function tracks() {
    const found = [];
    for (const group of svg.querySelectorAll("g.track[data-from]")) {
      const paths = [...group.querySelectorAll("path")].filter((path) => !hidden(path) && getComputedStyle(path).fill === "none");
      if (!paths.length) continue;
      const way = paths[0], lanes = new Map();
      for (const path of paths.filter((path) => !path.matches(".casing, .arrow"))) {
        const at = path.getAttribute("d");
        lanes.set(at, Math.max(lanes.get(at) || 0, stroked(path)));
      }
      const points = placed(way, flattened(way.getAttribute("d")) || sampled(way));
      found.push({
        key: group.dataset.key ?? group.id.replace(/^tr-/, ""), source: group.dataset.from, target: group.dataset.to, points,
        wide: [...lanes.values()].reduce((sum, wide) => sum + wide, 0) || 1,
      });
    }
    return found;
  }

  function stations() {
    const found = [];
    for (const group of svg.querySelectorAll("g.station")) {
      const marker = group.querySelector(".marker") || group.querySelector("rect, circle, ellipse, polygon, path");
      if (!marker) continue;
      const box = boxed(marker);
      const attribute = (name) => parseFloat(marker.getAttribute(name) || 0) * scaled(marker);
      const round = { rect: () => Math.max(attribute("rx"), attribute("ry")), circle: () => box[2] / 2, ellipse: () => Math.min(box[2], box[3]) / 2 };
      const radius = Math.min((round[marker.tagName] || (() => 0))(), box[2] / 2, box[3] / 2);
      found.push({ key: group.dataset.key ?? group.id.replace(/^st-/, ""), box, round: radius });
    }
    return found;
  }

  // A line of text reaches from the top of its capitals to the foot of its letters: 0.74 and 0.2 of its size.
  function lines(text) {
    const size = parseFloat(getComputedStyle(text).fontSize), found = new Map();
    for (let i = 0; i < text.getNumberOfChars(); i++) {
      const base = text.getStartPositionOfChar(i).y, extent = text.getExtentOfChar(i), line = Math.round(base);
      if (!extent.width) continue;
      const known = found.get(line) || { left: Infinity, right: -Infinity, base, words: "" };
      found.set(line, { ...known, left: Math.min(known.left, extent.x), right: Math.max(known.right, extent.x + extent.width), words: known.words + text.textContent[i] });
    }
    return [...found.values()].map(({ left, right, base, words }) => ({
      words, box: around(placed(text, [[left, base - 0.74 * size], [right, base - 0.74 * size], [left, base + 0.2 * size], [right, base + 0.2 * size]])),
    }));
  }

  function labels() {
    const found = [];
    for (const text of svg.querySelectorAll("text")) {
      if (hidden(text) || !text.textContent.trim()) continue;
      const [kind, key] = owner(text);
      for (const line of lines(text)) if (line.words.trim()) found.push({ kind, key, part: "text", words: line.words.trim(), box: line.box });
    }
    for (const badge of svg.querySelectorAll(".badge")) {
      const [kind, key] = owner(badge);
      if (badge.getBBox && kind === "track" && badge.tagName !== "text") found.push({ kind, key, part: "badge", words: "", box: boxed(badge.tagName === "g" ? badge.querySelector("rect, path, polygon, circle") || badge : badge) });
    }
    return found;
  }

  const grounds = [...svg.querySelectorAll("g.zone")].map((group) => group.querySelector("rect, path, polygon")).filter(Boolean).map(boxed);
  return { wide: origin.width, high: origin.height, tracks: tracks(), stations: stations(), labels: labels(), zones: grounds };
}

async function all(pictures) {
  const found = {};
  for (const [name, text] of Object.entries(pictures)) {
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    if (parsed.tagName !== "svg") { found[name] = null; continue; }
    const svg = document.importNode(parsed, true), place = document.getElementById("place");
    place.replaceChildren(svg);
    svg.getBoundingClientRect();
    for (const font of document.fonts) await font.load().catch(() => null);
    found[name] = measured(svg);
  }
  return found;
}
