/** @file Reading the cells of one column as its type: plain ones by SQL, the others by the column type itself, which are counted on the way. */

import { MoatError } from '../engine/errors.ts';
import type { ColumnKind } from './columns/column-kind.ts';
import { kindOf } from './columns/index.ts';
import { isMissingCell, MISSING_TOKENS } from './columns/missing.ts';
import { isNotFinite } from './columns/numeric.ts';
import { LEADING_ZERO } from './columns/stats.ts';
import { percent, plural } from './columns/words.ts';
import type { Part, Warning } from './dataset.ts';
import { chunksOf, type DuckDB, defineFunction, quoteText, VARCHAR } from './duckdb.ts';
import type { Relation } from './relation.ts';
import { LARGEST_UNREADABLE_SHARE } from './schema.ts';
import { columnNamed } from './source-columns.ts';
import type { SourceColumn, SourceRows } from './sources/source.ts';
import { jsonOf } from './sql.ts';
import { storedType, storedValues } from './stored-columns.ts';
import type { Column, ColumnType } from './table.ts';

export class Reading {
  readonly #duckdb: DuckDB;
  readonly #function: string;
  readonly #name: string;
  readonly #type: ColumnType;
  readonly #format: string | undefined;
  readonly #shape: readonly number[] | undefined;
  /** Whether the type was recognised from the first rows alone. */
  readonly #isOpen: boolean;
  #unreadable = 0;
  #nonFinite = 0;
  #isDoubted = false;
  #isDefined = false;

  /** `name` is the SQL function that reads a cell, one of its own for each column and reading. */
  constructor(
    duckdb: DuckDB,
    sqlName: string,
    column: {
      readonly name: string;
      readonly type: ColumnType;
      readonly format?: string;
      readonly shape?: readonly number[];
      readonly isOpen: boolean;
    },
  ) {
    this.#duckdb = duckdb;
    this.#function = sqlName;
    this.#name = column.name;
    this.#type = column.type;
    this.#format = column.format;
    this.#shape = column.shape;
    this.#isOpen = column.isOpen;
  }

  /** Whether a cell was met that speaks against the recognised type. */
  get isDoubted(): boolean {
    return this.#isDoubted;
  }

  /** SQL for the stored value of the cell in place `i` of a source. */
  sqlOf(i: number, column: SourceColumn): string {
    if (column.type === 'typed' && column.as === 'image') throw this.#refused('it holds images');
    this.#define();
    const kind = kindOf(this.#type);
    const list = column.type === 'cells' && column.isNumbers ? kind.plainList?.(`n${i}`, this.#shape) : undefined;
    // Numbers that come as such are no text on their way, but where they are no plain ones.
    const text = list ? jsonOf(`n${i}`) : column.type === 'typed' ? `CAST(c${i} AS VARCHAR)` : `c${i}`;
    const plain = list ?? kind.plainSql?.(text, this.#format, this.#shape);
    const usual = plain ? `WHEN ${plain.isPlain} THEN ${plain.value} ` : '';
    return `CASE ${usual}WHEN ${text} IS NULL OR list_contains([${GAPS}], ${text}) THEN NULL ELSE ${this.#function}(${text}) END`;
  }

  /** Warnings about cells that became missing; refuses a type that cannot read most of them. */
  async outcome(parts: ReadonlyMap<Part, SourceRows>, relations: ReadonlyMap<Part, Relation>): Promise<Warning[]> {
    const cells = [...relations.values()].reduce((sum, { rowCount }) => sum + rowCount, 0);
    const warnings: Warning[] = [];
    if (this.#unreadable > 0) {
      const row = await this.#firstUnreadable([...parts.values()]);
      if (kindOf(this.#type).isExact) throw this.#inexact(this.#unreadable, cells, row);
      if (this.#unreadable > LARGEST_UNREADABLE_SHARE * cells) {
        throw this.#refused(`${plural(this.#unreadable, 'cell')} of ${cells} hold something else, the first in row ${row}`);
      }
      warnings.push({
        code: 'COLUMN_CELLS_UNREADABLE',
        message: `${plural(this.#unreadable, 'cell')} of "${this.#name}" became missing (${percent(this.#unreadable, cells)})`,
        why: `they cannot be read as ${this.#type}; the first is in row ${row}`,
        fix: `mend them, or declare another type: \`columns: { ${JSON.stringify(this.#name)}: category }\``,
        column: this.#name,
      });
    }
    if (this.#nonFinite > 0) {
      warnings.push({
        code: 'COLUMN_NOT_FINITE',
        message: `${plural(this.#nonFinite, 'cell')} of "${this.#name}" became missing (${percent(this.#nonFinite, cells)})`,
        why: 'they say NaN or infinity, which no model can learn from',
        fix: 'nothing needs to be done; `clean: [impute]` fills gaps',
        column: this.#name,
      });
    }
    return warnings;
  }

  #define(): void {
    if (this.#isDefined) return;
    this.#isDefined = true;
    kindOf(this.#type).parse(this.#name, []); // refuses a type that no text can have
    const types = { parameters: [VARCHAR], returns: storedType(this.#type) };
    defineFunction(this.#duckdb.connection, this.#function, types, ([cells = []]) => this.#read(cells as readonly (string | null)[]));
  }

  #read(cells: readonly (string | null)[]) {
    const kind = kindOf(this.#type);
    const { column, unreadableCount, nonFiniteCount } = kind.parse(this.#name, cells, this.#format, this.#shape);
    this.#unreadable += unreadableCount;
    this.#nonFinite += nonFiniteCount;
    this.#isDoubted ||=
      this.#isOpen && cells.some((cell) => !isMissingCell(cell) && speaksAgainst(kind, (cell as string).trim(), this.#format));
    return storedValues(column, 0, cells.length);
  }

  /** From 1, in the first part that has one. */
  async #firstUnreadable(sources: readonly SourceRows[]): Promise<number> {
    for (const rows of sources) {
      const column = columnNamed(rows, this.#name);
      let before = 0;
      for await (const chunk of chunksOf(
        this.#duckdb.connection,
        `SELECT CAST(c${rows.columns.indexOf(column)} AS VARCHAR) FROM ${rows.from}`,
      )) {
        const { firstUnreadable } = kindOf(this.#type).parse(
          this.#name,
          chunk.getColumnValues(0) as (string | null)[],
          this.#format,
          this.#shape,
        );
        if (firstUnreadable !== undefined) return before + firstUnreadable + 1;
        before += chunk.rowCount;
      }
    }
    return 1;
  }

  #inexact(unreadable: number, cells: number, row: number): MoatError {
    return new MoatError(`column "${this.#name}" holds vectors of more than one width`, {
      code: 'EMBEDDING_WIDTH',
      why: `${plural(unreadable, 'cell')} of ${cells} ${unreadable === 1 ? 'is no vector' : 'are no vectors'} of ${this.#shape?.[0]} numbers, the first in row ${row}`,
      fix: `mend these rows or empty their cells; where the length means something, declare it: columns: { ${JSON.stringify(this.#name)}: series }`,
    });
  }

  #refused(why: string): MoatError {
    return new MoatError(`column "${this.#name}" cannot be read as ${this.#type}`, {
      code: 'COLUMN_TYPE_WRONG',
      why,
      fix: 'declare another type for it under `columns`, or leave it out to have the type recognised',
    });
  }
}

/** A leading zero would be lost, and what a type cannot read would become a gap. */
function speaksAgainst({ reads }: ColumnKind<Column>, value: string, format: string | undefined): boolean {
  return reads !== undefined && (!reads(value, format) || LEADING_ZERO.test(value));
}

/**
 * Missing tokens as they are usually spelled, so that gaps are not read one by one; NaN is not among them, because it is counted.
 * They stand in one list: for `IN` DuckDB would keep memory for every token of every column, 19 MB each in all.
 */
const GAPS = [...MISSING_TOKENS]
  .filter((token) => !isNotFinite(token))
  .flatMap((token) => [...new Set([token, token.toUpperCase()])])
  .map(quoteText)
  .join(', ');
