import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DatasetVersion,
  findDataset,
  importDataset,
  listDatasets,
  planFolds,
  prepareDataset,
  readPart,
  rowsOfTable,
} from '../data/index.ts';
import { parseRecipe, showRecipe, taskOf } from '../model/index.ts';
import { type Home, openHome } from '../store/index.ts';
import { openChildHome } from './child-home.ts';
import { predictOutOfFold } from './cross-validate.ts';
import type { TrainMessage } from './messages.ts';
import { resumeRun, trainRecipe } from './train.ts';

let folder: string;
let home: Home;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-folds-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

test('every row is predicted once, by a model that never saw it; what was finished is not trained again', async () => {
  // `name` is each row's own and tells the answer to whoever has seen the row; the answers themselves are a coin.
  const lines = Array.from({ length: 120 }, (_, i) => `n${i},${(Math.imul(i + 3, 0x9e3779b1) >>> 7) % 2 === 0 ? 'yes' : 'no'}`);
  await writeFile(join(folder, 'rows.csv'), ['name,answer', ...lines, ''].join('\n'));
  const recipe = parseRecipe({
    name: 'coin',
    data: 'rows.csv',
    target: 'answer',
    model: ['linear'],
    columns: { name: 'category' },
  });
  const now = new Date('2024-05-01T00:00:00Z');
  const raw = await importDataset(home, { name: 'coin', data: recipe.data, columns: recipe.columns, folder, now });
  const count = planFolds(recipe.split, raw)?.count ?? 0;
  expect(count).toBe(5);
  const folds: DatasetVersion[] = [];
  for (let index = 0; index < count; index++) {
    folds.push(await prepareDataset(home, raw, { target: 'answer', split: recipe.split, clean: [], now, fold: { index, count } }));
  }
  const child = openChildHome(home.path);
  const task = taskOf(await readPart(home, folds[0] as DatasetVersion, 'train'), 'answer', undefined);
  const told: TrainMessage[] = [];
  const input = {
    recipe,
    task,
    blobs: child.blobs,
    saved: {},
    tell: (message: TrainMessage) => told.push(message),
    signal: new AbortController().signal,
  };
  const { table, predictions } = await predictOutOfFold(child, folds, input);

  const names = rowsOfTable(table).map(({ name }) => name as string);
  expect(names.toSorted()).toEqual(Array.from({ length: 120 }, (_, i) => `n${i}`).toSorted());
  const truth = rowsOfTable(table).map(({ answer }) => answer);
  const linear = predictions.get('linear');
  expect([...predictions.keys()].sort()).toEqual(['linear', 'majority']);
  expect(linear?.rowCount).toBe(120);
  // a model that had seen its rows would be right every time
  const right = truth.filter((answer, row) => answer === linear?.labels?.[row]).length;
  expect(right).toBeLessThan(90);

  const saved = Object.fromEntries(told.flatMap((message) => (message.kind === 'saved' ? [[message.candidate, message]] : [])));
  expect(Object.keys(saved)).toHaveLength(2 * count);
  const again: TrainMessage[] = [];
  const resumed = await predictOutOfFold(child, folds, { ...input, saved, tell: (message) => again.push(message) });
  expect(resumed).toEqual({ table, predictions });
  expect(again).toEqual([]);
});

describe('a run of a small table', () => {
  const now = () => new Date('2024-05-01T00:00:00Z');
  const lines = Array.from({ length: 120 }, (_, i) => `${i % 9},r${i % 3},g${i % 12},${(i * 7) % 9 > 4 ? 'yes' : 'no'}`);
  const recipeOf = (extra: object) =>
    parseRecipe({
      name: 'small',
      data: 'small.csv',
      target: 'answer',
      model: ['linear'],
      evaluate: { bootstrap: { samples: 100 } },
      ...extra,
    });
  beforeAll(async () => {
    await writeFile(join(folder, 'small.csv'), ['a,region,g,answer', ...lines, ''].join('\n'));
    await writeFile(join(folder, 'regions.csv'), 'region,size\nr0,1\nr1,2\nr2,3\n');
  });

  test('is measured out of fold without being asked to, and says why', async () => {
    const told: unknown[] = [];
    const result = await trainRecipe(home, recipeOf({}), { folder, now, onPrepared: (_, folds) => void told.push(folds) });
    expect(told).toMatchObject([{ count: 5, why: expect.stringContaining('120 rows') }]);
    expect(result).toMatchObject({ test: { part: 'out-of-fold', rowCount: 120 }, dataset: { folds: { count: 5 } } });
    const evaluation = await home.db.selectFrom('evaluation').selectAll().where('id', '=', result.evaluation).executeTakeFirstOrThrow();
    expect(evaluation.part).toBe('out-of-fold');
    const page = Buffer.from(await home.blobs.get(evaluation.report)).toString();
    expect(page).toContain('by cross-validation');
    expect(page).toContain('5 folds: it has 120 rows');
    // the folds are kept, and stand in no list of what there is
    const listed = await listDatasets(home);
    expect(listed.every(({ fold }) => fold === undefined)).toBe(true);
    const all = (await listDatasets(home, { folds: true })).filter(({ dataset }) => dataset === 'small');
    const folds = all.filter(({ id }) => !listed.some((one) => one.id === id));
    expect(folds.map(({ fold, parent }) => [fold?.index, fold?.count, listed.some(({ id }) => id === parent)]).sort()).toEqual(
      [0, 1, 2, 3, 4].map((index) => [index, 5, true]),
    );
    const [one] = folds;
    expect(await findDataset(home, `${one?.dataset}@${one?.id}`)).toMatchObject({ id: one?.id, fold: one?.fold });
  });

  test('goes without validation rows, also in groups; with a test part instead it is refused, because nothing could be chosen on', async () => {
    for (const split of [{ validation: 0 }, { validation: 0, by: 'g' }]) {
      expect(await trainRecipe(home, recipeOf({ split }), { folder, now })).toMatchObject({ test: { part: 'out-of-fold', rowCount: 120 } });
      const training = trainRecipe(home, recipeOf({ split: { ...split, test: 0.2 } }), { folder, now });
      await expect(training).rejects.toMatchObject({ code: 'SPLIT_NO_VALIDATION' });
    }
  });

  test('that was interrupted goes on with the very same folds, though the table that it joined is gone', async () => {
    const stop = new AbortController();
    const recipe = recipeOf({
      name: 'joined',
      model: [{ mlp: { hidden: [4] } }],
      train: { epochs: 3 },
      clean: [{ join: { with: 'regions.csv', on: 'region', take: ['size'] } }],
    });
    const training = trainRecipe(home, recipe, { folder, now, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(training).rejects.toMatchObject({ code: 'RUN_INTERRUPTED' });
    await rm(join(folder, 'regions.csv'));
    const { id } = await home.db.selectFrom('run').select('id').where('name', '=', 'joined').executeTakeFirstOrThrow();
    expect(await resumeRun(home, id)).toMatchObject({ test: { part: 'out-of-fold', rowCount: 120 }, dataset: { folds: { count: 5 } } });
  });
});

test('auto folds small tables of one part only, unless the recipe wants a test part', () => {
  const version = (parts: object, rowCount: number) => ({ parts, rowCount }) as DatasetVersion;
  const foldsOf = (split: unknown, of: DatasetVersion) =>
    planFolds(parseRecipe({ name: 'x', data: 'x.csv', target: 'y', ...(split !== undefined && { split }) }).split, of)?.count;
  const small = version({ all: {} }, 1_999);
  for (const split of [
    undefined,
    'auto',
    {},
    { seed: 3 },
    { by: 'g' },
    { validation: 0.2 },
    { folds: 'auto' },
    { folds: 'auto', test: 0.2 },
  ]) {
    expect(foldsOf(split, small), JSON.stringify(split)).toBe(5);
    expect(foldsOf(split, version({ all: {} }, 2_000)), JSON.stringify(split)).toBeUndefined();
    expect(foldsOf(split, version({ train: {}, test: {} }, 100)), JSON.stringify(split)).toBeUndefined();
  }
  for (const split of [{ test: 0.2 }, { folds: 'none' }]) expect(foldsOf(split, small), JSON.stringify(split)).toBeUndefined();
  expect(foldsOf({ folds: 3 }, version({ all: {} }, 9_000))).toBe(3);
  expect(() => foldsOf({ folds: 3 }, version({ train: {} }, 100))).toThrow(expect.objectContaining({ code: 'SPLIT_FOLDS_GIVEN' }));
  // the stored form of a recipe, which has every default, means what the short one does
  const stored = parseRecipe(showRecipe(parseRecipe({ name: 'x', data: 'x.csv', target: 'y' })));
  expect(planFolds(stored.split, small)).toMatchObject({ count: 5, why: expect.stringContaining('1,999 rows') });
});
