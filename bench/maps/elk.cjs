// Lays out each graph of a JSON list from standard input; CPU seconds of each layout, the first not for warming up.
const Elk = require(process.argv[2]);

async function main(graphs) {
  const elk = new Elk(), made = [];
  await elk.layout({ id: "warm", children: [{ id: "a", width: 9, height: 9 }] });
  for (const graph of graphs) {
    const before = process.cpuUsage();
    const laid = await elk.layout(graph);
    const spent = process.cpuUsage(before);
    made.push({ graph: laid, seconds: (spent.user + spent.system) / 1e6 });
  }
  process.stdout.write(JSON.stringify(made));
}

let text = "";
process.stdin.on("data", (more) => (text += more)).on("end", () => main(JSON.parse(text)));
