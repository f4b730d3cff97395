/** @file Checking a version against its contract: what is broken, in how many rows, and which. Values are never told. */

import { MoatError } from '../../engine/errors.ts';
import { plural } from '../columns/words.ts';
import type { ColumnSchema, DatasetVersion, Part, Warning } from '../dataset.ts';
import type { RowsHome } from '../parts.ts';
import { count, type ProfileScan, withScan } from '../profile/scan.ts';
import type { Contract } from './contract.ts';
import { rules } from './rules.ts';

export interface Breach {
  /** `nulls`, `allowed`, `rows`, `type`, … */
  readonly rule: string;
  readonly column?: string;
  readonly expected: string;
  /** What was found instead, in words or a count; never a value of a row. */
  readonly found: string;
  /** Rows that break it; 0 for a rule about the whole. */
  readonly rowCount: number;
  /** The first of them, from 0 in their part. */
  readonly rows: readonly { readonly part: Part; readonly row: number }[];
}

export interface ContractReport {
  readonly dataset: string;
  readonly version: string;
  readonly rowCount: number;
  /** Expectations that were checked. */
  readonly checked: number;
  readonly breaches: readonly Breach[];
}

export const SHOWN_ROWS = 10;

export async function checkContract(home: RowsHome, version: DatasetVersion, contract: Contract, now: Date): Promise<ContractReport> {
  const known = new Map(version.columns.map((column, i) => [column.name, { column, c: `c${i}` }]));
  const whole = wholeBreaches(version, contract);
  let checked = whole.checked;
  const breaches = [...whole.breaches];
  await withScan(home, version, async (scan) => {
    for (const [name, expectations] of Object.entries(contract.columns)) {
      const found = known.get(name);
      if (found === undefined) continue;
      for (const rule of rules) {
        const expected = rule.expected(expectations);
        const broken = expected === undefined ? undefined : rule.broken(expectations, found.c, found.column, now);
        if (expected === undefined) continue;
        checked++;
        if (broken === undefined) breaches.push(unsuited(rule.name, found.column, expected));
        else breaches.push(...(await askRows(scan, broken, { rule: rule.name, column: name, expected })));
      }
    }
  });
  return { dataset: version.dataset, version: version.id, rowCount: version.rowCount, checked, breaches };
}

async function askRows(scan: ProfileScan, broken: string, told: { rule: string; column: string; expected: string }): Promise<Breach[]> {
  const [total] = await ask(scan, `SELECT count(*) AS n FROM (${broken})`, told);
  const rowCount = count(total?.n);
  if (rowCount === 0) return [];
  const rows = await ask(scan, `${broken} ORDER BY part, row LIMIT ${SHOWN_ROWS}`, told);
  return [
    {
      ...told,
      found: `${plural(rowCount, 'row')} otherwise`,
      rowCount,
      rows: rows.map(({ part, row }) => ({ part: part as Part, row: count(row) })),
    },
  ];
}

/** A pattern is the only text of the contract that SQL may not understand. */
async function ask(scan: ProfileScan, sql: string, { rule, column }: { rule: string; column: string }): ReturnType<ProfileScan['query']> {
  try {
    return await scan.query(sql);
  } catch (error) {
    if (rule !== 'pattern') throw error;
    throw new MoatError(`the pattern of "${column}" is no regular expression`, {
      code: 'CONTRACT_PATTERN',
      kind: 'usage',
      why: 'patterns are RE2 expressions: no look-around and no back-references',
      fix: 'write it as a plain expression, for example ^[A-Z]{2}[0-9]{6}$',
      cause: error,
    });
  }
}

/** What is expected of the version as a whole, and of the columns as such. */
function wholeBreaches({ rowCount, columns }: DatasetVersion, contract: Contract): { checked: number; breaches: Breach[] } {
  const breaches: Breach[] = [];
  const breach = (rule: string, expected: string, found: string, column?: string): void => {
    breaches.push({ rule, ...(column !== undefined && { column }), expected, found, rowCount: 0, rows: [] });
  };
  const { rows = {}, other_columns: others } = contract;
  if (rows.min !== undefined && rowCount < rows.min) breach('rows', `at least ${plural(rows.min, 'row')}`, plural(rowCount, 'row'));
  if (rows.max !== undefined && rowCount > rows.max) breach('rows', `at most ${plural(rows.max, 'row')}`, plural(rowCount, 'row'));
  let checked = Object.keys(rows).length + 1;
  for (const [name, { type }] of Object.entries(contract.columns)) {
    const column = columns.find((known) => known.name === name);
    checked += type === undefined ? 1 : 2;
    if (column === undefined) breach('column', 'a column of that name', 'none', name);
    else if (type !== undefined && column.type !== type) breach('type', type, column.type, name);
  }
  if (others === 'refuse') {
    for (const { name } of columns)
      if (!Object.hasOwn(contract.columns, name)) breach('other_columns', 'only the columns of the contract', 'one more', name);
  }
  return { checked, breaches };
}

function unsuited(rule: string, { name, type }: ColumnSchema, expected: string): Breach {
  return { rule, column: name, expected, found: `a column of type ${type}, which has no such rule`, rowCount: 0, rows: [] };
}

/** For a new version: refuses it when the contract says so, else answers what is broken as warnings. */
export async function holdToContract(home: RowsHome, version: DatasetVersion, contract: Contract, now: Date): Promise<Warning[]> {
  const { breaches } = await checkContract(home, version, contract, now);
  if (breaches.length === 0) return [];
  const told = breaches.map(describeBreach);
  const fix = `look at these rows, or change ${version.dataset}.contract.yaml if they are right`;
  if (contract.on_breach === 'refuse') {
    throw new MoatError(`the rows break the contract of "${version.dataset}" in ${plural(breaches.length, 'point')}`, {
      code: 'CONTRACT_BROKEN',
      why: `${told.slice(0, 5).join('; ')}${told.length > 5 ? `; and ${told.length - 5} more` : ''}`,
      fix,
    });
  }
  return breaches.map((breach, i) => ({
    code: 'CONTRACT_BROKEN',
    message: `the contract is broken: ${told[i]}`,
    why: 'the contract beside the recipe says what is expected, and only warns',
    fix,
    ...(breach.column !== undefined && { column: breach.column }),
  }));
}

/** `"age": at most 120, but 3 rows otherwise (all: 5, 17, 80)`; rows are numbered from 1. */
export function describeBreach({ column, expected, found, rowCount, rows }: Breach): string {
  const places = rows.map(({ part, row }) => `${part === 'all' ? '' : `${part} `}${row + 1}`).join(', ');
  const where = rows.length === 0 ? '' : ` (row ${places}${rowCount > rows.length ? ', …' : ''})`;
  return `${column === undefined ? '' : `"${column}": `}${expected} expected, ${found}${where}`;
}
