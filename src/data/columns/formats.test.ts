import { expect, test } from 'vitest';
import { type NumberFormat, readFormatted } from './number-format.ts';
import { readTimeAs, readWordedTime, type TimeFormat } from './time-format.ts';

const numbers: readonly [string, NumberFormat, number][] = [
  ['1,234.50', '1,234.5', 1234.5],
  ['1,234', '1,234.5', 1234],
  ['12,34,567.8', '1,234.5', 1234567.8],
  ["1'234.5", '1,234.5', 1234.5],
  ['1 234.5', '1,234.5', 1234.5],
  ['$1,200', '1,234.5', 1200],
  ['-$3.50', '1,234.5', -3.5],
  ['$ -3.50', '1,234.5', -3.5],
  ['US$7', '1,234.5', 7],
  ['(123)', '1,234.5', -123],
  ['($1,234.50)', '1,234.5', -1234.5],
  ['12 %', '1,234.5', 12],
  ['12.5%', '1,234.5', 12.5],
  ['¥1200', '1,234.5', 1200],
  ['￥１，２００', '1,234.5', 1200],
  ['1200 元', '1,234.5', 1200],
  ['−5', '1,234.5', -5],
  ['.5', '1,234.5', 0.5],
  ['1,23', '1,234.5', Number.NaN],
  ['1.234,50', '1.234,5', 1234.5],
  ['3,50', '1.234,5', 3.5],
  ['€ 3,50', '1.234,5', 3.5],
  ['1\u202f234,50 €', '1.234,5', 1234.5],
  ["1'234,50", '1.234,5', 1234.5],
  ['1.234.567', '1.234,5', 1234567],
  ['1.23', '1.234,5', Number.NaN],
  ['$5€', '1,234.5', Number.NaN],
  ['0123', '1,234.5', Number.NaN],
  ['1,234 567', '1,234.5', Number.NaN],
  ['(-5)', '1,234.5', Number.NaN],
  ['', '1,234.5', Number.NaN],
  ['%', '1,234.5', Number.NaN],
  ['12345678901234567', '1,234.5', Number.NaN],
];

test.each(numbers)('%j as %s is %d', (cell, format, value) => {
  expect(readFormatted(cell, format).value).toBe(value);
});

const at = (text: string) => Date.parse(text);
const times: readonly [string, TimeFormat | undefined, number][] = [
  ['31/12/2024', 'day_first', at('2024-12-31T00:00Z')],
  ['31.12.24', 'day_first', at('2024-12-31T00:00Z')],
  ['1-2-99 10:30', 'day_first', at('1999-02-01T10:30Z')],
  ['31/12/2024', 'month_first', Number.NaN],
  ['12/31/2024 3:05 PM', 'month_first', at('2024-12-31T15:05Z')],
  ['12/31/2024 12:00 am', 'month_first', at('2024-12-31T00:00Z')],
  ['12/31/2024 13:00 PM', 'month_first', Number.NaN],
  ['30/02/2024', 'day_first', Number.NaN],
  ['31/12-2024', 'day_first', Number.NaN],
  ['20241231', 'year_month_day', at('2024-12-31T00:00Z')],
  ['20241331', 'year_month_day', Number.NaN],
  ['1735603200', 'epoch_seconds', at('2024-12-31T00:00Z')],
  ['1735603200000', 'epoch_milliseconds', at('2024-12-31T00:00Z')],
  ['31 Dec 2024', undefined, at('2024-12-31T00:00Z')],
  ['31-Dec-24', undefined, at('2024-12-31T00:00Z')],
  ['Dec 31, 2024', undefined, at('2024-12-31T00:00Z')],
  ['December 31st, 2024 10:00', undefined, at('2024-12-31T10:00Z')],
  ['Tue, 31 Dec 2024 10:00:00 +0800', undefined, at('2024-12-31T02:00Z')],
  ['2024年12月31日', undefined, at('2024-12-31T00:00Z')],
  ['2024年2月3日 下午3点05分', undefined, at('2024-02-03T15:05Z')],
  ['2024.12.31', undefined, at('2024-12-31T00:00Z')],
  ['31 Decade 2024', undefined, Number.NaN],
  ['Marching 3 2024', undefined, Number.NaN],
  ['may', undefined, Number.NaN],
];

test.each(times)('%j as %s', (cell, format, value) => {
  expect(format === undefined ? readWordedTime(cell) : readTimeAs(cell, format)).toBe(value);
});

test('a cell of one piece repeated is read or not, and never for ever', () => {
  for (const piece of ['1', '1,', '1,111', ' ', '$', 'Dec ', '1:', '年', '(']) {
    const cell = piece.repeat(40);
    for (const format of ['1,234.5', '1.234,5'] as const) expect(readFormatted(cell.slice(0, 40), format).value).not.toBeUndefined();
    expect([readWordedTime(cell), readTimeAs(cell, 'day_first')]).toEqual([Number.NaN, Number.NaN]);
  }
});
