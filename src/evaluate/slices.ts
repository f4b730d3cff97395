/** @file Parts of the rows that are measured on their own: the values of a category, the items of a list, ranges of a number, lengths of a text. */

import type { Column, Table } from '../data/table.ts';
import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import { type Measured, measure, type Resampling } from './measure.ts';
import { type Sample, selectSample } from './sample.ts';

export interface Slice {
  readonly column: string;
  /** The rows it holds, for people: `web`, `12 to 30`, `up to 9 words`, `(missing)`. Slices of a list share the rows that have several items. */
  readonly value: string;
  readonly rowCount: number;
  readonly metrics: readonly Measured[];
}

/** A column with more values than this has its rarer ones measured together. */
const MOST_VALUES = 20;

/**
 * The metrics of every slice of every column named, each with its own interval. Refuses a column that the table lacks
 * (`SLICE_COLUMN_UNKNOWN`) or that cannot be cut into slices (`SLICE_COLUMN_TYPE`).
 */
export function measureSlices(
  sample: Sample,
  table: Table,
  columns: readonly string[],
  names: readonly string[],
  resampling: Resampling,
): Slice[] {
  return columns.flatMap((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column === undefined) {
      throw new MoatError(`there is no column "${name}" to slice by`, {
        code: 'SLICE_COLUMN_UNKNOWN',
        why: 'slices are cut by a column of the evaluated table',
        fix: didYouMean(
          name,
          table.columns.map((candidate) => candidate.name),
        ),
      });
    }
    return slicesOf(column, sample.rows).map(({ value, positions }): Slice => {
      const part = selectSample(sample, positions);
      return { column: name, value, rowCount: part.rowCount, metrics: measure(part, names, resampling).measured };
    });
  });
}

interface Cut {
  readonly value: string;
  readonly positions: readonly number[];
}

function slicesOf(column: Column, rows: Int32Array): Cut[] {
  switch (column.type) {
    case 'category':
      return byValue(Array.from(rows, (row) => [column.values[row] ?? null]));
    case 'boolean':
      return byValue(Array.from(rows, (row) => [booleanName(column.values[row] as number)]));
    case 'list':
      return byItem(Array.from(rows, (row) => column.values[row] ?? null));
    case 'number':
    case 'integer':
      return byQuarter(
        Float64Array.from(rows, (row) => column.values[row] as number),
        String,
      );
    case 'time':
      return byQuarter(
        Float64Array.from(rows, (row) => column.values[row] as number),
        (at) => new Date(at).toISOString().slice(0, 10),
      );
    case 'text':
      return byQuarter(
        Float64Array.from(rows, (row) => wordCount(column.values[row] ?? null)),
        (count) => `${count} words`,
      );
    case 'id':
    case 'image':
    case 'audio':
    case 'embedding':
    case 'series':
      throw new MoatError(`the column "${column.name}" cannot be cut into slices`, {
        code: 'SLICE_COLUMN_TYPE',
        why: `it is of type ${column.type}: rows do not fall into groups by it`,
        fix: 'slice by a category, list, boolean, number, time or text column',
      });
  }
}

/** One slice a value, most rows first; values beyond the limit share one. A row stands in the slice of each of its values. */
function byValue(rows: readonly Iterable<string | null>[]): Cut[] {
  const groups = new Map<string | null, number[]>();
  rows.forEach((values, at) => {
    for (const value of values) {
      const group = groups.get(value);
      if (group === undefined) groups.set(value, [at]);
      else group.push(at);
    }
  });
  const sorted = [...groups].sort(([, a], [, b]) => b.length - a.length);
  const cuts = sorted.slice(0, MOST_VALUES).map(([value, positions]) => ({ value: value ?? '(missing)', positions }));
  const rest = sorted.slice(MOST_VALUES);
  if (rest.length === 0) return cuts;
  const rarer = new Set(rest.flatMap(([, positions]) => positions));
  return [...cuts, { value: `(${rest.length} rarer values)`, positions: [...rarer] }];
}

/** A list that is there and has no item is a slice of its own. */
function byItem(lists: readonly (readonly string[] | null)[]): Cut[] {
  const empty = lists.flatMap((items, at) => (items?.length === 0 ? [at] : []));
  const cuts = byValue(lists.map((items) => (items === null ? [null] : new Set(items))));
  return empty.length === 0 ? cuts : [...cuts, { value: '(no items)', positions: empty }];
}

/** Four slices of about equal size, fewer when values repeat, and one for the missing. */
function byQuarter(values: Float64Array, show: (value: number) => string): Cut[] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const bounds = [...new Set([0.25, 0.5, 0.75, 1].map((share) => quantileOf(sorted, share)))].filter((bound) => !Number.isNaN(bound));
  const cuts: Cut[] = bounds.map((upper, at) => {
    const lower = bounds[at - 1];
    const positions = positionsWhere(values, (value) => value <= upper && (lower === undefined || value > lower));
    return { value: lower === undefined ? `up to ${show(upper)}` : `above ${show(lower)} to ${show(upper)}`, positions };
  });
  cuts.push({ value: '(missing)', positions: positionsWhere(values, Number.isNaN) });
  return cuts.filter(({ positions }) => positions.length > 0);
}

/** A bound is a value that occurs, so that slices of whole numbers have whole bounds. */
function quantileOf(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.ceil(share * sorted.length) - 1] as number;
}

function positionsWhere(values: Float64Array, keep: (value: number) => boolean): number[] {
  const positions: number[] = [];
  values.forEach((value, at) => {
    if (keep(value)) positions.push(at);
  });
  return positions;
}

function booleanName(value: number): string | null {
  return Number.isNaN(value) ? null : String(value === 1);
}

function wordCount(text: string | null): number {
  return text === null ? Number.NaN : text.split(/\s+/).filter((word) => word !== '').length;
}
