/** @file Step `join`: columns of a small table, found by a key, here and at prediction: the table travels in the model file. */

import Type from 'typebox';
import { MoatError } from '../../engine/errors.ts';
import { didYouMean } from '../../engine/nearest.ts';
import type { JsonValue } from '../dataset.ts';
import type { Column, ColumnType, Table } from '../table.ts';
import { isMissing } from '../table-ops.ts';
import { isNumericType, isStringType } from './cells.ts';
import { caseOf, type Key, literal } from './lookup.ts';
import { columnError, defineRowStep, type LearnContext, type Write } from './step.ts';

/** The other table travels in the model file. */
const MOST_ROWS = 100_000;

interface Joined {
  readonly [key: string]: JsonValue;
  readonly type: ColumnType;
  readonly key: ColumnType;
  readonly entries: readonly (readonly [Key, Key | null])[];
}

export const join = defineRowStep({
  name: 'join',
  kind: 'row',
  summary:
    'Adds columns of another table, found by a key: a row whose key is missing or not there gets gaps. Of the other table each key may have one row, and it may have 100,000.',
  options: Type.Object(
    {
      with: Type.String({ minLength: 1, description: 'The other table: a file beside the recipe, or the name of a dataset' }),
      on: Type.String({ minLength: 1, description: 'The column that holds the key' }),
      key: Type.Optional(Type.String({ description: 'Its name in the other table; left out: the same' })),
      take: Type.Array(Type.String(), { minItems: 1, maxItems: 100, description: 'The columns of the other table to add' }),
    },
    { additionalProperties: false },
  ),
  suits: () => false,
  makes: ({ take }) => take,
  learnsFromRows: () => false,
  async learn(_columns, { with: source, on, key = on, take }, context): Promise<Joined[]> {
    const own = context.columns.find(({ name }) => name === on);
    if (own === undefined) context.training.cell(on); // refused with the nearest names
    const keyType = own?.type as ColumnType;
    if (!isNumericType(keyType) && !isStringType(keyType)) throw columnError('join', on, `a column of type ${keyType} is no key`);
    const taken = take.find((name) => context.columns.some((column) => column.name === name));
    if (taken !== undefined) throw columnError('join', taken, 'there is a column of that name already; drop it first');
    const other = await context.readOther(source, { name: key, type: keyType });
    if (other.rowCount > MOST_ROWS) throw tooLarge(other.rowCount);
    const keys = keysOf(other, key, keyType);
    return take.map((name) => joined(column(other, name), keys, keyType));
  },
  effect(columns, { on }, learned = []) {
    return { writes: columns.map(({ name }, i): Write => lookup(name, on, learned[i] as Joined)) };
  },
  describe: (columns, _learned, { with: source, on }) => `${columns.join(', ')} added from ${source} by ${on}`,
});

function lookup(name: string, on: string, { type, entries }: Joined): Write {
  const values = new Map(entries);
  return {
    name,
    type,
    reads: [on],
    apply([key], rowCount) {
      const cells = (key as { readonly values: ArrayLike<Key | null> }).values;
      const found = (row: number): Key | null => values.get(cells[row] as Key) ?? null;
      if (isStringType(type)) return { name, type, values: Array.from({ length: rowCount }, (_, row) => found(row)) } as Column;
      return { name, type, values: Float64Array.from({ length: rowCount }, (_, row) => (found(row) ?? Number.NaN) as number) } as Column;
    },
    sql: ([cell = ''], js) => caseOf(cell, entries, `CAST(${literal(null)} AS ${isStringType(type) ? 'VARCHAR' : 'DOUBLE'})`, js),
  };
}

type Other = Awaited<ReturnType<LearnContext['readOther']>>;

function keysOf(other: Other, name: string, type: ColumnType): (Key | null)[] {
  const found = column(other, name);
  if (isStringType(found.type) !== isStringType(type))
    throw columnError('join', name, `it is of type ${found.type} in the other table, and ${type} here`);
  const keys = cellsOf(found, other.rowCount);
  const seen = new Set<Key>();
  for (const [row, key] of keys.entries()) {
    if (key === null) continue;
    if (seen.has(key)) {
      throw new MoatError(`the join finds a key twice in column "${name}"`, {
        code: 'JOIN_KEY_TWICE',
        why: `row ${row + 1} of the other table has a key that stands above it, so it is not clear whose values are meant`,
        fix: 'bring the other table to one row a key',
      });
    }
    seen.add(key);
  }
  return keys;
}

function joined(found: Column, keys: readonly (Key | null)[], key: ColumnType): Joined {
  if (!isNumericType(found.type) && !isStringType(found.type))
    throw columnError('join', found.name, `a column of type ${found.type} cannot be joined`);
  const values = cellsOf(found, keys.length);
  return { type: found.type, key, entries: keys.flatMap((own, row) => (own === null ? [] : [[own, values[row] ?? null] as const])) };
}

function cellsOf(found: Column, rowCount: number): (Key | null)[] {
  const { values } = found as { readonly values: ArrayLike<Key> };
  return Array.from({ length: rowCount }, (_, row) => (isMissing(found, row) ? null : (values[row] as Key)));
}

function column(other: Table, name: string): Column {
  const found = other.columns.find((candidate) => candidate.name === name);
  if (found) return found;
  throw new MoatError(`the other table of the join has no column "${name}"`, {
    code: 'JOIN_COLUMN_UNKNOWN',
    why: `it has ${other.columns.length} columns, and none of that name`,
    fix: didYouMean(
      name,
      other.columns.map((candidate) => candidate.name),
    ),
  });
}

function tooLarge(rowCount: number): MoatError {
  return new MoatError('the other table of the join is too large', {
    code: 'JOIN_TOO_LARGE',
    why: `it has ${rowCount.toLocaleString('en-US')} rows, and travels in the model file, which takes ${MOST_ROWS.toLocaleString('en-US')}`,
    fix: 'join the two tables before they are imported, or bring only the rows that are needed',
  });
}
