import { expect, test } from 'vitest';
import type { ColumnType } from '../table.ts';
import { cellReaders, kindOf, recogniseColumn } from './index.ts';
import { observeCells } from './stats.ts';

const times = (count: number, cell: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => cell(i));
/** Scattered whole numbers below `limit`, the same ones every time. */
const scatter = (i: number, limit: number): number => Math.floor(((Math.imul(i + 1, 0x9e3779b1) >>> 0) / 2 ** 32) * limit);
const two = (n: number): string => String(n).padStart(2, '0');
const day = (i: number): { d: number; m: number; y: number } => ({
  d: 1 + scatter(i, 28),
  m: 1 + scatter(i + 99, 12),
  y: 2015 + scatter(i + 7, 10),
});

/** One to three of them, each at most once, in an order of their own. */
const some = <T>(i: number, of: readonly T[]): T[] => {
  const picked = Array.from({ length: 1 + scatter(i, 3) }, (_, k) => of[scatter(i * i * 31 + k * 977, of.length)] as T);
  return [...new Set(picked)];
};
const TAGS = ['red', 'green', 'blue', 'extra large', 'new', 'on sale'];
const NAMES = ['Smith', 'Jones', 'Miller', 'Garcia', 'Chen', 'Novak'];
const FIRST_NAMES = ['John', 'Ann', 'Maria', 'Li', 'Eva', 'Tom'];
const noise = (i: number, count: number): number[] => Array.from({ length: count }, (_, k) => scatter(i * 101 + k, 2_000) / 1_000 - 1);
const wave = (i: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => Math.round(100 * Math.sin((k + scatter(i, 9)) / 4)) / 100);

interface Trap {
  /** The column's name. */
  readonly name: string;
  readonly cells: readonly string[];
  readonly type: ColumnType;
  readonly format?: string;
  /** Must stand in the reason. */
  readonly why?: string;
  /** The first cell as it is read. */
  readonly first?: number | string | null;
}

/** One realistic column a row. What they trap: tools that take the first parser that does not fail. */
const traps: readonly Trap[] = [
  // codes of digits
  { name: 'zip', cells: times(60, (i) => String(10_000 + scatter(i, 89_999))), type: 'category', why: 'codes' },
  { name: 'postal_code', cells: times(60, (i) => `0${1000 + scatter(i, 8999)}`), type: 'category' },
  { name: 'PLZ', cells: times(60, (i) => String(20_095 + scatter(i, 40))), type: 'category', why: 'codes' },
  { name: '邮编', cells: times(60, (i) => String(510_000 + scatter(i, 99))), type: 'category', why: 'codes' },
  { name: 'status_code', cells: times(60, (i) => ['200', '404', '500'][scatter(i, 3)] as string), type: 'category' },
  { name: 'Pclass', cells: times(60, (i) => String(1 + scatter(i, 3))), type: 'integer' },
  { name: 'product_category', cells: times(60, (i) => String(10 * (1 + scatter(i, 9)))), type: 'category', why: 'codes' },
  { name: 'sku', cells: times(60, (i) => String(100_000 + scatter(i, 900_000))), type: 'category' },
  { name: 'naics', cells: times(60, (i) => String(110_000 + scatter(i, 800))), type: 'category' },
  { name: 'customer_id', cells: times(60, (i) => String(5_000 + scatter(i, 4_000))), type: 'id' },
  { name: 'customer_id', cells: times(60, (i) => `${5_000 + scatter(i, 4_000)}.0`), type: 'id' },
  { name: 'orderId', cells: times(60, (i) => String(900_000 + scatter(i, 90_000))), type: 'id' },
  { name: 'order', cells: times(60, (i) => String(4_000_000_000_000_000n + BigInt(scatter(i, 1e9)))), type: 'id' },
  { name: 'row', cells: times(60, (i) => String(i)), type: 'id' },
  { name: 'uuid', cells: times(60, (i) => `${two(i)}c1f0e2-7a3b-4d2c-9f${two(i)}-0a1b2c3d4e${two(i)}`), type: 'id' },
  { name: 'commit', cells: times(60, (i) => (scatter(i, 0xfffffff) + 0x10000000).toString(16)), type: 'id' },
  { name: 'ip', cells: times(60, (i) => `192.168.${scatter(i, 255)}.${scatter(i + 5, 255)}`), type: 'id' },
  { name: 'iban', cells: times(60, (i) => `DE${10 + scatter(i, 89)}3704004405320${100 + i}`), type: 'id' },
  { name: 'phone', cells: times(60, (i) => `+49 151 ${1_000_000 + scatter(i, 8_999_999)}`), type: 'id', why: 'phone' },
  { name: 'contact', cells: times(60, (i) => `(555) ${100 + scatter(i, 899)}-${1000 + scatter(i + 3, 8999)}`), type: 'id', why: 'phone' },
  { name: '手机', cells: times(60, (i) => `138${10_000_000 + scatter(i, 89_999_999)}`), type: 'id', why: 'phone' },
  { name: 'mobile', cells: times(60, (i) => String(6_000_000_000 + scatter(i, 999_999_999))), type: 'id', why: 'phone' },
  // yes and no
  { name: 'paid', cells: times(60, (i) => ['0', '1'][scatter(i, 2)] as string), type: 'boolean' },
  { name: 'paid', cells: times(60, (i) => ['0.0', '1.0', ''][scatter(i, 3)] as string), type: 'boolean' },
  { name: 'active', cells: times(60, (i) => ['Yes', 'No', 'yes', 'NO'][scatter(i, 4)] as string), type: 'boolean' },
  { name: 'active', cells: times(60, (i) => ['Y', 'N'][scatter(i, 2)] as string), type: 'boolean' },
  { name: 'active', cells: times(60, (i) => ['t', 'f'][scatter(i, 2)] as string), type: 'boolean' },
  { name: 'light', cells: times(60, (i) => ['ON', 'OFF'][scatter(i, 2)] as string), type: 'boolean' },
  { name: '会员', cells: times(60, (i) => ['是', '否', ''][scatter(i, 3)] as string), type: 'boolean' },
  { name: '库存', cells: times(60, (i) => ['有', '无'][scatter(i, 2)] as string), type: 'boolean' },
  { name: 'aktiv', cells: times(60, (i) => ['ja', 'nein'][scatter(i, 2)] as string), type: 'boolean' },
  { name: 'answer', cells: times(60, (i) => ['yes', 'no', 'maybe'][scatter(i, 3)] as string), type: 'category' },
  { name: 'sex', cells: times(60, (i) => ['M', 'F'][scatter(i, 2)] as string), type: 'category' },
  { name: 'flag', cells: times(60, (i) => (scatter(i, 20) === 0 ? 'x' : '')), type: 'category' },
  // numbers for people
  {
    name: 'amount',
    cells: ['1,234.50', ...times(59, (i) => `${1 + scatter(i, 900)},${100 + scatter(i, 899)}.${two(scatter(i, 99))}`)],
    type: 'number',
    first: 1234.5,
  },
  {
    name: 'Betrag',
    cells: ['1.234,50', ...times(59, (i) => `${1 + scatter(i, 900)},${two(scatter(i, 99))}`)],
    type: 'number',
    format: '1.234,5',
    first: 1234.5,
  },
  {
    name: 'Betrag',
    cells: ['1.234', ...times(59, (i) => `${1 + scatter(i, 900)},${two(scatter(i, 99))}`)],
    type: 'number',
    format: '1.234,5',
    first: 1234,
  },
  {
    name: 'montant',
    cells: ['1 234,50', ...times(59, (i) => `${1 + scatter(i, 900)}\u202f${100 + scatter(i, 899)},${two(scatter(i, 99))}`)],
    type: 'number',
    format: '1.234,5',
    first: 1234.5,
  },
  {
    name: 'betrag',
    cells: times(60, (i) => `${1 + scatter(i, 900)}'${100 + scatter(i, 899)}.${two(scatter(i, 99))}`),
    type: 'number',
    format: '1,234.5',
  },
  {
    name: 'price',
    cells: ['$1,200', ...times(59, (i) => `$${1 + scatter(i, 900)}`)],
    type: 'number',
    format: '1,234.5',
    why: 'currency',
    first: 1200,
  },
  {
    name: 'Preis',
    cells: ['€ 3,50', ...times(59, (i) => `€ ${1 + scatter(i, 90)},${two(scatter(i, 99))}`)],
    type: 'number',
    format: '1.234,5',
    first: 3.5,
  },
  { name: '价格', cells: ['¥1200', ...times(59, (i) => `¥${1 + scatter(i, 9000)}`)], type: 'number', first: 1200 },
  { name: '价格', cells: ['1200 元', ...times(59, (i) => `${1 + scatter(i, 9000)}元`)], type: 'number', first: 1200 },
  { name: 'price', cells: times(60, (i) => `${i % 2 === 0 ? '$' : '€'}${1 + scatter(i, 900)}`), type: 'category' },
  { name: 'growth', cells: ['12 %', ...times(59, (i) => `${scatter(i, 99)}.5 %`)], type: 'number', why: 'percent', first: 12 },
  {
    name: 'profit',
    cells: ['(123)', ...times(59, (i) => (i % 3 === 0 ? `(${1 + scatter(i, 900)})` : String(1 + scatter(i, 900))))],
    type: 'number',
    first: -123,
  },
  {
    name: 'population',
    cells: times(60, (i) => `${1 + scatter(i, 9)},${100 + scatter(i, 899)},${100 + scatter(i + 9, 899)}`),
    type: 'integer',
  },
  {
    name: 'reading',
    cells: times(60, (i) => (i % 10 === 0 ? 'unknown' : String(scatter(i, 9_000) / 10))),
    type: 'number',
    why: 'say that there is none',
  },
  { name: 'reading', cells: times(60, (i) => ['low', 'high', 'none', '5'][scatter(i, 4)] as string), type: 'category' },
  { name: 'size', cells: times(60, (i) => `${scatter(i, 90)} kg`), type: 'category' },
  { name: 'tiny', cells: times(60, (i) => `${1 + scatter(i, 9)}e-${1 + scatter(i, 9)}`), type: 'number' },
  { name: 'count', cells: times(60, (i) => String(scatter(i, 40))), type: 'integer' },
  { name: 'rating', cells: times(60, (i) => String(1 + scatter(i, 5))), type: 'integer' },
  { name: 'year', cells: times(60, (i) => String(1960 + scatter(i, 60))), type: 'integer' },
  { name: 'version', cells: times(60, (i) => `1.${scatter(i, 12)}`), type: 'category', why: '1.10 is not 1.1' },
  { name: 'release', cells: times(60, (i) => `${scatter(i, 3)}.${scatter(i + 4, 12)}.${scatter(i + 9, 9)}`), type: 'category' },
  { name: 'rare', cells: times(400, (i) => (i % 50 === 0 ? String(scatter(i, 900) / 8) : '')), type: 'number' },
  { name: 'gap', cells: times(60, (i) => (i % 2 === 0 ? '\\N' : String(scatter(i, 900) / 8))), type: 'number' },
  // times
  { name: 'when', cells: times(60, (i) => `${day(i).y}-${two(day(i).m)}-${two(day(i).d)}`), type: 'time' },
  {
    name: 'when',
    cells: ['31/12/2024', ...times(59, (i) => `${two(day(i).d)}/${two(day(i).m)}/${day(i).y}`)],
    type: 'time',
    format: 'day_first',
    why: 'day first',
    first: Date.UTC(2024, 11, 31),
  },
  {
    name: 'when',
    cells: ['12/31/2024', ...times(59, (i) => `${day(i).m}/${day(i).d}/${day(i).y}`)],
    type: 'time',
    format: 'month_first',
    why: 'month first',
    first: Date.UTC(2024, 11, 31),
  },
  {
    name: 'when',
    cells: times(60, (i) => `${two(1 + scatter(i, 12))}/${two(1 + scatter(i + 3, 12))}/2024`),
    type: 'time',
    format: 'day_first',
    why: 'may each stand first',
  },
  {
    name: 'when',
    cells: ['31.12.24', ...times(59, (i) => `${two(day(i).d)}.${two(day(i).m)}.${two(day(i).y % 100)}`)],
    type: 'time',
    format: 'day_first',
    first: Date.UTC(2024, 11, 31),
  },
  {
    name: '日期',
    cells: ['2024年12月31日', ...times(59, (i) => `${day(i).y}年${day(i).m}月${day(i).d}日`)],
    type: 'time',
    first: Date.UTC(2024, 11, 31),
  },
  {
    name: 'when',
    cells: ['31 Dec 2024', ...times(59, (i) => `${day(i).d} ${['Jan', 'Feb', 'March'][scatter(i, 3)]} ${day(i).y}`)],
    type: 'time',
    first: Date.UTC(2024, 11, 31),
  },
  { name: 'when', cells: times(60, (i) => `Mon, ${two(day(i).d)} Sep ${day(i).y} 10:${two(scatter(i, 60))}:00 GMT`), type: 'time' },
  {
    name: 'when',
    cells: times(60, (i) => `${day(i).m}/${13 + scatter(i, 15)}/${day(i).y} ${1 + scatter(i, 12)}:30 PM`),
    type: 'time',
    format: 'month_first',
  },
  {
    name: 'day',
    cells: ['20241231', ...times(59, (i) => `${day(i).y}${two(day(i).m)}${two(day(i).d)}`)],
    type: 'time',
    format: 'year_month_day',
    first: Date.UTC(2024, 11, 31),
  },
  {
    name: 'created_at',
    cells: ['1735603200', ...times(59, (i) => String(1_500_000_000 + scatter(i, 200_000_000)))],
    type: 'time',
    format: 'epoch_seconds',
    first: 1_735_603_200_000,
  },
  {
    name: 'timestamp',
    cells: times(60, (i) => String(1_500_000_000_000 + scatter(i, 200_000_000) * 1000)),
    type: 'time',
    format: 'epoch_milliseconds',
  },
  { name: 'bytes', cells: times(60, (i) => String(1_500_000_000 + scatter(i, 200_000_000))), type: 'integer' },
  { name: 'clock', cells: times(60, (i) => `${two(scatter(i, 24))}:${two(scatter(i + 3, 60))}`), type: 'category' },
  { name: 'quarter', cells: times(60, (i) => `${day(i).y}Q${1 + scatter(i, 4)}`), type: 'category' },
  // lists of categories
  { name: 'tags', cells: times(60, (i) => some(i, TAGS).join('|')), type: 'list', format: 'pipe', why: '6 distinct items' },
  { name: 'genres', cells: times(60, (i) => some(i, TAGS).join(' | ')), type: 'list', format: 'pipe' },
  { name: 'x', cells: times(60, (i) => some(i, TAGS).join(';')), type: 'list', format: 'semicolon' },
  { name: 'toppings', cells: times(60, (i) => some(i, TAGS).join(', ')), type: 'list', format: 'comma' },
  { name: 'x', cells: times(60, (i) => (i % 2 === 0 ? '' : some(i, TAGS).join(';'))), type: 'list', format: 'semicolon' },
  { name: '标签', cells: times(60, (i) => some(i, ['红色', '绿色', '蓝色', '黄色']).join('|')), type: 'list', format: 'pipe' },
  { name: 'x', cells: times(9, (i) => JSON.stringify(some(i, TAGS))), type: 'list' },
  { name: 'x', cells: ['[]', ...times(9, (i) => JSON.stringify(some(i, TAGS)))], type: 'list' },
  { name: 'x', cells: times(60, (i) => `[${some(i, TAGS).map((tag) => `'${tag}'`)}]`), type: 'list' },
  { name: 'x', cells: times(60, (i) => `{${some(i, TAGS)}}`), type: 'list' },
  { name: 'tag_ids', cells: times(60, (i) => `[${some(i, [1, 12, 7, 40, 33])}]`), type: 'list', why: 'its name says' },
  { name: 'author', cells: times(60, (i) => `${NAMES[scatter(i, 6)]}, ${FIRST_NAMES[scatter(i + 3, 6)]}`), type: 'category' },
  {
    name: 'city',
    cells: times(60, (i) => ['Portland, OR', 'Salem, OR', 'Austin, TX', 'Dallas, TX', 'Portland, ME'][scatter(i, 5)] as string),
    type: 'category',
  },
  { name: 'plan', cells: times(60, (i) => ['Basic, monthly', 'Pro, yearly', 'Free'][scatter(i, 3)] as string), type: 'category' },
  { name: 'path', cells: times(60, (i) => `root|a${scatter(i, 9)}|file${i}`), type: 'category' },
  {
    name: 'note',
    cells: times(60, (i) => `The ${TAGS[scatter(i, 6)]} one is fine, but the ${TAGS[scatter(i + 5, 6)]} one, sadly, is not ${i}`),
    type: 'text',
  },
  { name: 'address', cells: times(60, (i) => `${1 + scatter(i, 99)} Main Street, Springfield, ${10_000 + i}`), type: 'text' },
  // vectors and series
  { name: 'x', cells: times(60, (i) => `[${noise(i, 16)}]`), type: 'embedding', why: '16 numbers, in no order' },
  { name: 'x', cells: times(60, (i) => noise(i, 16).join(' ')), type: 'embedding' },
  { name: 'x', cells: times(60, (i) => noise(i, 16).join(';')), type: 'embedding' },
  { name: 'x', cells: times(60, (i) => noise(i, 16).join(',')), type: 'embedding' },
  {
    name: 'x',
    cells: times(
      60,
      (i) =>
        `[${noise(i, 16)
          .join(' ')
          .replace(/ /g, (_, at) => (at % 5 === 0 ? '\n ' : '  '))}]`,
    ),
    type: 'embedding',
  },
  { name: 'x', cells: times(60, (i) => (i % 3 === 0 ? '' : `[${noise(i, 16)}]`)), type: 'embedding' },
  { name: 'place', cells: times(60, (i) => `[${noise(i, 2)}]`), type: 'embedding', why: 'each with a place of its own' },
  { name: 'x', cells: times(60, (i) => `[${wave(i, 24)}]`), type: 'series', why: 'neighbours go together' },
  { name: 'sentence_vector', cells: times(60, (i) => `[${wave(i, 24)}]`), type: 'embedding', why: 'its name says' },
  { name: 'ecg', cells: times(60, (i) => `[${noise(i, 16)}]`), type: 'series', why: 'its name says' },
  { name: 'x', cells: times(60, (i) => `[${noise(i, 1 + scatter(i, 9))}]`), type: 'series', why: 'from 1 to 9 numbers' },
  { name: 'x', cells: times(60, (i) => noise(i, 4 + scatter(i, 9)).join(' ')), type: 'series' },
  { name: 'x', cells: times(60, (i) => `[${noise(i, 3 + scatter(i, 9))},null]`), type: 'series' },
  { name: 'x', cells: times(60, (i) => `[${noise(i, i === 7 ? 15 : 16)}]`), type: 'embedding', why: '98.3 %' },
  // several numbers that are none of these
  { name: 'when', cells: times(60, (i) => `${day(i).y} ${day(i).m} ${day(i).d}`), type: 'category' },
  { name: 'gps', cells: times(60, (i) => `${50 + scatter(i, 900) / 100}, ${8 + scatter(i + 1, 900) / 100}`), type: 'category' },
  { name: 'range', cells: times(60, (i) => `${scatter(i, 9)} - ${10 + scatter(i, 9)}`), type: 'category' },
  { name: 'size', cells: times(60, (i) => `${10 + scatter(i, 9)} x ${10 + scatter(i + 1, 9)} x 3`), type: 'category' },
  { name: 'pair', cells: times(60, (i) => `${scatter(i, 9)};${scatter(i + 1, 9)}`), type: 'category' },
  { name: 'codes', cells: times(60, (i) => some(i, [3, 5, 8, 13, 21]).join(';')), type: 'list', format: 'semicolon' },
  { name: 'x', cells: times(60, (i) => `[{"a": ${scatter(i, 5)}}]`), type: 'category' },
];

test('there are enough of them', () => expect(traps.length).toBeGreaterThanOrEqual(60));

test.each(traps.map((trap, i) => ({ ...trap, what: `${i} ${trap.name}: ${trap.cells[0]}` })))(
  '$what is $type',
  ({ name, cells, type, format, why = '', first }) => {
    const found = recogniseColumn(observeCells(name, [cells], cellReaders));
    expect(found).toMatchObject({ type });
    expect(found.format).toBe(format ?? found.format);
    expect(found.why).toContain(why);
    const { column, unreadableCount } = kindOf(type).parse(name, cells, found.format);
    expect(unreadableCount).toBeLessThanOrEqual(cells.length / 5);
    if (first !== undefined) expect('values' in column && column.values[0]).toBe(first);
  },
);
