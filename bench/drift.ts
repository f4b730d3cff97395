/**
 * @file False alarms and misses of drift checks on the examples: a linear model is trained once, then the rows that it has not seen
 * are drawn into a reference and a window again and again.
 *
 *     npx tsx bench/drift.ts reviews|credit [--trials 200] [--reference 800] [--window 1000]
 *
 * Undrifted: both are random rows of one pool, so every alert is a false one. Drifted: texts are cut to eight words, numbers moved
 * by half a deviation.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Column, concatTables, importDataset, prepareDataset, readPart, selectRows, type Table } from '../src/data/index.ts';
import { createRandom } from '../src/engine/index.ts';
import { openPredictor, type Predictions, parseRecipe, planCandidates, taskOf } from '../src/model/index.ts';
import { checkDrift, fitReference } from '../src/monitor/index.ts';
import { openHome } from '../src/store/index.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    trials: { type: 'string', default: '200' },
    reference: { type: 'string', default: '800' },
    window: { type: 'string', default: '1000' },
  },
});
const [example = 'reviews'] = positionals;
const [trials, referenceRows, windowRows] = [Number(values.trials), Number(values.reference), Number(values.window)];
const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'examples', example, 'moat.yaml');
const recipe = parseRecipe(await readFile(file, 'utf8'), { file });

const folder = await mkdtemp(join(tmpdir(), 'moat-bench-'));
const home = await openHome(join(folder, 'home'), { command: 'bench' });
try {
  const now = new Date(0);
  const imported = await importDataset(home, { ...recipe, folder: dirname(file), now });
  const version = await prepareDataset(home, imported, { ...recipe, split: { ...recipe.split, validation: 0.4 }, now });
  const [train, validation, test] = [
    await readPart(home, version, 'train'),
    await readPart(home, version, 'validation'),
    await readPart(home, version, 'test'),
  ];
  const task = taskOf(train, recipe.target, recipe.positive);
  const linear = planCandidates(recipe, version.columns, task).find(({ family }) => family.name === 'linear');
  if (linear === undefined) throw new Error('the linear family does not fit this example');
  const candidate = await linear.family.train({
    task,
    columns: version.columns,
    train,
    validation,
    options: linear.options,
    training: recipe.train,
    seed: recipe.train.seed,
    threads: recipe.train.threads,
    onProgress: () => {},
    checkpoint: { load: async () => undefined, save: async () => {} },
    prepare: version.prepare,
  });
  const predictor = await openPredictor(candidate.artifact);
  const pool = concatTables([validation, test]);
  const moved: Table = { ...pool, columns: pool.columns.map(moveColumn) };
  const predict = (table: Table): Promise<Predictions> => predictor.predict(table, { prepared: true });
  const [predicted, predictedMoved] = [await predict(pool), await predict(moved)];
  const random = createRandom(1);
  const alerts = { undrifted: 0, anyCheck: 0, drifted: 0 };
  const started = performance.now();
  for (let trial = 0; trial < trials; trial++) {
    const order = random.permutation(pool.rowCount);
    const [known, recent] = [order.subarray(0, referenceRows), order.subarray(referenceRows, referenceRows + windowRows)];
    const { signature } = predictor;
    const reference = fitReference({ ...windowOf(pool, predicted, known), signature, now: now.toISOString() });
    const quiet = checkDrift(reference, windowOf(pool, predicted, recent));
    if (quiet.drifted) alerts.undrifted += 1;
    if (quiet.checks.some(({ drifted }) => drifted)) alerts.anyCheck += 1;
    if (checkDrift(reference, windowOf(moved, predictedMoved, recent)).drifted) alerts.drifted += 1;
  }
  await predictor.close();
  console.log(
    `${example}: reference ${referenceRows}, window ${Math.min(windowRows, pool.rowCount - referenceRows)} of ${pool.rowCount} unseen rows, ${trials} trials: ` +
      `false alerts ${alerts.undrifted}, trials in which any check moved ${alerts.anyCheck}, drifted windows alerted ${alerts.drifted}; ` +
      `${((performance.now() - started) / trials).toFixed(0)} ms a trial`,
  );
} finally {
  await home.close();
  await rm(folder, { recursive: true, force: true });
}

function windowOf(table: Table, predictions: Predictions, rows: Uint32Array): { table: Table; predictions: Predictions } {
  const width = (predictions.probabilities?.length ?? 0) / predictions.rowCount;
  return {
    table: selectRows(table, rows),
    predictions: {
      rowCount: rows.length,
      labels: Array.from(rows, (row) => predictions.labels?.[row] ?? ''),
      probabilities: Float64Array.from(
        Array.from(rows).flatMap((row) => [...(predictions.probabilities?.subarray(row * width, (row + 1) * width) ?? [])]),
      ),
    },
  };
}

function moveColumn(column: Column): Column {
  if (column.type === 'text') return { ...column, values: column.values.map((text) => text?.split(/\s+/).slice(0, 8).join(' ') ?? null) };
  if (column.type !== 'number' && column.type !== 'integer') return column;
  const present = column.values.filter((value) => !Number.isNaN(value));
  const mean = present.reduce((total, value) => total + value, 0) / present.length;
  const deviation = Math.sqrt(present.reduce((total, value) => total + (value - mean) ** 2, 0) / present.length);
  return { ...column, values: column.values.map((value) => value + deviation / 2) };
}
