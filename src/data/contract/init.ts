/** @file Writing a contract from what is there: expectations with slack, and comments that say where each comes from. */

import type { ColumnSchema, DatasetVersion } from '../dataset.ts';
import type { RowsHome } from '../parts.ts';
import { aggregateColumns, type ColumnAggregate, type NumberAggregate } from '../profile/aggregates.ts';
import { type ProfileScan, withScan } from '../profile/scan.ts';

/** More values than these are not listed. */
const LISTED = 50;
/** Room beyond the range that was seen, as a share of it. */
const SLACK = 0.25;
const DAY_MS = 86_400_000;
/** Data whose newest time is older than this is history: no freshness is expected of it. */
const STALE_DAYS = 400;

/** The contract as YAML with comments. */
export async function writeContract(home: RowsHome, version: DatasetVersion, now: Date): Promise<string> {
  return withScan(home, version, async (scan) => {
    const aggregates = await aggregateColumns(scan);
    const lines: string[] = [];
    for (const [i, column] of version.columns.entries()) {
      lines.push(`  ${JSON.stringify(column.name)}:`);
      lines.push(...(await expectationsOf(scan, i, column, aggregates[i] as ColumnAggregate, now)).map((line) => `    ${line}`));
    }
    return [
      `# What the dataset is expected to hold, written from ${version.dataset}@${version.id.slice(0, 12)} with room to breathe. Make it yours:`,
      '# tighten what must not move, delete what does not matter. Every import under this name, and so every training run, is held to it.',
      `dataset: ${JSON.stringify(version.dataset)}`,
      'on_breach: refuse          # or warn: go on, and say what is broken',
      `rows: { min: ${Math.floor(version.rowCount / 2)}, max: ${version.rowCount * 10} }   # ${version.rowCount} now`,
      'other_columns: allow       # or refuse: only the columns below',
      'columns:',
      ...lines,
      '',
    ].join('\n');
  });
}

async function expectationsOf(
  scan: ProfileScan,
  i: number,
  column: ColumnSchema,
  aggregate: ColumnAggregate,
  now: Date,
): Promise<string[]> {
  const { missingCount, distinctCount = 0, isDistinctExact, numbers, lengths, measured } = aggregate;
  const known = scan.rowCount - missingCount;
  const share = missingCount / scan.rowCount;
  const nulls = missingCount === 0 ? 0 : Math.min(1, Math.ceil((1.5 * share + 0.01) * 1000) / 1000);
  const lines = [`type: ${column.type}`, `nulls: ${nulls}${missingCount === 0 ? '' : `   # ${(100 * share).toFixed(2)} % now`}`];
  if (numbers && column.type === 'time') lines.push(...timeLines(numbers, now));
  else if (numbers && column.type !== 'boolean') lines.push(...rangeLines(numbers, column.type === 'integer'));
  const isRepeating = distinctCount < known / 2;
  if (column.type === 'category' && isRepeating && distinctCount <= LISTED && column.categories) {
    lines.push(`allowed: [${column.categories.map((value) => JSON.stringify(value)).join(', ')}]`);
  }
  if (column.type === 'text' && lengths) lines.push(`longest: ${Math.ceil(lengths.max * 2)}   # ${lengths.max} characters now`);
  if (column.type === 'list') lines.push(...(await itemLines(scan, i)));
  if ((column.type === 'list' || column.type === 'series') && measured)
    lines.push(`longest: ${Math.ceil(measured.max * 2)}   # ${measured.max} ${column.type === 'list' ? 'items' : 'numbers'} now`);
  if (column.type === 'embedding' && column.shape) lines.push(`width: ${column.shape[0]}`);
  if (column.type === 'id' && lengths) {
    const pattern = await patternOf(scan, i);
    if (pattern !== undefined) lines.push(`pattern: ${JSON.stringify(pattern)}`);
    if (isDistinctExact && distinctCount === known && known > 1) lines.push('unique: true');
  }
  return lines;
}

/** The items, where they are few and come again. */
async function itemLines(scan: ProfileScan, i: number): Promise<string[]> {
  const items = await scan.query(
    `SELECT v, count(*) AS n FROM (SELECT unnest(c${i}) AS v FROM data) GROUP BY v ORDER BY v LIMIT ${LISTED + 1}`,
  );
  const rows = items.reduce((sum, { n }) => sum + Number(n), 0);
  if (items.length === 0 || items.length > LISTED || rows < 2 * items.length) return [];
  return [`allowed: [${items.map(({ v }) => JSON.stringify(v)).join(', ')}]`];
}

function rangeLines({ min, max }: NumberAggregate, isInteger: boolean): string[] {
  const slack = SLACK * (max - min || Math.abs(max) || 1);
  const round = (value: number): number => (isInteger ? Math.round(value) : Number(value.toPrecision(4)));
  // What was never negative stays so.
  const low = min >= 0 ? Math.max(0, round(min - slack)) : round(min - slack);
  const high = max <= 0 ? Math.min(0, round(max + slack)) : round(max + slack);
  return [`min: ${low}   # ${Number(min.toPrecision(6))} now`, `max: ${high}   # ${Number(max.toPrecision(6))} now`];
}

function timeLines({ min, max }: NumberAggregate, now: Date): string[] {
  const age = (now.getTime() - max) / DAY_MS;
  const lines = [`earliest: ${JSON.stringify(new Date(min).toISOString().slice(0, 10))}`];
  if (age >= 0 && age <= STALE_DAYS)
    lines.push(`newest_within_days: ${Math.max(7, Math.ceil(2 * age))}   # ${age.toFixed(1)} days old now`);
  return lines;
}

/** One shape that all values have: as long, and letter, digit or the same sign at each place. */
async function patternOf(scan: ProfileScan, i: number): Promise<string | undefined> {
  const shape = `regexp_replace(regexp_replace(regexp_replace(c${i}, '[A-Z]', 'A', 'g'), '[a-z]', 'a', 'g'), '[0-9]', '9', 'g')`;
  const shapes = await scan.query(`SELECT DISTINCT ${shape} AS s FROM data WHERE c${i} IS NOT NULL LIMIT 2`);
  const [only] = shapes;
  if (shapes.length !== 1 || only === undefined || String(only.s).length > 60) return undefined;
  return String(only.s).replace(/A+|a+|9+|[^Aa9]/g, (run) => {
    const times = run.length === 1 ? '' : `{${run.length}}`;
    if (run.startsWith('A')) return `[A-Z]${times}`;
    if (run.startsWith('a')) return `[a-z]${times}`;
    return run.startsWith('9') ? `[0-9]${times}` : run.replace(/[\\^$.|?*+()[\]{}-]/, '\\$&');
  });
}
