/**
 * @file The whole road on real data: customer reviews go in, a model that was proved goes out, answers over HTTP, and is watched.
 *
 * What is behind a `$` is a command that you can type yourself; only the traffic is made here. With `--once` it ends after that, in
 * a home of its own; otherwise the service stays on http://127.0.0.1:7400 until Ctrl-C.
 */

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  commands,
  ensureToken,
  evaluationOf,
  findDataset,
  type Home,
  type MoatError,
  openHome,
  type Row,
  readPart,
  rowsOfTable,
  runCommandLine,
  startServer,
} from 'moatml';
import { type Client, createClient, type Live } from './client.ts';
import type { TrafficResult } from './traffic.ts';

process.once('uncaughtException', (error) => {
  const { message, why, fix } = error as Partial<MoatError> & Error;
  process.stderr.write(why === undefined ? `${error.stack}\n` : `error: ${message}\n  why: ${why}\n  fix: ${fix}\n`);
  process.exit(1);
});

const here = fileURLToPath(new URL('../../../examples/reviews/', import.meta.url));
const isOnce = process.argv.includes('--once');
const folder = isOnce ? await mkdtemp(join(tmpdir(), 'moat-reviews-')) : process.cwd();
const homePath = isOnce ? join(folder, 'home') : (process.env.MOAT_HOME ?? join(folder, '.moat'));
const startedAt = performance.now();

title('1  Collect: read the files, and look at what is in them');
await moat(
  'data',
  'add',
  'reviews',
  '--train',
  join(here, 'data/food_reviews_train.csv'),
  '--test',
  join(here, 'data/food_reviews_test.csv'),
);
await moat('data', 'profile', 'reviews', '--target', 'score');

title('2, 3, 5  Clean, train, choose');
await moat('train', join(here, 'moat.yaml'));

title('4  Evaluate the chosen model: measured on the test rows, once');
await moat('evaluate', 'reviews', '--report', join(folder, 'moat-report.html'));

title('6  Deploy: the champion answers from the very file that was evaluated');
const home = await openHome(homePath, { command: 'npm start' });
await ensureToken(home);
const server = await startServer(home, { port: isOnce ? 0 : 7400 });
const client = createClient(server.url, 'reviews', homePath);
const measured = await evaluationOf(home, 'reviews');
const rows = await testRows(home, measured.datasetVersion);
const single = await deploy(client);

title('7  Monitor: labels join, drift is measured, an alert says why');
await joinLabels(client, single);
await watch(client);

title(`Done in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
if (!isOnce) await stayUntilInterrupted();
await server.close();
await home.close();
if (isOnce) await rm(folder, { recursive: true, force: true });

/** Sends the test rows as traffic, and holds every answer against the number that the evaluation had for that row. */
async function deploy({ traffic }: Client): Promise<TrafficResult> {
  const inputs = rows.map(({ review }) => ({ review }));
  const one = await traffic({ rows: inputs, rowsPerRequest: 1, concurrency: 8 });
  say(
    `${rows.length} requests of one row, 8 at a time: p50 ${one.p50.toFixed(1)} ms, p95 ${one.p95.toFixed(1)} ms, ${Math.round(one.rowsPerSecond)} rows/s`,
  );
  say(`  largest difference to the evaluation ${largestDifference(one).toExponential(1)} (batched differently: 1e-6 is allowed)`);
  const many = await traffic({ rows: inputs, rowsPerRequest: 256, concurrency: 1 });
  say(`the same rows, 256 a request, as they were evaluated: ${Math.round(many.rowsPerSecond)} rows/s`);
  say(`  largest difference to the evaluation ${largestDifference(many)} (bit for bit)`);
  require(largestDifference(one) <= 1e-6 && largestDifference(many) === 0, 'the server and the evaluation disagree');
  return one;
}

async function joinLabels({ label, live }: Client, { ids }: TrafficResult): Promise<void> {
  await label(ids.map((prediction, row) => ({ prediction, label: rows[row]?.score })));
  const now = await live();
  say(`${now.labelled} labels joined: live accuracy ${accuracyOf(now)}, evaluated accuracy ${accuracyOf(measured.evaluation)}`);
  require(accuracyOf(now) === accuracyOf(measured.evaluation), 'live and evaluated accuracy disagree');
}

/** Traffic as before raises nothing; reviews cut to their first eight words raise an alert with its reasons. */
async function watch({ traffic, check }: Client): Promise<void> {
  const steady = await check(rows.length);
  say(`${rows.length} rows of the same kind: ${steady.alerts.length} alerts`);
  require(!steady.drift.drifted && steady.alerts.length === 0, 'steady traffic raised an alert');
  const cut = rows.map(({ review }) => ({ review: String(review).split(/\s+/).slice(0, 8).join(' ') }));
  await traffic({ rows: cut, rowsPerRequest: 64, concurrency: 2 });
  const moved = await check(rows.length);
  say(`${rows.length} reviews of products never seen, cut to their first eight words:`);
  for (const { name, feature, measure, value, pValue, drifted } of moved.drift.checks) {
    say(`  ${name}, ${feature}: ${measure} ${value?.toFixed(3) ?? '–'}, p ${pValue?.toFixed(4) ?? '–'}: ${drifted ? 'drifted' : 'steady'}`);
  }
  for (const { message, reasons } of moved.alerts) say([`alert: ${message}`, ...reasons.map((reason) => `  ${reason}`)].join('\n'));
  require(moved.alerts.length > 0, 'changed traffic raised no alert');
}

async function stayUntilInterrupted(): Promise<void> {
  say(`the service goes on at ${server.url} until Ctrl-C; ask it:`);
  say(`  curl -s ${server.url}/v1/models/reviews:predict -H 'content-type: application/json' \\`);
  say(`    -d '{"instances": [{"review": "Best coffee I ever had"}]}'`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  say('\nstopping; everything that was answered is kept');
}

/** The test rows as they came in, before cleaning. */
async function testRows(from: Home, prepared: string): Promise<readonly Row[]> {
  const { parent } = await findDataset(from, `reviews@${prepared}`);
  return rowsOfTable(await readPart(from, await findDataset(from, `reviews@${parent}`), 'test'));
}

function largestDifference({ probabilities }: TrafficResult): number {
  const { task } = measured.evaluation;
  const classes = task.kind === 'regression' ? [] : task.classes;
  const evaluated = measured.predictions.probabilities ?? new Float64Array();
  return probabilities.reduce((largest, answer, row) => {
    const differences = classes.map((name, i) =>
      Math.abs((answer[name] ?? Number.NaN) - (evaluated[row * classes.length + i] ?? Number.NaN)),
    );
    return Math.max(largest, ...differences);
  }, 0);
}

function accuracyOf({ metrics }: Pick<Live, 'metrics'>): number | null {
  return metrics.find(({ metric }) => metric === 'accuracy')?.value ?? null;
}

/** Runs one command as if it was typed. */
async function moat(...words: string[]): Promise<void> {
  say(`$ moat ${words.map((word) => word.replace(here, 'examples/reviews/').replace(`${folder}/`, '')).join(' ')}`);
  const exitCode = await runCommandLine(commands, [...words, '--home', homePath], '', process);
  if (exitCode !== 0) process.exit(exitCode);
}

function title(text: string): void {
  say(`\n── ${text} ${'─'.repeat(Math.max(0, 96 - text.length))}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function require(holds: boolean, otherwise: string): void {
  if (holds) return;
  process.stderr.write(`error: ${otherwise}\n`);
  process.exit(1);
}
