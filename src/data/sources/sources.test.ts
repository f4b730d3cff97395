import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { usableNames } from './column-names.ts';
import { findDialect, readRecords } from './dialect.ts';
import { sourceOf, sources } from './index.ts';

test('records as RFC 4180 has them', () => {
  const text = 'a,"b ""c""\nd",\r\n\n"",x,"y"\nlast,,';
  expect(readRecords(text, { delimiter: ',', quote: '"' }, 10).map(({ fields }) => fields)).toEqual([
    ['a', 'b "c"\nd', ''],
    ['', 'x', 'y'],
    ['last', '', ''],
  ]);
});

test('what is written as CSV is read again', () => {
  const record = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', ' ', ';') }), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), (records) => {
      const text = records.map((fields) => fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')).join('\n');
      expect(readRecords(text, { delimiter: ',', quote: '"' }, 10).map(({ fields }) => fields)).toEqual(records);
    }),
    { seed: 7 },
  );
});

describe('the dialect', () => {
  test.each([
    ['a,b\n1,2\n', ',', '"'],
    ['a;b\n1,5;2\n3,5;4\n', ';', '"'],
    ['a\tb\nx, y\tz\n', '\t', '"'],
    ['only\nvalues\n', ',', '"'],
    ["a,b\n'x,y',1\n'z',2\n", ',', "'"],
    ["a,b\nit's,1\n'tis,2\n", ',', '"'],
    ['a,b\nplain,1\n\'say "x", then, z\ny\',2\nplain,3\n', ',', "'"],
    ["a,b\n'twas,1\nnow,2\n'tis,3\n", ',', '"'],
  ])('of %j', (head, delimiter, quote) => {
    expect(findDialect(head)).toEqual({ delimiter, quote });
  });
});

test('names of columns are unique and never blank, whatever the header', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('', 'a', 'a_2', ' a ', 'a\u0000', 'column_2', '__proto__', '\u202e'), { minLength: 1 }),
      (header) => {
        const { names, warnings } = usableNames(header, 'x.csv');
        expect(new Set(names).size).toBe(header.length);
        expect(names.every((name) => name.length > 0 && !/\p{Cc}/u.test(name))).toBe(true);
        const changed = names.filter((name, i) => name !== header[i]?.trim()).length;
        expect(warnings).toHaveLength(changed);
      },
    ),
    { seed: 7 },
  );
});

test('each source says what it takes', () => {
  expect(sourceOf('a.TSV').name).toBe('csv');
  expect(sourceOf({ images: 'a', labels: 'b' }).name).toBe('idx');
  expect(() => sourceOf('a.xls')).toThrow(expect.objectContaining({ code: 'DATA_FORMAT_UNKNOWN' }));
  for (const source of sources) expect(source.summary.length).toBeGreaterThan(20);
});
