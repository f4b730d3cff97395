/** @file JSON objects to columns of text cells: what the JSON sources share. */

import { MoatError } from '../../engine/errors.ts';
import type { Warning } from '../dataset.ts';
import { MOST_COLUMNS, tooManyColumns } from './column-limit.ts';
import { usableNames } from './column-names.ts';

/** A value that should be an object; `where` names it in errors: `line 7`. */
export interface JsonRow {
  readonly row: unknown;
  readonly where: string;
}

export interface JsonTable {
  /** The cells of some thousand rows at a time; a chunk has the columns that were met up to its end. */
  chunks(rows: AsyncIterable<JsonRow>): AsyncGenerator<(string | null)[][]>;
  /** The names of all columns, once every row went through. */
  finish(): { readonly names: readonly string[]; readonly warnings: readonly Warning[] };
}

/** Rows of one chunk. */
const CHUNK_ROWS = 8_192;

/** Objects nested deeper than this are documents, not rows. */
export const DEEPEST = 16;

/**
 * Columns appear in the order in which their keys do; a key that a row lacks is missing there. `{ a: { b: 1 } }` fills the
 * column `a.b`. Two different places that would make one name are refused.
 */
export function createJsonTable(path: string): JsonTable {
  const columns = new Map<string, { readonly place: string; cells: (string | null)[] }>();
  let rowCount = 0; // of the chunk
  let hasNested = false;

  const put = (keys: readonly string[], value: unknown, where: string): void => {
    const name = keys.join('.');
    const place = JSON.stringify(keys);
    let column = columns.get(name);
    if (!column) {
      if (columns.size >= MOST_COLUMNS) throw tooManyColumns(path, `its keys at ${where} make more`);
      column = { place, cells: [] };
      columns.set(name, column);
    }
    if (column.place !== place) throw namesClash(path, where, name);
    while (column.cells.length < rowCount) column.cells.push(null);
    column.cells.push(value === null ? null : textOf(value));
    if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null)) hasNested = true;
  };
  const flatten = (value: object, keys: readonly string[], where: string): void => {
    if (keys.length > DEEPEST) throw tooDeep(path, where);
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) flatten(inner, [...keys, key], where);
      else put([...keys, key], inner, where);
    }
  };

  const takeChunk = (): (string | null)[][] => {
    const chunk = [...columns.values()].map((column) => {
      const { cells } = column;
      while (cells.length < rowCount) cells.push(null);
      column.cells = [];
      return cells;
    });
    rowCount = 0;
    return chunk;
  };

  return {
    async *chunks(rows) {
      for await (const { row, where } of rows) {
        if (typeof row !== 'object' || row === null || Array.isArray(row)) throw notARow(path, where);
        flatten(row, [], where);
        // Rows before the first column are only counted, and begin the first chunk.
        if (++rowCount >= CHUNK_ROWS && columns.size > 0) yield takeChunk();
      }
      if (columns.size === 0) throw noRows(path);
      if (rowCount > 0) yield takeChunk();
    },
    finish() {
      const { names, warnings } = usableNames([...columns.keys()], path);
      return { names, warnings: hasNested ? [...warnings, nestedStaysText(path)] : warnings };
    },
  };
}

/** What the text says; a whole number of more digits than a float64 holds comes as a string of its digits. */
export function parseJson(text: string, path: string, lineNumber?: number): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // Only on text that is known to be JSON: there each string ends, so the pattern runs once over it.
    return MANY_DIGITS.test(text)
      ? JSON.parse(text.replace(STRING_OR_LONG_NUMBER, (found) => (found[0] === '"' ? found : `"${found}"`)))
      : value;
  } catch (error) {
    const where = lineNumber === undefined ? '' : `line ${lineNumber} of `;
    throw new MoatError(`${where}${path} is not JSON`, {
      code: 'JSON_SYNTAX',
      why: reasonOf(error as Error),
      fix:
        lineNumber === undefined
          ? 'mend it there; for one object a line, call the file .jsonl'
          : 'write one object a line; for a list over several lines, call the file .json',
    });
  }
}

/** Node's own message quotes the text around the fault, so only its place is taken from it. */
function reasonOf({ message }: Error): string {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return `at character ${Number(position) + 1} something else is expected`;
  return /end of JSON|Unterminated/.test(message) ? 'it ends before its value does' : 'it breaks the grammar of JSON (RFC 8259)';
}

const MANY_DIGITS = /\d{16}/;
/** Whole numbers alone: digits behind a point or in an exponent are not taken. */
const STRING_OR_LONG_NUMBER = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function notARow(path: string, where: string): MoatError {
  return new MoatError(`${where} of ${path} is no row`, {
    code: 'JSON_NOT_A_ROW',
    why: 'each row is one object of named values',
    fix: 'write { "column": value, … } for each row',
  });
}

function tooDeep(path: string, where: string): MoatError {
  return new MoatError(`${where} of ${path} is nested too deeply`, {
    code: 'JSON_TOO_DEEP',
    why: `objects may stand inside each other up to ${DEEPEST} deep`,
    fix: 'write the values that matter as columns of their own',
  });
}

function namesClash(path: string, where: string, name: string): MoatError {
  return new MoatError(`two places of ${path} would make one column`, {
    code: 'JSON_NAMES_CLASH',
    why: `"${name}" is a key with a dot in it in one place and a nested object in another, at ${where} at the latest`,
    fix: 'rename one of the two',
  });
}

function noRows(path: string): MoatError {
  return new MoatError(`${path} holds no rows`, {
    code: 'DATA_NO_ROWS',
    why: 'there is no object with a value in it',
    fix: 'export it again: one object for each row',
  });
}

function nestedStaysText(path: string): Warning {
  return {
    code: 'JSON_LISTS_AS_TEXT',
    message: `lists of objects or lists in ${path} are kept as their JSON text`,
    why: 'a list holds single values, as a column of categories, a vector or a series',
    fix: 'write what matters of such a list, such as its length, as a column of its own, or drop the column',
  };
}
