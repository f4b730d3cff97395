import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { icaoCheckDigit, isAbaRouting, isChineseId, isLuhn, isMod97 } from './checksums.ts';
import { findPersonal, PERSONAL_KINDS, personalByName, personalFinders } from './index.ts';
import { measureFinders, readLabelled } from './measure.ts';

const lines = readLabelled(readFileSync(new URL('./fixtures/labelled.txt', import.meta.url), 'utf8'));
const scores = measureFinders(lines);
const unseen = measureFinders(readLabelled(readFileSync(new URL('./fixtures/unseen.txt', import.meta.url), 'utf8')));
const page = readFileSync(new URL('../../../docs/profile.md', import.meta.url), 'utf8');

describe('the labelled list', () => {
  test('is long enough to say something, of both kinds of lines', () => {
    expect(lines.length).toBeGreaterThan(300);
    expect(lines.filter(({ marks }) => marks.length === 0).length).toBeGreaterThan(120);
    for (const { kind, marked } of scores) expect(marked, kind).toBeGreaterThan(6);
  });

  test.each(scores)('$kind: recall and precision stay', ({ kind, marked, found, right }) => {
    // Bare names in prose are on the list, and no rule finds them without finding every capitalised word.
    expect(right / marked).toBeGreaterThanOrEqual(kind === 'person_name' ? 0.8 : 0.95);
    expect(right / found).toBeGreaterThanOrEqual(0.95);
  });

  test('the page tells the figures as they are measured, on both lists', () => {
    for (const { kind, marked, found, right } of unseen) {
      const share = (part: number, whole: number): string => (whole === 0 ? '–' : (part / whole).toFixed(2));
      expect(page).toMatch(
        new RegExp(`${kind}.*\\| ${share(right, marked)} \\(${marked}\\) \\| ${share(right, found)} \\(${found}\\) \\|\n`),
      );
    }
    for (const { kind, marked, found, right } of scores) {
      const share = (part: number, whole: number): string => (part / whole).toFixed(2);
      expect(page).toContain(`| \`${kind}\` | ${share(right, marked)} (${marked}) | ${share(right, found)} (${found}) | `);
    }
  });
});

test('the page names every finder and what it looks at', () => {
  for (const kind of PERSONAL_KINDS) expect(page).toContain(`| \`${kind}\` | ${personalFinders[kind].summary} |`);
});

test('places are told by their characters, in order', () => {
  const text = 'Write to ann@example.com, or call +49 30 901820.';
  expect(findPersonal(text).map(({ kind, from, to }) => [kind, text.slice(from, to)])).toEqual([
    ['email', 'ann@example.com'],
    ['phone', '+49 30 901820'],
  ]);
  expect(findPersonal(text, { kinds: ['phone'] }).map(({ kind }) => kind)).toEqual(['phone']);
});

test('the name of a column is evidence, however it is spelt', () => {
  expect(findPersonal('Grace Hopper')).toEqual([]);
  expect(findPersonal('Grace Hopper', { column: 'customerName' })).toMatchObject([{ kind: 'person_name', from: 0, to: 12 }]);
  expect(findPersonal('1990-01-02')).toEqual([]);
  expect(findPersonal('1990-01-02', { column: 'date_of_birth' })).toMatchObject([{ kind: 'date_of_birth' }]);
  expect(personalByName('E-Mail')).toBe('email');
  expect(personalByName('product_name')).toBeUndefined();
});

describe('check digits', () => {
  test('published examples', () => {
    expect(isLuhn('4111111111111111')).toBe(true);
    expect(isLuhn('79927398713')).toBe(true);
    expect(isMod97('GB82WEST12345698765432')).toBe(true);
    expect(isChineseId('11010519491231002X')).toBe(true); // the example of GB 11643
    expect(isAbaRouting('021000021')).toBe(true);
    expect(icaoCheckDigit('L898902C3')).toBe(6); // the example of ICAO 9303
  });

  test('one wrong digit is always seen', () => {
    const digit = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15 }), digit, (place, wrong) => {
        const card = '4111111111111111';
        const changed = card.slice(0, place) + wrong + card.slice(place + 1);
        expect(isLuhn(changed)).toBe(changed === card);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 21 }), digit, (place, wrong) => {
        const iban = 'DE89370400440532013000';
        const changed = iban.slice(0, place) + wrong + iban.slice(place + 1);
        expect(isMod97(changed)).toBe(changed === iban);
      }),
    );
  });
});

test('places lie inside the text, in order, and never overlap', () => {
  const piece = fc.oneof(fc.constantFrom(...lines.map(({ text }) => text)), fc.string({ unit: 'binary', maxLength: 40 }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const text = pieces.join(' ');
      let end = 0;
      for (const { from, to, confidence } of findPersonal(text)) {
        expect(from).toBeGreaterThanOrEqual(end);
        expect(to).toBeGreaterThan(from);
        expect(to).toBeLessThanOrEqual(text.length);
        expect(confidence).toBeGreaterThanOrEqual(0.5);
        end = to;
      }
    }),
    { numRuns: 50 },
  );
});

/** What makes a careless pattern walk back for ever: a long text that almost matches. A quadratic finder would need minutes. */
const traps = [
  'a'.repeat(60_000),
  `${'a.'.repeat(30_000)}@`,
  `a@${'a.'.repeat(30_000)}`,
  `a@${'a-'.repeat(30_000)}`,
  '1'.repeat(60_000),
  '1 '.repeat(30_000),
  '1-'.repeat(30_000),
  '(1'.repeat(30_000),
  '+1 ('.repeat(15_000),
  '4111 '.repeat(12_000),
  'DE89 '.repeat(12_000),
  '1.1.1.'.repeat(10_000),
  'ab:'.repeat(20_000),
  ':'.repeat(60_000),
  `https://${'a'.repeat(60_000)}`,
  'https://x?a=1&'.repeat(4_000),
  `http://x?${'a=1&'.repeat(15_000)}`,
  'P<UTO'.repeat(12_000),
  `P<UTO${'A'.repeat(60_000)}`,
  '1 Main '.repeat(8_000),
  `1 ${'Main '.repeat(12_000)}`,
  `12 rue ${'de la '.repeat(10_000)}`,
  '市'.repeat(60_000),
  '中关村路1号楼'.repeat(8_000),
  `${'路1号'.repeat(20_000)}室`,
  'Mr. '.repeat(15_000),
  'Mr. Van de '.repeat(6_000),
  `Dear ${'Ann '.repeat(15_000)}`,
  '王'.repeat(60_000),
  'born '.repeat(12_000),
  'account number '.repeat(4_000),
  'May 1, '.repeat(8_000),
];

test.each(traps.map((text) => ({ shown: text.slice(0, 16), text })))('no text is slow: $shown…', ({ text }) => {
  expect(findPersonal(text).length).toBeLessThan(text.length);
});
