/** @file Column type `boolean`: one of two opposite words, kept as 1 or 0. */

import { quoteText } from '../sql.ts';
import type { NumericColumn } from '../table.ts';
import type { ColumnKind } from './column-kind.ts';
import { numericFromJson, parseNumeric } from './numeric.ts';

export const boolean: ColumnKind<NumericColumn> = {
  type: 'boolean',
  summary: 'True or false: 1/0, true/false, yes/no, y/n, t/f, on/off, ja/nein, oui/non, 是/否, 有/无, 对/错, 真/假.',
  reads: (cell) => !Number.isNaN(readBoolean(cell)),
  recognise(stats) {
    if (!stats.distinctIsExact || stats.distinct.size > 4) return undefined;
    const words = new Set([...stats.distinct.keys()].map((word) => word.toLowerCase()));
    const pair = PAIRS.find(([no, yes]) => words.size === 2 && words.has(no) && words.has(yes));
    return pair && { score: 0.98, why: `the only values are ${pair[1]} and ${pair[0]}` };
  },
  parse: (name, cells) => parseNumeric('boolean', name, cells, readBoolean),
  plainSql(cell) {
    const words = (place: 0 | 1) => PAIRS.map((pair) => quoteText(pair[place])).join(', ');
    return {
      isPlain: `list_contains([${words(0)}, ${words(1)}], ${cell})`,
      value: `CASE WHEN list_contains([${words(1)}], ${cell}) THEN 1 ELSE 0 END`,
    };
  },
  text: (column, row) => labelOfBoolean(column.values[row]),
  toJson: (column, row) => {
    const value = column.values[row] as number;
    return Number.isNaN(value) ? null : value === 1;
  },
  fromJson: (field, values) =>
    numericFromJson('boolean', field, values, 'true or false', (value) => (typeof value === 'boolean' ? Number(value) : undefined)),
  facts(column) {
    const isTrue = column.values.reduce((sum, value) => sum + Number(value === 1), 0);
    const isFalse = column.values.reduce((sum, value) => sum + Number(value === 0), 0);
    return { counts: { false: isFalse, true: isTrue } };
  },
};

/** How a boolean is named as a class: `false` or `true`; null when missing. */
export function labelOfBoolean(value: number | undefined): 'false' | 'true' | null {
  if (value === undefined || Number.isNaN(value)) return null;
  return value === 1 ? 'true' : 'false';
}

/** [no, yes], in lower case. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['0', '1'],
  ['false', 'true'],
  ['no', 'yes'],
  ['n', 'y'],
  ['f', 't'],
  ['off', 'on'],
  ['否', '是'],
  ['无', '有'],
  ['错', '对'],
  ['0.0', '1.0'],
  ['nein', 'ja'],
  ['non', 'oui'],
  ['假', '真'],
];

const VALUES: ReadonlyMap<string, number> = new Map(
  PAIRS.flatMap(([no, yes]): [string, number][] => [
    [no, 0],
    [yes, 1],
  ]),
);

function readBoolean(cell: string): number {
  return cell.length > 5 ? Number.NaN : (VALUES.get(cell.toLowerCase()) ?? Number.NaN);
}
