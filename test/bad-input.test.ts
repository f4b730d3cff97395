/** @file Everything that people bring by mistake or malice, in one table, through the product: each is answered with what, why, fix and code. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBlobs } from '../src/store/index.ts';
import { type Typed, typed } from './moat.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

interface Case {
  readonly what: string;
  readonly files?: Files;
  /** `moat train` unless said otherwise. */
  readonly words?: readonly string[];
  /** Of the error; left out where the work is done all the same. */
  readonly code?: string;
  /** Somewhere in what is printed: a line number, a name, a warning. */
  readonly says?: string;
  readonly exitCode?: number;
}

/** Forty rows that can be learned. */
const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 2 === 0 ? 'red' : 'blue'},${i % 2 === 0 ? 'yes' : 'no'}`);
const csv = (lines: readonly string[], header = 'size,colour,answer'): string => [header, ...lines, ''].join('\n');
const good = csv(rows);
const recipe = (extra = ''): string => `name: test\ndata: rows.csv\ntarget: answer\nsplit: { test: 0.2 }\nmodel: [linear]\n${extra}`;
const data = (content: string | Uint8Array, extra = ''): Files => ({ 'rows.csv': content, 'moat.yaml': recipe(extra) });
const utf16 = (text: string): Uint8Array => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
/** 大小,颜色,答案 and rows of 红 and 蓝 in GBK. */
const gbk = Buffer.concat([
  Buffer.from('size,colour,answer\n'),
  ...rows.map((row) =>
    Buffer.concat([
      Buffer.from(`${row.split(',')[0]},`),
      Buffer.from(row.includes('red') ? [0xba, 0xec] : [0xc0, 0xb6]),
      Buffer.from(`,${row.split(',')[2]}\n`),
    ]),
  ),
]);

const cases: readonly Case[] = [
  { what: 'an empty file', files: data(''), code: 'CSV_EMPTY' },
  { what: 'a header only', files: data('size,colour,answer\n'), code: 'CSV_HEADER_ONLY' },
  {
    what: 'ragged lines beyond the stated share, with line numbers',
    files: data(csv([...rows, '1', '1,2,3,4,5'])),
    code: 'CSV_BAD_LINES',
    says: '42',
  },
  {
    what: 'few ragged lines: counted and left out',
    files: data(csv([...Array.from({ length: 6 }, () => rows).flat(), '1'])),
    says: 'line',
  },
  { what: 'unbalanced quotes', files: data(csv([...rows, '1,"red,yes', ...rows])), code: 'CSV_BAD_LINES' },
  { what: 'GBK', files: data(gbk) },
  { what: 'UTF-16', files: data(utf16(good)) },
  { what: 'a byte-order mark', files: data(`\ufeff${good}`) },
  { what: 'duplicate column names', files: data(csv(rows, 'size,size,answer')), says: 'size_2' },
  { what: 'a blank column name', files: data(csv(rows, 'size,,answer')), says: 'column_2' },
  { what: 'a hostile column name', files: data(csv(rows, '__proto__,constructor,answer')) },
  {
    what: 'a missing target',
    files: { 'rows.csv': good, 'moat.yaml': recipe().replace('answer', 'anwser') },
    code: 'TARGET_UNKNOWN',
    says: 'answer',
  },
  { what: 'a constant target', files: data(csv(rows.map((row) => row.replace(/(yes|no)$/, 'yes')))), code: 'TARGET_CONSTANT' },
  { what: 'a class with one row', files: data(csv([...rows, '3,red,maybe'])), code: 'TARGET_RARE_CLASS' },
  {
    what: 'a column of ids',
    files: data(
      csv(
        rows.map((row, i) => `${row},K-${1000 + i * 7}`),
        'size,colour,answer,code',
      ),
    ),
    words: ['data', 'profile', 'test', '--target', 'answer'],
    says: 'ids',
  },
  {
    what: 'a column that gives the target away',
    files: data(good),
    words: ['data', 'profile', 'test', '--target', 'answer'],
    says: 'colour',
  },
  { what: 'NaN and infinity in numbers', files: data(csv([...rows, 'NaN,red,yes', 'inf,blue,no', '-Infinity,blue,no'])), says: 'size' },
  { what: 'a cell of 50 MB', files: data(csv([...rows, `1,${'x'.repeat(50_000_000)},yes`])), code: 'CSV_CELL_TOO_LARGE' },
  { what: 'an unknown recipe key', files: data(good, 'tarin: { epochs: 3 }\n'), code: 'RECIPE_UNKNOWN_KEY', says: 'train', exitCode: 2 },
  {
    what: 'an unknown model',
    files: { 'rows.csv': good, 'moat.yaml': recipe().replace('linear', 'liner') },
    code: 'RECIPE_VALUE',
    says: 'linear',
    exitCode: 2,
  },
  {
    what: 'an unknown metric',
    files: data(good, 'evaluate: { metrics: [acuracy] }\n'),
    code: 'METRIC_UNKNOWN',
    says: 'accuracy',
    exitCode: 2,
  },
  { what: 'an unknown metric in a gate', files: data(good, "gate: ['acuracy > 0.5']\n"), code: 'GATE_METRIC_UNKNOWN', says: 'accuracy' },
  {
    what: 'an unknown cleaning step',
    files: data(good, 'clean: [drop_duplicate]\n'),
    code: 'RECIPE_VALUE',
    says: 'drop_duplicates',
    exitCode: 2,
  },
  { what: 'a recipe that is not YAML', files: { 'rows.csv': good, 'moat.yaml': 'name: [' }, code: 'RECIPE_YAML', exitCode: 2 },
  { what: 'a file that is not there', files: { 'moat.yaml': recipe() }, code: 'DATA_FILE_NOT_FOUND', says: 'rows.csv' },
];

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describe('data and recipes', () => {
  test.each(cases)('$what', async ({ files = {}, words, code, says, exitCode }) => {
    const folder = await project(files);
    if (words !== undefined) await typed(folder, 'data', 'add', 'test', join(folder, 'rows.csv'));
    const result = await typed(folder, ...(words ?? ['train', join(folder, 'moat.yaml')]));
    if (code === undefined) expect(result.exitCode, result.stderr).toBe(0);
    else expectRefusal(result, code, exitCode ?? 1);
    if (says !== undefined) expect(result.stdout + result.stderr).toContain(says);
    // whatever was refused, the home opens and the next command works
    expect((await typed(folder, 'doctor')).exitCode).toBe(0);
  });

  test('a million distinct categories are read, warned about, and learned from without exhausting memory', async () => {
    const lines = Array.from({ length: 1_000_000 }, (_, i) => `${i % 7},c${i},${i % 2 === 0 ? 'yes' : 'no'}`);
    const folder = await project({ 'rows.csv': csv(lines) });
    const added = await typed(folder, 'data', 'add', 'test', join(folder, 'rows.csv'));
    expect(added.exitCode, added.stderr).toBe(0);
    expect(added.stdout).toContain('1000000 rows');
  });
});

describe('at work', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await project(data(good));
    const trained = await typed(folder, 'train', join(folder, 'moat.yaml'));
    expect(trained.exitCode, trained.stderr).toBe(0);
  });

  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    expectRefusal(await typed(folder, 'serve', '--port', String(port)), 'SERVE_PORT_IN_USE', 1);
    other.close();
  });

  test('an unseen category is answered, with a warning', async () => {
    const { exitCode, stdout } = await typed(folder, 'predict', 'test', 'size=3', 'colour=green');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('colour');
  });

  test.each([
    { what: 'a missing field', words: ['predict', 'test', 'colour=red'], code: 'ROW_FIELD_MISSING' },
    { what: 'an extra field', words: ['predict', 'test', 'size=3', 'colour=red', 'colur=red'], code: 'ROW_FIELD_UNKNOWN' },
    { what: 'a mistyped field', words: ['predict', 'test', 'size=large', 'colour=red'], code: 'ROW_VALUE_TYPE' },
    { what: 'an unknown model', words: ['predict', 'tset', 'size=3', 'colour=red'], code: 'MODEL_UNKNOWN' },
  ])('$what', async ({ words, code }) => expectRefusal(await typed(folder, ...words), code, 1));

  test('a corrupted model file is never opened, and doctor names it', async () => {
    const { artifact } = JSON.parse((await typed(folder, 'models', 'test', '--json')).stdout).versions[0] as { artifact: string };
    const path = openBlobs(join(folder, '.moat')).path(artifact);
    await rm(path);
    await writeFile(path, 'not what was stored');
    const predicted = await typed(folder, 'predict', 'test', 'size=3', 'colour=red');
    expect(predicted.exitCode).toBe(1);
    expect(predicted.stderr).toMatch(/code: (BLOB_CORRUPT|SERVE_MODEL_UNAVAILABLE)/);
    const checked = await typed(folder, 'doctor');
    expect(checked.exitCode).toBe(1);
    expect(checked.stdout).toContain('artifact');
  });
});

function expectRefusal({ exitCode, stderr }: Typed, code: string, wanted: number): void {
  expect(stderr).toMatch(new RegExp(`^error: .+\\n {2}why: .+\\n {2}fix: .+\\n {2}code: ${code}$`, 'm'));
  expect(stderr).not.toContain('internal:');
  expect(exitCode).toBe(wanted);
}

async function project(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'moat-bad-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}
