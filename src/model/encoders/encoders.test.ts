import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Column } from '../../data/table.ts';
import { columnLength } from '../../data/table-ops.ts';
import { DenseRoom } from './dense-room.ts';
import type { Features } from './encoder.ts';
import { fitFeatures, openFeatures } from './index.ts';
import { multiHot } from './multi-hot.ts';
import { oneHot } from './one-hot.ts';
import { pixels, planes } from './pixels.ts';
import { SERIES_FEATURES, seriesFeatures } from './series-features.ts';
import { seriesSteps } from './series-steps.ts';
import { seriesSummary } from './series-summary.ts';
import { denseRows, type SparseMatrix, sparseOf } from './sparse.ts';
import { standardize } from './standardize.ts';
import { subwords, tokenizerNames } from './subwords.ts';
import { tfidf } from './tfidf.ts';
import { timeParts } from './time-parts.ts';
import { tokens } from './tokens.ts';
import { vector } from './vector.ts';
import { wordsOf } from './words.ts';

const tfidfOptions = { words: [1, 2], characters: [2, 5], minDocuments: 1, maxTerms: 1000 } as const;

test('standardize: distance from the mean in deviations; a gap is 0 with an indicator', () => {
  const column = numbers([1, 3, Number.NaN]);
  const state = standardize.fit(column, undefined);
  expect(state).toEqual({ mean: 2, deviation: 1, missing: true });
  expect(written(standardize.open(state), numbers([1, 3, Number.NaN, 1e300]))).toEqual([
    [-1, 0],
    [1, 0],
    [0, 1],
    [50, 0],
  ]);
});

test('standardize: a constant column says nothing', () => {
  const state = standardize.fit(numbers([5, 5]), undefined);
  expect(written(standardize.open(state), numbers([5, 6]))).toEqual([[0], [1]]);
});

test('one_hot: the most frequent have a place, ties in the order of code units; an unseen one is all zeros and told', () => {
  const state = oneHot.fit(categories(['b', 'a', 'c', 'c', null]), { maxCategories: 10 });
  expect(state).toEqual({ categories: ['c', 'a', 'b'], other: false, missing: true });
  const features = oneHot.open(state);
  expect(written(features, categories(['a', null, 'z']))).toEqual([
    [0, 1, 0, 0],
    [0, 0, 0, 1],
    [0, 0, 0, 0],
  ]);
  expect(features.unseenRows?.(categories(['a', null, 'z']))).toEqual([2]);
});

test('one_hot: a million distinct categories share "other" beyond the limit', () => {
  const many = categories(Array.from({ length: 1_000_000 }, (_, i) => `c${i}`));
  const state = oneHot.fit(many, { maxCategories: 3 });
  expect(state).toEqual({ categories: ['c0', 'c1', 'c10'], other: true, missing: false });
  expect(written(oneHot.open(state), categories(['c1', 'c999999']))).toEqual([
    [0, 1, 0, 0],
    [0, 0, 0, 1],
  ]);
});

test('multi_hot: each item once, in most rows first; an unseen one is left out and told; an empty list is no missing one', () => {
  const column: Column = { name: 'x', type: 'list', values: [['b', 'a', 'b'], ['a'], [], null] };
  const state = multiHot.fit(column, { maxCategories: 10 });
  expect(state).toEqual({ items: ['a', 'b'], other: false, missing: true });
  const asked: Column = { name: 'x', type: 'list', values: [['b', 'a', 'b'], ['z', 'b'], [], null] };
  const features = multiHot.open(state);
  expect(written(features, asked)).toEqual([
    [1, 1, 0],
    [0, 1, 0],
    [0, 0, 0],
    [0, 0, 1],
  ]);
  expect(features.unseenRows?.(asked)).toEqual([1]);
});

test('multi_hot: beyond the limit items share "other", once a row', () => {
  const column: Column = { name: 'x', type: 'list', values: [['a', 'b'], ['a', 'c'], ['a']] };
  const state = multiHot.fit(column, { maxCategories: 1 });
  expect(state).toEqual({ items: ['a'], other: true, missing: false });
  const asked: Column = { name: 'x', type: 'list', values: [['b', 'c', 'z'], ['a'], null] };
  expect(written(multiHot.open(state), asked)).toEqual([
    [0, 1],
    [1, 0],
    [0, 0],
  ]);
});

test('vector: each place by its own mean and deviation; another width is refused', () => {
  const column: Column = { name: 'x', type: 'embedding', width: 2, vectors: Float32Array.of(1, 10, 3, 30, Number.NaN, Number.NaN) };
  const state = vector.fit(column, undefined);
  expect(state).toEqual({ means: [2, 20], deviations: [1, 10], missing: true });
  expect(written(vector.open(state), column)).toEqual([
    [-1, -1, 0],
    [1, 1, 0],
    [0, 0, 1],
  ]);
  const refusal = expect.objectContaining({ code: 'EMBEDDING_WIDTH' });
  expect(() => vector.open(state).reader({ ...column, width: 3 })).toThrow(refusal);
});

test('what a series is summarised by, worked by hand: 2, 4, gap, 9', () => {
  const found = Object.fromEntries(seriesFeatures(Float64Array.of(2, 4, Number.NaN, 9)).entries());
  const named = Object.fromEntries(SERIES_FEATURES.map((name, k) => [name, found[k]]));
  // mean 5; deviations −3, −1, 4; their squares 26; neighbours (−3)(−1) + (−1)(4) = −1, two apart (−3)(4) = −12
  const expected = {
    length: 4,
    'missing share': 0.25,
    mean: 5,
    'standard deviation': Math.sqrt(26 / 3),
    minimum: 2,
    'first quartile': 3,
    median: 4,
    'third quartile': 6.5,
    maximum: 9,
    first: 2,
    last: 9,
    trend: 3.5,
    'mean change': 3.5,
    crossings: 0.5,
    'autocorrelation 1': -1 / 26,
    'autocorrelation 2': -12 / 26,
    'place of the maximum': 1,
  };
  for (const [name, value] of Object.entries(expected)) expect(named[name], name).toBeCloseTo(value, 12);
});

test('series_summary: what a series is too short to say is 0, and so is a missing one, with its indicator', () => {
  const column: Column = { name: 'x', type: 'series', values: [Float64Array.of(1, 2, 4), Float64Array.of(3), new Float64Array(), null] };
  const state = JSON.parse(JSON.stringify(seriesSummary.fit(column, undefined)));
  const rows = written(seriesSummary.open(state), column);
  expect(rows.every((row) => row.length === SERIES_FEATURES.length + 1 && row.every(Number.isFinite))).toBe(true);
  const place = SERIES_FEATURES.indexOf('mean');
  expect(rows.map((row) => row[place])).toEqual([expect.closeTo(-1, 5), expect.closeTo(1, 5), 0, 0]); // 7/3 and 3
  expect(rows[1]?.[SERIES_FEATURES.indexOf('trend')]).toBe(0);
  expect(rows[3]).toEqual([...SERIES_FEATURES.map(() => 0), 1]);
});

test('series_steps: padded and cut in front, a gap is unknown', () => {
  const column: Column = { name: 'x', type: 'series', values: [Float64Array.of(9, 1, Number.NaN, 3), Float64Array.of(2), null] };
  const state = seriesSteps.fit(column, { length: 3 });
  // of 1, 3 and 2: mean 2, deviation √(2/3)
  const d = Math.sqrt(2 / 3);
  expect(state).toEqual({ length: 3, mean: 2, deviation: expect.closeTo(d, 12) });
  const { shape, data } = seriesSteps.open(state).encode(column);
  expect(shape).toEqual([3, 3, 2]);
  expect([...data]).toEqual([Math.fround(-1 / d), 1, 0, 0, Math.fround(1 / d), 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
});

test('time_parts: 2024-02-29T13:00Z is a Thursday in February', () => {
  const column: Column = { name: 'x', type: 'time', values: Float64Array.of(Date.UTC(2024, 1, 29, 13), Number.NaN) };
  const { starts, indices } = encoded(timeParts.open(timeParts.fit(column, undefined)), column);
  // The only year is the mean and so 0; month 1, weekday 4, hour 13; then the indicator of a gap.
  expect([...starts]).toEqual([0, 3, 4]);
  expect([...indices]).toEqual([1 + 1, 1 + 12 + 4, 1 + 12 + 7 + 13, 44]);
});

test('words of several scripts', () => {
  expect(wordsOf('Don’t STOP—it’s café №5')).toEqual(['don’t', 'stop', 'it’s', 'café', 'no5']);
  expect(wordsOf('我喜欢TypeScript吗？')).toEqual(['我', '喜', '欢', 'typescript', '吗']);
});

test('tfidf worked by hand: two words, one of them in both texts', () => {
  const column = texts(['good good', 'good bad']);
  const state = tfidf.fit(column, { ...tfidfOptions, words: [1, 1], characters: null });
  expect(state).toEqual({ documentCount: 2, words: { lengths: [1, 1], terms: ['good', 'bad'], documents: [2, 1] }, characters: null });
  // idf(good) = ln(3/3) + 1 = 1, idf(bad) = ln(3/2) + 1 = 1.405465; the second row is (1, 1.405465) / 1.724915.
  expect(written(tfidf.open(state), column)).toEqual([
    [1, 0],
    [expect.closeTo(1 / 1.724915, 5), expect.closeTo(1.405465 / 1.724915, 5)],
  ]);
});

test('tfidf: every block has length 1 or 0 in every text, and opening the state again changes nothing', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('不好吃', 'so good!', ' a  b ', '👍🏽👍🏽', '\ud800 x'),
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), (values) => {
      const state = tfidf.fit(texts(values), { ...tfidfOptions, words: null });
      const features = tfidf.open(JSON.parse(JSON.stringify(state)));
      const matrix = encoded(features, texts(values));
      expect(matrix).toEqual(encoded(tfidf.open(state), texts(values)));
      for (let row = 0; row < values.length; row++) {
        const squares = matrix.values.subarray(matrix.starts[row], matrix.starts[row + 1]).reduce((sum, v) => sum + v * v, 0);
        expect(squares === 0 || Math.abs(squares - 1) < 1e-5).toBe(true);
      }
    }),
    { seed: 7, numRuns: 100 },
  );
});

test('tfidf: rare terms are left out, and a limit keeps those in most texts', () => {
  const column = texts(['aa bb', 'aa cc', 'aa cc']);
  const words = { ...tfidfOptions, words: [1, 1] as const, characters: null };
  expect(tfidf.fit(column, { ...words, minDocuments: 2 })).toMatchObject({ words: { terms: ['aa', 'cc'] } });
  expect(tfidf.fit(column, { ...words, maxTerms: 1 })).toMatchObject({ words: { terms: ['aa'] } });
});

test.each(tokenizerNames)('subwords by %s: padded in front, cut in front, the same after a trip through JSON', (tokenizer) => {
  const column = texts([...Array.from({ length: 50 }, (_, i) => `good tea, good coffee ${i}, 好茶`), null]);
  const state = JSON.parse(JSON.stringify(subwords.fit(column, { tokenizer, vocabulary: 600, length: 6 })));
  const { data } = subwords.open(state).encode(texts(['tea', 'good tea, good coffee, good tea, good coffee', null]));
  const rows = [0, 1, 2].map((row) => [...(data as BigInt64Array).subarray(6 * row, 6 * row + 6)]);
  expect(rows[0]?.slice(0, 2)).toEqual([0n, 0n]);
  expect(rows[0]?.at(-1)).toBeGreaterThan(0n);
  expect(rows[1]?.every((number) => number > 0n)).toBe(true);
  expect(rows[2]).toEqual([0n, 0n, 0n, 0n, 0n, 0n]);
});

test('tokens: padded in front, cut in front, unknown words are 1', () => {
  const state = tokens.fit(texts(['a b b c c c', null]), { vocabulary: 4, length: 3 });
  expect(state).toEqual({ length: 3, words: ['c', 'b'] });
  const { shape, data } = tokens.open(state).encode(texts(['c', 'a b c c', null]));
  expect(shape).toEqual([3, 3]);
  expect([...data]).toEqual([0n, 0n, 2n, 3n, 2n, 2n, 0n, 0n, 0n]);
});

test('pixels and planes: channels first, from 0 to 1', () => {
  const column: Column = { name: 'x', type: 'image', height: 1, width: 2, channels: 2, pixels: Uint8Array.of(255, 0, 51, 102) };
  expect(planes.open(planes.fit(column, undefined)).encode(column)).toEqual({
    dtype: 'float32',
    shape: [1, 2, 1, 2],
    data: Float32Array.of(1, 51 / 255, 0, 102 / 255),
  });
  expect(written(pixels.open(pixels.fit(column, undefined)), column)).toEqual([[1, Math.fround(0.2), 0, Math.fround(0.4)]]);
  const larger: Column = { ...column, width: 4, pixels: new Uint8Array(8) };
  expect(() => planes.open(planes.fit(column, undefined)).encode(larger)).toThrow(expect.objectContaining({ code: 'IMAGE_SIZE' }));
});

test('a state that fit cannot have made is refused', () => {
  const refusal = expect.objectContaining({ code: 'ARTIFACT_INVALID' });
  expect(() => standardize.open({ mean: 0, deviation: 0, missing: false })).toThrow(refusal);
  expect(() => oneHot.open({ categories: [1], other: false, missing: false })).toThrow(refusal);
  const block = { lengths: [1, 1], terms: ['a', 'a'], documents: [1, 1] };
  expect(() => tfidf.open({ documentCount: 2, words: block, characters: null })).toThrow(refusal);
  expect(() => tokens.open({ length: 0, words: [] })).toThrow(refusal);
  expect(() => multiHot.open({ items: [1], other: false, missing: false })).toThrow(refusal);
  expect(() => vector.open({ means: [1, 2], deviations: [1], missing: false })).toThrow(refusal);
  const moments = { mean: 0, deviation: 1 };
  expect(() => seriesSummary.open({ features: [{ name: 'unheard of', moments }], missing: false })).toThrow(refusal);
  expect(() => seriesSteps.open({ length: 3, mean: 0, deviation: 0 })).toThrow(refusal);
});

test('rows that are met once are written out as the sparse rows of the whole table are, in any order, also in room that was used before', () => {
  const cell = <T>(values: fc.Arbitrary<T>) => fc.array(values, { minLength: 6, maxLength: 6 });
  const number = fc.oneof(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.constantFrom(Number.NaN, 0, -0));
  const columnsOf = fc.record({
    x: cell(number),
    category: cell(fc.constantFrom('a', 'b', 'c', null)),
    text: cell(fc.constantFrom('good tea', 'tea', '', null)),
    list: cell(fc.constantFrom(['a', 'b'], ['b'], [], null)),
    pixels: fc.uint8Array({ minLength: 12, maxLength: 12 }),
    vectors: fc.array(fc.float({ noNaN: true, min: -8, max: 8 }), { minLength: 12, maxLength: 12 }),
  });
  const rowsOf = fc.array(fc.nat(5), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(columnsOf, rowsOf, (cells, rows) => {
      const columns: Column[] = [
        { name: 'x', type: 'number', values: Float64Array.from(cells.x) },
        { name: 'time', type: 'time', values: Float64Array.from(cells.x) },
        { name: 'category', type: 'category', values: cells.category },
        { name: 'text', type: 'text', values: cells.text },
        { name: 'list', type: 'list', values: cells.list },
        { name: 'image', type: 'image', height: 1, width: 2, channels: 1, pixels: cells.pixels },
        { name: 'embedding', type: 'embedding', width: 2, vectors: Float32Array.from(cells.vectors) },
        { name: 'series', type: 'series', values: cells.x.map((x) => (x > 0 ? Float64Array.of(x, 1, Number.NaN) : null)) },
      ];
      const table = { rowCount: 6, columns };
      const names = columns.map(({ name }) => name);
      const features = openFeatures(fitFeatures(table, names, { category: { maxCategories: 2 }, text: tfidfOptions }));
      const room = new DenseRoom();
      const first = features.encodeDense(table, rows, room);
      expect(first).toEqual(denseRows(features.encode(table), rows));
      // of what stood in the room nothing is left
      const others = rows.map((row) => 5 - row);
      const second = features.encodeDense(table, others, room);
      expect(second).toBe(first);
      expect(second).toEqual(denseRows(features.encode(table), others));
      expect(features.encodeDense(table, others)).toEqual(second);
      expect(features.encodeDense(table, [...others, 0], room)).toHaveLength((rows.length + 1) * features.width);
    }),
  );
});

test('a column of another type is refused', () => {
  const features = standardize.open({ mean: 0, deviation: 1, missing: false });
  expect(() => features.reader(texts(['a']))).toThrow(expect.objectContaining({ code: 'COLUMN_TYPE' }));
});

function written(features: Features, column: Column): number[][] {
  const matrix = encoded(features, column);
  return Array.from({ length: matrix.rowCount }, (_, row) => [...denseRows(matrix, [row])]);
}

function encoded({ width, reader }: Features, column: Column): SparseMatrix {
  return sparseOf(columnLength(column), [{ width, read: reader(column) }]);
}

function numbers(values: readonly number[]): Column {
  return { name: 'x', type: 'number', values: Float64Array.from(values) };
}

function categories(values: readonly (string | null)[]): Column {
  return { name: 'x', type: 'category', values };
}

function texts(values: readonly (string | null)[]): Column {
  return { name: 'x', type: 'text', values };
}
