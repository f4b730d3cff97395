/** @file Exact duplicates: inside a part, across parts, and rows that agree in everything but the answer. */

import { plural } from '../columns/words.ts';
import type { Part, Warning } from '../dataset.ts';
import { comparedColumns, rowKeys } from '../row-keys.ts';
import type { Table } from '../table.ts';

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

export function countDuplicates(parts: ReadonlyMap<Part, Table>, target: string | undefined): DuplicateCounts {
  const [first] = parts.values();
  const columns = first ? comparedColumns(first) : [];
  const inputs = columns.filter((name) => name !== target);
  const whole = new Map([...parts].map(([part, table]): [Part, string[]] => [part, rowKeys(table, columns)]));
  const asInputs =
    target === undefined ? whole : new Map([...parts].map(([part, table]): [Part, string[]] => [part, rowKeys(table, inputs)]));
  const names = [...parts.keys()];
  const within = [...whole].map(([part, keys]) => ({ part, rowCount: keys.length - new Set(keys).size }));
  return {
    columns,
    within,
    across: names.flatMap((other, i) =>
      names.slice(i + 1).map((part) => {
        const known = new Set(asInputs.get(other));
        return { part, other, rowCount: (asInputs.get(part) ?? []).filter((key) => known.has(key)).length };
      }),
    ),
    disagreeing: target === undefined ? 0 : countDistinct(whole, within) - countDistinct(asInputs),
  };
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

/** Distinct keys over all parts; of a single part, what repeats in it says so already. */
function countDistinct(keys: ReadonlyMap<Part, readonly string[]>, within?: DuplicateCounts['within']): number {
  const [only, ...others] = keys.values();
  if (only && others.length === 0 && within?.[0]) return only.length - within[0].rowCount;
  const distinct = new Set<string>();
  for (const partKeys of keys.values()) for (const key of partKeys) distinct.add(key);
  return distinct.size;
}
