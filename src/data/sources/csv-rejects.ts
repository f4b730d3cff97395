/** @file Lines of a CSV file that could not be read: how many, where, why, and whether the rest may be used. */

import { createReadStream } from 'node:fs';
import { MoatError } from '../../engine/errors.ts';
import { percent, plural } from '../columns/words.ts';
import type { Warning } from '../dataset.ts';
import type { DuckDBConnection } from '../duckdb.ts';
import { chunksOfFile } from './files.ts';

/** A line, and so a cell, of more bytes is refused: 8 MiB. */
export const LARGEST_LINE = 8 << 20;

/** With more than this share of the lines unreadable, the file is refused: it is probably read wrongly. */
export const LARGEST_BAD_SHARE = 0.01;

export interface BadLine {
  /** Of the file, from 1. */
  readonly line: number;
  readonly reason: string;
}

export interface BadLines {
  /** Lines that are not among the rows. */
  readonly lineCount: number;
  /** The first of them. */
  readonly shown: readonly BadLine[];
}

/** What DuckDB rejected into `table` in the last reading of the file on this connection. */
export async function readBadLines(connection: DuckDBConnection, table: string, path: string, quote: string): Promise<BadLines> {
  const result = await connection.runAndReadAll(
    `SELECT line_byte_position, min(byte_position), min(error_type::VARCHAR), min(error_message)
     FROM ${table} WHERE scan_id = (SELECT max(scan_id) FROM ${table}_scans) GROUP BY line_byte_position ORDER BY line_byte_position`,
  );
  const rejects = result.getRows().map(([start, at, type, message]) => ({
    start: Number(start),
    at: Number(at ?? start),
    type: String(type),
    message: String(message),
  }));
  if (rejects.length === 0) return { lineCount: 0, shown: [] };
  const last = rejects.at(-1) as Reject;
  const swallowed = last.type === 'UNQUOTED VALUE' ? await linesSwallowed(path, last.at, quote) : 0;
  const shown = rejects.slice(0, SHOWN);
  const lines = await lineNumbers(
    path,
    shown.map((reject) => reject.start),
  );
  return {
    lineCount: rejects.length + swallowed,
    shown: shown.map((reject, i) => ({ line: lines[i] as number, reason: reasonOf(reject) })),
  };
}

/** Refuses the file when too many lines are bad, or one is too large; answers a warning for the few that are left out. */
export function judgeBadLines(bad: BadLines, rowCount: number, path: string): Warning[] {
  if (bad.lineCount === 0) return [];
  const tooLarge = bad.shown.find(({ reason }) => reason === TOO_LARGE);
  if (tooLarge) throw cellTooLarge(path, tooLarge.line);
  const share = percent(bad.lineCount, rowCount + bad.lineCount);
  const where = bad.shown.map(({ line, reason }) => `line ${line} (${reason})`).join(', ');
  const why = `${where}${bad.lineCount > bad.shown.length ? ', …' : ''}`;
  if (bad.lineCount > LARGEST_BAD_SHARE * (rowCount + bad.lineCount)) {
    throw new MoatError(`${plural(bad.lineCount, 'line')} of ${path} cannot be read (${share})`, {
      code: 'CSV_BAD_LINES',
      why,
      fix: `mend these lines, or export the file again; up to ${LARGEST_BAD_SHARE * 100} % of the lines may be left out`,
    });
  }
  return [
    {
      code: 'CSV_LINES_LEFT_OUT',
      message: `${plural(bad.lineCount, 'line')} of ${path} ${bad.lineCount === 1 ? 'was' : 'were'} left out (${share})`,
      why,
      fix: 'mend these lines and import the file again',
    },
  ];
}

/** What is said of a line, and so a cell, beyond the limit. */
export function cellTooLarge(path: string, line: number): MoatError {
  return new MoatError(`${path} has a line that is too large`, {
    code: 'CSV_CELL_TOO_LARGE',
    kind: 'too_large',
    why: `line ${line} has more than ${LARGEST_LINE >> 20} MiB, the limit of a line and so of a cell`,
    fix: 'check that line: a quote that never closes makes one cell of all that follows; long documents belong in files of their own',
  });
}

const SHOWN = 10;
const TOO_LARGE = 'too large';

interface Reject {
  /** Byte positions: start of the line, and of the place at fault. DuckDB counts from 1. */
  readonly start: number;
  readonly at: number;
  readonly type: string;
  readonly message: string;
}

function reasonOf({ type, message }: Reject): string {
  const counts = /Columns: (\d+) Found: (\d+)/.exec(message);
  if (counts) return `${plural(Number(counts[2]), 'field')}, not ${counts[1]}`;
  if (type === 'UNQUOTED VALUE') return 'a quote that does not close';
  return type === 'LINE SIZE OVER MAXIMUM' ? TOO_LARGE : type.toLowerCase();
}

/** A quote that never closes takes all lines to the end of the file with it: this many beyond its own. */
async function linesSwallowed(path: string, at: number, quote: string): Promise<number> {
  let lines = 0;
  let isAfterQuote = false;
  let lastCharacter = '';
  // From the first character inside the quotes; `at` counts from 1 and stands on the quote.
  for await (const chunk of createReadStream(path, { start: at, encoding: 'latin1' })) {
    for (const character of chunk as string) {
      if (isAfterQuote && character !== quote) return 0; // it closes further on: one bad record, and DuckDB found its way again
      isAfterQuote = character === quote && !isAfterQuote;
      if (character === '\n') lines++;
      lastCharacter = character;
    }
  }
  return lastCharacter === '\n' ? Math.max(0, lines - 1) : lines;
}

/**
 * Line numbers of byte positions, which ascend; a quoted cell may span lines, so they are counted in the file itself. Where lines end with
 * CR LF, DuckDB's position is that of the LF before the line.
 */
async function lineNumbers(path: string, positions: readonly number[]): Promise<number[]> {
  const numbers: number[] = [];
  let line = 1;
  let offset = 1;
  for await (const chunk of chunksOfFile(path)) {
    for (const byte of chunk) {
      while (numbers.length < positions.length && offset >= (positions[numbers.length] as number))
        numbers.push(byte === 0x0a ? line + 1 : line);
      if (numbers.length === positions.length) return numbers;
      if (byte === 0x0a) line++;
      offset++;
    }
  }
  return positions.map((_, i) => numbers[i] ?? line);
}
