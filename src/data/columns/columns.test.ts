import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Field } from '../dataset.ts';
import { rowsOfTable, tableFromRows } from '../rows.ts';
import type { Column, ColumnType } from '../table.ts';
import { columnLength, isMedia, isNumeric, isString, relationColumn, shapeOf } from '../table-ops.ts';
import { WrongValue } from './column-kind.ts';
import { COLUMN_TYPES, cellReaders, columnKinds, kindOf, recogniseColumn } from './index.ts';
import { observeCells } from './stats.ts';

const recognise = (cells: readonly string[], name = 'x') => recogniseColumn(observeCells(name, [cells], cellReaders));
const times = (count: number, cell: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => cell(i));

/** One row a trap: what the cells look like, and the type that a person would give them. */
const traps: readonly { what: string; name?: string; cells: readonly string[]; type: ColumnType; why?: string }[] = [
  { what: 'whole numbers', cells: times(50, (i) => String(i * 7)), type: 'integer' },
  { what: 'numbers with a point', cells: times(50, (i) => String(i / 4)), type: 'number' },
  { what: 'whole numbers and gaps', cells: ['1', '2', 'NA', '', '?', '7'], type: 'integer', why: '100 % of 3 values' },
  { what: 'thousands separators', cells: ['1,200', '3,400,000', '999'], type: 'integer' },
  { what: 'postal codes with leading zeros', cells: times(40, (i) => `0${1000 + (i % 9)}`), type: 'category', why: 'leading zeros' },
  { what: 'one leading zero among numbers', cells: [...times(30, (i) => String(10000 + (i % 7))), '01234'], type: 'category' },
  { what: 'numbers of sixteen digits', cells: times(40, (i) => String(4000000000000000n + BigInt(i * 37))), type: 'id' },
  { what: 'a counter of the rows', cells: times(40, (i) => String(i + 1)), type: 'id', why: 'counts the rows from 1' },
  { what: 'years, one a row', cells: times(40, (i) => String(1980 + i)), type: 'integer' },
  { what: 'customer numbers', name: 'customer_id', cells: times(90, (i) => String(5000 + (i % 30))), type: 'id', why: 'its name says so' },
  { what: 'a small group called id', name: 'mote_id', cells: times(90, (i) => String(1 + (i % 3))), type: 'integer' },
  { what: 'names that end in "id" by chance', name: 'paid', cells: times(90, (i) => String(i * 3)), type: 'integer' },
  { what: 'product codes', cells: times(60, (i) => `B00${(i * 7919) % 9973}X`), type: 'id', why: 'look like codes' },
  { what: '1 and 0', cells: ['1', '0', '0', '1'], type: 'boolean', why: 'the only values are 1 and 0' },
  { what: 'ones alone', cells: ['1', '1', '1'], type: 'integer' },
  { what: 'Yes and no', cells: ['Yes', 'no', 'YES', 'NA'], type: 'boolean' },
  { what: '是 and 否', cells: ['是', '否', '是'], type: 'boolean' },
  { what: 'true and false', cells: ['true', 'false'], type: 'boolean' },
  { what: 'yes, no and maybe', cells: ['yes', 'no', 'maybe'], type: 'category' },
  { what: 'dates', cells: ['2001-01-22', '2001-02-03'], type: 'time' },
  { what: 'instants', cells: ['2001-01-22T10:00:00Z', '2001-02-03 11:30:00+08:00'], type: 'time' },
  { what: 'dates that do not exist', cells: ['2001-02-30', '2001-13-01'], type: 'category' },
  { what: 'day-first dates', cells: ['22/01/2001', '03/02/2001'], type: 'time', why: 'day first' },
  { what: 'a few names', cells: times(50, (i) => ['red', 'green', 'blue'][i % 3] as string), type: 'category' },
  { what: 'sentences', cells: times(30, (i) => `this is the review number ${i} of a customer`), type: 'text' },
  { what: 'Chinese sentences', cells: times(30, (i) => `这是第${i}条很长的用户评论`), type: 'text' },
  { what: 'names of people', cells: times(200, (i) => `Person${String.fromCharCode(97 + (i % 26))} Name${i}`), type: 'text' },
  { what: 'nothing but gaps', cells: ['', 'NA', '?'], type: 'category', why: 'no row holds a value' },
];

test.each(traps)('$what: $type', ({ cells, name, type, why = '' }) => {
  const found = recognise(cells, name);
  expect(found.type).toBe(type);
  expect(found.why).toContain(why);
});

test('a cell is read as its type says', () => {
  const read = (type: ColumnType, cells: readonly (string | null)[]) => {
    const { column } = kindOf(type).parse('x', cells);
    return isNumeric(column) || isString(column) ? [...column.values] : [];
  };
  expect(read('number', [' 1.5', '1,234.5', '-2e3', '.5', '?', null, 'x', '-0'])).toEqual([
    1.5,
    1234.5,
    -2000,
    0.5,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    0,
  ]);
  expect(read('integer', ['7', '1,000', '7.5', '9007199254740993'])).toEqual([7, 1000, Number.NaN, Number.NaN]);
  expect(read('boolean', ['Yes', 'n', '真', '2'])).toEqual([1, 0, 1, Number.NaN]);
  expect(read('time', ['1970-01-02', '1970/1/1', '1970-01-01T08:00:00.5+08:00'])).toEqual([86_400_000, 0, 500]);
  expect(read('category', [' Private', '?', 'a b '])).toEqual(['Private', null, 'a b']);
  expect(read('text', ['  two  spaces ', ''])).toEqual(['  two  spaces ', null]);
});

test('what could not be read is counted, with its first row', () => {
  const parsed = columnKinds.number.parse('x', ['1', 'oops', 'inf', '-', 'no']);
  expect(parsed).toMatchObject({ unreadableCount: 2, firstUnreadable: 1, nonFiniteCount: 1 });
});

test('a million rows of ten values cost a million look-ups, and more distinct values than the limit are judged by the first', () => {
  const stats = observeCells('x', [times(60_000, (i) => `v${i}`)], cellReaders);
  expect(stats).toMatchObject({ distinctIsExact: false, distinctShare: 1, valueCount: 60_000, codeCount: 60_000 });
});

/** Arbitrary columns of each type, for the laws below. */
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const gap = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const name = fc.constantFrom('x', '__proto__', 'constructor', '名字');
const word = fc.string({ minLength: 1 }).filter((value) => columnKinds.category.parse('x', [value]).column.values[0] === value);
const numeric = (type: 'number' | 'integer' | 'boolean' | 'time', value: fc.Arbitrary<number>): fc.Arbitrary<Column> =>
  fc
    .record({ name, values: fc.array(gap(value)) })
    .map(({ name, values }) => ({ name, type, values: Float64Array.from(values, (v) => v ?? Number.NaN) }));
const strings = (type: 'category' | 'text' | 'id'): fc.Arbitrary<Column> =>
  fc.record({ name, values: fc.array(gap(word)) }).map(({ name, values }) => ({ name, type, values }));
const pixels = (type: 'image' | 'audio'): fc.Arbitrary<Column> =>
  fc.uint8Array({ minLength: 24, maxLength: 24 }).map((pixels) => ({ name: 'x', type, height: 2, width: 2, channels: 3, pixels }));
const columnsByType: Record<ColumnType, fc.Arbitrary<Column>> = {
  number: numeric('number', finite),
  integer: numeric('integer', fc.maxSafeInteger()),
  boolean: numeric('boolean', fc.constantFrom(0, 1)),
  time: numeric('time', fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 })),
  category: strings('category'),
  text: strings('text'),
  id: strings('id'),
  image: pixels('image'),
  audio: pixels('audio'),
  list: fc
    .record({ name, values: fc.array(gap(fc.array(fc.string().filter((item) => item !== '' && item === item.trim())))) })
    .map((of) => ({ ...of, type: 'list' as const })),
  embedding: fc
    .record({ name, rows: fc.array(gap(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 }))) })
    .map(({ name, rows }) => ({
      name,
      type: 'embedding' as const,
      width: 3,
      vectors: Float32Array.from(
        rows.flatMap((row) => row ?? [Number.NaN, Number.NaN, Number.NaN]),
        (x) => x + 0,
      ),
    })),
  series: fc
    .record({ name, values: fc.array(gap(fc.array(fc.option(finite, { nil: Number.NaN })))) })
    .map(({ name, values }) => ({ name, type: 'series' as const, values: values.map((row) => row && Float64Array.from(row)) })),
};

describe.each(COLUMN_TYPES)('%s', (type) => {
  test('a column becomes JSON and the same column again', () => {
    fc.assert(
      fc.property(columnsByType[type], (column) => {
        const rowCount = columnLength(column);
        const field: Field = { nullable: true, ...relationColumn(column) };
        const rows = JSON.parse(JSON.stringify(rowsOfTable({ rowCount, columns: [column] })));
        expect(tableFromRows(rows, [field]).columns[0]).toEqual(column);
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  test('a cell becomes text and the same cell again', () => {
    if (isMedia(type)) return;
    fc.assert(
      fc.property(columnsByType[type], (column) => {
        // Whole numbers of more than 15 digits are codes to a file, though JSON may carry them.
        const isCode = (text: string | null) => text !== null && /^[+-]?\d{16,}$/.test(text);
        const kind = kindOf(type);
        const cells = Array.from({ length: columnLength(column) }, (_, row) => kind.text(column, row));
        const reread = kind.parse(column.name, cells, undefined, shapeOf(column)).column;
        cells.forEach((cell, row) => {
          if (!isCode(cell)) expect(kind.toJson(reread, row)).toEqual(kind.toJson(column, row));
        });
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  test('a value of another kind is refused, at its row and without showing it', () => {
    const field: Field = { name: 'x', type, nullable: true, shape: [2, 2, 3] };
    const wrong = type === 'number' || type === 'integer' ? 'secret' : { secret: 1 };
    expect(() => kindOf(type).fromJson(field, [type === 'image' ? Array.from({ length: 12 }, () => 0) : null, wrong])).toThrow(WrongValue);
    expect(() => tableFromRows([{ x: wrong }], [field])).toThrow(
      expect.objectContaining({ code: 'ROW_VALUE_TYPE', why: expect.not.stringContaining('secret') }),
    );
  });
});

test('an image is taken nested, nested with channels, or flat', () => {
  const field: Field = { name: 'x', type: 'image', nullable: false, shape: [2, 2, 1] };
  const pixelsOf = (value: unknown) => {
    const [column] = tableFromRows([{ x: value }], [field]).columns;
    return column?.type === 'image' && [...column.pixels];
  };
  expect(
    pixelsOf([
      [1, 2],
      [3, 4],
    ]),
  ).toEqual([1, 2, 3, 4]);
  expect(
    pixelsOf([
      [[1], [2]],
      [[3], [4]],
    ]),
  ).toEqual([1, 2, 3, 4]);
  expect(pixelsOf([1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
  for (const wrong of [
    [[1, 2], [3]],
    [
      [1, 2],
      [3, 256],
    ],
    [
      [1, 2],
      [3, 0.5],
    ],
    [1, 2, 3],
    [[1, 2, 3, 4]],
    [
      [1, [2]],
      [3, 'x'],
    ],
  ]) {
    expect(() => pixelsOf(wrong)).toThrow(expect.objectContaining({ code: 'ROW_VALUE_TYPE' }));
  }
});

test('brackets and digits without end are read in one pass', () => {
  const long = 100_000;
  const hostile = [
    `[${' '.repeat(long)}x"]`,
    `{${'a '.repeat(long)}[}`,
    `[${"'".repeat(long)}]`,
    `[${'\\\\'.repeat(long)}]`,
    `[${'1'.repeat(long)}x]`,
    `${'['.repeat(long)}${']'.repeat(long)}`,
    `[${'1,'.repeat(long)}x]`,
    `${'1 '.repeat(long)}x`,
    `${'|'.repeat(long)}`,
    `${', '.repeat(long)}x`,
  ];
  for (const type of ['list', 'embedding', 'series'] as const) {
    for (const cell of hostile) expect(() => kindOf(type).parse('x', [cell], type === 'list' ? 'pipe' : undefined)).not.toThrow();
  }
  expect(recognise(hostile).type).toBeDefined();
});
