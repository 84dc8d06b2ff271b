// Mermaid draws each text, and its picture gets the marks that the measuring script looks for.
function marked(svg, { stations, tracks }) {
  for (const node of svg.querySelectorAll("g.node")) {
    const number = /-n(\d+)-\d+$/.exec("-" + node.id);
    if (number) { node.id = "st-" + stations[+number[1]]; node.classList.add("station"); }
  }
  for (const ground of svg.querySelectorAll("g.cluster")) ground.classList.add("zone");
  const ways = [...svg.querySelectorAll(".edgePaths path")], names = [...svg.querySelectorAll(".edgeLabels > g.edgeLabel")];
  ways.forEach((way, at) => {
    if (!tracks[at]) return;
    const [key, source, target] = tracks[at];
    const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
    group.id = "tr-" + key;
    group.setAttribute("class", "track");
    group.dataset.from = source;
    group.dataset.to = target;
    way.replaceWith(group);
    group.append(way);
    if (names[at]) names[at].setAttribute("data-track", key);
  });
  const { width, height } = svg.viewBox.baseVal;
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  svg.style.maxWidth = "none";
  return new XMLSerializer().serializeToString(svg);
}

async function all(handed) {
  mermaid.initialize({ startOnLoad: false, htmlLabels: false, flowchart: { htmlLabels: false }, themeVariables: { fontSize: "13px" }, maxEdges: 9999, maxTextSize: 1e6 });
  const pictures = [];
  for (const [at, each] of handed.entries()) {
    const { svg } = await mermaid.render("drawn" + at, each.text);
    document.getElementById("place").innerHTML = svg;
    pictures.push(marked(document.querySelector("#place svg"), each));
  }
  return { pictures };
}
