/** @file The cells of all parts as typed columns: each type is recognised or declared, and the rows are written as a version stores them. */

import { join } from 'node:path';
import { kindOf, recogniseColumn } from './columns/index.ts';
import type { ColumnStats } from './columns/stats.ts';
import { count } from './columns/words.ts';
import { type ColumnSchema, LISTED_CATEGORIES, type Part, type Warning } from './dataset.ts';
import { type DuckDB, quoteText } from './duckdb.ts';
import { evidenceOfAll, evidenceOfFirst, FEWEST_VALUES, type FirstRows, readFirstRows } from './evidence.ts';
import { Reading } from './reading.ts';
import { parquetOptions, type Relation, relationOfFile } from './relation.ts';
import { type DeclaredTypes, formatIn, requireKnown, typeIn } from './schema.ts';
import { columnNamed, explained, namesOf } from './source-columns.ts';
import type { SourceFile, SourceRows } from './sources/source.ts';
import type { ColumnType } from './table.ts';

export interface TypedParts {
  readonly columns: readonly ColumnSchema[];
  /** Each in a file of its own. */
  readonly parts: ReadonlyMap<Part, Relation>;
  readonly files: ReadonlyMap<Part, readonly SourceFile[]>;
  readonly warnings: readonly Warning[];
}

/** How a column is read: its type, the reason, and whether a cell beyond the first rows may still change it. */
interface Plan {
  readonly name: string;
  readonly type: ColumnType;
  readonly why: string;
  readonly format?: string;
  readonly shape?: readonly number[];
  readonly isFile?: boolean;
  readonly isOpen: boolean;
}

/** Reads all parts; every column has one type throughout. `duckdb` must reach the files of the sources, and write to `folder`. */
export async function readTyped(
  duckdb: DuckDB,
  parts: ReadonlyMap<Part, SourceRows>,
  declared: DeclaredTypes,
  folder: string,
): Promise<TypedParts> {
  const names = namesOf(parts);
  requireKnown(declared, names);
  const files = new Map([...parts].map(([part, rows]) => [part, rows.files]));
  const warnings: Warning[] = [...parts.values()].flatMap((rows) => rows.warnings);
  let plans = await firstPlans(duckdb, parts, names, declared);
  for (let round = 0; ; round++) {
    const readings = plans.map((plan, i) => new Reading(duckdb, `read_${round}_${i}`, plan));
    const relations = new Map<Part, Relation>();
    for (const [part, rows] of parts) {
      const path = join(folder, `${part}-${round}.parquet`);
      const relation = await explained(rows, () => writeTyped(duckdb, rows, plans, readings, path));
      relations.set(part, relation);
      if (round > 0) continue;
      const finished = await rows.finish?.(duckdb.connection, relation.rowCount);
      files.set(part, finished?.files ?? rows.files);
      warnings.push(...(finished?.warnings ?? []));
    }
    const revised = await revise(duckdb, parts, plans, readings);
    const isSame = revised.every((plan, i) => isReadAlike(plan, plans[i] as Plan));
    plans = revised;
    if (!isSame) continue;
    for (const reading of readings) warnings.push(...(await reading.outcome(parts, relations)));
    return { columns: await describe(duckdb, relations, plans), parts: relations, files, warnings };
  }
}

async function firstPlans(
  duckdb: DuckDB,
  parts: ReadonlyMap<Part, SourceRows>,
  names: readonly string[],
  declared: DeclaredTypes,
): Promise<Plan[]> {
  const sources = [...parts.values()];
  const open = names.filter((name) => isLookedAt(declared, name) && sources.every((rows) => columnNamed(rows, name).type === 'cells'));
  const first: FirstRows = open.length === 0 ? { cells: [], areAll: true } : await readFirstRows(duckdb, sources, open);
  const plans: Plan[] = [];
  for (const name of names) {
    const wanted = typeIn(declared, name);
    const typed = sources.map((rows) => columnNamed(rows, name)).find((column) => column.type === 'typed');
    if (wanted !== undefined) {
      const own = typed?.type === 'typed' && typed.as === wanted ? layoutOf(typed) : {};
      const stats = open.includes(name) ? evidenceOfFirst(name, open.indexOf(name), first) : undefined;
      const format = formatIn(declared, name) ?? (stats && kindOf(wanted).formatOf?.(stats));
      plans.push({
        name,
        type: wanted,
        why: 'declared in the recipe',
        isOpen: false,
        ...(format && { format }),
        ...shapeIn(wanted, stats),
        ...own,
      });
    } else if (typed?.type === 'typed') {
      plans.push({ name, type: typed.as, why: typed.why, isOpen: false, ...layoutOf(typed) });
    } else {
      const stats = evidenceOfFirst(name, open.indexOf(name), first);
      if (!first.areAll && stats.valueCount < Math.min(FEWEST_VALUES, stats.rowCount / 2))
        plans.push(await planOfAll(duckdb, sources, name));
      else {
        const { type, why, format } = recogniseColumn(stats);
        const seen = first.areAll ? '' : ` (of the first ${count(stats.rowCount)} rows; no later one speaks against it)`;
        plans.push({ name, type, why: why + seen, isOpen: !first.areAll, ...(format && { format }), ...shapeIn(type, stats) });
      }
    }
  }
  return plans;
}

/** Cells are looked at where the type is open, or where it is declared and may be written in several ways. */
function isLookedAt(declared: DeclaredTypes, name: string): boolean {
  const wanted = typeIn(declared, name);
  if (wanted === undefined) return true;
  const { formatOf, shapeOf } = kindOf(wanted);
  return shapeOf !== undefined || (formatIn(declared, name) === undefined && formatOf !== undefined);
}

/** The shape that the values of a type must share, as the evidence has it. */
function shapeIn(type: ColumnType, stats: ColumnStats | undefined): Pick<Plan, 'shape'> {
  const shape = stats && kindOf(type).shapeOf?.(stats);
  return shape ? { shape } : {};
}

/** A column whose later cells speak against the type that its first ones have is judged by all its rows. */
async function revise(
  duckdb: DuckDB,
  parts: ReadonlyMap<Part, SourceRows>,
  plans: readonly Plan[],
  readings: readonly Reading[],
): Promise<Plan[]> {
  const revised: Plan[] = [];
  for (const [i, plan] of plans.entries()) {
    revised.push(plan.isOpen && readings[i]?.isDoubted ? await planOfAll(duckdb, [...parts.values()], plan.name) : plan);
  }
  return revised;
}

function isReadAlike(a: Plan, b: Plan): boolean {
  return a.type === b.type && a.format === b.format && a.shape?.join() === b.shape?.join();
}

async function planOfAll(duckdb: DuckDB, sources: readonly SourceRows[], name: string): Promise<Plan> {
  const stats = await evidenceOfAll(duckdb, sources, name);
  const { type, why, format } = recogniseColumn(stats);
  return { name, type, why, isOpen: false, ...(format && { format }), ...shapeIn(type, stats) };
}

async function writeTyped(
  { connection }: DuckDB,
  rows: SourceRows,
  plans: readonly Plan[],
  readings: readonly Reading[],
  path: string,
): Promise<Relation> {
  const values = plans.map((plan, i) => {
    const column = columnNamed(rows, plan.name);
    const place = rows.columns.indexOf(column);
    if (column.type === 'typed' && column.as === plan.type) return `c${place} AS c${i}`;
    return `${(readings[i] as Reading).sqlOf(place, column)} AS c${i}`;
  });
  const columns = plans.map((plan) => ({ name: plan.name, type: plan.type, ...layoutOf(plan) }));
  const sql = `COPY (SELECT ${values.join(', ')} FROM ${rows.from}) TO ${quoteText(path)} (${parquetOptions(columns)})`;
  const result = await connection.runAndReadAll(sql);
  return { ...relationOfFile(path, Number(result.getRows()[0]?.[0] ?? 0), columns), file: path };
}

/** What the schema says of the values: whether one is missing, and the categories. */
async function describe({ connection }: DuckDB, parts: ReadonlyMap<Part, Relation>, plans: readonly Plan[]): Promise<ColumnSchema[]> {
  const all = (columns: string): string => [...parts.values()].map(({ from }) => `SELECT ${columns} FROM ${from}`).join(' UNION ALL ');
  const counted = await connection.runAndReadAll(`SELECT count(*), ${plans.map((_, i) => `count(c${i})`).join(', ')} FROM (${all('*')})`);
  const [rowCount, ...counts] = (counted.getRows()[0] ?? []).map(Number);
  const schema: ColumnSchema[] = [];
  for (const [i, plan] of plans.entries()) {
    const { name, type, why, format } = plan;
    const facts = { name, type, why, nullable: counts[i] !== rowCount, ...(format && { format }), ...layoutOf(plan) };
    if (type === 'category') {
      const sql = `SELECT DISTINCT c FROM (${all(`c${i} AS c`)}) WHERE c IS NOT NULL ORDER BY c LIMIT ${LISTED_CATEGORIES}`;
      schema.push({ ...facts, categories: (await connection.runAndReadAll(sql)).getRows().map(([value]) => value as string) });
    } else schema.push(type === 'boolean' ? { ...facts, categories: ['false', 'true'] } : facts);
  }
  return schema;
}

/** What a column of media or vectors says beside its type. */
function layoutOf({ shape, isFile }: Pick<Plan, 'shape' | 'isFile'>): Pick<Plan, 'shape' | 'isFile'> {
  return { ...(shape && { shape }), ...(isFile && { isFile }) };
}
