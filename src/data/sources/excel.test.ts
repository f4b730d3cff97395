import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SourceSpec } from '../dataset.ts';
import { workbook, workbookMembers } from '../fixtures/workbook.ts';
import { sourceOf } from './index.ts';
import type { SourceRows } from './source.ts';
import { contextIn } from './testing/context.ts';
import { readCells } from './testing/read-cells.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-excel-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(bytes: Uint8Array, rest: { sheet?: string | number } = {}): Promise<SourceRows> {
  await writeFile(join(folder, 'x.xlsx'), bytes);
  const spec: SourceSpec = { excel: 'x.xlsx', ...rest };
  return sourceOf(spec).read(spec, contextIn(folder));
}
const header = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>';

test('shared and inline text, numbers as written, dates, booleans, stored results of formulas, gaps, and formulas that failed', async () => {
  const rows = `${header}<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>0.30000000000000004</v></c></row>
    <row r="3"><c r="A3" t="str"><f>HYPERLINK("http://x")</f><v>cached</v></c><c r="B3" s="1"><v>45351</v></c></row>
    <row r="4"><c r="A4" t="b"><v>1</v></c><c r="B4" s="1"><v>45351.5</v></c></row>
    <row r="6"><c r="A6"><v>12345678901234567890</v></c></row>
    <row r="7"><c r="A7"><f>1/0</f></c><c r="B7" t="e"><f>1/0</f><v>#DIV/0!</v></c></row><row r="8"/>`;
  const found = await read(workbook({ First: rows, Second: header }, ['深圳 &amp; co']));
  expect(await readCells(found)).toEqual({
    a: ['深圳 & co', 'cached', 'true', '12345678901234567890'],
    b: ['0.30000000000000004', '2024-02-29', '2024-02-29T12:00:00.000Z', null],
  });
});

test('a title and what stands apart are above the names of the columns', async () => {
  const row = (at: number, cells: readonly string[]): string =>
    `<row r="${at}">${cells.map((text, i) => `<c r="${'ABC'[i]}${at}" t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`;
  const lines = [row(1, ['Report']), row(2, ['Site', 'North']), row(4, ['a', 'b', 'c']), row(5, ['1', '2', '3']), row(6, ['4', '5', '6'])];
  const found = await read(workbook({ S: lines.join('') }));
  expect(await readCells(found)).toEqual({ a: ['1', '4'], b: ['2', '5'], c: ['3', '6'] });
  expect(found.warnings).toMatchObject([{ code: 'LINES_ABOVE_HEADER', message: expect.stringContaining('2 lines') }]);
});

test('a sheet by its name or its number, and one that is not there', async () => {
  const other = `${header.replace('>b<', '>c<')}<row r="2"><c r="A2"><v>7</v></c></row>`;
  const bytes = workbook({ First: header, 'Zweites Blatt': other });
  for (const sheet of ['Zweites Blatt', 2]) expect(await readCells(await read(bytes, { sheet }))).toEqual({ a: ['7'], c: [null] });
  await expect(read(bytes)).rejects.toMatchObject({ code: 'DATA_NO_ROWS', why: expect.stringContaining('2 columns') });
  await expect(read(bytes, { sheet: 'third' })).rejects.toMatchObject({ code: 'EXCEL_SHEET_UNKNOWN' });
});

test('text that crosses the pieces in which the XML is parsed is whole', async () => {
  const words = Array.from({ length: 3_000 }, (_, i) => `wörd-${i}-${'x'.repeat(i % 97)}`);
  const rows = words.map(
    (_, i) =>
      `<row r="${i + 2}"><c r="A${i + 2}" t="s"><v>${i}</v></c><c r="B${i + 2}" t="inlineStr"><is><t>${words[i]}</t></is></c></row>`,
  );
  expect(await readCells(await read(workbook({ S: header + rows.join('') }, words)))).toEqual({ a: words, b: words });
});

const far = (address: string) => workbook({ S: `${header}<row r="2"><c r="A2"><v>1</v></c></row><row ${address}/>` });
const bomb = (() => {
  const members = workbookMembers({ S: header });
  members.set('xl/sharedStrings.xml', Buffer.alloc(30 << 20, ' '));
  return zipSync(Object.fromEntries(members), { level: 6 });
})();
const lying = (() => {
  const bytes = Buffer.from(zipSync(Object.fromEntries(workbookMembers({ S: header + ' '.repeat(5_000_000) })), { level: 6 }));
  for (let at = bytes.indexOf('PK\x01\x02'); at !== -1; at = bytes.indexOf('PK\x01\x02', at + 4)) bytes.writeUInt32LE(100, at + 24);
  return bytes;
})();

test.each([
  { what: 'an empty file', bytes: new Uint8Array(), code: 'EXCEL_UNREADABLE' },
  { what: 'a ZIP that is no workbook', bytes: zipSync({ 'a.txt': Buffer.from('a') }), code: 'EXCEL_UNREADABLE' },
  { what: 'a workbook that is cut short', bytes: workbook({ S: header }).subarray(0, 900), code: 'EXCEL_UNREADABLE' },
  { what: 'a bomb of 30 MiB', bytes: bomb, code: 'EXCEL_TOO_LARGE' },
  { what: 'sizes that lie', bytes: lying, code: 'EXCEL_UNREADABLE' },
  { what: 'row a billion', bytes: far('r="999999999"'), code: 'EXCEL_TOO_LARGE' },
  { what: 'a row beyond the last', bytes: far('r="1048577"'), code: 'EXCEL_TOO_LARGE' },
  { what: 'a far corner', bytes: far("><c r = 'XFD1048576'><v>1</v></c></row"), code: 'EXCEL_TOO_LARGE' },
  { what: 'an address written as an entity', bytes: far('r="&#57;99999999"'), code: 'EXCEL_TOO_LARGE' },
])('$what is refused', async ({ bytes, code }) => {
  await expect(read(bytes)).rejects.toMatchObject({ code, fix: expect.stringMatching(/./) });
});
