import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRecords } from '../data/sources/dialect.ts';
import { csvOf } from './csv.ts';

test('worked by hand: quotes where they are needed, gaps, numbers as numbers', () => {
  expect(
    csvOf(
      ['row', 'given', 'p'],
      [
        [1, 'a "b", c', -0.5],
        [2, 'two\nlines', 1e-7],
        [3, null, 0],
      ],
    ),
  ).toBe('row,given,p\n1,"a ""b"", c",-0.5\n2,"two\nlines",1e-7\n3,,0\n');
});

test.each(['=1+1', '+cmd|" /C calc"!A0', '-2+3', '@SUM(A1)', '\t=1+1', '\r=1+1', '\n=1', '＝1+1', '=HYPERLINK("http://x","y")', '-', '+a'])(
  'the formula %j is written as text, in cells and in names of columns',
  (formula) => {
    for (const { fields } of readRecords(csvOf([formula], [[formula]]), { delimiter: ',', quote: '"' }, 9))
      expect(fields).toEqual([`'${formula}`]);
  },
);

test.each(['-1', '+3.5', '-2e5', '.5', '0'])('the text %s, which is a number, stays one', (text) => {
  expect(csvOf(['class'], [[text]])).toBe(`class\n${text}\n`);
});

test('whatever the cells, they come back, and none starts as a formula does', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', "'", '1', 'a', ' ') }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
      const read = readRecords(csvOf(['a', 'b'], rows), { delimiter: ',', quote: '"' }, 99)
        .slice(1)
        .map(({ fields }) => fields);
      // a line of empty cells only is no record to a reader of one column, but here there are two
      expect(
        read.map((cells) =>
          cells.map((text, i) => text === rows[read.indexOf(cells)]?.[i] || text === `'${rows[read.indexOf(cells)]?.[i]}`),
        ),
      ).toEqual(rows.map(() => [true, true]));
      for (const text of read.flat()) expect(/^[=+\-@\t\r\n]/.test(text) && !Number.isFinite(Number(text))).toBe(false);
    }),
  );
});
