/** @file The evidence from which a column's type is recognised, gathered cell by cell in bounded memory. */

import type { ColumnType } from '../table.ts';
import { isMissingCell } from './missing.ts';

export interface ColumnStats {
  readonly name: string;
  readonly rowCount: number;
  /** Rows that hold a value. */
  readonly valueCount: number;
  /** Distinct trimmed values with their counts, of the first rows when `distinctIsExact` is false. */
  readonly distinct: ReadonlyMap<string, number>;
  readonly distinctIsExact: boolean;
  /** Distinct values as a share of the values among which they were counted. */
  readonly distinctShare: number;
  /** Values that each type can read. */
  readonly readable: { readonly [T in ColumnType]?: number };
  /** Whole numbers written with a leading zero: `0123`. */
  readonly leadingZeroCount: number;
  /** Codes: Latin letters, digits and signs without a space, at least one digit, and neither a number nor a time. */
  readonly codeCount: number;
  /** Values with Chinese, Japanese or Korean characters. */
  readonly cjkCount: number;
  readonly meanCharacters: number;
  readonly meanWords: number;
  /** The values are 0, 1, 2, … or 1, 2, 3, … in the order of the rows. */
  readonly isSequence: boolean;
}

/** Distinct values are counted up to here; a column with more is judged by its first ones. */
export const DISTINCT_LIMIT = 50_000;
/** Long ones, such as vectors and texts, are remembered up to so many characters in all. */
const DISTINCT_CHARACTERS = 16_000_000;

/** Whether a cell can be read, for each type that does not read everything. */
export type CellReaders = readonly { readonly type: ColumnType; reads(cell: string): boolean }[];

/** The evidence of a column over all its parts, in the order in which the rows come. */
export function observeCells(name: string, parts: readonly (readonly (string | null)[])[], readers: CellReaders): ColumnStats {
  const observer = createObserver(name, readers);
  for (const cells of parts) {
    observer.beginPart();
    for (const cell of cells) observer.add(cell);
  }
  return observer.finish();
}

/** Takes the cells of a column one by one, part by part; what it remembers does not grow beyond `DISTINCT_LIMIT` values and `DISTINCT_CHARACTERS`. */
export interface ColumnObserver {
  beginPart(): void;
  add(cell: string | null): void;
  finish(): ColumnStats;
}

export function createObserver(name: string, readers: CellReaders): ColumnObserver {
  const distinct = new Map<string, number>();
  const readable = new Map<ColumnType, number>();
  let partCount = 0;
  let rowCount = 0;
  let valueCount = 0;
  let countedUntil = 0;
  let distinctCharacters = 0;
  let leadingZeroCount = 0;
  let codeCount = 0;
  let cjkCount = 0;
  let characters = 0;
  let words = 0;
  let sequenceStart = Number.NaN; // while the values count up, the first of them

  const judge = (value: string, weight: number): void => {
    let isPlain = true; // not a number, not a time
    for (const reader of readers) {
      if (!reader.reads(value)) continue;
      if (reader.type === 'number' || reader.type === 'time') isPlain = false;
      readable.set(reader.type, (readable.get(reader.type) ?? 0) + weight);
    }
    const hasLeadingZero = LEADING_ZERO.test(value);
    if (hasLeadingZero) leadingZeroCount += weight;
    if (value.length <= LONGEST_CODE && (isPlain || hasLeadingZero) && CODE.test(value)) codeCount += weight;
    if (CJK.test(value)) cjkCount += weight;
    characters += value.length * weight;
    words += countWords(value) * weight;
  };

  return {
    beginPart() {
      partCount++;
    },
    add(cell) {
      const value = isMissingCell(cell) ? null : (cell as string).trim();
      if (rowCount === 0 && (value === '0' || value === '1')) sequenceStart = Number(value);
      else if (value !== String(sequenceStart + rowCount)) sequenceStart = Number.NaN;
      rowCount++;
      if (value === null) return;
      valueCount++;
      const seen = distinct.get(value);
      if (seen !== undefined) distinct.set(value, seen + 1);
      else if (distinct.size < DISTINCT_LIMIT && distinctCharacters < DISTINCT_CHARACTERS) {
        distinct.set(value, 1);
        distinctCharacters += value.length;
        countedUntil = valueCount;
      } else judge(value, 1);
    },
    finish() {
      // Each distinct value is judged once, whatever its count: what makes a million rows of ten categories cheap.
      for (const [value, count] of distinct) judge(value, count);
      const distinctIsExact = distinct.size < DISTINCT_LIMIT && distinctCharacters < DISTINCT_CHARACTERS;
      return {
        name,
        rowCount,
        valueCount,
        distinct,
        distinctIsExact,
        distinctShare: valueCount === 0 ? 0 : distinct.size / (distinctIsExact ? valueCount : countedUntil),
        readable: Object.fromEntries(readable),
        leadingZeroCount,
        codeCount,
        cjkCount,
        meanCharacters: valueCount === 0 ? 0 : characters / valueCount,
        meanWords: valueCount === 0 ? 0 : words / valueCount,
        isSequence: partCount === 1 && !Number.isNaN(sequenceStart),
      };
    },
  };
}

/** Words between spaces; an unspaced script such as Chinese counts as one word for each run. */
export function countWords(text: string): number {
  let count = 0;
  let isInside = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isSpace = code <= 32 || code === 0xa0 || code === 0x3000;
    if (!isSpace && !isInside) count++;
    isInside = !isSpace;
  }
  return count;
}

/** A whole number with a zero in front: read as a number it would lose it. */
export const LEADING_ZERO = /^[+-]?0\d+$/;
const LONGEST_CODE = 64;
const CODE = /^(?=[^\d]*\d)[A-Za-z\d_.:@/#-]+$/;
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
