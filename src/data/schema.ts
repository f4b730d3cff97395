/** @file The types of a dataset's columns: recognised from all parts together, or declared, and then read. */

import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import { COLUMN_TYPES, cellReaders, kindOf, recogniseColumn } from './columns/index.ts';
import { observeCells } from './columns/stats.ts';
import { compareStrings } from './columns/strings.ts';
import { percent, plural } from './columns/words.ts';
import { type ColumnSchema, LISTED_CATEGORIES, type Part, type Warning } from './dataset.ts';
import type { SourceRows, TextCells, TypedCells } from './sources/source.ts';
import type { Column, ColumnType, Table } from './table.ts';
import { isMissing } from './table-ops.ts';

/** Types that the recipe declares, by column. */
export type DeclaredTypes = Readonly<Record<string, ColumnType>>;

/** The declared type of a column, if there is one; a name such as `constructor` is looked up like any other. */
export function typeIn(declared: DeclaredTypes, name: string): ColumnType | undefined {
  return Object.hasOwn(declared, name) ? declared[name] : undefined;
}

export interface ReadColumns {
  readonly columns: readonly ColumnSchema[];
  readonly tables: ReadonlyMap<Part, Table>;
  readonly warnings: readonly Warning[];
}

/** Beyond this share of cells that a declared type cannot read, the declaration is refused. */
const LARGEST_UNREADABLE_SHARE = 0.5;

/** Reads the cells of all parts; every column has one type throughout. */
export function readColumns(parts: ReadonlyMap<Part, SourceRows>, declared: DeclaredTypes): ReadColumns {
  const names = namesOf(parts);
  requireKnown(declared, names);
  const columns: ColumnSchema[] = [];
  const warnings: Warning[] = [];
  const read = new Map<Part, Column[]>([...parts.keys()].map((part) => [part, []]));
  for (const name of names) {
    const pieces = [...parts].map(([part, rows]) => ({ part, cells: cellsOf(rows, name) }));
    const { type, why } = typeOf(
      name,
      pieces.map((piece) => piece.cells),
      declared,
    );
    const outcome = new Outcome();
    for (const { part, cells } of pieces) read.get(part)?.push(outcome.read(cells, name, type));
    const values = [...read.values()].map((list) => list.at(-1) as Column);
    columns.push({ name, type, why, ...describeColumn(values) });
    warnings.push(...outcome.warnings(name, type));
  }
  const tables = new Map(
    [...parts].map(([part, rows]): [Part, Table] => [part, { rowCount: rows.rowCount, columns: read.get(part) ?? [] }]),
  );
  return { columns, tables, warnings };
}

/** What a schema says about the values of one column, over the pieces of it that count. */
export function describeColumn(pieces: readonly Column[]): Pick<ColumnSchema, 'nullable' | 'categories' | 'shape'> {
  const [first] = pieces;
  const nullable = pieces.some((column) => hasGap(column));
  if (first?.type === 'image') return { nullable, shape: [first.height, first.width, first.channels] };
  if (first?.type === 'boolean') return { nullable, categories: ['false', 'true'] };
  if (first?.type !== 'category') return { nullable };
  const distinct = new Set<string>();
  for (const piece of pieces) {
    if (piece.type !== 'category') continue;
    for (const value of piece.values) if (value !== null) distinct.add(value);
  }
  return { nullable, categories: [...distinct].sort(compareStrings).slice(0, LISTED_CATEGORIES) };
}

/** Reads a column that is already stored as another type, by way of its text. */
export function retypeColumn(column: Column, type: ColumnType): Column {
  if (column.type === type) return column;
  const kind = kindOf(column.type);
  const rowCount = column.type === 'image' ? 0 : column.values.length;
  const cells = Array.from({ length: rowCount }, (_, row) => kind.text(column, row));
  return new Outcome().read({ type: 'cells', name: column.name, cells }, column.name, type);
}

/** Refuses a declaration for a column that is not there, or of a type that is not known. */
export function requireKnown(declared: DeclaredTypes, names: readonly string[]): void {
  for (const [name, type] of Object.entries(declared)) {
    if (!names.includes(name)) {
      throw new MoatError(`\`columns\` names "${name}", which is no column of the data`, {
        code: 'COLUMN_UNKNOWN',
        why: `the data has ${plural(names.length, 'column')}`,
        fix: didYouMean(name, names),
      });
    }
    if (!COLUMN_TYPES.includes(type)) {
      throw new MoatError(`"${type}" is no column type`, {
        code: 'COLUMN_TYPE_UNKNOWN',
        why: `\`columns\` declares it for "${name}"`,
        fix: didYouMean(type, COLUMN_TYPES),
      });
    }
  }
}

type Cells = TextCells | TypedCells;

function typeOf(name: string, pieces: readonly Cells[], declared: DeclaredTypes): { type: ColumnType; why: string } {
  const wanted = typeIn(declared, name);
  const typed = pieces.find((cells) => cells.type === 'typed');
  if (wanted) return { type: wanted, why: 'declared in the recipe' };
  if (typed) return { type: typed.column.type, why: typed.why };
  return recogniseColumn(
    observeCells(
      name,
      pieces.map((cells) => (cells as TextCells).cells),
      cellReaders,
    ),
  );
}

/** Cells that could not be read as the column's type, summed over the parts. */
class Outcome {
  #cells = 0;
  #unreadable = 0;
  #nonFinite = 0;
  #firstRow: number | undefined;

  read(cells: Cells, name: string, type: ColumnType): Column {
    if (cells.type === 'typed') return retypeColumn(cells.column, type);
    const parsed = kindOf(type).parse(name, cells.cells);
    this.#cells += cells.cells.length;
    this.#unreadable += parsed.unreadableCount;
    this.#nonFinite += parsed.nonFiniteCount;
    this.#firstRow ??= parsed.firstUnreadable;
    if (this.#unreadable > LARGEST_UNREADABLE_SHARE * this.#cells) {
      throw new MoatError(`column "${name}" cannot be read as ${type}`, {
        code: 'COLUMN_TYPE_WRONG',
        why: `${plural(this.#unreadable, 'cell')} of ${this.#cells} hold something else, the first in row ${(this.#firstRow ?? 0) + 1}`,
        fix: 'declare another type for it under `columns`, or leave it out to have the type recognised',
      });
    }
    return parsed.column;
  }

  warnings(name: string, type: ColumnType): Warning[] {
    const warnings: Warning[] = [];
    if (this.#unreadable > 0) {
      warnings.push({
        code: 'COLUMN_CELLS_UNREADABLE',
        message: `${plural(this.#unreadable, 'cell')} of "${name}" became missing (${percent(this.#unreadable, this.#cells)})`,
        why: `they cannot be read as ${type}; the first is in row ${(this.#firstRow ?? 0) + 1}`,
        fix: `mend them, or declare another type: \`columns: { ${JSON.stringify(name)}: category }\``,
        column: name,
      });
    }
    if (this.#nonFinite > 0) {
      warnings.push({
        code: 'COLUMN_NOT_FINITE',
        message: `${plural(this.#nonFinite, 'cell')} of "${name}" became missing (${percent(this.#nonFinite, this.#cells)})`,
        why: 'they say NaN or infinity, which no model can learn from',
        fix: 'nothing needs to be done; `clean: [impute]` fills gaps',
        column: name,
      });
    }
    return warnings;
  }
}

function namesOf(parts: ReadonlyMap<Part, SourceRows>): string[] {
  const [[firstPart, first] = [], ...others] = [...parts];
  const names = first?.columns.map(nameOf) ?? [];
  for (const [part, rows] of others) {
    const theirs = rows.columns.map(nameOf);
    const missing = names.filter((name) => !theirs.includes(name));
    const extra = theirs.filter((name) => !names.includes(name));
    if (missing.length + extra.length === 0) continue;
    throw new MoatError(`the ${part} and ${firstPart} parts have different columns`, {
      code: 'DATA_PARTS_DIFFER',
      why: `the ${part} part ${[missing.length > 0 && `lacks ${quoteNames(missing)}`, extra.length > 0 && `has ${quoteNames(extra)} besides`].filter(Boolean).join(' and ')}`,
      fix: 'give every part the same columns, in any order',
    });
  }
  return names;
}

function quoteNames(names: readonly string[]): string {
  return (
    names
      .slice(0, 5)
      .map((name) => `"${name}"`)
      .join(', ') + (names.length > 5 ? ', …' : '')
  );
}

function nameOf(column: Cells): string {
  return column.type === 'cells' ? column.name : column.column.name;
}

function cellsOf(rows: SourceRows, name: string): Cells {
  return rows.columns.find((column) => nameOf(column) === name) as Cells;
}

function hasGap(column: Column): boolean {
  if (column.type === 'image') return false;
  for (let row = 0; row < column.values.length; row++) if (isMissing(column, row)) return true;
  return false;
}
