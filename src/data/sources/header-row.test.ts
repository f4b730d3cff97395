import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRecords } from './dialect.ts';
import { headerAt } from './header-row.ts';

const headerOf = (text: string): readonly string[] | undefined => {
  const records = readRecords(text, { delimiter: ',', quote: '"' }, 100);
  return records[headerAt(records)]?.fields;
};
const rows = '2024-01-01,20.5,40\n2024-01-02,21.5,\n2024-01-03,22.5,44\n2024-01-04,19,\n2024-01-05,18,41\n';

test.each([
  ['nothing', ''],
  ['a title', 'Quality report\n'],
  ['titles that a spreadsheet filled up', 'Quality report,,\n,,\n'],
  ['comments', '# made by a program\n# units: C, %\n'],
  ['what stands apart', 'Station export\nSite: North, Device 7\n\n'],
  ['what stands apart in a spreadsheet', 'Site,North,\nDevice,7,\n,,\n'],
  ['blank lines', '\n  \n,,\n'],
])('above the names of columns: %s', (_what, above) => {
  expect(headerOf(`${above}time,temp,humidity\n${rows}`)).toEqual(['time', 'temp', 'humidity']);
});

test.each([
  ['the names of rows lack one, as R writes them', 'temp,humidity\n', ['temp', 'humidity']],
  ['the first name is blank, as pandas writes an index', ',temp,humidity\n', ['', 'temp', 'humidity']],
  ['the last name is blank', 'time,temp,\n', ['time', 'temp', '']],
])('nothing is passed over where %s', (_what, header, names) => {
  expect(headerOf(header + rows)).toEqual(names);
});

test('a name above two columns is a header that lacks one', () => {
  expect(headerOf('name\nx,1\ny,2\n')).toEqual(['name']);
  expect(headerOf('name,\nx,1\ny,2\n')).toEqual(['name', '']);
});

test('a header as wide as its rows is the header, whatever they hold', () => {
  const cell = fc.constantFrom('', '#', 'a', '1');
  const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc.record({
      header: fc.array(fc.constantFrom('#', 'a', '1'), { minLength: width, maxLength: width }),
      body: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 }),
      gaps: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
    }),
  );
  fc.assert(
    fc.property(table, ({ header, body, gaps }) => {
      const all = [header, ...body].map((fields, i) => ({ fields, standsApart: gaps[i] === true }));
      expect(headerAt(all)).toBe(0);
    }),
    { seed: 7 },
  );
});
