import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../engine/tensor/random.ts';
import { type Home, openHome } from '../../store/index.ts';
import { importDataset, type Profile, prepareDataset, profileDataset } from '../index.ts';
import type { ImageColumn } from '../table.ts';
import { correlationRatio, cramersV, pearson } from './associations.ts';
import { languageOf } from './language.ts';
import { nearDuplicateTexts } from './near-duplicates.ts';
import { lookAtImages } from './near-images.ts';
import { renderProfile } from './page/render.ts';
import { groupValues, midRanks, midRanksAmong } from './ranks.ts';

let folder: string;
let home: Home;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-profile-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

const now = new Date('2024-05-01T00:00:00Z');
let files = 0;
async function imported(csv: string, columns = {}) {
  const path = `p${files++}.csv`;
  await writeFile(join(folder, path), csv);
  return importDataset(home, { name: path.slice(0, -4), data: path, columns, folder, now });
}
const profiled = async (csv: string, target?: string): Promise<Profile> =>
  profileDataset(home, await imported(csv), target === undefined ? {} : { target });
const codes = ({ warnings }: Profile): string[] => warnings.map(({ code }) => code);

describe('associations', () => {
  test('worked by hand', () => {
    // x = 1 2 3, y = 1 3 2: cov = 1/3·(−1·−1 + 0·1 + 1·0) = 1/3, both variances 2/3, so r = 0.5
    expect(pearson(Float64Array.of(1, 2, 3), Float64Array.of(1, 3, 2))).toBeCloseTo(0.5, 12);
    expect([...midRanks(Float64Array.of(5, 1, 5, 9))]).toEqual([2.5, 1, 2.5, 4]);
    // two groups with means 1 and 3 around 2, within them ±1: η² = 4·1² / (4·1² + 4·1²) = 0.5
    expect(correlationRatio(Float64Array.of(0, 2, 2, 4), Int32Array.of(0, 0, 1, 1), 2).value).toBeCloseTo(Math.SQRT1_2, 12);
    // a 2 × 2 table of 10 and 10 on the diagonal: φ² = 1, corrected 1 − 1/19; r̃ = 2 − 1/19, so V = √(18/19 / (18/19)) = 1
    const codesOf = Int32Array.from({ length: 20 }, (_, i) => i % 2);
    expect(cramersV(codesOf, codesOf, 2, 2).value).toBeCloseTo(1, 12);
  });

  test('ranks among some rows are those of their values alone: half a place for an equal one, a whole one for a smaller', () => {
    const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(Number.NaN, -0));
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.boolean()), { maxLength: 20 }), (cells) => {
        const values = Float64Array.from(cells, ([x]) => x);
        const rows = cells.flatMap(([x, isTaken], row) => (isTaken && !Number.isNaN(x) ? [row] : []));
        const rank = (row: number): number =>
          rows.reduce(
            (sum, other) => sum + (values[other] === values[row] ? 0.5 : Number((values[other] as number) < (values[row] as number))),
            0.5,
          );
        expect([...midRanksAmong(groupValues(values), rows)]).toEqual(rows.map(rank));
      }),
    );
  });

  test('lie between −1 and 1, and do not depend on scale or names', () => {
    const column = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 30, maxLength: 30 });
    const groups = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(column, column, groups, groups, (x, y, a, b) => {
        const [fx, fy] = [Float64Array.from(x), Float64Array.from(y)];
        const r = pearson(fx, fy);
        expect(Math.abs(r)).toBeLessThanOrEqual(1);
        expect(
          pearson(
            fx.map((value) => 3 * value - 2),
            fy,
          ),
        ).toBeCloseTo(r, 6);
        const [ca, cb] = [Int32Array.from(a), Int32Array.from(b)];
        const v = cramersV(ca, cb, 4, 4).value;
        expect(v).toBeGreaterThanOrEqual(0);
        expect(v).toBeLessThanOrEqual(1);
        expect(
          cramersV(
            cb,
            ca.map((code) => 3 - code),
            4,
            4,
          ).value,
        ).toBeCloseTo(v, 9);
        const eta = correlationRatio(fx, ca, 4).value;
        expect(eta).toBeGreaterThanOrEqual(0);
        expect(eta).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('near duplicates of texts', () => {
  const random = createRandom(3);
  const words = Array.from({ length: 400 }, (_, i) => `w${i.toString(36)}x`);
  const sentence = (): string => Array.from({ length: 40 }, () => words[random.int(words.length)]).join(' ');

  test('a copy with two words changed is found, another text is not', async () => {
    const texts = Array.from({ length: 300 }, sentence);
    const copies = [7, 70, 170].map((at) => {
      const changed = (texts[at] as string).split(' ');
      changed[3] = 'other';
      changed[30] = 'words';
      return changed.join(' ').toUpperCase();
    });
    const pairs = await nearDuplicateTexts([...texts, null, 'short', 'short', ...copies]);
    expect(pairs.map(({ a, b }) => [a, b])).toEqual([
      [7, 303],
      [70, 304],
      [170, 305],
    ]);
    for (const { similarity } of pairs) expect(similarity).toBeGreaterThan(0.8);
  });

  test('a thousand equal texts are told in time that grows with their number', async () => {
    const text = sentence();
    const pairs = await nearDuplicateTexts(Array.from({ length: 1_000 }, () => text));
    expect(pairs).toHaveLength(999);
    expect(pairs.every(({ a, similarity }) => a === 0 && similarity === 1)).toBe(true);
  });
});

test('near duplicates of pictures: noise is forgiven, another picture is not, one colour is told', () => {
  const random = createRandom(5);
  const [height, width] = [24, 24];
  const picture = (): number[] => {
    const [cx, cy, tilt] = [random.int(24), random.int(24), random.int(9) - 4];
    return Array.from({ length: height * width }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return Math.max(0, Math.min(255, 255 - 14 * Math.hypot(x - cx, y - cy) + tilt * (x - y)));
    });
  };
  const pictures = Array.from({ length: 40 }, picture);
  const noisy = (pictures[9] as number[]).map((value) => Math.max(0, Math.min(255, value + random.int(5) - 2)));
  const blank = new Array<number>(height * width).fill(128);
  const column: ImageColumn = {
    name: 'i',
    type: 'image',
    height,
    width,
    channels: 1,
    pixels: Uint8Array.from([...pictures, noisy, blank].flat()),
  };
  const { pairs, blankRows } = lookAtImages(column);
  expect(pairs.map(({ a, b }) => [a, b])).toContainEqual([9, 40]);
  expect(pairs.every(({ b }) => b === 40)).toBe(true);
  expect(blankRows).toEqual([41]);
});

test.each([
  ['en', 'The coffee was cold and I will not buy it again.'],
  ['de', 'Der Kaffee war kalt und ich werde ihn nicht mehr kaufen.'],
  ['fr', "Le café était froid et je ne l'achèterai plus."],
  ['es', 'El café estaba frío y no lo voy a comprar más.'],
  ['it', 'Il caffè era freddo e non lo comprerò più.'],
  ['pt', 'O café estava frio e não vou comprar mais.'],
  ['nl', 'De koffie was koud en ik zal het niet meer kopen.'],
  ['pl', 'Kawa była zimna i nie kupię jej więcej.'],
  ['sv', 'Kaffet var kallt och jag kommer inte att köpa det igen.'],
  ['tr', 'Kahve soğuktu ve bir daha almayacağım.'],
  ['id', 'Kopi ini sudah dingin dan saya tidak akan membeli lagi.'],
  ['vi', 'Cà phê bị nguội và tôi sẽ không mua nữa.'],
  ['zh', '咖啡是冷的，我不会再买了。'],
  ['ja', 'コーヒーは冷たかったので、もう買いません。'],
  ['ko', '커피가 차가워서 다시는 사지 않겠습니다.'],
  ['ru', 'Кофе был холодным, больше не куплю.'],
  ['uk', 'Кава була холодна, більше її не купуватиму, бо є інші.'],
  ['ar', 'كانت القهوة باردة ولن أشتريها مرة أخرى.'],
  ['el', 'Ο καφές ήταν κρύος και δεν θα τον ξαναγοράσω.'],
  ['unknown', 'XK-1200 B4'],
  ['unknown', ''],
])('the language of a text: %s', (language, text) => {
  expect(languageOf(text)).toBe(language);
});

describe('a profile', () => {
  const random = createRandom(11);
  const line = (i: number): string => {
    const y = i % 20 === 0 ? 'yes' : 'no';
    const opened = new Date(Date.UTC(2024, 0, 1 + (i % 300))).toISOString().slice(0, 10);
    const closed = new Date(Date.UTC(2024, 0, 3 + (i % 300))).toISOString().slice(0, 10);
    const [a, b] = [random.int(1000), i % 3 === 0 ? '' : random.int(1000)];
    return `${a},${b},${b === '' ? '' : i},${i === 0 ? 9_000_000 : random.int(900)},same,${opened},${closed},ann${i}@example.com,${y}`;
  };
  const csv = `a,b,c,far,constant,opened,closed,contact,y\n${Array.from({ length: 600 }, (_, i) => line(i)).join('\n')}\n`;
  let profile: Profile;
  beforeAll(async () => {
    profile = await profiled(csv, 'y');
  });

  test('counts gaps and says which columns miss them together', () => {
    expect(profile.columns.map(({ missingCount }) => missingCount)).toEqual([0, 200, 200, 0, 0, 0, 0, 0, 0]);
    expect(profile.missing).toEqual([
      { columns: [], rowCount: 400 },
      { columns: ['b', 'c'], rowCount: 200 },
    ]);
  });

  test('draws every row once', () => {
    for (const { name, distribution, missingCount } of profile.columns) {
      const drawn =
        distribution.bins?.reduce((sum, { rowCount }) => sum + rowCount, 0) ?? distribution.top?.reduce((sum, [, n]) => sum + n, 0);
      if (name !== 'contact') expect(drawn, name).toBe(600 - missingCount);
    }
  });

  test('sees what is constant, far out, imbalanced, later than the event, and personal', () => {
    expect(profile.columns.find(({ name }) => name === 'far')?.distribution.outliers).toMatchObject({ below: 0, above: 1 });
    expect(codes(profile)).toEqual(expect.arrayContaining(['COLUMN_CONSTANT', 'CLASSES_IMBALANCED', 'TIME_AFTER_EVENT', 'PERSONAL_DATA']));
    expect(profile.timeOrder).toEqual([{ event: 'opened', column: 'closed', laterShare: 1 }]);
    expect(profile.personal).toMatchObject([{ column: 'contact', kind: 'email', rowCount: 600, lookedAt: 600 }]);
    expect(profile.warnings.every(({ message, why }) => !`${message}${why}`.includes('ann1@'))).toBe(true);
  });

  test('is plain JSON, and the same each time', async () => {
    expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
    expect(await profiled(csv, 'y')).toMatchObject({ columns: profile.columns, associations: profile.associations });
  });

  test('becomes a page without scripts or requests, in which data cannot become markup', async () => {
    const evil = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>';
    const quoted = `"${evil.replaceAll('"', '""')}"`;
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 2 === 0 ? quoted : 'b'},${i},${i % 3 === 0 ? '' : 'x'}`).join('\n');
    const page = renderProfile(await profiled(`${quoted},n,gap\n${rows}\n`), { createdAt: now.toISOString() });
    expect(page).toContain("default-src 'none'");
    expect(page).toContain('&lt;script&gt;alert(1)');
    expect(page).not.toMatch(/<script|<img|onerror=[^&]*>|https?:\/\/|url\(|@import/i);
    const whole = renderProfile(profile, { createdAt: now.toISOString() });
    for (const heading of ['Worth a look', 'Target: y', 'Columns', 'Missing together', 'Columns that go together', 'Personal data']) {
      expect(whole).toContain(`<h2>${heading}`);
    }
  });
});

test('groups on both sides of a split are told, and none when they are kept together', async () => {
  const rows = Array.from({ length: 800 }, (_, i) => `${(i * 7919) % 1013},person ${i % 100},${i % 2 === 0 ? 'a' : 'b'}`).join('\n');
  const raw = await imported(`x,person,y\n${rows}\n`, { person: 'category' });
  const split = { validation: 0.1, test: 0.25, seed: 7 };
  const random = await prepareDataset(home, raw, { target: 'y', split, clean: [], now });
  const seen = await profileDataset(home, random, { target: 'y' });
  expect(codes(seen)).toContain('GROUPS_SPAN_PARTS');
  expect(seen.sharedGroups.map(({ column, part }) => [column, part])).toContainEqual(['person', 'test']);
  const grouped = await prepareDataset(home, raw, { target: 'y', split: { ...split, by: 'person' }, clean: [], now });
  expect((await profileDataset(home, grouped, { target: 'y' })).sharedGroups).toEqual([]);
});
