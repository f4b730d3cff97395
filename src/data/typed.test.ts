import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBlobs } from '../store/blobs.ts';
import { COLUMN_TYPES, kindOf } from './columns/index.ts';
import { chunksOf, type DuckDB, openDuckDB, quoteText, stringReader, VARCHAR } from './duckdb.ts';
import { FIRST_ROWS } from './evidence.ts';
import { inspectSource, readSource } from './inspect.ts';
import { readSources, withTyped } from './read-sources.ts';
import { storedType, storedValues } from './stored-columns.ts';

let folder: string;
let duckdb: DuckDB;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-typed-'));
  duckdb = await openDuckDB({ files: [], folder });
});
afterAll(async () => {
  duckdb.close();
  await rm(folder, { recursive: true, force: true });
});

/** What people, other programs and other scripts write where a value should stand. */
const hostile = [
  ...[
    '',
    ' ',
    '0',
    '-0',
    '+0',
    '00',
    '007',
    '-007',
    '1',
    '+1',
    '1.',
    '.5',
    '-.5',
    '-0.5',
    '-0.0',
    '-0.000',
    '0.10',
    '1e5',
    '1E-5',
    '1e999',
    '-1e999',
  ],
  ...[
    '1e-400',
    '999999999999999',
    '9999999999999999',
    '123456789012345',
    '9007199254740993',
    '0.1234567890123456789012345',
    '1,234',
    '1,234.5',
  ],
  ...[
    '12,34',
    '1_000',
    '0x10',
    '1 000',
    '٣',
    '１２',
    '1\u00a0',
    '\u30001',
    '\ufeff1',
    '1\u200b',
    '\t1\n',
    'nan',
    'NaN',
    '-nan',
    'inf',
    '+Infinity',
    '∞',
  ],
  ...[
    'NA',
    'n/a',
    '#N/A',
    'null',
    'NULL',
    '?',
    '-',
    ' ? ',
    'na ',
    'naan',
    'NAN',
    '---',
    'N',
    'n',
    'y',
    'Yes',
    'TRUE',
    'true ',
    '真',
    '是',
    'off',
    '2',
  ],
  ...[
    '2024-02-29',
    '2023-02-29',
    '2024-2-9',
    '2024/02/29',
    '2024-02-29T10:00:00',
    '2024-02-29 24:00:00',
    '2024-02-29 10:00',
    '2024-02-29 10:60:00',
  ],
  ...[
    '2024-02-29 10:00:00.123',
    '2024-02-29 10:00:00.5',
    '2024-02-29T10:00:00Z',
    '2024-02-29T10:00:00+08:00',
    '0000-01-01',
    '0001-01-01',
    '9999-12-31',
  ],
  ...[
    '1000-01-01 00:00:00',
    '1582-10-10',
    '2024-13-01',
    "it's",
    '"quoted"',
    '\\N',
    '\\x41',
    'é',
    'e\u0301',
    '深圳',
    '😀',
    'K',
    'a'.repeat(5_000),
  ],
  ...[
    '[1,2,3]',
    '[1, 2.5 , -3e-05]',
    '[-0, -0.0, 0]',
    '[1e9,1e-99,-1e-46]',
    '[1e39,1,1]',
    '[1,,2]',
    '[1,null,NaN]',
    '[ 1 2\n 3]',
    '{1,2,3}',
    '[]',
    '[ ]',
    '[1,2,3',
    '[[1],[2]]',
    '[0.1,0.2,0.30000001192092896]',
    '[999999999999999,0.12345678901234567890,1]',
    '1;2;3',
    '1|2|3',
    '1,2,3',
    '1 2 3',
    '["a","b"]',
    '["a", "b c" ,"ü"]',
    '[" a ","","b"]',
    '["a\\"b","c"]',
    '["\u00a0a","b"]',
    '["a",1,true,null]',
    '["a",["b"]]',
    "['a', 'b']",
    '{a,"b c",NULL}',
    'red|green',
    'red | green|blue',
    'red||green|',
    '|',
    'red;green',
    'red, green',
    'red,  green',
    'red green  blue',
    'NA|NA',
    '[draft]|x',
    '[a|b',
    'a|[b]',
    'red\u00a0|green',
    'red|\u3000green',
    'red|gr\neen',
  ],
];
const cell = fc.oneof(
  fc.constantFrom(...hostile),
  fc.stringMatching(/^[ \t]?[+-]?\d{0,18}[.,]?\d{0,22}(?:e[+-]?\d{1,3})?[ \u00a0]?$/),
  fc.stringMatching(/^[012]\d{3}[-/][01]?\d[-/][0-3]?\d(?:[T ][0-2]\d:[0-6]\d(?::[0-6]\d(?:\.\d{1,4})?)?)?Z?$/),
  fc.double().map(String),
  fc.array(fc.oneof(fc.double(), fc.float(), fc.integer()), { minLength: 1, maxLength: 4 }).map((numbers) => `[${numbers.join(', ')}]`),
  fc.array(fc.constantFrom('a', 'b c', 'ü', ' d', '', '1'), { maxLength: 4 }).map((items) => JSON.stringify(items)),
  fc
    .tuple(fc.constantFrom('|', ';', ',', ' ', ' | ', ', '), fc.array(fc.constantFrom('a', 'b c', 'ü', '', 'NA', '\u00a0')))
    .map(([sign, items]) => items.join(sign)),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\0', '')),
);

const written = COLUMN_TYPES.filter((type) => kindOf(type).plainSql).flatMap((type) =>
  [undefined, ...(type === 'list' ? (kindOf(type).formats ?? []) : [])].map((format) => ({ type, format })),
);
/** Of an embedding. */
const shape = [3];

describe.each(written)('$type $format', ({ type, format }) => {
  test('what SQL calls a plain cell is one, and SQL reads it as the column type does', async () => {
    const kind = kindOf(type);
    const check = async (cells: readonly string[]): Promise<number> => {
      const plain = kind.plainSql?.('c', format, shape) ?? { isPlain: 'false', value: 'NULL' };
      const sql = `SELECT ${plain.isPlain}, CASE WHEN ${plain.isPlain} THEN ${plain.value} END FROM (SELECT unnest([${cells.map(quoteText).join(', ')}]) AS c)`;
      const isPlains: unknown[] = [];
      const values: unknown[] = [];
      const readStrings = stringReader();
      for await (const chunk of chunksOf(duckdb.connection, sql)) {
        isPlains.push(...chunk.getColumnValues(0));
        values.push(...(storedType(type) === VARCHAR ? readStrings(chunk, 1) : chunk.getColumnValues(1)));
      }
      for (const [i, text] of cells.entries()) {
        const [isPlain, value] = [isPlains[i], values[i]];
        if (isPlain !== true) continue;
        const parsed = kind.parse('x', [text], format, shape);
        expect(parsed, text).toMatchObject({ unreadableCount: 0, nonFiniteCount: 0 });
        expect(kind.reads?.(text.trim(), format) ?? true, text).toBe(true);
        expect(typeof value === 'bigint' ? Number(value) : value, text).toEqual(storedValues(parsed.column)[0]);
      }
      return isPlains.filter((isPlain) => isPlain === true).length;
    };
    expect(await check(hostile)).toBeGreaterThan(0);
    const checked = fc.asyncProperty(fc.array(cell, { minLength: 50, maxLength: 200 }), async (cells) => void (await check(cells)));
    await fc.assert(checked, { seed: 7, numRuns: 15 });
  });
});

test('cells that are not plain are read by the column type, and counted', async () => {
  const cells = ['1', ' 2 ', '1,234.5', '1e3', 'inf', 'oops', 'NA', '', '-0'].concat(Array.from({ length: 50 }, (_, i) => `${i}.5`));
  await writeFile(join(folder, 'n.csv'), `n,m\n${cells.map((cell) => `"${cell}",x`).join('\n')}\n`);
  const table = await readSource('n.csv', folder, new Map([['n', 'number']]));
  const [column] = table.columns;
  const expected = kindOf('number').parse('n', cells).column;
  expect(column).toEqual(expected);
});

describe('beyond the first rows', () => {
  const first = FIRST_ROWS + 10;
  const write = (name: string, tail: string) => {
    const rows = Array.from({ length: first }, (_, i) => `${i % 7},${i % 2},,a${i % 3}`).join('\n');
    return writeFile(join(folder, name), `n,b,late,c\n${rows}\n${tail}\n`);
  };

  test('a type that holds is kept, with the reason', async () => {
    await write('kept.csv', '3,1,,a1');
    const columns = await inspectSource('kept.csv', folder);
    expect(columns.map(({ type }) => type)).toEqual(['integer', 'boolean', 'category', 'category']);
    expect(columns[0]?.why).toContain('of the first 20,000 rows; no later one speaks against it');
  });

  test('a later cell that speaks against the type has the column judged by all its rows', async () => {
    await write('changed.csv', `3.5,2,${'7'},a1\n${Array.from({ length: 40 }, (_, i) => `1,0,${i},0123`).join('\n')}`);
    const columns = await inspectSource('changed.csv', folder);
    expect(columns.map(({ type }) => type)).toEqual(['number', 'integer', 'integer', 'category']);
    expect(columns[0]?.why).not.toContain('of the first');
  });
});

test('of long cells fewer are looked at, and all are read', async () => {
  const vector = Array.from({ length: 1_000 }, (_, k) => (Math.imul(k + 1, 0x9e3779b1) % 1_000) / 1_000);
  const rows = Array.from({ length: 3_000 }, (_, i) => `"[${i / 1_000},${vector}]",${i % 2 === 0 ? 'a' : 'b'}`);
  await writeFile(join(folder, 'long.csv'), `v,y\n${rows.join('\n')}\n`);
  const columns = await inspectSource('long.csv', folder);
  expect(columns).toMatchObject([{ type: 'embedding', shape: [1_001], nullable: false }, { type: 'category' }]);
  const [, looked] = /of the first ([\d,]+) rows/.exec(columns[0]?.why ?? '') ?? [];
  expect(Number(looked?.replace(',', ''))).toBeLessThan(3_000);
});

test('a file that changes while it is read is refused, and one that is replaced by its like, too', async () => {
  for (const change of [
    () => writeFile(join(folder, 'live.csv'), 'a\n3\n', { flag: 'a' }),
    async () => {
      await writeFile(join(folder, 'other.csv'), 'a\n1\n2\n');
      await rename(join(folder, 'other.csv'), join(folder, 'live.csv'));
    },
  ]) {
    await writeFile(join(folder, 'live.csv'), 'a\n1\n2\n');
    const temporary = await mkdtemp(join(folder, 'temporary-'));
    const parts = await readSources([['all', 'live.csv']], folder, temporary, openBlobs(folder));
    await change();
    const reading = withTyped(parts, {}, temporary, async () => 'kept');
    await expect(reading).rejects.toMatchObject({ code: 'DATA_FILE_CHANGED', kind: 'conflict' });
  }
});

test('digits that count since 1970 are moments where the recipe says so, whatever the name', async () => {
  await writeFile(join(folder, 'moments.csv'), 'opened\n1735603200000\n1735603260000\n');
  const declared = new Map([['opened', 'time' as const]]);
  expect((await readSource('moments.csv', folder, new Map())).columns[0]?.type).toBe('integer');
  const [column] = (await readSource('moments.csv', folder, declared)).columns;
  expect(column).toMatchObject({ type: 'time', values: Float64Array.of(1735603200000, 1735603260000) });
});
