import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DatasetVersion, foldCount, importDataset, prepareDataset, readPart, rowsOfTable } from '../data/index.ts';
import { parseRecipe, taskOf } from '../model/index.ts';
import { type Home, openHome } from '../store/index.ts';
import { openChildHome } from './child-home.ts';
import { predictOutOfFold } from './cross-validate.ts';
import type { TrainMessage } from './messages.ts';

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
    split: { folds: 'auto' },
  });
  const now = new Date('2024-05-01T00:00:00Z');
  const raw = await importDataset(home, { name: 'coin', data: recipe.data, columns: recipe.columns, folder, now });
  const count = foldCount(recipe.split, raw);
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

test('auto folds small tables of one part only', () => {
  const version = (parts: object, rowCount: number) => ({ parts, rowCount }) as DatasetVersion;
  const split = { validation: 0.1, test: 0.2, seed: 7 };
  expect(foldCount(split, version({ all: {} }, 100))).toBe(0);
  expect(foldCount({ ...split, folds: 'auto' }, version({ all: {} }, 1_999))).toBe(5);
  expect(foldCount({ ...split, folds: 'auto' }, version({ all: {} }, 2_000))).toBe(0);
  expect(foldCount({ ...split, folds: 'auto' }, version({ train: {}, test: {} }, 100))).toBe(0);
  expect(foldCount({ ...split, folds: 3 }, version({ all: {} }, 9_000))).toBe(3);
  expect(() => foldCount({ ...split, folds: 3 }, version({ train: {} }, 100))).toThrow(
    expect.objectContaining({ code: 'SPLIT_FOLDS_GIVEN' }),
  );
});
