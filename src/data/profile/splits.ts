/** @file What a split cannot tell by itself: groups that stand on both sides of it, and times that lie after the event. */

import { percent, plural } from '../columns/words.ts';
import type { Part, Warning } from '../dataset.ts';
import type { ColumnAggregate } from './aggregates.ts';
import { count, type ProfileScan } from './scan.ts';

export interface SharedGroups {
  readonly column: string;
  readonly part: Part;
  /** Distinct values of `part`, and those of them that also stand in train. */
  readonly groupCount: number;
  readonly sharedCount: number;
  /** Rows of `part` that belong to a shared one. */
  readonly rowCount: number;
}

/** A column of groups has a good many values, each of several rows: a customer, a patient, a machine. */
const FEWEST_GROUPS = 30;
const FEWEST_ROWS_A_GROUP = 1.5;
const MOST_ROWS_A_GROUP_SHARE = 0.02;

export async function sharedGroups(
  scan: ProfileScan,
  aggregates: readonly ColumnAggregate[],
  target: string | undefined,
): Promise<SharedGroups[]> {
  if (!scan.parts.some(({ part }) => part === 'train') || scan.parts.length < 2) return [];
  const shared: SharedGroups[] = [];
  for (const [i, { name, type }] of scan.version.columns.entries()) {
    const { distinctCount = 0, missingCount } = aggregates[i] as ColumnAggregate;
    const rowsAGroup = (scan.rowCount - missingCount) / Math.max(1, distinctCount);
    const isGrouping = (type === 'id' || type === 'category') && name !== target && distinctCount >= FEWEST_GROUPS;
    if (!isGrouping || rowsAGroup < FEWEST_ROWS_A_GROUP || rowsAGroup > MOST_ROWS_A_GROUP_SHARE * scan.rowCount) continue;
    for (const { part } of scan.parts)
      if (part !== 'train' && part !== 'all') shared.push({ column: name, part, ...(await countShared(scan, i, part)) });
  }
  return shared.filter(({ sharedCount }) => sharedCount > 0);
}

async function countShared(
  scan: ProfileScan,
  i: number,
  part: Part,
): Promise<Pick<SharedGroups, 'groupCount' | 'sharedCount' | 'rowCount'>> {
  const known = `c${i} IN (SELECT c${i} FROM data WHERE part = 'train' AND c${i} IS NOT NULL)`;
  const [row] = await scan.query(
    `SELECT count(DISTINCT c${i}) AS g, count(DISTINCT c${i}) FILTER (${known}) AS s, count(*) FILTER (${known}) AS n FROM data WHERE part = '${part}' AND c${i} IS NOT NULL`,
  );
  return { groupCount: count(row?.g), sharedCount: count(row?.s), rowCount: count(row?.n) };
}

export function groupWarnings(shared: readonly SharedGroups[]): Warning[] {
  return shared.map(({ column, part, groupCount, sharedCount }) => ({
    code: 'GROUPS_SPAN_PARTS',
    message: `${plural(sharedCount, 'value')} of "${column}" in the ${part} part (of ${groupCount}) also ${sharedCount === 1 ? 'stands' : 'stand'} in train`,
    why: 'when rows of one customer, patient or machine stand on both sides, the model is measured on what it has seen',
    fix: `if its values name groups, keep them together: split: { by: ${JSON.stringify(column)} }`,
    column,
  }));
}

export interface TimeOrder {
  /** The time that comes first in most rows, taken for the event. */
  readonly event: string;
  readonly column: string;
  /** Share of the rows with both in which `column` is later. */
  readonly laterShare: number;
}

const MOSTLY_LATER = 0.95;

/** With two columns of times or more: which of them lie after the earliest one in nearly all rows. */
export async function timesAfterEvent(scan: ProfileScan, aggregates: readonly ColumnAggregate[]): Promise<TimeOrder[]> {
  const times = scan.version.columns.flatMap(({ name, type }, i) => {
    const { numbers } = aggregates[i] as ColumnAggregate;
    return type === 'time' && numbers
      ? [{ name, c: `c${i}`, missing: aggregates[i]?.missingCount ?? 0, median: numbers.quantiles[2] as number }]
      : [];
  });
  const [event, ...others] = times.toSorted((a, b) => a.median - b.median || a.missing - b.missing);
  if (event === undefined) return [];
  const orders: TimeOrder[] = [];
  for (const { name, c } of others) {
    const [row] = await scan.query(
      `SELECT count(*) FILTER (${c} > ${event.c}) AS later, count(*) FILTER (${c} >= ${event.c}) AS notbefore, count(*) AS n FROM data WHERE ${c} IS NOT NULL AND ${event.c} IS NOT NULL`,
    );
    const [n, later] = [count(row?.n), count(row?.later)];
    if (n > 0 && count(row?.notbefore) >= MOSTLY_LATER * n && later > n / 2)
      orders.push({ event: event.name, column: name, laterShare: later / n });
  }
  return orders;
}

export function timeWarnings(orders: readonly TimeOrder[], target: string | undefined): Warning[] {
  if (target === undefined) return [];
  return orders
    .filter(({ column }) => column !== target)
    .map(({ event, column, laterShare }) => ({
      code: 'TIME_AFTER_EVENT',
      message: `"${column}" lies after "${event}" in ${percent(laterShare, 1)} of the rows`,
      why: `if the prediction is made at "${event}", this time, and whether it is there at all, is not known yet`,
      fix: `if so, take it out: clean: [{ drop_columns: { column: ${JSON.stringify(column)} } }]`,
      column,
    }));
}
