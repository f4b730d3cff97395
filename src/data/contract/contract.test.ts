import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Home, openHome } from '../../store/index.ts';
import { importDataset, listDatasets } from '../index.ts';
import { checkContract } from './check.ts';
import { columnContractSchema, contractPath, contractSchema, findContract, parseContract } from './contract.ts';
import { writeContract } from './init.ts';

let folder: string;
let home: Home;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-contract-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

const now = new Date('2024-05-10T00:00:00Z');
const columns = { code: 'id', when: 'time', kind: 'category', amount: 'integer', note: 'text', ok: 'boolean' } as const;
const rowOf = (i: number): string =>
  `AB-${1000 + i},2024-05-0${1 + (i % 9)},${i % 3 === 0 ? 'new' : 'old'},${10 + (i % 50)},fine work ${i},${i % 2 === 0 ? 'yes' : 'no'}`;
const csv = (rows: readonly string[]): string => `code,when,kind,amount,note,ok\n${rows.join('\n')}\n`;
const good = Array.from({ length: 100 }, (_, i) => rowOf(i));
async function add(name: string, rows: readonly string[]) {
  await writeFile(join(folder, `${name}.csv`), csv(rows));
  return importDataset(home, { name, data: `${name}.csv`, columns, folder, now });
}

test('what is written from a version holds for it, and names what breaks it: rows and counts, never values', async () => {
  const version = await add('orders', good);
  const text = await writeContract(home, version, now);
  const contract = parseContract(text, 'x');
  expect(contract).toMatchObject({
    on_breach: 'refuse',
    rows: { min: 50, max: 1000 },
    columns: {
      code: { type: 'id', nulls: 0, pattern: '[A-Z]{2}\\-[0-9]{4}', unique: true },
      when: { earliest: '2024-05-01', newest_within_days: 7 },
      kind: { allowed: ['new', 'old'] },
      amount: { min: 0, max: 71 },
      note: { longest: 24 },
    },
  });
  expect((await checkContract(home, version, contract, now)).breaches).toEqual([]);

  const bad = [...good];
  bad[4] = 'AB-1003,2024-05-02,old,11,fine,no'; // a code twice
  bad[7] = 'zz9,2023-01-01,secretkind,9999,fine,no'; // pattern, earliest, allowed, max
  bad[9] = `AB-1009,2024-05-02,,11,${'long '.repeat(20)},no`; // missing, too long
  const report = await checkContract(home, await add('broken', bad), contract, now);
  const told = report.breaches.map(({ rule, column, rowCount, rows }) => [column, rule, rowCount, rows.map(({ row }) => row)]);
  expect(told).toEqual([
    ['code', 'pattern', 1, [7]],
    ['code', 'unique', 1, [4]],
    ['when', 'earliest', 1, [7]],
    ['kind', 'nulls', 1, [9]],
    ['kind', 'allowed', 1, [7]],
    ['amount', 'max', 1, [7]],
    ['note', 'longest', 1, [9]],
  ]);
  expect(JSON.stringify(report)).not.toContain('secretkind');
  const late = await checkContract(home, version, contract, new Date('2024-06-10T00:00:00Z'));
  expect(late.breaches.map(({ rule }) => rule)).toEqual(['newest_within_days']);
});

test('a contract beside the data refuses an import, and nothing is kept; or warns, when it says so', async () => {
  const version = await add('held', good);
  await writeFile(contractPath(folder, 'held'), await writeContract(home, version, now));
  expect(await add('held', good)).toMatchObject({ id: version.id, warnings: [] });
  const before = (await listDatasets(home)).length;
  const bad = good.with(7, rowOf(7).replace('old', 'odd'));
  await expect(add('held', bad)).rejects.toMatchObject({ code: 'CONTRACT_BROKEN', why: expect.stringContaining('(row 8)') });
  await expect(add('held', good.slice(0, 20))).rejects.toMatchObject({
    code: 'CONTRACT_BROKEN',
    why: expect.stringContaining('at least 50 rows'),
  });
  expect(await listDatasets(home)).toHaveLength(before);
  const text = await readFile(contractPath(folder, 'held'), 'utf8');
  await writeFile(contractPath(folder, 'held'), text.replace('on_breach: refuse', 'on_breach: warn'));
  const warned = await add('held', bad);
  expect(warned.warnings).toMatchObject([{ code: 'CONTRACT_BROKEN', column: 'kind' }]);
  await rm(contractPath(folder, 'held'));
});

test.each([
  ['columns: [', 'CONTRACT_INVALID'],
  ['dataset: x', 'CONTRACT_INVALID'],
  ['dataset: x\ncolumns: { a: { nuls: 0 } }', 'CONTRACT_INVALID'],
  ['dataset: x\ncolumns: { a: { nulls: 2 } }', 'CONTRACT_INVALID'],
])('a contract that is none is refused: %s', async (text, code) => {
  await writeFile(contractPath(folder, 'none'), text);
  await expect(findContract(folder, 'none')).rejects.toMatchObject({ code });
});

test('columns, types and patterns: missing, another, not one', async () => {
  const version = await add('shape', good);
  const check = (text: string) => checkContract(home, version, parseContract(text, 'x'), now);
  const report = await check(
    'dataset: x\nother_columns: refuse\ncolumns: { gone: {}, kind: { type: text, min: 3 }, amount: {}, code: {}, when: {}, note: {} }',
  );
  expect(report.breaches.map(({ rule, column }) => [rule, column])).toEqual([
    ['column', 'gone'],
    ['type', 'kind'],
    ['other_columns', 'ok'],
    ['min', 'kind'],
  ]);
  expect(() => check('dataset: x\ncolumns: { when: { earliest: soon } }')).toThrow(expect.objectContaining({ code: 'CONTRACT_INVALID' }));
  await expect(check('dataset: x\ncolumns: { code: { pattern: "(?<=a)b" } }')).rejects.toMatchObject({ code: 'CONTRACT_PATTERN' });
});

test('the page has a row for everything that may stand in a contract', async () => {
  const page = await readFile(new URL('../../../docs/versions.md', import.meta.url), 'utf8');
  for (const name of [...Object.keys(contractSchema.properties), ...Object.keys(columnContractSchema.properties)])
    expect(page).toContain(`| \`${name}\``);
});

test('a contract has at most 100,000 characters', () => {
  const text = (length: number) => `dataset: x\ncolumns: {}\n#${'x'.repeat(length)}`;
  const before = text(0).length;
  expect(parseContract(text(100_000 - before), 'x')).toMatchObject({ dataset: 'x' });
  expect(() => parseContract(text(100_001 - before), 'x')).toThrow(expect.objectContaining({ code: 'CONTRACT_INVALID' }));
});

test('thousands of levels on one line are refused before the parser sees them', () => {
  for (const level of ['- ', '? ', '-\t'])
    expect(() => parseContract(level.repeat(20_000), 'x')).toThrow(expect.objectContaining({ code: 'CONTRACT_INVALID' }));
});
