/** @file Column type `category`: one of some names, compared without the spaces around them. */

import type { StringColumn } from '../table.ts';
import type { ColumnKind } from './column-kind.ts';
import { isMissingCell } from './missing.ts';
import { isCodeName, isVersionName } from './name-hints.ts';
import { mostFrequent, parseStrings, plainTrimmed, stringsFromJson } from './strings.ts';
import { plural } from './words.ts';

export const category: ColumnKind<StringColumn> = {
  type: 'category',
  summary: 'One of some names, without the spaces around it.',
  recognise(stats) {
    if (stats.valueCount === 0) return { score: 0.1, why: 'no row holds a value' };
    const distinct = `${stats.distinctIsExact ? '' : 'over '}${plural(stats.distinct.size, 'distinct value')} in ${plural(stats.valueCount, 'row')}`;
    const isWhole = stats.readable.integer === stats.valueCount || stats.leadingZeroCount > 0;
    if (isWhole && isCodeName(stats.name)) return { score: 0.93, why: `${distinct}; its name says that the numbers are codes` };
    if (isVersionName(stats.name))
      return { score: 0.93, why: `${distinct}; its name says that these are versions, of which 1.10 is not 1.1` };
    if (stats.leadingZeroCount > 0) return { score: 0.6, why: `${distinct}; leading zeros say that these are codes, not numbers` };
    return { score: 0.5, why: distinct };
  },
  parse: (name, cells) => parseStrings('category', name, cells, (cell) => cell.trim()),
  plainSql: plainTrimmed,
  text: (column, row) => column.values[row] ?? null,
  toJson: (column, row) => column.values[row] ?? null,
  fromJson: (field, values) => stringsFromJson('category', field, values, (value) => (isMissingCell(value) ? null : value.trim())),
  facts: (column) => ({ top: mostFrequent(column.values, TOP) }),
};

const TOP = 20;
