// The page of a map, brought to life. Everything that it shows stands in the page already: the map, and the timetable with
// an article for each station and a row for each track. A panel is the article of the station that was chosen; the other
// articles are hidden. Nothing is written as HTML, nothing is fetched, nothing is kept.
(() => {
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const one = (query, root = document) => root.querySelector(query);
  const by = (id) => document.getElementById(id);
  const sheets = all(".sheet");
  const articles = all("article[data-station]");
  const rows = all("tr[data-track]");
  const journeys = all("#journeys button");
  const article = new Map(articles.map((each) => [each.dataset.station, each]));
  const row = new Map(rows.map((each) => [each.dataset.track, each]));

  // The map: each sheet with a view of its own, which a wheel, a hand or a key moves.

  const views = sheets.map((sheet) => {
    const svg = one("svg", sheet);
    const box = svg.viewBox.baseVal;
    return { sheet, svg, box, whole: [box.x, box.y, box.width, box.height] };
  });
  let view = views[0];

  const look = ([x, y, wide, high]) => Object.assign(view.box, { x, y, width: wide, height: high });
  const scale = () => {
    const room = view.svg.getBoundingClientRect();
    return Math.max(view.box.width / room.width, view.box.height / room.height);
  };
  const place = (x, y) => {
    const room = view.svg.getBoundingClientRect();
    const by = scale();
    return [
      view.box.x + view.box.width / 2 + (x - room.left - room.width / 2) * by,
      view.box.y + view.box.height / 2 + (y - room.top - room.height / 2) * by,
    ];
  };
  const zoom = (by, at) => {
    const wide = view.box.width * by;
    if (wide < view.whole[2] / 24 || wide > view.whole[2] * 1.6) return;
    const [x, y] = at || [view.box.x + view.box.width / 2, view.box.y + view.box.height / 2];
    look([x - (x - view.box.x) * by, y - (y - view.box.y) * by, wide, view.box.height * by]);
  };
  const shift = (x, y) => {
    const [left, top, wide, high] = view.whole;
    const inside = (value, low, room) => Math.min(Math.max(value, low), low + room);
    const { width, height } = view.box;
    const middle = [inside(view.box.x + x + width / 2, left, wide), inside(view.box.y + y + height / 2, top, high)];
    look([middle[0] - width / 2, middle[1] - height / 2, width, height]);
  };
  const onScreen = (part) => {
    const mine = part.getBoundingClientRect();
    const whole = view.svg.getBoundingClientRect();
    if (mine.left >= whole.left && mine.right <= whole.right && mine.top >= whole.top && mine.bottom <= whole.bottom) return;
    const [x, y] = place(mine.left + mine.width / 2, mine.top + mine.height / 2);
    shift(x - view.box.x - view.box.width / 2, y - view.box.y - view.box.height / 2);
  };

  // On a phone a whole map is too small to read: what was asked for is brought near.
  const approach = (part) => {
    if (scale() > 1.8) {
      const mine = part.getBoundingClientRect();
      const [x, y] = place(mine.left + mine.width / 2, mine.top + mine.height / 2);
      zoom(1.1 / scale(), [x, y]);
      shift(x - view.box.x - view.box.width / 2, y - view.box.y - view.box.height / 2);
    } else onScreen(part);
  };

  const hands = new Map();
  let moved = 0;
  const spread = () => {
    const [a, b] = [...hands.values()];
    return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  };
  const carry = (event) => {
    const last = hands.get(event.pointerId);
    if (!last) return;
    const before = hands.size === 2 ? spread() : 0;
    hands.set(event.pointerId, event);
    moved += Math.abs(event.clientX - last.clientX) + Math.abs(event.clientY - last.clientY);
    if (hands.size === 2) {
      const [a, b] = [...hands.values()];
      zoom(before / Math.max(spread(), 1), place((a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2));
    } else {
      const by = scale();
      shift((last.clientX - event.clientX) * by, (last.clientY - event.clientY) * by);
    }
  };
  const handle = ({ sheet, svg }) => {
    sheet.addEventListener("wheel", (event) => {
      event.preventDefault();
      zoom(Math.exp(Math.sign(event.deltaY) * 0.14), place(event.clientX, event.clientY));
    }, { passive: false });
    sheet.addEventListener("pointerdown", (event) => {
      if (!hands.size) moved = 0;
      hands.set(event.pointerId, event);
    });
    svg.setAttribute("role", "group");
  };
  views.forEach(handle);
  window.addEventListener("pointermove", carry);
  for (const end of ["pointerup", "pointercancel"]) {
    window.addEventListener(end, (event) => hands.delete(event.pointerId));
  }

  // Choosing: a station with its exits and neighbours, a track with its ends, a journey; the rest is dimmed.

  const group = (kind, key) => all(`g.${kind}[data-key="${CSS.escape(key)}"]`, view.svg);
  const parts = (kind, key) => [...group(kind, key), ...all(`g[data-${kind}="${CSS.escape(key)}"]`, view.svg)];
  const mark = (stations, tracks) => {
    const chosen = stations.length + tracks.length > 0;
    for (const { svg } of views) svg.classList.toggle("dim", chosen);
    for (const part of all(".on")) part.classList.remove("on");
    for (const key of stations) parts("station", key).forEach((part) => part.classList.add("on"));
    for (const key of tracks) parts("track", key).forEach((part) => part.classList.add("on"));
  };
  const press = (button) => {
    for (const each of journeys) each.setAttribute("aria-pressed", String(each === button));
  };
  const show = (keys) => {
    for (const each of articles) each.hidden = keys !== null && !keys.includes(each.dataset.station);
    for (const each of all("article:not([data-station])")) each.hidden = keys !== null;
    by("all").hidden = keys === null;
    const seen = articles.filter((each) => !each.hidden);
    by("spoken").textContent = keys === null ? "All stations are shown in the timetable." : seen.length === 1
      ? `${seen[0].dataset.title} is shown in the timetable.` : `${seen.length} stations are shown in the timetable.`;
    if (keys !== null) by("timetable").scrollTop = 0;
  };
  const address = (to) => {
    const here = location.pathname + location.search;
    try { history.replaceState(null, "", to ? `#${encodeURIComponent(to)}` : here); } catch { /* a page from a file */ }
  };
  const ends = (track) => [row.get(track).dataset.source, row.get(track).dataset.target];

  const chooseStation = (key) => {
    const mine = rows.filter((each) => each.dataset.source === key || each.dataset.target === key);
    press(null);
    reveal([key], []);
    mark([key, ...mine.flatMap((each) => [each.dataset.source, each.dataset.target])], mine.map((each) => each.dataset.track));
    show([key]);
    address(article.get(key).id);
  };
  const chooseTrack = (key) => {
    press(null);
    reveal([], [key]);
    mark(ends(key), [key]);
    show([ends(key)[0]]);
    row.get(key).classList.add("on");
    address(row.get(key).id);
  };
  const chooseJourney = (button) => {
    const steps = all("li[data-track]", by(button.dataset.article)).map((each) => each.dataset.track);
    press(button);
    reveal([], steps);
    mark(steps.flatMap(ends), steps);
    show(steps.flatMap(ends));
    by(button.dataset.article).hidden = false;
    address(button.dataset.article);
  };
  const chooseNothing = () => {
    press(null);
    mark([], []);
    show(null);
    address("");
  };

  const choose = ({ dataset: { track, key } }) => {
    if (row.has(track || key)) chooseTrack(track || key);
    else if (article.has(key)) chooseStation(key);
  };
  // Of several sheets the one that shows the most of it, and it at home rather than as a neighbour of others.
  const reveal = (stations, tracks) => {
    const worth = ({ svg }) => [
      ...stations.map((key) => one(`g.station[data-key="${CSS.escape(key)}"] .marker:not([stroke-dasharray])`, svg)),
      ...tracks.map((key) => one(`g.track[data-key="${CSS.escape(key)}"]`, svg)),
    ].filter(Boolean).length;
    const most = Math.max(...views.map(worth));
    if (most && worth(view) < most) turn(views.findIndex((each) => worth(each) === most));
  };
  const follow = (name) => {
    const fits = (each) => each.id === name || each.dataset.code === name;
    const part = ({ id }) => id.startsWith(name) && /\d$/.test(name) && /^[a-z]+$/.test(id.slice(name.length));
    const track = rows.find(fits) || rows.find(part);
    const station = article.get(name) || articles.find(fits);
    const journey = journeys.find((each) => each.dataset.article === name);
    if (track) chooseTrack(track.dataset.track);
    else if (station) chooseStation(station.dataset.station);
    else if (journey) chooseJourney(journey);
    else return false;
    const [drawn] = track ? parts("track", track.dataset.track) : station ? parts("station", station.dataset.station) : [];
    if (drawn) approach(drawn);
    window.scrollTo(0, 0);
    return true;
  };
  const followAddress = () => {
    let name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch { /* taken as it stands */ }
    if (name && !follow(name) && name !== "timetable") by("notice").textContent = `There is nothing called ${name} on this map.`;
  };

  for (const { svg } of views) {
    for (const part of all("g.station", svg)) {
      const known = article.get(part.dataset.key);
      if (!known) continue;
      part.setAttribute("tabindex", "0");
      part.setAttribute("role", "button");
      part.setAttribute("aria-label", all("text", part).map((each) => each.textContent).join(" "));
      part.addEventListener("focus", () => part.matches(":focus-visible") && onScreen(part));
    }
    svg.addEventListener("click", (event) => {
      if (moved > 6) return;
      const part = event.target.closest("g.track, g.tag, g.bullets, g.station");
      if (part) choose(part);
      else chooseNothing();
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || link.classList.contains("skip")) return;
    if (follow(decodeURIComponent(link.hash.slice(1)))) event.preventDefault();
  });
  for (const each of journeys) {
    each.addEventListener("click", () => (each.getAttribute("aria-pressed") === "true" ? chooseNothing() : chooseJourney(each)));
  }
  by("all").addEventListener("click", chooseNothing);
  window.addEventListener("hashchange", followAddress);

  // Search: in the words of the timetable.

  const words = articles.map((each) => [each, each.textContent.toLowerCase()]);
  const lines = rows.map((each) => [each, each.textContent.toLowerCase()]);
  let found = [];
  const search = () => {
    const wanted = by("search").value.trim().toLowerCase();
    if (!wanted) {
      found = [];
      by("found").textContent = "";
      chooseNothing();
      return;
    }
    const tracks = lines.filter(([, text]) => text.includes(wanted)).map(([each]) => each.dataset.track);
    const heads = articles.filter((each) => each.dataset.title.toLowerCase().includes(wanted));
    const stations = heads.length ? heads : words.filter(([, text]) => text.includes(wanted)).map(([each]) => each);
    found = [...heads.map((each) => each.id), ...tracks.map((key) => row.get(key).id)];
    press(null);
    mark(stations.map((each) => each.dataset.station), tracks);
    for (const key of tracks) row.get(key).classList.add("on");
    show(stations.map((each) => each.dataset.station).concat(tracks.map((key) => ends(key)[0])));
    by("found").textContent = found.length ? `${found.length} found` : stations.length ? "found" : "nothing found";
  };
  by("search").addEventListener("input", search);
  by("search").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && found.length) {
      found.push(found.shift());
      follow(found[found.length - 1]);
    }
  });

  // Keys.

  const step = () => view.box.width * 0.08;
  const keys = {
    ArrowLeft: () => shift(-step(), 0),
    ArrowRight: () => shift(step(), 0),
    ArrowUp: () => shift(0, -step()),
    ArrowDown: () => shift(0, step()),
    "+": () => zoom(0.8),
    "=": () => zoom(0.8),
    "-": () => zoom(1.25),
    0: () => look(view.whole),
    "/": () => by("search").focus(),
  };
  const leave = () => {
    by("search").value = "";
    by("found").textContent = "";
    chooseNothing();
    look(view.whole);
    rewear();
  };
  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { leave(); return; }
    const part = event.target.closest ? event.target.closest("g.station") : null;
    if (part && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      choose(part);
      return;
    }
    const elsewhere = event.target.closest && event.target.closest("input, select, textarea, #timetable");
    if (!(event.key in keys) || (elsewhere && (event.key !== "/" || elsewhere.id !== "timetable"))) return;
    event.preventDefault();
    keys[event.key]();
  });
  by("nearer").addEventListener("click", keys["+"]);
  by("farther").addEventListener("click", keys["-"]);
  by("whole").addEventListener("click", keys[0]);

  // Several sheets: one is seen at a time.

  const turn = (at) => {
    view = views[at];
    views.forEach(({ sheet }, other) => { sheet.hidden = other !== at; });
    if (by("sheets")) by("sheets").selectedIndex = at;
    rewear();
  };
  if (by("sheets")) by("sheets").addEventListener("change", (event) => { turn(event.target.selectedIndex); chooseNothing(); });

  // Figures, which `figures.js` draws.

  const { take, rewear } = figuresOf({ all, one, by, rows, row, article, views, group, sheet: () => view.svg });
  by("open").addEventListener("click", () => by("file").click());
  by("file").addEventListener("change", async () => {
    const [file] = by("file").files;
    if (!file) return;
    try { take(file.size > 8e6 ? null : JSON.parse(await file.text())); } catch { take(null); }
    by("file").value = "";
  });

  // Night and print. On paper the map is whole and light, whatever was looked at.

  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const night = (on) => {
    document.documentElement.classList.toggle("dark", on);
    by("night").setAttribute("aria-pressed", String(on));
  };
  night(dark.matches);
  dark.addEventListener("change", (event) => night(event.matches));
  by("night").addEventListener("click", () => night(by("night").getAttribute("aria-pressed") !== "true"));
  let seen = null;
  window.addEventListener("beforeprint", () => {
    seen = views.map(({ box }) => [box.x, box.y, box.width, box.height]);
    views.forEach(({ box, whole, sheet }) => {
      Object.assign(box, { x: whole[0], y: whole[1], width: whole[2], height: whole[3] });
      sheet.hidden = false;
    });
  });
  window.addEventListener("afterprint", () => {
    (seen || []).forEach(([x, y, width, height], at) => Object.assign(views[at].box, { x, y, width, height }));
    turn(views.indexOf(view));
  });

  document.body.classList.add("live");
  for (const id of ["finder", "settings"]) by(id).hidden = false;
  one(".tools").hidden = false;
  turn(0);
  const given = JSON.parse(by("data").textContent);
  if (given) take(given);
  followAddress();
  window.addEventListener("load", () => setTimeout(() => window.scrollTo(0, 0), 0));
})();
