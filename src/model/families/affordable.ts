/** @file Rows of pictures and vectors as features: they leave no zeros out, so a table of many is learned from by a sample of it. */

import { selectRows } from '../../data/index.ts';
import type { Table } from '../../data/table.ts';
import { createRandom } from '../../engine/index.ts';
import type { TrainContext } from './family.ts';
import { learnedColumns } from './shared.ts';

/** Eight bytes each: half a gigabyte. */
const MOST_NUMBERS = 1 << 26;
const SAMPLE_SEED = 7;

/** The table itself, or a seeded sample of its rows that fits into memory as features. */
export function affordable(context: Pick<TrainContext, 'columns' | 'task' | 'train'>, table: Table): Table {
  const numbers = learnedColumns(context).reduce((sum, { shape }) => sum + (shape?.reduce((product, dim) => product * dim, 1) ?? 0), 0);
  const rowCount = Math.max(1, Math.floor(MOST_NUMBERS / numbers));
  if (table.rowCount <= rowCount) return table;
  return selectRows(table, createRandom(SAMPLE_SEED).fork('affordable rows').permutation(table.rowCount).slice(0, rowCount).sort());
}
