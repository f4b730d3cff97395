import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Home, openHome } from '../../store/index.ts';
import { importDataset } from '../index.ts';
import { diffVersions } from './diff.ts';

let folder: string;
let home: Home;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-diff-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

let files = 0;
async function add(csv: string, columns = {}) {
  const data = `d${files++}.csv`;
  await writeFile(join(folder, data), csv);
  return importDataset(home, { name: 'd', data, columns, folder, now: new Date(files) });
}
const types = { id: 'id', x: 'number', kind: 'category', extra: 'number' } as const;

test('by key: one row added, one removed, two changed; worked by hand', async () => {
  const before = await add('id,x,kind\na,1,p\nb,2,p\nc,3,q\nd,4,\n', { id: 'id', x: 'number', kind: 'category' });
  const after = await add('id,x,kind,extra\nb,2,p,1\nc,30,q,1\nd,4,q,1\ne,5,q,1\n', types);
  const diff = await diffVersions(home, before, after);
  expect(diff.columns).toEqual({ added: ['extra'], removed: [], retyped: [] });
  expect(diff.rows).toEqual({
    key: ['id'],
    added: 1,
    removed: 1,
    changed: 2,
    unchanged: 1,
    cells: [
      { column: 'x', changed: 1 },
      { column: 'kind', changed: 1 },
    ],
  });
  const x = diff.movements.find(({ column }) => column === 'x');
  // W₁ of {1, 2, 3, 4} and {2, 4, 5, 30}: sorted pairs differ by 1, 2, 2, 26, mean 7.75; deviation √1.25
  expect(x?.distance).toBeCloseTo(7.75 / Math.sqrt(1.25), 9);
  expect(x?.mean).toEqual([2.5, 10.25]);
  const kind = diff.movements.find(({ column }) => column === 'kind');
  // P = (2/3, 1/3), Q = (1/4, 3/4), M = (11/24, 13/24)
  const [p, q, m] = [
    [2 / 3, 1 / 3],
    [1 / 4, 3 / 4],
    [11 / 24, 13 / 24],
  ] as [number[], number[], number[]];
  const kl = (a: number[]): number => a.reduce((sum, share, i) => sum + share * Math.log(share / (m[i] as number)), 0);
  expect(kind?.distance).toBeCloseTo(Math.sqrt((kl(p) + kl(q)) / 2), 9);
  expect(kind?.missing).toEqual([0.25, 0]);
});

test('without a key whole rows are compared, copies counted', async () => {
  const before = await add('x,kind\n1,p\n1,p\n2,q\n', { x: 'number', kind: 'category' });
  const after = await add('x,kind\n1,p\n3,q\n3,q\n2,q\n', { x: 'number', kind: 'category' });
  const diff = await diffVersions(home, before, after);
  expect(diff.rows).toEqual({ key: [], added: 2, removed: 1, changed: 0, unchanged: 2, cells: [] });
  await expect(diffVersions(home, before, after, ['x'])).rejects.toMatchObject({ code: 'DIFF_KEY_REPEATED' });
  await expect(diffVersions(home, before, after, ['y'])).rejects.toMatchObject({ code: 'DIFF_KEY_UNKNOWN' });
});

test('a version against itself: nothing, and its rows are stored once', async () => {
  const version = await add('id,x,kind\na,1,p\nb,2,p\n', { id: 'id', x: 'number', kind: 'category' });
  const diff = await diffVersions(home, version, version);
  expect(diff.rows).toMatchObject({ added: 0, removed: 0, changed: 0, unchanged: 2 });
  expect(diff.movements.every(({ distance = 0 }) => distance === 0)).toBe(true);
  expect(diff.sharedBlobs).toEqual(['all']);
});
