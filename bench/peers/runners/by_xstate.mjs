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

// Every state that the samples, and time, lead to; with the keys of those that each leads on to.
function explored({ machine, samples, claims }) {
  const { getAdjacencyMap } = require('xstate/graph');
  const { __unsafe_getAllOwnEventDescriptors: descriptors } = require('xstate');
  const delayed = (state) => descriptors(state).filter((type) => type.startsWith('xstate.after'));
  const events = (state) => [...samples, ...delayed(state).map((type) => ({ type }))];
  const map = getAdjacencyMap(machine, { events, limit: 1000, stopWhen: (state) => claims.always?.(state) === false });
  const key = JSON.stringify;
  return new Map(Object.values(map).map(({ state, transitions }) => {
    const next = Object.values(transitions).map((each) => key(each.state)).filter((each) => each !== key(state));
    return [key(state), { state, next }];
  }));
}

// The keys of the states from which an end can be reached.
function ending(nodes) {
  const ends = new Set([...nodes].filter(([, { state }]) => state.status === 'done').map(([key]) => key));
  for (let size = -1; size !== ends.size; ) {
    size = ends.size;
    for (const [key, { next }] of nodes) if (next.some((each) => ends.has(each))) ends.add(key);
  }
  return ends;
}

function unreached({ machine }, nodes) {
  const reached = new Set([...nodes.values()].flatMap(({ state }) => state._nodes.map((node) => node.id)));
  const walk = (node) => [...(reached.has(node.id) ? [] : [node.key]), ...Object.values(node.states).flatMap(walk)];
  return walk(machine.root).map((name) => `never reached: ${name}`);
}

// The samples that a state must answer by the file's claims, and doesn't.
function unanswered({ samples, claims }, state) {
  const must = ({ type }) => claims.everywhere?.includes(type)
    || (claims.answered?.includes(type) && state._nodes.some((node) => node.ownEvents.includes(type)));
  return samples.filter((sample) => must(sample) && !state.can(sample)).map((sample) => JSON.stringify(sample));
}

function tried(file) {
  const nodes = explored(file);
  const ends = ending(nodes);
  const broken = [...nodes.values()].some(({ state }) => file.claims.always?.(state) === false);
  const told = unreached(file, nodes);
  for (const [key, { state, next }] of nodes) {
    const name = JSON.stringify(state.value);
    if (file.claims.always?.(state) === false) told.push(`the claim is broken in ${name}`);
    if (broken || state.status !== 'active') continue; // it stops where a claim is broken, so ends may be missing
    if (!next.length) told.push(`nothing leads on from ${name}`);
    else if (!ends.has(key)) told.push(`no end can be reached from ${name}`);
    told.push(...unanswered(file, state).map((sample) => `${sample} is not answered in ${name}`));
  }
  return told;
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
