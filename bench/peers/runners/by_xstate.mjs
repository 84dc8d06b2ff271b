// XState's own view of each file: what TypeScript and the ESLint plugin say, what an exploration of the machine shows, and
// what a running actor raises.
//
// The exploration is that of `xstate/graph`: it tries the events that the file lists as `samples` in every state that it
// gets to. What is looked for in it is what its guide offers the graph for: states that are never reached, from which
// nothing leads on, from which no end can be reached, and the file's own `claims`.
import { readFileSync, mkdirSync, copyFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const folder = process.argv[2];
const require = createRequire(path.join(folder, 'package.json'));
const jobs = JSON.parse(readFileSync(0, 'utf8'));
const MOVED = path.join(folder, 'moved');
mkdirSync(MOVED, { recursive: true });
writeFileSync(path.join(MOVED, 'package.json'), '{"type": "commonjs"}\n');

const moved = jobs.map((job, number) => {
  const name = path.join(MOVED, `m${number}.ts`);
  copyFileSync(job.file, name);
  return name;
});

function typed() {
  const ts = require('typescript');
  const program = ts.createProgram(moved, {
    strict: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
  });
  const told = new Map(moved.map((name) => [name, []]));
  const { diagnostics } = program.emit();
  for (const each of [...ts.getPreEmitDiagnostics(program), ...diagnostics]) {
    const text = `typescript: TS${each.code} ${ts.flattenDiagnosticMessageText(each.messageText, ' ')}`;
    (told.get(each.file?.fileName) ?? told.get(moved[0])).push(text);
  }
  return told;
}

async function linted() {
  const { ESLint } = require('eslint');
  const eslint = new ESLint({
    cwd: folder,
    useEslintrc: false,
    overrideConfig: {
      parser: '@typescript-eslint/parser', parserOptions: { sourceType: 'module', ecmaVersion: 2022 },
      plugins: ['xstate'], extends: ['plugin:xstate/recommended'],
    },
  });
  const results = await eslint.lintFiles(moved);
  return new Map(results.map((each) => [each.filePath, each.messages.map((m) => `eslint: ${m.ruleId} ${m.message}`)]));
}

function explored({ machine, samples, claims }) {
  const { getAdjacencyMap } = require('xstate/graph');
  const { __unsafe_getAllOwnEventDescriptors: descriptors } = require('xstate');
  const delayed = (snapshot) => descriptors(snapshot).filter((type) => type.startsWith('xstate.after'));
  const events = (snapshot) => [...samples, ...delayed(snapshot).map((type) => ({ type }))];
  const map = getAdjacencyMap(machine, { events, limit: 1000, stopWhen: (state) => claims.always?.(state) === false });
  return { nodes: Object.entries(map), events };
}

function tried(file) {
  const { machine, claims } = file;
  const { nodes } = explored(file);
  const told = new Set();
  const reached = new Set(nodes.flatMap(([, { state }]) => state._nodes.map((node) => node.id)));
  (function walk(node) {
    if (!reached.has(node.id)) told.add(`never reached: ${node.key}`);
    Object.values(node.states).forEach(walk);
  })(machine.root);
  const name = (state) => JSON.stringify(state.value);
  const next = new Map(nodes.map(([key, { state, transitions }]) => {
    const keys = Object.values(transitions).map((each) => JSON.stringify(each.state)).filter((k) => k !== JSON.stringify(state));
    return [JSON.stringify(state), { state, keys }];
  }));
  const ends = new Set([...next].filter(([, { state }]) => state.status === 'done').map(([key]) => key));
  for (let size = -1; size !== ends.size;) {
    size = ends.size;
    for (const [key, { keys }] of next) if (keys.some((k) => ends.has(k))) ends.add(key);
  }
  for (const [key, { state, keys }] of next) {
    if (claims.always?.(state) === false) told.add(`the claim is broken in ${name(state)}`);
    else if (state.status === 'active' && !keys.length) told.add(`nothing leads on from ${name(state)}`);
    else if (!ends.has(key) && ![...next.values()].some((n) => claims.always?.(n.state) === false))
      told.add(`no end can be reached from ${name(state)}`);
    if (state.status !== 'active') continue;
    for (const sample of file.samples) {
      const handles = state._nodes.some((node) => node.ownEvents.includes(sample.type));
      const must = claims.everywhere?.includes(sample.type) || (handles && claims.answered?.includes(sample.type));
      if (must && !state.can(sample)) told.add(`${JSON.stringify(sample)} is not answered in ${name(state)}`);
    }
  }
  return [...told];
}

function heard({ machine }, story) {
  const { createActor, SimulatedClock } = require('xstate');
  const told = [];
  const clock = new SimulatedClock();
  const actor = createActor(machine, { clock });
  actor.subscribe({ error: (error) => told.push(String(error)) });
  actor.start();
  for (const step of story) {
    if ('wait' in step) clock.increment(step.wait * 1000);
    else actor.send({ type: step.event, ...step.with });
  }
  if (JSON.stringify(actor.getSnapshot().value).includes('missed')) told.push('missed is reached');
  return told;
}

const only = process.argv[3]; // one of the three, to be timed alone
const types = !only || only === 'typescript' ? typed() : new Map();
const lint = !only || only === 'eslint' ? await linted() : new Map();
const told = moved.map((name, number) => {
  const before = [...(types.get(name) ?? []), ...(lint.get(name) ?? [])];
  if (only && only !== 'graph') return { before, tried: [], running: [] };
  const file = require(name.replace(/ts$/, 'js'));
  return { before, tried: tried(file), running: heard(file, jobs[number].story) };
});
process.stdout.write(JSON.stringify(told));
