/** @file Which of the first rows of a table names the columns: titles, dates of an export and comments stand above it in files that programs make for people. */

import { plural } from '../columns/words.ts';
import type { Warning } from '../dataset.ts';

export interface FirstRow {
  readonly fields: readonly (string | null)[];
  /** A blank line stands above it. */
  readonly standsApart: boolean;
}

/**
 * The place of the header: the first row that is as wide as most are, when each one above it has a single cell, is a comment, or stands
 * apart from it. Where one above it is none of that, the first row that is not blank, whatever it holds.
 */
export function headerAt(rows: readonly FirstRow[]): number {
  const first = rows.findIndex(({ fields }) => widthOf(fields) > 0);
  const widths = rows.map(({ fields }) => widthOf(fields));
  const usual = mostCommon(widths);
  for (let at = first; at !== -1 && at < first + MOST_ABOVE; at++) {
    const width = widths[at];
    if (width === undefined || usual < 2) break;
    if (width >= usual) return at;
    const isTitle = width <= 1 && usual >= FEWEST_UNDER_TITLE;
    const isComment = rows[at]?.fields[0]?.startsWith('#') === true;
    if (!isTitle && !isComment && !isApart(rows, widths, at, usual)) break;
  }
  return Math.max(0, first);
}

/** What is said of rows above the header. */
export function linesAbove(count: number, path: string): Warning {
  return {
    code: 'LINES_ABOVE_HEADER',
    message: `${plural(count, 'line')} of ${path} above the names of the columns ${count === 1 ? 'was' : 'were'} passed over`,
    why: 'narrower than the table: a title, a comment, or what stands apart from it',
    fix: 'nothing needs to be done if the names of the columns are right; else take these lines out of the file',
  };
}

const MOST_ABOVE = 50;
/** Above two columns, a single name may be a header that lacks one. */
const FEWEST_UNDER_TITLE = 3;

/** Cells up to the last that holds something: spreadsheets fill all rows up to the width of the widest. */
function widthOf(fields: readonly (string | null)[]): number {
  return fields.findLastIndex((cell) => cell !== null && cell.trim() !== '') + 1;
}

function mostCommon(widths: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const width of widths) if (width > 0) counts.set(width, (counts.get(width) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
}

/** Whether a blank line stands between a row and the first one below it that is wide enough for a header. */
function isApart(rows: readonly FirstRow[], widths: readonly number[], at: number, usual: number): boolean {
  for (let below = at + 1; below < rows.length; below++) {
    if (rows[below]?.standsApart || widths[below] === 0) return true;
    if ((widths[below] as number) >= usual) return false;
  }
  return false;
}
