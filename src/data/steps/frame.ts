/**
 * @file Rows under cleaning: a chain of SQL over the stored parts, which is read only when something must be known.
 *
 * All parts are one relation: `r` is the number of a row through all of them, `p` its part. A step adds a layer of expressions;
 * rows that go are marked in a bit string and left out by an expression. Nothing is joined, grouped or sorted on the way, so
 * the rows keep their order, and memory does not grow with their number (a bit a row and choice).
 */

import { join } from 'node:path';
import { MoatError, toMoatError } from '../../engine/errors.ts';
import { didYouMean } from '../../engine/nearest.ts';
import { PARTS, type Part } from '../dataset.ts';
import { type DuckDB, type DuckDBValue, defineFunction, fromDuckDB, quoteText } from '../duckdb.ts';
import type { Relation, RelationColumn } from '../relation.ts';
import { columnOfValues, storedType, storedValues } from '../stored-columns.ts';
import type { Effect, Write } from './step.ts';

/** One part to begin with: `from` has the columns c0, c1, …, and `r`, the number of the row in its part. */
export interface FramePart {
  readonly part: Part;
  readonly from: string;
  readonly rowCount: number;
}

export interface FrameColumn extends RelationColumn {
  /** Its name in SQL. */
  readonly cell: string;
}

/** What a write did to a column: the cells before (none for a new column, or one that goes) and after. */
export interface Change {
  readonly column: RelationColumn;
  readonly before?: FrameColumn;
  readonly after?: FrameColumn;
}

export class Frame {
  readonly #duckdb: DuckDB;
  readonly #folder: string;
  readonly #rowsAtFirst: number;
  #from: string;
  #columns: readonly FrameColumn[];
  #rowCounts: ReadonlyMap<Part, number>;
  #nameCount = 0;
  #isDear = false;
  /** Parts that lost or got rows. */
  readonly #changed = new Set<Part>();
  readonly #columnsAtFirst: number;
  #thrown: unknown;

  /** `folder`: where the engine may write what it cannot hold. */
  constructor(duckdb: DuckDB, folder: string, parts: readonly FramePart[], columns: readonly RelationColumn[]) {
    this.#duckdb = duckdb;
    this.#folder = folder;
    this.#columns = columns.map((column, i) => ({ ...plain(column), cell: `c${i}` }));
    const cells = columns.map((_, i) => `c${i}, `).join('');
    let rowsBefore = 0;
    const selects = parts.map(({ part, from, rowCount }) => {
      const select = `SELECT ${cells}(r + ${rowsBefore})::INTEGER AS r, ${PARTS.indexOf(part)}::TINYINT AS p FROM ${from}`;
      rowsBefore += rowCount;
      return select;
    });
    this.#from = `(${selects.join(' UNION ALL ')})`;
    this.#rowsAtFirst = rowsBefore;
    this.#rowCounts = new Map(parts.map(({ part, rowCount }) => [part, rowCount]));
    this.#columnsAtFirst = columns.length;
  }

  get columns(): readonly FrameColumn[] {
    return this.#columns;
  }

  /** Rows of each part that has any, or had. */
  get rowCounts(): ReadonlyMap<Part, number> {
    return this.#rowCounts;
  }

  /** What stands after FROM: the columns' cells, `r` and `p`. */
  get from(): string {
    return this.#from;
  }

  /** The column of that name; an unknown name is refused with the nearest known ones. */
  column(name: string): FrameColumn {
    const found = this.#columns.find((column) => column.name === name);
    if (found) return found;
    const names = this.#columns.map((column) => column.name);
    throw new MoatError(`there is no column "${name}"`, {
      code: 'COLUMN_UNKNOWN',
      why: `the table has ${names.length} columns, and none of that name`,
      fix: didYouMean(name, names),
    });
  }

  /** The cells of the named columns in SQL. */
  cells(names: readonly string[]): string[] {
    return names.map((name) => this.column(name).cell);
  }

  /** Runs SQL; what a function of ours threw comes out as it was thrown. */
  async rows(sql: string): Promise<DuckDBValue[][]> {
    this.#thrown = undefined;
    try {
      return (await this.#duckdb.connection.runAndReadAll(sql)).getRows();
    } catch (error) {
      throw this.#thrown ?? toMoatError(fromDuckDB(error));
    }
  }

  /** Puts a layer of expressions on top; what it changed can be counted until `settle`. Writes that read a column which is not there are passed over. */
  write({ writes, drops = [] }: Effect): Change[] {
    const known = new Map(this.#columns.map((column) => [column.name, column]));
    const columns = [...this.#columns];
    const changes: Change[] = [];
    const layer: string[] = [];
    for (const write of writes) {
      if (write.reads.some((name) => !known.has(name))) continue;
      const after: FrameColumn = { ...plain(write), cell: `v${this.#nameCount++}` };
      layer.push(`${this.expression(write)} AS ${after.cell}`);
      const place = columns.findIndex(({ name }) => name === write.name);
      const before = known.get(write.name);
      changes.push({ column: after, after, ...(before && { before }) });
      if (place === -1) columns.push(after);
      else columns[place] = after;
    }
    for (const name of drops) {
      const place = columns.findIndex((column) => column.name === name);
      if (place !== -1) changes.push(...columns.splice(place, 1).map((before) => ({ column: before, before })));
    }
    if (layer.length > 0) this.#from = `(SELECT *, ${layer.join(', ')} FROM ${this.#from})`;
    this.#columns = columns;
    return changes;
  }

  /** What a write would write, as SQL over the rows as they are. */
  expression(write: Write): string {
    const inputs = write.reads.map((name) => this.column(name));
    const cells = inputs.map(({ cell }) => cell);
    const call = (): string => `${this.#define(write, inputs)}(${cells.join(', ')})`;
    return write.sql ? write.sql(cells, call) : call();
  }

  /** Whether reading the cells costs calls of JavaScript: worth settling before they are read more than once. */
  get isDear(): boolean {
    return this.#isDear;
  }

  /** Keeps the answer of a query for a while; its name. */
  async temporaryTable(query: string): Promise<string> {
    const name = `t${this.#nameCount++}`;
    await this.rows(`CREATE TEMP TABLE ${name} AS ${query}`);
    return name;
  }

  async forget(table: string): Promise<void> {
    await this.rows(`DROP TABLE ${table}`);
  }

  /** Marks the rows whose `r` a query answers; the result is an expression that is 1 for them. Undefined when there are none. */
  async mark(query: string): Promise<string | undefined> {
    const name = `marked_${this.#nameCount++}`;
    await this.rows(`SET VARIABLE ${name} = (SELECT bitstring_agg(r::INTEGER, 0, ${Math.max(0, this.#rowsAtFirst - 1)}) FROM (${query}))`);
    const [[isNone] = []] = await this.rows(`SELECT getvariable('${name}') IS NULL`);
    return isNone === true ? undefined : `get_bit(getvariable('${name}'), r)`;
  }

  /** Leaves out the rows of a mark. */
  async drop(mark: string): Promise<void> {
    this.#from = `(SELECT * FROM ${this.#from} WHERE ${mark} = 0)`;
    await this.#count();
  }

  /** Repeats rows: `copies` is an expression for the number of copies more. */
  async repeat(copies: string): Promise<void> {
    this.#from = `(SELECT * EXCLUDE (copy) FROM (SELECT *, unnest(range(1 + (${copies})::BIGINT)) AS copy FROM ${this.#from}))`;
    await this.#count();
  }

  /** Gives rows their parts: an expression for the number in `PARTS`. */
  async assign(part: string): Promise<void> {
    this.#from = `(SELECT * REPLACE ((${part})::TINYINT AS p) FROM ${this.#from})`;
    await this.#count();
  }

  /** Computes what is dear once, into a file: the cells of the columns, and those that are still to be compared. */
  async settle(compared: readonly FrameColumn[] = []): Promise<void> {
    if (!this.#isDear) return;
    const cells = new Set([...this.#columns, ...compared].map(({ cell }) => `${cell}, `));
    const path = join(this.#folder, `settled-${this.#nameCount++}.parquet`);
    await this.rows(
      `COPY (SELECT ${[...cells].join('')}r, p FROM ${this.#from}) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`,
    );
    this.#from = `read_parquet(${quoteText(path)})`;
    this.#isDear = false;
  }

  /** Whether a part holds the rows and columns that it was given with. */
  isAsItWas(part: Part): boolean {
    return (
      !this.#changed.has(part) && this.#columns.length === this.#columnsAtFirst && this.#columns.every(({ cell }, i) => cell === `c${i}`)
    );
  }

  /** The rows of one part, to be read or stored. */
  relation(part: Part): Relation {
    const cells = this.#columns.map(({ cell }, i) => `${cell} AS c${i}`).join(', ');
    return {
      from: `(SELECT ${cells} FROM ${this.#from} WHERE p = ${PARTS.indexOf(part)})`,
      rowCount: this.#rowCounts.get(part) ?? 0,
      columns: this.#columns.map(plain),
    };
  }

  async #count(): Promise<void> {
    const counted = await this.rows(`SELECT p, count(*) FROM ${this.#from} GROUP BY p ORDER BY p`);
    const before = this.#rowCounts;
    this.#rowCounts = new Map(counted.map(([p, count]) => [PARTS[Number(p)] as Part, Number(count)]));
    for (const [part, count] of this.#rowCounts) if (before.get(part) !== count) this.#changed.add(part);
  }

  /** Registers `apply` with DuckDB, so that the very function of a request runs inside the query. */
  #define(write: Write, inputs: readonly FrameColumn[]): string {
    const name = `js_${this.#nameCount++}`;
    this.#isDear = true;
    const types = { parameters: inputs.map(({ type }) => storedType(type)), returns: storedType(write.type) };
    defineFunction(this.#duckdb.connection, name, types, (values, rowCount) => {
      try {
        const columns = inputs.map((input, i) => columnOfValues(input, values[i] as DuckDBValue[]));
        return storedValues(write.apply(columns, rowCount));
      } catch (error) {
        this.#thrown = error;
        throw error;
      }
    });
    return name;
  }
}

function plain({ name, type, shape, isFile }: RelationColumn): RelationColumn {
  return { name, type, ...(shape && { shape }), ...(isFile && { isFile }) };
}
