/** @file Column type `embedding`: a vector a row, all of one width, kept in single precision. */

import type { EmbeddingColumn } from '../table.ts';
import { vectorOf } from '../table-ops.ts';
import { type ColumnFacts, type ColumnKind, jsonTypeOf, WrongValue } from './column-kind.ts';
import { shortestFloat32 } from './float32.ts';
import { isMissingCell } from './missing.ts';
import { plainNumbers, readNumbers } from './number-text.ts';
import { sequenceEvidence, widthOf } from './sequence-evidence.ts';
import { spreadOf } from './spread.ts';

export const embedding: ColumnKind<EmbeddingColumn> = {
  type: 'embedding',
  summary: 'A vector of numbers, of the same width in every row, kept in single precision; in JSON an array of that many numbers.',
  reads: (cell) => readNumbers(cell) !== undefined,
  isExact: true,
  shapeOf(stats) {
    const width = widthOf(stats);
    return width === undefined ? undefined : [width];
  },
  recognise(stats) {
    const found = sequenceEvidence(stats);
    return found?.type === 'embedding' ? { score: 0.97, why: found.why } : undefined;
  },
  parse(name, cells, _format, shape) {
    const read = cells.map((cell) => (isMissingCell(cell) ? null : (readNumbers(cell.trim()) ?? NO_NUMBERS)));
    const width = shape?.[0] ?? Math.max(1, ...read.slice(0, 1_000).map((numbers) => numbers?.length ?? 0));
    const vectors = new Float32Array(cells.length * width).fill(Number.NaN);
    let unreadableCount = 0;
    let firstUnreadable: number | undefined;
    for (const [row, numbers] of read.entries()) {
      if (numbers === null || (numbers.length === 0 && numbers !== NO_NUMBERS)) continue;
      if (numbers.length === width && putVector(vectors, row * width, numbers)) continue;
      unreadableCount++;
      firstUnreadable ??= row;
    }
    const column: EmbeddingColumn = { name, type: 'embedding', width, vectors };
    return { column, unreadableCount, nonFiniteCount: 0, ...(firstUnreadable !== undefined && { firstUnreadable }) };
  },
  plainSql: (cell, _format, [width = 1] = []) => ({
    isPlain: `strlen(${cell}) - strlen(replace(${cell}, ',', '')) = ${width - 1} AND ${plainNumbers(cell)}`,
    value: `list_transform(CAST(CAST(${cell} AS DOUBLE[]) AS FLOAT[]), lambda x: x + 0::FLOAT)`,
  }),
  plainList: (list, [width = 1] = []) => ({
    isPlain: `len(${list}) = ${width} AND list_count(${list}) = ${width} AND list_min(${list}) >= -${LARGEST} AND list_max(${list}) <= ${LARGEST}`,
    value: `list_transform(CAST(${list} AS FLOAT[]), lambda x: x + 0::FLOAT)`,
  }),
  text(column, row) {
    const numbers = numbersOf(column, row);
    return numbers && JSON.stringify(numbers);
  },
  toJson: numbersOf,
  fromJson({ name, shape, format }, values) {
    const [width = 1] = shape ?? [];
    const expected = `an array of ${width} numbers`;
    const vectors = new Float32Array(values.length * width).fill(Number.NaN);
    for (const [row, value] of values.entries()) {
      if (value === null || value === undefined) continue;
      if (typeof value === 'string') {
        const { column, unreadableCount } = embedding.parse(name, [value], format, [width]);
        if (unreadableCount > 0) throw new WrongValue(row, expected, 'a string that holds no such vector');
        vectors.set(column.vectors, row * width);
        continue;
      }
      if (!Array.isArray(value)) throw new WrongValue(row, expected, jsonTypeOf(value));
      if (value.length !== width) throw new WrongValue(row, expected, `an array of ${value.length}`);
      if (!value.every((number) => typeof number === 'number') || !putVector(vectors, row * width, value))
        throw new WrongValue(row, expected, 'an array with something else in it');
    }
    return { name, type: 'embedding', width, vectors };
  },
  facts(column): ColumnFacts {
    const { width, vectors } = column;
    const rows = Array.from({ length: vectors.length / width }, (_, row) => vectorOf(column, row)).filter((one) => !Number.isNaN(one[0]));
    const norms = rows.map((vector) => Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0)));
    return { width, norm: spreadOf(norms), zeroVectors: norms.filter((norm) => norm === 0).length };
  },
};

/** The largest number of single precision; NaN is beyond it in SQL. */
const LARGEST = '3.4028234663852886e38::DOUBLE';

/** Stands for a cell that holds no numbers; an empty array, too, has none, but says that there is no vector. */
const NO_NUMBERS = new Float64Array(0);

/** Writes one vector; false when a number is missing or beyond single precision. */
function putVector(vectors: Float32Array, at: number, numbers: ArrayLike<number>): boolean {
  for (let i = 0; i < numbers.length; i++) {
    const value = Math.fround(numbers[i] as number) + 0;
    if (!Number.isFinite(value)) {
      vectors.fill(Number.NaN, at, at + numbers.length);
      return false;
    }
    vectors[at + i] = value;
  }
  return true;
}

function numbersOf(column: EmbeddingColumn, row: number): number[] | null {
  const vector = vectorOf(column, row);
  return Number.isNaN(vector[0]) ? null : Array.from(vector, shortestFloat32);
}
