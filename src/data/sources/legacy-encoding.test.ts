import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeWestern, type LegacyEncoding, legacyEncodingOf } from './legacy-encoding.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-encoding-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Node writes none of these encodings: what decodes to a character are its bytes. */
function encoded(text: string, encoding: string): Buffer {
  const bytes = new Map<string, number[]>();
  const decoder = encoding === 'windows-1252' ? { decode: decodeWestern } : new TextDecoder(encoding);
  for (let a = 0; a < 256; a++) {
    const one = decoder.decode(Uint8Array.of(a));
    if (one.length === 1 && one !== '\uFFFD') bytes.set(one, [a]);
    if (!/gb|big5|jis/.test(encoding) || a < 0x81) continue;
    for (let b = 0x40; b < 256; b++) {
      const two = decoder.decode(Uint8Array.of(a, b));
      if (two.length === 1 && two !== '\uFFFD' && !bytes.has(two)) bytes.set(two, [a, b]);
    }
  }
  if (encoding === 'gb18030') bytes.set('¥', [0x81, 0x30, 0x84, 0x36]);
  return Buffer.from(
    [...text].flatMap((character) => {
      const found = bytes.get(character);
      if (found === undefined) throw new Error(`${encoding} has no ${character}`);
      return found;
    }),
  );
}

const TEXTS: readonly [string, string, LegacyEncoding | undefined][] = [
  ['gb18030', '名字,分数\n张三,是\n', 'gb18030'],
  ['gb18030', '单号,金额\nA1,"¥1,234.50"\nA2,¥88.00\nA3,¥99.90\nA4,¥12.00\n王,¥7\n', 'gb18030'],
  ['gb18030', 'size,colour\nXL,红\nM,蓝\nT恤,白\n', 'gb18030'],
  ['gb18030', 'name\n张', 'gb18030'],
  ['windows-1252', 'Größe,Preis\n1,2\n', 'windows-1252'],
  ['windows-1252', 'name,city\nJosé Núñez,São Paulo\nZoë,Orléans\nJürgen Groß,Köln\nBjörn,Malmö\n', 'windows-1252'],
  ['windows-1252', 'comment,price\nIt’s “fine” – really…,5 €\n20 °C ± ½,£3\n', 'windows-1252'],
  ['windows-1252', 'mot\nà été créée ça\nœuvre «naïve»\n', 'windows-1252'],
  ['windows-1251', 'имя,город\nАнна,Москва\nИван,Казань\n', undefined],
  ['iso-8859-7', 'όνομα,πόλη\nΆννα,Αθήνα\n', undefined],
  ['windows-1250', 'imię,miasto\nŁukasz,Łódź\nWiesława,Kraków\nMałgorzata,Poznań\nPaweł,Wrocław\n', undefined],
  ['windows-1250', 'jméno,město\nJiří Šťastný,Plzeň\nLukáš,Žďár\nTomáš,České Budějovice\n', undefined],
  ['windows-1254', 'ad,şehir\nAyşe Yıldız,İstanbul\nIşık Doğan,Muğla\n', undefined],
  ['shift_jis', '名前,都市\nたなか,とうきょう\nサトウ,オオサカ\n', undefined],
  ['koi8-r', 'имя,город\nАнна,Москва\n', undefined],
  ['macintosh', 'name\nJosé\nZoë\nJürgen\nFrançois\n', undefined],
];

test.each(TEXTS)('%s: %j', async (encoding, text, expected) => {
  const path = join(folder, 'text');
  await writeFile(path, encoded(text, encoding));
  expect(await legacyEncodingOf(path)).toBe(expected);
});

test('control characters are no text', async () => {
  const path = join(folder, 'binary');
  await writeFile(path, Buffer.from([0x61, 0xe9, 0x62, 0x00, 0x63]));
  expect(await legacyEncodingOf(path)).toBe(undefined);
});

test('windows-1252 is decoded as the standard says', () => {
  // python3 -c "print(bytes(range(0x80, 0x100)).decode('cp1252', 'replace'))"; bytes without a sign stay control characters
  expect(decodeWestern(Buffer.from('80858e9192939496979a9e9fa0a3a9bcdfe9ff', 'hex'))).toBe('€…Ž‘’“”–—šžŸ\u00A0£©¼ßéÿ');
  expect(decodeWestern(Uint8Array.of(0x81, 0x8d, 0x41))).toBe('\x81\x8dA');
});
