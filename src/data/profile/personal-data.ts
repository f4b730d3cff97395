/** @file Personal data of a dataset: which columns hold which kind, in how many of the rows that were looked at. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { findPersonal, PERSONAL_KINDS, type PersonalKind, personalByName } from '../personal/index.ts';
import type { Column, Table } from '../table.ts';
import { isNumeric, isString } from '../table-ops.ts';

export interface PersonalFinding {
  readonly column: string;
  readonly kind: PersonalKind;
  /** Rows with at least one place, of the rows with a value that were looked at. */
  readonly rowCount: number;
  readonly lookedAt: number;
  /** Mean confidence of the places, from 0.5 to 1; 0 when only the name of the column says so. */
  readonly confidence: number;
  /** The name of the column says so too. */
  readonly isNamed: boolean;
  /** Sampled rows, by their index in the sample: where to look; values are not repeated here. */
  readonly sampleRows: readonly number[];
}

/** Rows of each column that are searched. */
export const PERSONAL_ROWS = 2_000;
const SHOWN_ROWS = 5;
/** Only the beginning of a very long text is searched. */
const MOST_CHARACTERS = 5_000;

export async function personalFindings(table: Table): Promise<PersonalFinding[]> {
  const findings: PersonalFinding[] = [];
  for (const column of table.columns) {
    await nextTurn();
    findings.push(...findingsOfColumn(column));
  }
  return findings.sort((a, b) => b.confidence * share(b) - a.confidence * share(a));
}

const share = ({ rowCount, lookedAt }: PersonalFinding): number => (lookedAt === 0 ? 0 : rowCount / lookedAt);

function findingsOfColumn(column: Column): PersonalFinding[] {
  const text = textsOf(column);
  if (text === undefined) return [];
  const found = new Map<PersonalKind, { rows: number[]; sum: number; places: number }>();
  let lookedAt = 0;
  for (let row = 0; row < text.length && lookedAt < PERSONAL_ROWS; row++) {
    const value = text.at(row);
    if (value === undefined) continue;
    lookedAt++;
    for (const { kind, confidence } of findPersonal(value.slice(0, MOST_CHARACTERS), { column: column.name })) {
      const known = found.get(kind) ?? { rows: [], sum: 0, places: 0 };
      if (known.rows.at(-1) !== row) known.rows.push(row);
      known.sum += confidence;
      known.places++;
      found.set(kind, known);
    }
  }
  const named = personalByName(column.name);
  const findings = PERSONAL_KINDS.flatMap((kind): PersonalFinding[] => {
    const known = found.get(kind);
    if (!known) return [];
    const { rows, sum, places } = known;
    return [
      {
        column: column.name,
        kind,
        rowCount: rows.length,
        lookedAt,
        confidence: sum / places,
        isNamed: kind === named,
        sampleRows: rows.slice(0, SHOWN_ROWS),
      },
    ];
  });
  if (named === undefined || found.has(named) || lookedAt === 0) return findings;
  return [...findings, { column: column.name, kind: named, rowCount: 0, lookedAt, confidence: 0, isNamed: true, sampleRows: [] }];
}

/** Numbers are searched only where a number can be one of these: whole and of at least seven digits, or a day in a column of times. */
function textsOf(column: Column): { readonly length: number; at(row: number): string | undefined } | undefined {
  if (isString(column)) return { length: column.values.length, at: (row) => column.values[row] ?? undefined };
  // the words of one item are no context of the next
  if (column.type === 'list') return { length: column.values.length, at: (row) => column.values[row]?.join('\n') };
  if (!isNumeric(column) || column.type === 'boolean' || column.type === 'number') return undefined;
  const { values, type } = column;
  return {
    length: values.length,
    at(row) {
      const value = values[row] as number;
      if (Number.isNaN(value)) return undefined;
      if (type === 'time') return new Date(value).toISOString().slice(0, 10);
      return Math.abs(value) >= 1e6 ? String(value) : '';
    },
  };
}
