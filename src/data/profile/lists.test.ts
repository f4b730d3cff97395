import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Home, openHome } from '../../store/index.ts';
import { checkContract } from '../contract/check.ts';
import { parseContract } from '../contract/contract.ts';
import { writeContract } from '../contract/init.ts';
import { importDataset } from '../import.ts';
import { diffVersions } from '../versions/diff.ts';
import { renderProfile } from './page/render.ts';
import { profileDataset } from './profile.ts';

/** What columns of lists, embeddings and series are told by, expected to be, and compared by. */
let folder: string;
let home: Home;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-profile-lists-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

interface Row {
  readonly tags: readonly string[] | null;
  readonly vector?: readonly number[] | null | undefined;
  readonly series: readonly (number | null)[];
  readonly y: string;
}
const now = new Date('2026-01-01T00:00:00Z');
let files = 0;
async function add(rows: readonly Row[], name = 'people') {
  const data = `rows-${files++}.jsonl`;
  await writeFile(join(folder, data), rows.map((row) => JSON.stringify(row)).join('\n'));
  return importDataset(home, { name, data, columns: { tags: 'list', vector: 'embedding', series: 'series' }, folder, now });
}

const TAGS = ['new', 'old', 'red'];
/** Of 40 rows: each tag in every second, the first row without any; vectors of length 5; series of 3 to 6 numbers. */
const rows = Array.from({ length: 40 }, (_, i): Row => {
  const tags = i === 0 ? [] : TAGS.filter((_, k) => (i + k) % 2 === 0);
  return {
    tags: i === 39 ? null : [...tags, ...tags.slice(0, 1)],
    vector: i === 5 ? null : [i % 2 === 0 ? 3 : -3, 4, 0],
    series: Array.from({ length: 3 + (i % 4) }, (_, t) => (t === 1 ? null : t + i)),
    y: i % 3 === 0 ? 'a' : 'b',
  };
});

test('a profile tells items and their number, width and norms, lengths and some series', async () => {
  const profile = await profileDataset(home, await add(rows), { target: 'y' });
  const [tags, vector, series] = profile.columns;
  // an item that a row holds twice is in one row
  expect(tags?.distribution.top).toEqual([
    ['new', 19],
    ['red', 19],
    ['old', 19],
  ].sort(([a = '', m = 0], [b = '', n = 0]) => Number(n) - Number(m) || (a < b ? -1 : 1))); // biome-ignore format: counts by hand
  expect(tags).toMatchObject({ missingCount: 1, facts: { distinctItems: 3, emptyLists: 1, itemsARow: { min: 0, max: 3 } } });
  expect(tags?.distribution.bins?.find(({ from }) => from === 0)).toEqual({ from: 0, to: 0, rowCount: 1 });
  expect(vector).toMatchObject({ missingCount: 1, facts: { width: 3, norm: { min: 5, median: 5, max: 5 }, zeroVectors: 0 } });
  expect(series).toMatchObject({ facts: { length: { min: 3, max: 6 }, gaps: 40 } });
  expect(series?.distribution.bins?.map(({ from, rowCount }) => [from, rowCount])).toEqual([3, 4, 5, 6].map((length) => [length, 10]));
  expect(series?.facts.drawn).toEqual(rows.slice(0, 4).map(({ series }) => series));
  expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
  const page = renderProfile(profile, { createdAt: '2026-01-01' });
  for (const words of ['items a row', 'length of the vector', 'numbers a row', '4 series drawn']) expect(page).toContain(words);
});

test('columns without any value are told, too', async () => {
  const empty = rows.map((row) => ({ ...row, tags: null, vector: [], series: [] }));
  const profile = await profileDataset(home, await add(empty, 'empty'));
  expect(profile.columns.slice(0, 3).map(({ missingCount }) => missingCount)).toEqual([40, 40, 0]);
  expect(renderProfile(profile, { createdAt: '2026-01-01' })).toContain('no values');
});

test('personal data is found in the items of lists, and the way out is one that lists can take', async () => {
  const leaking = rows.map((row, i) => ({ ...row, tags: ['new', `ann.lee${i}@example.org`] }));
  const { personal, warnings } = await profileDataset(home, await add(leaking, 'leaking'));
  expect(personal).toContainEqual(expect.objectContaining({ column: 'tags', kind: 'email', rowCount: 40 }));
  expect(warnings.find(({ code }) => code === 'PERSONAL_DATA')?.fix).toContain('drop_columns');
});

test('a contract is written with what they hold; another item, a longer series and another width break it', async () => {
  const version = await add(rows);
  const contract = parseContract(await writeContract(home, version, now), 'x');
  expect(contract.columns).toMatchObject({
    tags: { type: 'list', allowed: ['new', 'old', 'red'], longest: 6 },
    vector: { type: 'embedding', width: 3 },
    series: { type: 'series', longest: 12 },
  });
  expect((await checkContract(home, version, contract, now)).breaches).toEqual([]);
  const changed = rows.map((row, i) => ({
    ...row,
    tags: i === 3 ? ['new', 'secret'] : row.tags,
    vector: [1, 2],
    series: i === 7 ? Array.from({ length: 13 }, () => 1) : row.series,
  }));
  const { breaches } = await checkContract(home, await add(changed, 'changed'), { ...contract, dataset: 'changed' }, now);
  expect(breaches.map(({ column, rule, rowCount, rows: [first] }) => [column, rule, rowCount, first?.row])).toEqual([
    ['tags', 'allowed', 1, 3],
    ['vector', 'width', 40, 0],
    ['series', 'longest', 1, 7],
  ]);
  expect(JSON.stringify(breaches)).not.toContain('secret');
});

test('versions are compared by items, by how many numbers there are, and by how long vectors are', async () => {
  const moved = rows.map((row) => ({
    ...row,
    tags: row.tags && ['old'],
    vector: row.vector?.map((x) => 2 * x),
    series: [...row.series, 1],
  }));
  const { movements, rows: changed } = await diffVersions(home, await add(rows), await add(moved));
  const of = (name: string) => movements.find(({ column }) => column === name);
  expect(of('tags')).toMatchObject({ measure: 'jensen_shannon', missing: [1 / 40, 1 / 40] });
  expect(of('tags')?.distance).toBeGreaterThan(0.3);
  expect(of('vector')).toMatchObject({ of: 'length of the vector', mean: [5, 10] });
  expect(of('series')).toMatchObject({ of: 'numbers', mean: [4.5, 5.5] });
  // W₁ = 1, deviation of 3, 4, 5, 6: √1.25
  expect(of('series')?.distance).toBeCloseTo(1 / Math.sqrt(1.25), 9);
  expect(of('y')?.distance).toBe(0);
  expect(changed).toMatchObject({ added: 40, removed: 40, unchanged: 0 });
});
