/** @file Law 1 for every row step: what preparation does by SQL, a request gets from JavaScript, cell by cell the same. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyPrepare } from '../apply-prepare.ts';
import type { FittedStep } from '../dataset.ts';
import type { Column, Table } from '../table.ts';
import { selectRows } from '../table-ops.ts';
import { type StepSpec, steps } from './index.ts';
import { runSteps } from './testing.ts';

/**
 * What has tripped text functions before: case that changes length, spaces that are none in ASCII, full-width forms, marks, emoji.
 * U+FEFF is not among them: DuckDB's client drops it from the start of every string that it reads.
 */
const PIECES = [
  'a',
  'B',
  'ß',
  'İ',
  'Σ',
  'ς',
  'é',
  'e\u0301',
  'ﬁ',
  'Ａ',
  '１',
  '中',
  '😀',
  ' ',
  '\t',
  '\n',
  '\u00a0',
  '\u3000',
  '\u200b',
  "'",
  '"',
  '<b>',
  '&amp;',
  '&',
  '<',
  '-',
  '%',
  '$',
  ',',
  '.',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.constantFrom(
    'red',
    'Red ',
    'blue',
    '',
    '12',
    '1,234.5',
    '$3',
    '(7)',
    '12 %',
    '2024-05-01',
    '25/5/2024',
    '1/5/2024',
    'May 5, 2024',
    'yes',
    'no',
    'ann@example.org',
  ),
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null, freq: 4 });
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.constantFrom(0, 1, -1, 0.5, -0.5, 2.5, 1e300, 5e-324, 1234.5678),
);
const row = fc.record({
  x: maybe(number),
  n: maybe(fc.integer({ min: -50, max: 50 })),
  b: maybe(fc.constantFrom<number>(0, 1)),
  t: maybe(fc.integer({ min: -62_000_000_000_000, max: 250_000_000_000_000 })),
  c: maybe(fc.constantFrom<string>('red', 'Red', 'blue', 'Σ', "it's")),
  s: maybe(text),
  l: maybe(fc.array(fc.constantFrom<string>('red', 'ann@example.org', 'call +49 151 23456789', '中'), { maxLength: 3 })),
  y: fc.constantFrom<string>('p', 'q'),
});
type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

function tableOf(rows: readonly Row[]): Table {
  const numeric = (name: 'x' | 'n' | 'b' | 't', type: 'number' | 'integer' | 'boolean' | 'time'): Column => ({
    name,
    type,
    values: Float64Array.from(rows, (of) => of[name] ?? Number.NaN),
  });
  return {
    rowCount: rows.length,
    columns: [
      numeric('x', 'number'),
      numeric('n', 'integer'),
      numeric('b', 'boolean'),
      numeric('t', 'time'),
      { name: 'c', type: 'category', values: rows.map(({ c }) => c) },
      { name: 's', type: 'text', values: rows.map(({ s }) => s) },
      { name: 'l', type: 'list', values: rows.map(({ l }) => l) },
      { name: 'y', type: 'category', values: rows.map(({ y }) => y) },
    ],
  };
}

const other = {
  rowCount: 3,
  columns: [
    { name: 'c', type: 'category', values: ['red', 'blue', "it's"] },
    { name: 'size', type: 'number', values: Float64Array.of(1.5, Number.NaN, -2) },
    { name: 'name', type: 'category', values: ['r', 'b', null] },
  ] satisfies Column[],
};

/** At least one way to use each row step. */
const SAMPLES: Readonly<Record<string, readonly StepSpec[]>> = {
  fix_types: [
    { fix_types: { column: 's', to: 'number' } },
    { fix_types: { column: 's', to: 'integer', decimal: ',' } },
    { fix_types: { column: 's', to: 'time', dates: 'day_first' } },
    { fix_types: { column: 's', to: 'boolean' } },
    { fix_types: { column: 's', to: 'category' } },
  ],
  trim: ['trim'],
  fold_spaces: [{ fold_spaces: { columns: ['s', 'c'] } }],
  fold_case: ['fold_case', { fold_case: { column: 's', to: 'upper' } }],
  unicode_normalise: ['unicode_normalise', { unicode_normalise: { column: 's', form: 'NFC' } }],
  html_to_text: ['html_to_text'],
  redact: ['redact', { redact: { column: 'l', kinds: ['email'] } }],
  map: [{ map: { column: 'c', values: { red: 'rot', "it's": null, Σ: 'sum' } } }],
  impute: [
    'impute',
    { impute: { columns: ['x', 'n'], with: 'mean' } },
    { impute: { column: 's', with: 'constant', value: "it's" } },
    { impute: { column: 'b', with: 'constant', value: true } },
    { impute: { columns: ['x', 'n'], with: 'median', by: 'c' } },
    { impute: { column: 'c', with: 'most_frequent', by: 'n' } },
    { impute: { columns: ['x', 'c'], with: 'nearest', near: ['n', 't', 'b'], neighbours: 3 } },
  ],
  clip: [{ clip: { column: 'x', min: -1, max: 0.1 } }, { clip: { column: 'n', max: 3 } }],
  winsorise: [{ winsorise: { columns: ['x', 'n'], lower: 0.1, upper: 0.9 } }],
  derive: [
    { derive: { column: 'z', as: 'x / n - 2 * b_number', type: 'number' } },
    { derive: { column: 'z', as: 'round(x) % 7', type: 'integer' } },
    { derive: { column: 'z', as: "contains(s, '中') or c = 'red' and n > 0" } },
    { derive: { column: 'x', as: 'if(is_missing(x), coalesce(n, 0), max(x, n))' } },
    { derive: { column: 'z', as: 'lower(s)', type: 'text' } },
  ].map((spec) => JSON.parse(JSON.stringify(spec).replace('b_number', 'n')) as StepSpec),
  join: [{ join: { with: 'other.csv', on: 'c', take: ['size', 'name'] } }],
  drop_columns: [{ drop_columns: { columns: ['x', 's'] } }],
};

test('every row step has samples', () => {
  expect(Object.keys(SAMPLES).sort()).toEqual(
    steps
      .filter(({ kind }) => kind === 'row')
      .map(({ name }) => name)
      .sort(),
  );
});

/** Enough for every mean and group to have a value. */
const anchors: Row[] = Array.from({ length: 12 }, (_, i) => ({
  x: i - 3.5,
  n: i,
  b: i % 2,
  t: i * 1e11,
  c: ['red', 'Red', 'blue', 'Σ'][i % 4] as string,
  s: ['1', 'two', '3.5'][i % 3] as string,
  l: i % 3 === 0 ? null : ['ann@example.org', 'red'].slice(i % 2),
  y: i % 2 ? 'p' : 'q',
}));

describe.each(Object.entries(SAMPLES).flatMap(([name, specs]) => specs.map((spec) => ({ name: `${name} ${JSON.stringify(spec)}`, spec }))))(
  '$name',
  ({ spec }) => {
    test('SQL and JavaScript agree on random rows, together and alone', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 40, maxLength: 120 }), async (rows) => {
          const table = tableOf([...anchors, ...rows]);
          const ran = await runSteps([spec], [['train', table]], { other });
          const fitted = JSON.parse(JSON.stringify(ran.fitted)) as FittedStep[]; // as it travels in a model file
          const applied = applyPrepare(fitted, table);
          expect(plain(applied)).toEqual(plain(ran.parts.get('train') as Table));
          const one = selectRows(table, [13]);
          expect(plain(applyPrepare(fitted, one))).toEqual(plain(selectRows(applied, [13])));
        }),
        { seed: 7, numRuns: 4, endOnFailure: true },
      );
    });
  },
);

function plain({ columns }: Table): unknown {
  return columns.map((column) => [column.name, column.type, 'values' in column ? Array.from(column.values as ArrayLike<unknown>) : null]);
}
