/**
 * @file Label issues on Adult: a tenth of the labels is flipped at random, and the flips are looked for.
 *
 *     npx tsx bench/label-issues.ts [--flips 0.1] [--folds 5] [--rows 0]     (npm run bench:labels)
 *
 * Confident learning is compared with sorting by loss (the out-of-fold probability of the given label, smallest first) at the same
 * number of rows: by the simple model as `moat train` has it, and by the very same probabilities. Labels that are flipped uniformly at
 * random are the one noise for which the latter is the best order there is, so it bounds what any rule can do; in the second table
 * the flips are all in one class. The data is read from MOAT_BENCH_DATA (default ../shared/data), folder adult: https://archive.ics.uci.edu/dataset/2/adult.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { columnOf, importDataset, readPart, selectRows, type Table } from '../src/data/index.ts';
import { createRandom } from '../src/engine/index.ts';
import { withBins } from '../src/evaluate/labels/binned.ts';
import { labelIssues, PRUNINGS } from '../src/evaluate/labels/confident.ts';
import { outOfFoldProbabilities } from '../src/evaluate/labels/out-of-fold.ts';
import { type Task, taskOf, truthOf } from '../src/model/index.ts';
import { openHome } from '../src/store/index.ts';

const { values } = parseArgs({
  options: {
    flips: { type: 'string', default: '0.1' },
    folds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
});
const [flips, folds, rows, seed] = [values.flips, values.folds, values.rows, values.seed].map(Number) as [number, number, number, number];
const data = resolve(process.env.MOAT_BENCH_DATA ?? '../shared/data', 'adult');
const folder = await mkdtemp(join(tmpdir(), 'moat-bench-'));
const home = await openHome(join(folder, 'home'), { command: 'bench' });
try {
  const version = await importDataset(home, { name: 'adult', data: 'train.csv', folder: data, now: new Date(0) });
  const all = await readPart(home, version, 'all');
  const table = rows > 0 ? selectRows(all, Array.from(createRandom(seed).permutation(all.rowCount).subarray(0, rows))) : all;
  for (const noise of ['any', 'one class'] as const) {
    const { noisy, flipped } = flip(table, 'income', flips, seed, noise);
    const task = taskOf(noisy, 'income') as Extract<Task, { kind: 'binary' }>;
    const { index } = truthOf(noisy, task) as { readonly index: Int32Array };
    const options = { folds, seed: 7, threads: 1 };
    const started = process.cpuUsage();
    const bent = withBins(noisy, version.columns, 'income');
    const probabilities = await outOfFoldProbabilities(bent.table, bent.columns, task, options);
    const seconds = process.cpuUsage(started).user / 1e6;
    const plain = await outOfFoldProbabilities(noisy, version.columns, task, options);
    const lossOrder = (p: Float64Array): number[] => {
      const given = (row: number): number => p[2 * row + (index[row] as number)] as number;
      return Array.from(index.keys()).sort((a, b) => given(a) - given(b));
    };
    const [byLoss, byPlainLoss] = [lossOrder(probabilities), lossOrder(plain)];
    console.log(
      `\n${noisy.rowCount} rows, ${flipped.size} labels flipped (${noise}, seed ${seed}), ${folds} folds, ${seconds.toFixed(0)} s of CPU\n`,
    );
    console.log('| found by | rows | precision | recall | f1 |\n| --- | --- | --- | --- | --- |');
    for (const pruning of PRUNINGS) {
      const found = labelIssues(index, probabilities, 2, pruning).map(({ row }) => row);
      show(`confident learning, ${pruning}`, found, flipped);
      show('the same number by loss of the simple model', byPlainLoss.slice(0, found.length), flipped);
      show('the same number by loss, same probabilities', byLoss.slice(0, found.length), flipped);
    }
  }
} finally {
  await home.close();
  await rm(folder, { recursive: true, force: true });
}

function show(name: string, found: readonly number[], flipped: ReadonlySet<number>): void {
  const right = found.filter((row) => flipped.has(row)).length;
  const [precision, recall] = [right / found.length, right / flipped.size];
  const f1 = (2 * precision * recall) / (precision + recall);
  console.log(`| ${name} | ${found.length} | ${precision.toFixed(4)} | ${recall.toFixed(4)} | ${f1.toFixed(4)} |`);
}

/** The other label for a share of the rows, drawn without looking at them; or as many flips, all in the rarer class. */
function flip(
  table: Table,
  target: string,
  share: number,
  seed: number,
  noise: 'any' | 'one class',
): { noisy: Table; flipped: ReadonlySet<number> } {
  const labels = columnOf(table, target) as { readonly values: readonly (string | null)[] };
  const [first, second] = [...new Set(labels.values)];
  const count = (label: string | null | undefined): number => labels.values.filter((value) => value === label).length;
  const rarer = count(first) < count(second) ? first : second;
  const order = Array.from(createRandom(seed).permutation(table.rowCount)).filter((row) => noise === 'any' || labels.values[row] === rarer);
  const flipped = new Set(order.slice(0, Math.round(share * table.rowCount)));
  const columns = table.columns.map((column) => {
    if (column.name !== target || column.type !== 'category') return column;
    return {
      ...column,
      values: column.values.map((value, row) => (flipped.has(row) ? (value === first ? second : first) : value) as string | null),
    };
  });
  return { noisy: { ...table, columns }, flipped };
}
