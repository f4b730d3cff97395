import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Part } from '../dataset.ts';
import type { RelationColumn } from '../relation.ts';
import { withFrame } from '../steps/testing.ts';
import type { Column, Table } from '../table.ts';
import { readExpression } from './expression.ts';
import { functions } from './functions.ts';

const columns: RelationColumn[] = [
  { name: 'a', type: 'number' },
  { name: 'annual income', type: 'integer' },
  { name: 'ok', type: 'boolean' },
  { name: 'at', type: 'time' },
  { name: 'colour', type: 'category' },
  { name: 'note', type: 'text' },
];
const gap = Number.NaN;
const table: Table = {
  rowCount: 2,
  columns: [
    { name: 'a', type: 'number', values: Float64Array.of(2.5, gap) },
    { name: 'annual income', type: 'integer', values: Float64Array.of(10, 0) },
    { name: 'ok', type: 'boolean', values: Float64Array.of(1, gap) },
    { name: 'at', type: 'time', values: Float64Array.of(Date.UTC(2024, 4, 5, 13), gap) },
    { name: 'colour', type: 'category', values: ['red', null] },
    { name: 'note', type: 'text', values: ["it's", ''] },
  ],
};
function evaluate(text: string, row = 0): unknown {
  const expression = readExpression(text, columns);
  const inputs = expression.reads.map((name) => table.columns.find((column) => column.name === name) as Column);
  return expression.valueAt(inputs)(row);
}

test.each([
  ['1 + 2 * 3 - 4 / 2', 5],
  ['-(1 + 2) * -2', 6],
  ['2 - 1 - 1', 0],
  ['7 % 4', 3],
  ['a * `annual income`', 25],
  ['1 / 0', gap],
  ['coalesce(1 / 0, 7)', 7],
  ['if(a > 2, 1, 0)', 1],
  ['round(a) + round(-a)', 0],
  ['min(3, a, 9) + max(1, 2)', 4.5],
  ['sqrt(-1)', gap],
  ['log(exp(1))', 1],
  ["colour = 'red' and not a < 2", 1],
  ["colour in ('blue', 'red')", 1],
  ["note = 'it''s'", 1],
  ['is_missing(1 / 0)', 1],
  ['year(at) * 100 + month(at)', 202_405],
  ['weekday(at) + hour(at)', 20], // a Sunday, 13 o'clock
  ["days_between('2024-05-01', at)", 4 + 13 / 24],
  ["at >= '2024-05-05'", 1],
  ['length(note)', 4],
  ["concat(upper(colour), '!')", 'RED!'],
  ['ok', 1],
  ['if(ok, missing, 3)', gap],
])('%s', (text, value) => {
  expect(evaluate(text)).toEqual(value);
});

test.each([
  ['a + 1', gap],
  ['a > 1', gap],
  ['a > 1 or true', 1],
  ['a > 1 and false', 0],
  ["colour = 'red'", gap],
  ['concat(colour, note)', null],
  ['is_missing(colour) and is_missing(at)', 1],
  ['if(ok, 1, 2)', gap],
  ['coalesce(a, `annual income`)', 0],
])('%s of a row of gaps', (text, value) => {
  expect(evaluate(text, 1)).toEqual(value);
});

test.each([
  ['a +', 'EXPRESSION_SYNTAX', 'character 4'],
  ['a + * 2', 'EXPRESSION_SYNTAX', 'character 5'],
  ['(a', 'EXPRESSION_SYNTAX', 'character 3'],
  ['a a', 'EXPRESSION_SYNTAX', 'character 3'],
  ["'open", 'EXPRESSION_SYNTAX', 'never closed'],
  ['a; DROP TABLE x', 'EXPRESSION_SYNTAX', 'character 2'],
  ['1 < a < 3', 'EXPRESSION_SYNTAX', 'two comparisons'],
  ['b', 'EXPRESSION_COLUMN', '"b"'],
  ['red = colour', 'EXPRESSION_COLUMN', '"red"'],
  ['sqroot(a)', 'EXPRESSION_FUNCTION', 'sqroot'],
  ['read_csv(note)', 'EXPRESSION_FUNCTION', 'read_csv'],
  ['a + colour', 'EXPRESSION_TYPE', 'works on numbers'],
  ['at + 1', 'EXPRESSION_TYPE', 'works on numbers'],
  ['colour < note', 'EXPRESSION_TYPE', 'compares'],
  ['if(a, 1, 2)', 'EXPRESSION_TYPE', 'condition'],
  ['missing', 'EXPRESSION_TYPE', 'always missing'],
  ["at > 'soon'", 'EXPRESSION_TYPE', 'two times'],
  ['('.repeat(200), 'EXPRESSION_TOO_LARGE', 'deep'],
  ['1'.repeat(3000), 'EXPRESSION_TOO_LARGE', '2000'],
  [`1${' + 1'.repeat(200)}`, 'EXPRESSION_TOO_LARGE', 'chains'],
])('%s is refused: %s', (text, code, why) => {
  expect(() => readExpression(text, columns)).toThrow(expect.objectContaining({ code, why: expect.stringContaining(why) }));
});

test('a nest of comparisons that would double at every level is refused, not built', () => {
  let text = 'a / 3';
  for (let i = 0; i < 25; i++) text = `if((${text}) / 2 > 1, (${text.length < 30 ? text : 'a'}) / 2, 1 / a)`;
  const { sql } = readExpression(text, columns);
  const build = (): number => (sql?.(['c0']) ?? '').length;
  expect(build).not.toThrow(RangeError);
});

/** Expressions of every type, from the table of functions itself: a new function is tested by being there. */
const leaf = {
  number: fc.constantFrom('a', '`annual income`', '0', '1', '2.5', '1e308', '0.1', '-3'),
  boolean: fc.constantFrom('ok', 'true', 'false'),
  time: fc.constantFrom('at'),
  text: fc.constantFrom('colour', 'note', "'red'", "'it''s'", "''", "'中😀'"),
};
type Kind = keyof typeof leaf;
const KINDS = Object.keys(leaf) as Kind[];

function expressionOf(kind: Kind, depth: number): fc.Arbitrary<string> {
  if (depth === 0) return leaf[kind];
  const calls = functions.flatMap(({ name, answers }) =>
    [1, 2, 3].flatMap((count) => combinations(count).flatMap((inputs) => (answers(inputs) === kind ? [{ name, inputs }] : []))),
  );
  if (calls.length === 0) return leaf[kind];
  return fc.oneof(
    { weight: 1, arbitrary: leaf[kind] },
    {
      weight: 4,
      arbitrary: fc
        .constantFrom(...calls)
        .chain(({ name, inputs }) =>
          fc.tuple(...inputs.map((input) => expressionOf(input, depth - 1))).map((texts) => written(name, texts)),
        ),
    },
  );
}

function combinations(count: number): Kind[][] {
  return count === 0 ? [[]] : combinations(count - 1).flatMap((rest) => KINDS.map((kind) => [kind, ...rest]));
}

function written(name: string, [first = '', ...rest]: readonly string[]): string {
  if (name === 'negate') return `-(${first})`;
  if (name === 'not') return `not (${first})`;
  if (name === 'in') return `(${first}) in (${rest.join(', ')})`;
  return /^\w+$/.test(name) && name !== 'and' && name !== 'or'
    ? `${name}(${[first, ...rest].join(', ')})`
    : `(${first}) ${name} (${rest[0]})`;
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1, -1, 0.5, -2.5, 1e308, -1e308, 5e-324),
);
const option = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null, freq: 4 });
const rows = fc.array(
  fc.record({
    a: option(number),
    n: option(fc.integer({ min: -20, max: 20 })),
    ok: option(fc.constantFrom(0, 1)),
    at: option(fc.integer({ min: -62_000_000_000_000, max: 250_000_000_000_000 })),
    colour: option(fc.constantFrom('red', 'blue', 'ß')),
    note: option(fc.constantFrom('', "it's", '中😀', 'red', 'Ärger')),
  }),
  { minLength: 30, maxLength: 60 },
);

describe('SQL and JavaScript agree', () => {
  test.each(KINDS)('on random expressions of type %s over random rows', async (kind) => {
    await fc.assert(
      fc.asyncProperty(rows, fc.array(expressionOf(kind, 3), { minLength: 60, maxLength: 60 }), async (cells, texts) => {
        const numeric = (
          name: string,
          type: 'number' | 'integer' | 'boolean' | 'time',
          of: (row: (typeof cells)[number]) => number | null,
        ): Column => ({
          name,
          type,
          values: Float64Array.from(cells, (row) => (of(row) ?? Number.NaN) + 0),
        });
        const random: Table = {
          rowCount: cells.length,
          columns: [
            numeric('a', 'number', ({ a }) => a),
            numeric('annual income', 'integer', ({ n }) => n),
            numeric('ok', 'boolean', ({ ok }) => ok),
            numeric('at', 'time', ({ at }) => at),
            { name: 'colour', type: 'category', values: cells.map(({ colour }) => colour) },
            { name: 'note', type: 'text', values: cells.map(({ note }) => note) },
          ],
        };
        await withFrame(new Map<Part, Table>([['train', random]]), async (frame) => {
          for (const text of texts) {
            const expression = readExpression(text, columns);
            if (expression.sql === undefined) continue;
            const valueAt = expression.valueAt(
              expression.reads.map((name) => random.columns.find((column) => column.name === name) as Column),
            );
            const found = await frame.rows(`SELECT ${expression.sql(frame.cells(expression.reads))} FROM ${frame.from} ORDER BY r`);
            const expected = cells
              .map((_, row) => valueAt(row))
              .map((value) => (typeof value === 'number' && Number.isNaN(value) ? null : value));
            expect(
              found.map(([value]) => value),
              text,
            ).toEqual(expected);
          }
        });
      }),
      { seed: 7, numRuns: 2, endOnFailure: true },
    );
  });
});
