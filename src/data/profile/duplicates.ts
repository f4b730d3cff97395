/** @file Exact duplicates: inside a part, across parts, and rows that agree in everything but the answer. Counted over all rows. */

import { plural } from '../columns/words.ts';
import type { Part, Warning } from '../dataset.ts';
import { count, type ProfileScan } from './scan.ts';

export interface DuplicateCounts {
  /** The columns that were compared: all but ids. */
  readonly columns: readonly string[];
  /** Rows of a part that repeat an earlier one of it. */
  readonly within: readonly { readonly part: Part; readonly rowCount: number }[];
  /** Rows of `part` whose inputs, without the target, also stand in `other`. */
  readonly across: readonly { readonly part: Part; readonly other: Part; readonly rowCount: number }[];
  /** Distinct rows beyond the first that have the inputs of another and a different target, over all parts. */
  readonly disagreeing: number;
}

/**
 * Rows are compared by a 64-bit hash of their values: among ten million distinct rows, the chance that any two share one is
 * about n² / 2⁶⁵ = 3 in a million.
 */
export async function countDuplicates(scan: ProfileScan, target: string | undefined): Promise<DuplicateCounts> {
  const compared = scan.version.columns.flatMap(({ name, type }, i) => (type === 'id' ? [] : [{ name, sql: `c${i}` }]));
  const names = compared.map(({ name }) => name);
  if (compared.length === 0)
    return { columns: [], within: scan.parts.map(({ part }) => ({ part, rowCount: 0 })), across: [], disagreeing: 0 };
  const hashOf = (left: readonly { readonly sql: string }[]): string =>
    left.length === 0 ? '0' : `hash(${left.map(({ sql }) => sql).join(', ')})`;
  const inputs = hashOf(compared.filter(({ name }) => name !== target));
  const answer = compared.find(({ name }) => name === target)?.sql;
  const hashes = `SELECT part, ${inputs} AS i${answer === undefined ? '' : `, ${answer} AS answer`} FROM data`;
  // One look at the rows for both: with several parts also at all of them together, whose row has no part.
  const rows = await scan.query(
    `SELECT part, count(*) AS n, count(DISTINCT ${answer === undefined ? 'i' : 'hash(i, answer)'}) AS whole${answer === undefined ? '' : ', count(DISTINCT i) AS inputs'}
      FROM (${hashes}) GROUP BY ${scan.parts.length === 1 ? 'part' : 'GROUPING SETS ((part), ())'}`,
  );
  const repeatedIn = (part: Part): number => {
    const row = rows.find((candidate) => candidate.part === part);
    return count(row?.n) - count(row?.whole);
  };
  const all = scan.parts.length === 1 ? rows[0] : rows.find(({ part }) => part === null);
  return {
    columns: names,
    within: scan.parts.map(({ part }) => ({ part, rowCount: repeatedIn(part) })),
    across: await countAcross(scan, inputs),
    disagreeing: answer === undefined ? 0 : count(all?.whole) - count(all?.inputs),
  };
}

async function countAcross(scan: ProfileScan, inputs: string): Promise<DuplicateCounts['across']> {
  const across: { part: Part; other: Part; rowCount: number }[] = [];
  for (const [i, { part: other }] of scan.parts.entries()) {
    for (const { part } of scan.parts.slice(i + 1)) {
      const known = `SELECT ${inputs} FROM data WHERE part = '${other}'`;
      const [row] = await scan.query(`SELECT count(*) AS n FROM data WHERE part = '${part}' AND ${inputs} IN (${known})`);
      across.push({ part, other, rowCount: count(row?.n) });
    }
  }
  return across;
}

export function duplicateWarnings({ within, across, disagreeing }: DuplicateCounts): Warning[] {
  const warnings: Warning[] = [];
  for (const { part, rowCount } of within) {
    if (rowCount === 0) continue;
    warnings.push({
      code: 'ROWS_REPEATED',
      message: `${plural(rowCount, 'row')}${part === 'all' ? '' : ` of the ${part} part`} ${rowCount === 1 ? 'repeats' : 'repeat'} an earlier one`,
      why: 'they agree in every column but ids, so they count more than once, and a random split may put them on both sides',
      fix: 'clean: [drop_duplicates]',
    });
  }
  for (const { part, other, rowCount } of across) {
    if (rowCount === 0) continue;
    warnings.push({
      code: 'ROWS_ACROSS_PARTS',
      message: `${plural(rowCount, 'row')} of the ${part} part also ${rowCount === 1 ? 'stands' : 'stand'} in the ${other} part`,
      why: 'a model that was shown a row is not measured by it',
      fix: 'clean: [drop_train_rows_in_test]',
    });
  }
  if (disagreeing > 0) {
    warnings.push({
      code: 'ROWS_DISAGREE',
      message: `${plural(disagreeing, 'row')} with the same inputs ${disagreeing === 1 ? 'has' : 'have'} another target`,
      why: 'no model can be right about all of them',
      fix: 'look at them and mend the labels, or bring a column that tells them apart',
    });
  }
  return warnings;
}
