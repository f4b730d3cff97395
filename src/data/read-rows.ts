/** @file Rows of a file as a prediction request carries them: a CSV or TSV file, or JSON lines. */

import { readFile } from 'node:fs/promises';
import { MoatError } from '../engine/errors.ts';
import type { Field } from './dataset.ts';
import { readSource } from './inspect.ts';
import { rowsOfTable } from './rows.ts';
import { declaredType } from './schema.ts';
import { requireFile } from './sources/files.ts';
import { DEEPEST } from './sources/json-rows.ts';
import type { Row } from './table.ts';

/**
 * The rows of a file. With the fields of a model its columns are read as the types that the model knows, and other columns are
 * left out; without them the types are recognised from this file alone, which may differ. JSON lines
 * come as they are, but for nested objects, which become fields named `a.b` as in an import.
 */
export async function readRows(path: string, fields?: readonly Field[]): Promise<Row[]> {
  if (/\.(?:jsonl|ndjson)$/i.test(path)) return readJsonLines(path);
  const declared = new Map(fields?.map((field) => [field.name, declaredType(field)]));
  const table = await readSource(path, undefined, declared);
  if (!fields) return rowsOfTable(table);
  return rowsOfTable({ rowCount: table.rowCount, columns: table.columns.filter((column) => declared.has(column.name)) });
}

async function readJsonLines(path: string): Promise<Row[]> {
  const file = await requireFile(path, process.cwd());
  const rows: Row[] = [];
  for (const [index, line] of (await readFile(file.path, 'utf8')).split('\n').entries()) {
    if (line.trim() !== '') rows.push(flatRow(parseLine(line, index + 1, path), index + 1, path));
  }
  return rows;
}

/** Keys are own properties, whatever their names. */
function flatRow(row: Row, number: number, path: string): Row {
  const flat: Record<string, unknown> = Object.create(null);
  const visit = (value: object, keys: readonly string[]): void => {
    if (keys.length > DEEPEST) throw notARow(number, path, `objects may stand inside each other up to ${DEEPEST} deep`);
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) visit(inner, [...keys, key]);
      else if (Object.hasOwn(flat, [...keys, key].join('.')))
        throw notARow(number, path, `two places of it make "${[...keys, key].join('.')}"`);
      else flat[[...keys, key].join('.')] = inner;
    }
  };
  visit(row, []);
  return flat;
}

function parseLine(line: string, number: number, path: string): Row {
  try {
    const row: unknown = JSON.parse(line);
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as Row;
  } catch {
    // said below, without the line itself
  }
  throw notARow(number, path, 'each line of a JSON lines file is one object');
}

function notARow(number: number, path: string, why: string): MoatError {
  return new MoatError(`line ${number} of ${path} is no row`, {
    code: 'ROWS_JSON_LINE',
    why,
    fix: 'write one { "field": value, … } a line',
  });
}
