import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Home, openHome } from '../store/index.ts';
import type { DataSpec, DatasetVersion } from './dataset.ts';
import { importDataset, listDatasets, prepareDataset, profileDataset, readPart, rowsOfTable } from './index.ts';

let folder: string;
let home: Home;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-bad-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

const now = new Date('2024-05-01T00:00:00Z');
let fileCount = 0;

async function importBytes(bytes: string | Uint8Array, extension = 'csv'): Promise<DatasetVersion> {
  const path = `file-${fileCount++}.${extension}`;
  await writeFile(join(folder, path), bytes);
  return importDataset(home, { name: `d${fileCount}`, data: path, folder, now });
}

const rows = (count: number, row: (i: number) => string): string => Array.from({ length: count }, (_, i) => row(i)).join('\n');

/** A footer of 2 GiB is promised between the two marks. */
const lyingParquet = Buffer.from('5041523100000000ffffff7f50415231', 'hex');

interface Refused {
  readonly what: string;
  readonly bytes: string | Uint8Array;
  readonly extension?: string;
  readonly code: string;
  /** Must stand in the reason. */
  readonly why?: string;
  /** Must stand in the advice. */
  readonly fix?: string;
}

const refused: readonly Refused[] = [
  { what: 'an empty file', bytes: '', code: 'CSV_EMPTY' },
  { what: 'a file of blank lines', bytes: ' \n\n\r\n', code: 'CSV_EMPTY' },
  { what: 'a byte order mark alone', bytes: '\uFEFF', code: 'CSV_EMPTY' },
  { what: 'a header only', bytes: 'a,b\n', code: 'CSV_HEADER_ONLY' },
  { what: 'a header only, without a line end', bytes: 'a,b', code: 'CSV_HEADER_ONLY' },
  {
    what: 'too many short lines',
    bytes: `a,b\n${rows(20, (i) => `${i},x`)}\n21\n22\n`,
    code: 'CSV_BAD_LINES',
    why: 'line 22 (1 field, not 2), line 23',
  },
  {
    what: 'too many long lines',
    bytes: `a,b\n${rows(20, (i) => `${i},x`)}\n21,x,y\n`,
    code: 'CSV_BAD_LINES',
    why: 'line 22 (3 fields, not 2)',
  },
  {
    what: 'bad lines where CR LF ends them',
    bytes: `a,b\r\n${rows(20, (i) => `${i},x\r`)}\n21,x,y\r\n22\r\n`,
    code: 'CSV_BAD_LINES',
    why: 'line 22 (3 fields, not 2), line 23 (1 field, not 2)',
  },
  {
    what: 'a quote that never closes',
    bytes: `a,b\n${rows(500, (i) => `${i},x`)}\n1,"x\n${rows(20, (i) => `${i},y`)}\n`,
    code: 'CSV_BAD_LINES',
    why: 'line 502 (a quote that does not close)',
  },
  { what: 'bad lines after cells that span lines', bytes: `a,b\n1,"x\ny\nz"\n2\n`, code: 'CSV_BAD_LINES', why: 'line 5 (' },
  {
    what: 'a cell of 50 MB',
    bytes: `a,b\n1,x\n2,"${'x'.repeat(50_000_000)}"\n3,z\n`,
    code: 'CSV_CELL_TOO_LARGE',
    why: 'line 3 has more than 8 MiB',
  },
  { what: 'a header without end', bytes: 'x'.repeat(300_000), code: 'CSV_HEADER_TOO_LARGE' },
  { what: 'a header of too many columns', bytes: `${'a,'.repeat(10_001)}\n`, code: 'DATA_TOO_MANY_COLUMNS' },
  { what: 'bytes of no known encoding', bytes: Buffer.from('e8ecff2ce3eef0eee40ac0edede02ccceef1eae2e00a', 'hex'), code: 'CSV_ENCODING' },
  { what: 'a picture called .csv', bytes: Buffer.from('89504e470d0a1a0a0000000d49484452ff00fe80', 'hex'), code: 'CSV_ENCODING' },
  { what: 'a format that is not read', bytes: 'PK', extension: 'xls', code: 'DATA_FORMAT_UNKNOWN' },
  { what: 'Parquet without its footer', bytes: 'PAR1', extension: 'parquet', code: 'PARQUET_UNREADABLE' },
  { what: 'Parquet whose footer lies about its length', bytes: lyingParquet, extension: 'parquet', code: 'PARQUET_UNREADABLE' },
  { what: 'JSON that is cut short', bytes: '[{"a":1},', extension: 'json', code: 'JSON_SYNTAX' },
  { what: 'JSON that is no list', bytes: '{"a":1}', extension: 'json', code: 'JSON_NOT_A_LIST' },
  {
    what: 'a list inside an object',
    bytes: '{"data":[{"a":1}],"n":1}',
    extension: 'json',
    code: 'JSON_NOT_A_LIST',
    fix: 'under "data" alone',
  },
  { what: 'a list of numbers', bytes: '[1,2]', extension: 'json', code: 'JSON_NOT_A_ROW' },
  { what: 'an empty list', bytes: '[]', extension: 'json', code: 'DATA_NO_ROWS' },
  { what: 'a file of empty objects', bytes: '{}\n{}\n', extension: 'jsonl', code: 'DATA_NO_ROWS' },
  { what: 'an empty JSON Lines file', bytes: '', extension: 'jsonl', code: 'DATA_NO_ROWS' },
  { what: 'a line that is no JSON', bytes: '{"a":1}\n\n{"a":secret}\n', extension: 'jsonl', code: 'JSON_SYNTAX', why: 'grammar of JSON' },
  { what: 'a line that is a list', bytes: '{"a":1}\n[1]\n', extension: 'jsonl', code: 'JSON_NOT_A_ROW' },
  {
    what: 'JSON nested 100,000 deep',
    bytes: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
    extension: 'jsonl',
    code: 'JSON_TOO_DEEP',
  },
  { what: 'keys that make one name', bytes: '{"a.b":1}\n{"a":{"b":2}}\n', extension: 'jsonl', code: 'JSON_NAMES_CLASH', why: '"a.b"' },
  {
    what: 'a JSON object of too many keys',
    bytes: JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`k${i}`, 1]))),
    extension: 'jsonl',
    code: 'DATA_TOO_MANY_COLUMNS',
  },
  {
    what: 'a JSON line of 9 MB',
    bytes: `{"a":"${'x'.repeat(9_000_000)}"}`,
    extension: 'jsonl',
    code: 'JSON_LINE_TOO_LARGE',
    why: 'line 1',
  },
  { what: 'JSON in another encoding', bytes: Buffer.from('{"a":"Jos\xe9"}', 'latin1'), extension: 'jsonl', code: 'JSON_ENCODING' },
  {
    what: 'a gzip bomb',
    bytes: gzipSync(Buffer.alloc(50_000_000, 'a,b\n')),
    extension: 'csv.gz',
    code: 'PACKED_TOO_LARGE',
    why: '100 times',
  },
  { what: 'gzip that is cut short', bytes: gzipSync('a,b\n1,2\n').subarray(0, 20), extension: 'csv.gz', code: 'PACKED_UNREADABLE' },
  { what: 'gzip that is none', bytes: 'a,b\n1,2\n', extension: 'csv.gz', code: 'PACKED_UNREADABLE' },
  { what: 'packed CSV with a header only', bytes: gzipSync('a,b\n'), extension: 'csv.gz', code: 'CSV_HEADER_ONLY' },
];

describe('is refused', () => {
  test.each(refused)('$what', async ({ bytes, extension, code, why = '', fix = '' }) => {
    const before = (await listDatasets(home)).length;
    await expect(importBytes(bytes, extension)).rejects.toMatchObject({
      code,
      why: expect.stringContaining(why),
      fix: expect.stringMatching(fix === '' ? /./ : new RegExp(fix)),
    });
    expect(await listDatasets(home)).toHaveLength(before);
  });

  test('a file that is not there, with the name meant', async () => {
    await writeFile(join(folder, 'reviews.csv'), 'a\n1\n');
    const missing = importDataset(home, { name: 'x', data: 'reveiws.csv', folder, now });
    await expect(missing).rejects.toMatchObject({ code: 'DATA_FILE_NOT_FOUND', fix: 'did you mean reviews.csv?' });
  });

  test('a folder', async () => {
    const name = 'folder.csv';
    await (await import('node:fs/promises')).mkdir(join(folder, name));
    await expect(importDataset(home, { name: 'x', data: name, folder, now })).rejects.toMatchObject({ code: 'DATA_NOT_A_FILE' });
  });

  test('parts with different columns', async () => {
    await writeFile(join(folder, 'one.csv'), 'a,b\n1,2\n');
    await writeFile(join(folder, 'two.csv'), 'a,c\n1,2\n');
    const data: DataSpec = { train: 'one.csv', test: 'two.csv' };
    await expect(importDataset(home, { name: 'x', data, folder, now })).rejects.toMatchObject({
      code: 'DATA_PARTS_DIFFER',
      why: 'the test part lacks "b" and has "c" besides',
    });
  });

  test.each([
    ['COLUMN_UNKNOWN', { amuont: 'number' }, 'did you mean "amount"?'],
    ['COLUMN_TYPE_UNKNOWN', { amount: 'nubmer' }, 'did you mean "number"?'],
    ['COLUMN_TYPE_WRONG', { name: 'number' }, 'declare another type'],
    ['COLUMN_NOT_AN_IMAGE', { name: 'image' }, 'declare another type'],
  ])('a wrong declaration: %s', async (code, columns, fix) => {
    await writeFile(join(folder, 'declared.csv'), 'amount,name\n1,ann\n2,bob\n');
    const importing = importDataset(home, { name: 'x', data: 'declared.csv', columns: columns as never, folder, now });
    await expect(importing).rejects.toMatchObject({ code, fix: expect.stringContaining(fix) });
  });

  test('a name that could leave the home folder', async () => {
    await expect(importDataset(home, { name: '../x', data: 'one.csv', folder, now })).rejects.toMatchObject({ code: 'DATASET_NAME' });
  });
});

describe('IDX files that lie', () => {
  const idx = (type: number, sizes: readonly number[], byteCount: number): Buffer => {
    const header = Buffer.alloc(4 + 4 * sizes.length);
    header.set([0, 0, type, sizes.length]);
    sizes.forEach((size, i) => {
      header.writeUInt32BE(size, 4 + 4 * i);
    });
    return Buffer.concat([header, Buffer.alloc(byteCount, 7)]);
  };
  const labels = idx(8, [2], 2);

  test.each([
    { what: 'cut short', images: idx(8, [2, 2, 2], 7), code: 'IDX_LENGTH', why: 'promises 24 bytes' },
    { what: 'longer than it says', images: idx(8, [2, 2, 2], 9), code: 'IDX_LENGTH', why: 'the file has 25' },
    {
      what: 'sizes that multiply beyond 2⁶⁴',
      images: idx(8, [2 ** 31, 2 ** 31, 2 ** 31], 0),
      code: 'IDX_LENGTH',
      why: 'promises 9903520314283042199192993808 bytes',
    },
    { what: 'no image', images: idx(8, [0, 28, 28], 0), code: 'DATA_NO_ROWS', why: '0 × 28 × 28' },
    { what: 'floats', images: idx(13, [2, 2, 2], 8), code: 'IDX_FORMAT', why: 'does not start with' },
    { what: 'labels as images', images: labels, code: 'IDX_FORMAT', why: 'does not start with' },
    { what: 'an empty file', images: Buffer.alloc(0), code: 'IDX_FORMAT', why: 'does not start with' },
    { what: 'another number of images', images: idx(8, [3, 2, 2], 12), code: 'IDX_COUNTS_DIFFER', why: '3 images and 2 labels' },
  ])('$what', async ({ images, code, why }) => {
    await writeFile(join(folder, 'images'), images);
    await writeFile(join(folder, 'labels'), labels);
    const importing = importDataset(home, { name: 'idx', data: { images: 'images', labels: 'labels' }, folder, now });
    await expect(importing).rejects.toMatchObject({ code, why: expect.stringContaining(why) });
  });
});

describe('is read', () => {
  const chinese = '名字,分数\n张三,是\n李四,否\n';
  const gbk = Buffer.from('c3fbd7d62cb7d6cafd0ad5c5c8fd2ccac70ac0eecbc42cb7f10a', 'hex');
  const utf16 = (text: string, isBig: boolean): Buffer => (isBig ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, 'utf16le'));

  test.each([
    { what: 'UTF-8', bytes: Buffer.from(chinese), encoding: 'utf-8' },
    { what: 'UTF-8 with a byte order mark', bytes: Buffer.from(`\uFEFF${chinese}`), encoding: 'utf-8' },
    { what: 'UTF-16 LE with a mark', bytes: utf16(`\uFEFF${chinese}`, false), encoding: 'utf-16le' },
    { what: 'UTF-16 BE with a mark', bytes: utf16(`\uFEFF${chinese}`, true), encoding: 'utf-16be' },
    { what: 'GBK', bytes: gbk, encoding: 'gb18030' },
  ])('$what', async ({ bytes, encoding }) => {
    const version = await importBytes(bytes);
    expect(version.sources[0]?.facts.encoding).toBe(encoding);
    expect(version.columns.map(({ name }) => name)).toEqual(['名字', '分数']);
    expect(rowsOfTable(await readPart(home, version, 'all'))).toEqual([
      { 名字: '张三', 分数: true },
      { 名字: '李四', 分数: false },
    ]);
  });

  test('a table of 1,000 columns', async () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `c${i}`);
    const line = (row: number): string => names.map((_, i) => (i % 7 === row % 7 ? 'n/a' : String(row + i / 8))).join(',');
    const version = await importBytes(`${names.join(',')}\n${Array.from({ length: 40 }, (_, row) => line(row)).join('\n')}\n`);
    expect(new Set(version.columns.map(({ type }) => type))).toEqual(new Set(['integer', 'number']));
    expect(rowsOfTable(await readPart(home, version, 'all'))[3]).toMatchObject({ c0: 3, c3: null, c999: 3 + 999 / 8 });
  });

  test('windows-1252, with a warning: it is a guess', async () => {
    const version = await importBytes(Buffer.from('name,price\nJos\xe9,5 \x80\nZo\xeb \x96 K\xf6ln,7 \x80\n', 'latin1'));
    expect(version.sources[0]?.facts.encoding).toBe('windows-1252');
    expect(version.warnings).toMatchObject([{ code: 'CSV_ENCODING_GUESSED' }]);
    expect(rowsOfTable(await readPart(home, version, 'all'))).toEqual([
      { name: 'José', price: 5 },
      { name: 'Zoë – Köln', price: 7 },
    ]);
  });

  test('UTF-16 LE without a mark', async () => {
    const version = await importBytes(utf16('a,b\n1,x\n2,y\n', false));
    expect(version.sources[0]?.facts.encoding).toBe('utf-16le');
    expect(version.rowCount).toBe(2);
  });

  test.each([
    { what: 'CRLF', text: 'a,b\r\n1,x\r\n2,y\r\n', delimiter: ',' },
    { what: 'CR', text: 'a,b\r1,x\r2,y\r', delimiter: ',' },
    { what: 'line ends of both kinds', text: 'a,b\r\n1,x\n2,y\r\n', delimiter: ',' },
    { what: 'semicolons', text: 'a;b\n1;x\n2;y\n', delimiter: ';' },
    { what: 'tabs', text: 'a\tb\n1\tx\n2\ty\n', delimiter: '\t' },
    { what: 'single quotes', text: "a|b\n'1'|'x'\n'2'|y\n", delimiter: '|' },
    { what: 'blank lines before, between and after', text: '\n\na,b\n\n1,x\n\n2,y\n\n', delimiter: ',' },
  ])('$what', async ({ text, delimiter }) => {
    const version = await importBytes(text);
    expect(version.sources[0]?.facts.delimiter).toBe(delimiter);
    expect(rowsOfTable(await readPart(home, version, 'all'))).toEqual([
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ]);
  });

  test('a few bad lines: left out, counted, and named', async () => {
    const version = await importBytes(`a,b\n${rows(300, (i) => `${i},x`)}\n301\n`);
    expect(version.rowCount).toBe(300);
    expect(version.warnings).toMatchObject([{ code: 'CSV_LINES_LEFT_OUT', why: 'line 302 (1 field, not 2)' }]);
  });

  test('lines above the header, with the number of a bad line in the file', async () => {
    const version = await importBytes(`sep=;\r\n"a\r\ntitle"\r\n\r\na;b;c\r\n${rows(300, (i) => `${i};x;1\r`)}\n301;x;y;z\r\n`);
    expect(version.columns.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(version.parts.all?.rowCount).toBe(300);
    expect(version.warnings).toMatchObject([
      { code: 'LINES_ABOVE_HEADER', message: expect.stringContaining('1 line') },
      { code: 'CSV_LINES_LEFT_OUT', why: 'line 306 (4 fields, not 3)' },
    ]);
  });

  test('hostile, blank and repeated column names', async () => {
    const version = await importBytes('__proto__,constructor,,a,a,"q""u\'o\u0000te",‮b\n1,2,3,4,5,6,7\n');
    expect(version.columns.map(({ name }) => name)).toEqual(['__proto__', 'constructor', 'column_3', 'a', 'a_2', 'q"u\'o te', 'b']);
    expect(version.warnings.map(({ code, column }) => `${code} ${column}`)).toEqual([
      'COLUMN_RENAMED column_3',
      'COLUMN_RENAMED a_2',
      'COLUMN_RENAMED q"u\'o te',
      'COLUMN_RENAMED b',
    ]);
    const [row] = rowsOfTable(await readPart(home, version, 'all'));
    expect(Object.keys(row ?? {})).toContain('__proto__');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('NaN and infinity: missing, with a warning', async () => {
    const version = await importBytes(`a\n1.5\nNaN\ninf\n-Infinity\n${rows(200, (i) => `${i}.25`)}\n`);
    expect(version.columns[0]).toMatchObject({ type: 'number', nullable: true });
    expect(version.warnings).toMatchObject([{ code: 'COLUMN_NOT_FINITE', message: expect.stringContaining('3 cells') }]);
    const [column] = (await readPart(home, version, 'all')).columns;
    expect(column?.type === 'number' && [...column.values.subarray(0, 5)]).toEqual([1.5, Number.NaN, Number.NaN, Number.NaN, 0.25]);
  });

  test('cells that are no number in a column of numbers: missing, with a warning that names the row', async () => {
    const version = await importBytes(`a\n${rows(99, (i) => `${i}.5`)}\noops\n`);
    expect(version.warnings).toMatchObject([{ code: 'COLUMN_CELLS_UNREADABLE', why: expect.stringContaining('row 100') }]);
    expect(JSON.stringify(version.warnings)).not.toContain('oops');
  });

  test('a million distinct categories: kept, the first thousand listed, warned about', async () => {
    await writeFile(join(folder, 'many.csv'), `name,y\n${rows(1_000_000, (i) => `n${i},${i % 2}`)}\n`);
    const version = await importDataset(home, { name: 'many', data: 'many.csv', columns: { name: 'category' }, folder, now });
    expect(version.rowCount).toBe(1_000_000);
    expect(version.columns[0]?.categories).toHaveLength(1_000);
    const { warnings, columns } = await profileDataset(home, version);
    expect(columns[0]?.distinctCount).toBe(1_000_000);
    expect(warnings.map(({ code }) => code)).toContain('COLUMN_MANY_CATEGORIES');
  });
});

describe('a target', () => {
  const split = { validation: 0.2, test: 0.2, seed: 7 };
  const prepare = async (text: string, target = 'y'): Promise<DatasetVersion> =>
    prepareDataset(home, await importBytes(text), { target, split, clean: [], now });
  const balanced = rows(40, (i) => `${i * 0.37},${i % 2 === 0 ? 'a' : 'b'}`);

  test.each([
    { what: 'that is not there', text: `x,y\n${balanced}\n`, target: 'yy', code: 'TARGET_UNKNOWN' },
    { what: 'that is always missing', text: `x,y\n${rows(40, (i) => `${i},?`)}\n`, code: 'TARGET_MISSING' },
    { what: 'that is constant', text: `x,y\n${rows(40, (i) => `${i},a`)}\n`, code: 'TARGET_CONSTANT' },
    { what: 'that is prose', text: `x,y\n${rows(40, (i) => `${i},the ${i} quick brown foxes jumped`)}\n`, code: 'TARGET_TYPE' },
    { what: 'too few rows for the split', text: 'x,y\n1.5,a\n2.5,b\n', code: 'SPLIT_EMPTY_PART' },
  ])('$what is refused', async ({ text, target, code }) => {
    await expect(prepare(text, target)).rejects.toMatchObject({ code });
  });

  test('with a class of one row: it stays in train, with a warning', async () => {
    const version = await prepare(`x,y\n${balanced}\n99,c\n`);
    expect(version.warnings).toMatchObject([{ code: 'CLASS_OF_ONE_ROW' }]);
    const train = await readPart(home, version, 'train');
    expect(rowsOfTable(train).filter(({ y }) => y === 'c')).toHaveLength(1);
  });

  test('with gaps: those rows are dropped and reported', async () => {
    const version = await prepare(`x,y\n${balanced}\n99,\n98,NA\n`);
    expect(version.rowCount).toBe(40);
    expect(version.steps).toMatchObject([{ step: 'drop_rows_without_target', rowsDropped: 2 }]);
  });

  test('with a class that train lacks is refused', async () => {
    await writeFile(join(folder, 'tr.csv'), `x,y\n${balanced}\n`);
    await writeFile(join(folder, 'te.csv'), 'x,y\n1,a.\n2,b.\n');
    const version = await importDataset(home, { name: 'classes', data: { train: 'tr.csv', test: 'te.csv' }, folder, now });
    const preparing = prepareDataset(home, version, { target: 'y', split, clean: [], now });
    await expect(preparing).rejects.toMatchObject({ code: 'CLASS_NOT_IN_TRAIN', fix: expect.stringContaining('map') });
  });
});
