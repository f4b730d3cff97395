/** @file JSON rows to a table and back: how a request becomes input, with a clear refusal that names row and field. */

import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import { WrongValue } from './columns/column-kind.ts';
import { kindOf } from './columns/index.ts';
import type { Field } from './dataset.ts';
import type { Column, Row, Table } from './table.ts';
import { isMissing } from './table-ops.ts';

/**
 * Rows to a table with exactly the given fields. A missing, extra or mistyped field is refused with the index of the row
 * (from 0, as in the request) and the name of the field. An unseen category is a value like any other here.
 */
export function tableFromRows(rows: readonly Row[], fields: readonly Field[]): Table {
  const known = new Set(fields.map((field) => field.name));
  rows.forEach((row, index) => {
    requireFields(row, index, fields, known);
  });
  return { rowCount: rows.length, columns: fields.map((field) => columnFromRows(rows, field)) };
}

/** The rows from `from` up to `to`, as JSON carries them; keys are own properties, whatever their names. */
export function rowsOfTable(table: Table, from = 0, to = table.rowCount): Row[] {
  return Array.from({ length: Math.max(0, Math.min(to, table.rowCount) - from) }, (_, i) => {
    const row: Record<string, unknown> = Object.create(null);
    for (const column of table.columns) row[column.name] = kindOf(column.type).toJson(column, from + i);
    return row;
  });
}

function requireFields(row: unknown, index: number, fields: readonly Field[], known: ReadonlySet<string>): void {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new MoatError(`row ${index} is no object`, {
      code: 'ROW_NOT_AN_OBJECT',
      why: 'a row is an object with one value for each field',
      fix: `send { ${fields
        .slice(0, 3)
        .map(({ name }) => `${JSON.stringify(name)}: …`)
        .join(', ')}${fields.length > 3 ? ', …' : ''} }`,
    });
  }
  for (const name of Object.keys(row)) {
    if (known.has(name)) continue;
    const shown = name.slice(0, 128);
    throw new MoatError(`row ${index} has a field "${shown}" that is not known`, {
      code: 'ROW_FIELD_UNKNOWN',
      why: `the fields are: ${fields
        .slice(0, 40)
        .map((field) => field.name)
        .join(', ')}${fields.length > 40 ? ', …' : ''}`,
      fix: didYouMean(shown, known),
    });
  }
  for (const { name, type, nullable } of fields) {
    if (nullable || Object.hasOwn(row, name)) continue;
    throw new MoatError(`row ${index} lacks the field "${name}"`, {
      code: 'ROW_FIELD_MISSING',
      why: `its type is ${type}, and it was never missing in training`,
      fix: `send "${name}" with every row`,
    });
  }
}

function columnFromRows(rows: readonly Row[], field: Field): Column {
  const column = readColumn(rows, field);
  if (field.nullable) return column;
  for (let row = 0; row < rows.length; row++) {
    if (!isMissing(column, row)) continue;
    throw new MoatError(`row ${row} has no value in the field "${field.name}"`, {
      code: 'ROW_VALUE_MISSING',
      why: `its type is ${field.type}, and it was never missing in training`,
      fix: `send a value for "${field.name}" with every row`,
    });
  }
  return column;
}

function readColumn(rows: readonly Row[], field: Field): Column {
  const values = rows.map((row) => (Object.hasOwn(row, field.name) ? row[field.name] : null));
  try {
    return kindOf(field.type).fromJson(field, values);
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    throw new MoatError(`row ${error.row} has the wrong kind of value in the field "${field.name}"`, {
      code: 'ROW_VALUE_TYPE',
      why: `"${field.name}" takes ${error.expected}, and got ${error.got}`,
      fix: `send ${error.expected}${field.nullable ? ', or null' : ''}`,
    });
  }
}
