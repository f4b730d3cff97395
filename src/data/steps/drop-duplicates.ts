/** @file Step `drop_duplicates`: of rows that are equal, the first stays. */

import Type from 'typebox';
import type { Part } from '../dataset.ts';
import { comparedColumns, rowKeys } from '../row-keys.ts';
import { columnOf } from '../table-ops.ts';
import { columnsOption, definePartStep, namedColumns } from './step.ts';

/** Rows that are measured on stay as they came: only these parts lose rows. */
const PARTS_CLEANED: readonly Part[] = ['all', 'train'];

export const dropDuplicates = definePartStep({
  name: 'drop_duplicates',
  kind: 'part',
  comparesParts: false,
  summary: 'Keeps the first of equal rows in the training data; ids are not compared. Given validation and test parts stay whole.',
  options: Type.Object(columnsOption, { additionalProperties: false }),
  keep(parts, options) {
    const kept = new Map<Part, Uint32Array>();
    for (const part of PARTS_CLEANED) {
      const table = parts.get(part);
      if (!table) continue;
      const compared = namedColumns(options)?.map((name) => columnOf(table, name).name) ?? comparedColumns(table);
      const seen = new Set<string>();
      const rows: number[] = [];
      rowKeys(table, compared).forEach((key, row) => {
        if (!seen.has(key)) rows.push(row);
        seen.add(key);
      });
      kept.set(part, Uint32Array.from(rows));
    }
    return kept;
  },
  describe: (options) => `the first of the rows that agree in ${namedColumns(options)?.join(', ') ?? 'every column but ids'} stays`,
});
