/** @file Rows of a file as a prediction request carries them: a CSV or TSV file, or JSON lines. */

import { readFile } from 'node:fs/promises';
import { MoatError } from '../engine/errors.ts';
import type { Field } from './dataset.ts';
import { readSource } from './inspect.ts';
import { rowsOfTable } from './rows.ts';
import { requireFile } from './sources/files.ts';
import type { Row } from './table.ts';

/**
 * The rows of a file. With the fields of a model its columns are read as the types that the model knows, and other columns are
 * left out; without them the types are recognised from this file alone, which may differ. JSON lines come as they are.
 */
export async function readRows(path: string, fields?: readonly Field[]): Promise<Row[]> {
  if (/\.(?:jsonl|ndjson)$/i.test(path)) return readJsonLines(path);
  const declared = new Map(fields?.map((field) => [field.name, field.type]));
  const table = await readSource(path, undefined, declared);
  if (!fields) return rowsOfTable(table);
  return rowsOfTable({ rowCount: table.rowCount, columns: table.columns.filter((column) => declared.has(column.name)) });
}

async function readJsonLines(path: string): Promise<Row[]> {
  const file = await requireFile(path, process.cwd());
  const rows: Row[] = [];
  for (const [index, line] of (await readFile(file.path, 'utf8')).split('\n').entries()) {
    if (line.trim() !== '') rows.push(parseLine(line, index + 1, path));
  }
  return rows;
}

function parseLine(line: string, number: number, path: string): Row {
  try {
    const row: unknown = JSON.parse(line);
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as Row;
  } catch {
    // said below, without the line itself
  }
  throw new MoatError(`line ${number} of ${path} is no row`, {
    code: 'ROWS_JSON_LINE',
    why: 'each line of a JSON lines file is one object',
    fix: 'write one { "field": value, … } a line',
  });
}
