/**
 * @file Label issues on Adult: a tenth of the labels is flipped at random, and the flips are looked for.
 *
 *     npx tsx bench/label-issues.ts [--flips 0.1] [--folds 5] [--rows 0] [--seeds 2,3,4] [--data adult]     (npm run bench:labels)
 *
 * Each rule is compared with sorting by loss (the probability of the given label, smallest first) at the same number of rows: by the
 * simple model as `moat train` has it, cross-validated; by that model on the rows that it learned from; and by the very probabilities
 * that the rule has. Where labels are flipped uniformly at random the last is the best order there is for these probabilities; in
 * the second table the flips are all in one class. Means over the seeds. The rules were settled on `--data credit` and on seed 1 of
 * Adult. The data is read from MOAT_BENCH_DATA (default ../shared/data): https://archive.ics.uci.edu/dataset/2/adult.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type ColumnSchema, columnOf, importDataset, readPart, selectRows, type Table } from '../src/data/index.ts';
import { createRandom } from '../src/engine/index.ts';
import { withBins } from '../src/evaluate/labels/binned.ts';
import { labelIssues, PRUNINGS } from '../src/evaluate/labels/confident.ts';
import { estimateNoise } from '../src/evaluate/labels/noise.ts';
import { outOfFoldProbabilities } from '../src/evaluate/labels/out-of-fold.ts';
import { type Candidate, openPredictor, planCandidates, type Task, taskOf, truthOf } from '../src/model/index.ts';
import { openHome } from '../src/store/index.ts';

const SETS = {
  adult: { folder: 'adult', file: 'train.csv', target: 'income' },
  credit: { folder: 'demo', file: 'credit_data.csv', target: 'Status' },
} as const;

const { values } = parseArgs({
  options: {
    flips: { type: 'string', default: '0.1' },
    folds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '0' },
    seeds: { type: 'string', default: '2,3,4' },
    data: { type: 'string', default: 'adult' },
  },
});
const [flips, folds, rows] = [values.flips, values.folds, values.rows].map(Number) as [number, number, number];
const seeds = values.seeds.split(',').map(Number);
const { folder: dataFolder, file, target } = SETS[values.data as keyof typeof SETS];
const folder = await mkdtemp(join(tmpdir(), 'moat-bench-'));
const home = await openHome(join(folder, 'home'), { command: 'bench' });
try {
  const from = resolve(process.env.MOAT_BENCH_DATA ?? '../shared/data', dataFolder);
  const version = await importDataset(home, { name: values.data, data: file, folder: from, now: new Date(0) });
  const all = await readPart(home, version, 'all');
  const table = rows > 0 ? selectRows(all, Array.from(createRandom(7).permutation(all.rowCount).subarray(0, rows))) : all;
  for (const noise of ['any', 'one class'] as const) {
    const found = new Map<string, number[][]>();
    let seconds = 0;
    let flippedCount = 0;
    for (const seed of seeds) {
      const { noisy, flipped } = flip(table, target, flips, seed, noise);
      flippedCount = flipped.size;
      const task = taskOf(noisy, target) as Extract<Task, { kind: 'binary' }>;
      const { index } = truthOf(noisy, task) as { readonly index: Int32Array };
      const options = { folds, seed: 7, threads: 1 };
      const started = process.cpuUsage();
      const bent = withBins(noisy, version.columns, target);
      const probabilities = await outOfFoldProbabilities(bent.table, bent.columns, task, options);
      seconds += process.cpuUsage(started).user / 1e6 / seeds.length;
      const { transition } = estimateNoise(index, probabilities, 2);
      console.log(
        `seed ${seed}: of the classes ${task.classes.join(' and ')}, ${(100 * (transition[1] as number)).toFixed(1)} % and ${(100 * (transition[2] as number)).toFixed(1)} % are taken to be wrong`,
      );
      const plain = await outOfFoldProbabilities(noisy, version.columns, task, { ...options, judges: 1 });
      const fitted = await inSample(noisy, version.columns, task);
      const lossOrder = (p: Float64Array): number[] => {
        const given = (row: number): number => p[2 * row + (index[row] as number)] as number;
        return Array.from(index.keys()).sort((a, b) => given(a) - given(b));
      };
      const orders: [string, number[]][] = [
        ['by the loss of the simple model, cross-validated', lossOrder(plain)],
        ['by the loss of the simple model on its own rows', lossOrder(fitted)],
        ['by loss, with the same probabilities', lossOrder(probabilities)],
      ];
      for (const pruning of PRUNINGS) {
        const told = labelIssues(index, probabilities, 2, pruning).map(({ row }) => row);
        note(found, `**${pruning}**`, told, flipped);
        for (const [name, order] of orders) note(found, `${pruning}: as many ${name}`, order.slice(0, told.length), flipped);
      }
    }
    console.log(
      `\n${values.data}, ${table.rowCount} rows, ${flippedCount} labels flipped (${noise}), seeds ${seeds.join(', ')}, ${folds} folds, ${seconds.toFixed(0)} s of CPU\n`,
    );
    console.log('| told | rows | precision | recall | f1 |\n| --- | --- | --- | --- | --- |');
    for (const [name, results] of found) {
      const [count, precision, recall, f1] = [0, 1, 2, 3].map(
        (i) => results.reduce((sum, result) => sum + (result[i] as number), 0) / results.length,
      );
      console.log(`| ${name} | ${count?.toFixed(0)} | ${precision?.toFixed(4)} | ${recall?.toFixed(4)} | ${f1?.toFixed(4)} |`);
    }
  }
} finally {
  await home.close();
  await rm(folder, { recursive: true, force: true });
}

function note(found: Map<string, number[][]>, name: string, told: readonly number[], flipped: ReadonlySet<number>): void {
  const right = told.filter((row) => flipped.has(row)).length;
  const [precision, recall] = [right / told.length, right / flipped.size];
  found.set(name, [...(found.get(name) ?? []), [told.length, precision, recall, (2 * precision * recall) / (precision + recall)]]);
}

/** The simple model trained on all rows, and what it says of them: the loss that training itself sees. */
async function inSample(noisy: Table, schema: readonly ColumnSchema[], task: Task): Promise<Float64Array> {
  const columns = schema.filter(({ name }) => name !== task.target);
  const candidate = planCandidates({ model: 'auto' }, columns, task).find(({ family }) => family.kind === 'simple') as Candidate;
  const { artifact } = await candidate.family.train({
    task,
    columns,
    train: noisy,
    validation: selectRows(noisy, []),
    options: candidate.options,
    training: {
      epochs: 'auto',
      batchSize: 'auto',
      earlyStopping: 5,
      optimizer: 'auto',
      learningRate: 'auto',
      refit: true,
      seed: 7,
      threads: 1,
    },
    seed: 7,
    threads: 1,
    prepare: [],
    onProgress: () => undefined,
    checkpoint: { load: async () => undefined, save: async () => undefined },
  });
  const predictor = await openPredictor(artifact, { threads: 1 });
  const { probabilities } = await predictor.predict(noisy, { prepared: true });
  await predictor.close();
  return probabilities as Float64Array;
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
