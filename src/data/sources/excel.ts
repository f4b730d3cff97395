/** @file Excel workbooks (.xlsx) through read-excel-file: one sheet, its first row the names; formulas are never run, their stored results are read. */

import { MoatError } from '../../engine/errors.ts';
import { plural } from '../columns/words.ts';
import type { ExcelSpec, SourceSpec, Warning } from '../dataset.ts';
import { readZip, storedZip, ZipFault } from '../zip.ts';
import { chunksOfRows } from './cell-chunks.ts';
import { requireFewColumns } from './column-limit.ts';
import { usableNames } from './column-names.ts';
import { LARGEST_RATIO } from './compressed.ts';
import { MOST_COLUMNS_OF_EXCEL, sizeOfWorksheet } from './excel-limits.ts';
import { requireFile, sha256OfFile } from './files.ts';
import { type FirstRow, headerAt, linesAbove } from './header-row.ts';
import type { Source } from './source.ts';
import { stageCells } from './stage.ts';

export const excel: Source = {
  name: 'excel',
  summary:
    'A path that ends in .xlsx (its first sheet), or `{ excel: path, sheet: name or number }`: the first row below titles names the columns, formulas count with the result that is stored.',
  accepts: (spec) => (typeof spec === 'string' ? /\.xlsx$/i.test(spec) : 'excel' in spec),
  async read(spec, context) {
    const { excel: path, sheet = 1 } = specOf(spec);
    const file = await requireFile(path, context.folder);
    const sha256 = await sha256OfFile(file.path);
    const all = filled(await readRows(file.path, path, sheet));
    const above = headerAt(all.slice(0, ROWS_SEEN));
    const [header = [], ...rows] = all.slice(above).map(({ fields }) => fields);
    requireFewColumns(path, header.length);
    if (rows.length === 0) throw noRows(path, header.length);
    const { names, warnings } = usableNames(
      header.map((cell) => cell ?? ''),
      path,
    );
    const faults = rows.reduce((sum, row) => sum + row.filter((cell) => cell !== null && FORMULA_FAULTS.has(cell)).length, 0);
    const cells = await stageCells(context, names, chunksOfRows(cellsOf(rows), names.length));
    return {
      ...cells,
      stamps: [file.stamp],
      files: [{ path, bytes: file.bytes, sha256, facts: { format: 'excel', sheet } }],
      warnings: [...warnings, ...(above > 0 ? [linesAbove(above, path)] : []), ...(faults > 0 ? [formulaFaults(faults, path)] : [])],
    };
  },
};

const ROWS_SEEN = 100;

/** The rows that hold something. */
function filled(rows: readonly (readonly (string | null)[])[]): FirstRow[] {
  const kept: FirstRow[] = [];
  let standsApart = false;
  for (const fields of rows) {
    const isBlank = fields.every((cell) => cell === null);
    if (!isBlank) kept.push({ fields, standsApart });
    standsApart = isBlank;
  }
  return kept;
}

/** A worksheet of 100,000 rows × 20 columns has about 100 MiB of XML. */
const LIMITS = { memberCount: 10_000, unpackedBytes: 256 * 2 ** 20, ratio: LARGEST_RATIO };

/** What a formula leaves that cannot be computed. */
const FORMULA_FAULTS: ReadonlySet<string> = new Set([
  '#NULL!',
  '#DIV/0!',
  '#VALUE!',
  '#REF!',
  '#NAME?',
  '#NUM!',
  '#N/A',
  '#SPILL!',
  '#CALC!',
]);

function specOf(spec: SourceSpec): ExcelSpec {
  return typeof spec === 'string' ? { excel: spec } : (spec as ExcelSpec);
}

/** The library unpacks whatever it is given, and believes every address: so it is given members that were checked. */
async function readRows(absolute: string, path: string, sheet: string | number): Promise<(string | null)[][]> {
  library ??= import('read-excel-file/universal');
  const { readSheet } = await library;
  const members = await readZip(absolute, isPartOfTable, LIMITS).catch((cause: unknown) => {
    if (!(cause instanceof ZipFault)) throw cause;
    throw cause.isTooLarge ? tooLarge(path, cause.message) : unreadable(path, cause);
  });
  for (const [name, xml] of members) {
    if (!/worksheets\/[^/]*\.xml$/.test(name)) continue;
    const { columns, fault } = sizeOfWorksheet(xml);
    if (columns > MOST_COLUMNS_OF_EXCEL) requireFewColumns(path, columns);
    if (fault !== undefined) throw tooLarge(path, fault);
  }
  const rows = await readSheet(storedZip(members).buffer, sheet, { trim: false, parseNumber: (digits) => digits }).catch(
    (cause: unknown) => {
      throw isNamed(cause, 'SheetNotFoundError') ? noSheet(path, sheet) : unreadable(path, cause);
    },
  );
  return rows.map((row) => row.map(textOf));
}

let library: Promise<typeof import('read-excel-file/universal')> | undefined;

function isPartOfTable(member: string): boolean {
  return /^[\w ./[\]-]+\.(?:xml|rels)$/.test(member) && !/media|drawing|theme/.test(member);
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (!(value instanceof Date)) return String(value);
  if (Number.isNaN(value.getTime())) return null;
  // A day without a time of day is a date.
  const text = value.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
}

function* cellsOf(rows: readonly (readonly (string | null)[])[]): Generator<(string | null)[]> {
  for (const row of rows) yield row.map((cell) => (cell !== null && FORMULA_FAULTS.has(cell) ? null : cell));
}

function unreadable(path: string, cause: unknown): MoatError {
  const isSheet = isNamed(cause, 'InvalidSpreadsheetError');
  return new MoatError(`${path} cannot be read as an Excel workbook`, {
    code: 'EXCEL_UNREADABLE',
    why: isSheet ? 'a sheet in it breaks the rules of the format' : 'it is cut short, damaged, encrypted, or no .xlsx file',
    fix: 'open it in a spreadsheet and save it as .xlsx again, or export the sheet as "CSV UTF-8"; old .xls files are not read',
    cause,
  });
}

function tooLarge(path: string, why: string): MoatError {
  return new MoatError(`${path} is too large for a workbook`, {
    code: 'EXCEL_TOO_LARGE',
    kind: 'too_large',
    why,
    fix: 'export the sheet as "CSV UTF-8", which has no such limit',
  });
}

function noSheet(path: string, sheet: string | number): MoatError {
  return new MoatError(`${path} has no sheet ${typeof sheet === 'number' ? `number ${sheet}` : `"${sheet}"`}`, {
    code: 'EXCEL_SHEET_UNKNOWN',
    kind: 'not_found',
    why: 'sheets are named as on their tabs, and counted from 1',
    fix: `name one that is there: { excel: ${path}, sheet: … }`,
  });
}

function noRows(path: string, columnCount: number): MoatError {
  return new MoatError(`the sheet of ${path} holds no rows`, {
    code: 'DATA_NO_ROWS',
    why: columnCount === 0 ? 'it is empty' : `its first row names ${plural(columnCount, 'column')}, and nothing follows`,
    fix: 'name another sheet, or put a row with the column names above the rows',
  });
}

function formulaFaults(count: number, path: string): Warning {
  return {
    code: 'EXCEL_FORMULA_FAULTS',
    message: `${plural(count, 'cell')} of ${path} became missing`,
    why: 'their formulas could not be computed when the file was saved (#DIV/0!, #N/A, …)',
    fix: 'mend the formulas, or leave the cells empty',
  };
}

/** The library's errors by their class, which is only loaded when a workbook is read. */
function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.constructor.name === name;
}
