/** @file Column type `id`: the name of a row or of a thing; kept, shown, grouped by, and never an input of a model. */

import type { StringColumn } from '../table.ts';
import type { ColumnKind } from './column-kind.ts';
import { isMissingCell } from './missing.ts';
import { parseStrings, plainTrimmed, stringsFromJson } from './strings.ts';
import { count, percent } from './words.ts';

export const id: ColumnKind<StringColumn> = {
  type: 'id',
  summary: 'The name of a row or of a thing: kept, but never an input of a model.',
  recognise(stats) {
    const { valueCount, distinct, distinctShare } = stats;
    if (valueCount < FEWEST_ROWS) return undefined;
    if (stats.isSequence) return { score: 0.97, why: `counts the rows from ${distinct.keys().next().value}` };
    const isToken = stats.meanWords <= 1 && stats.meanCharacters <= 64 && stats.readable.time === undefined;
    const isWhole = stats.readable.integer === valueCount;
    if (ID_NAME.test(stats.name) && isToken && distinct.size > FEWEST_ROWS && (isWhole || stats.readable.number !== valueCount)) {
      return { score: 0.96, why: `its name says so, and it has ${count(distinct.size)} distinct values` };
    }
    const isCode = stats.codeCount >= 0.98 * valueCount;
    if (!isCode || distinctShare < 0.9) return undefined;
    return { score: 0.9, why: `${percent(distinctShare, 1)} of the values are distinct, and they look like codes` };
  },
  parse: (name, cells) => parseStrings('id', name, cells, (cell) => cell.trim()),
  plainSql: plainTrimmed,
  text: (column, row) => column.values[row] ?? null,
  toJson: (column, row) => column.values[row] ?? null,
  fromJson: (field, values) => stringsFromJson('id', field, values, (value) => (isMissingCell(value) ? null : value.trim())),
  facts: () => ({}),
};

/** With fewer rows, distinct values prove nothing. */
const FEWEST_ROWS = 20;
const ID_NAME = /(?:^|[_\s.-])(?:id|ID|Id|uuid|UUID|guid|GUID)$|[a-z](?:Id|ID|Uuid|UUID)$|(?:编号|学号|工号|单号|订单号)$/u;
