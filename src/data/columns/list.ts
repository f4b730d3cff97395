/** @file Column type `list`: some categories a row, such as tags or genres. */

import type { ListColumn } from '../table.ts';
import { type ColumnFacts, type ColumnKind, jsonTypeOf, type Parsed, WrongValue } from './column-kind.ts';
import { listEvidence, separatorOf } from './list-evidence.ts';
import { isBracketedList, itemsOfValues, LIST_FORMATS, plainItems, readItems } from './list-text.ts';
import { isMissingCell } from './missing.ts';
import { spreadOf } from './spread.ts';
import { mostFrequent } from './strings.ts';

export const list: ColumnKind<ListColumn> = {
  type: 'list',
  summary: 'Some categories a row, such as tags, each without the spaces around it; in JSON an array of strings.',
  reads: (cell, format) => (format === undefined ? isBracketedList(cell) : readItems(cell, format) !== undefined),
  formats: LIST_FORMATS,
  formatOf: separatorOf,
  recognise(stats) {
    const found = listEvidence(stats);
    return found && { score: 0.92, ...found };
  },
  parse(name, cells, format): Parsed<ListColumn> {
    let unreadableCount = 0;
    let firstUnreadable: number | undefined;
    const values = cells.map((cell, row) => {
      if (isMissingCell(cell)) return null;
      const items = readItems((cell as string).trim(), format);
      if (items !== undefined) return items;
      unreadableCount++;
      firstUnreadable ??= row;
      return null;
    });
    const column: ListColumn = { name, type: 'list', values };
    return { column, unreadableCount, nonFiniteCount: 0, ...(firstUnreadable !== undefined && { firstUnreadable }) };
  },
  plainSql: plainItems,
  text: ({ values }, row) => (values[row] ? JSON.stringify(values[row]) : null),
  toJson: ({ values }, row) => values[row] ?? null,
  fromJson({ name, format }, values) {
    const expected = 'an array of strings';
    const read = values.map((value, row): readonly string[] | null => {
      if (value === null || value === undefined) return null;
      if (typeof value === 'string') {
        const { column, unreadableCount } = list.parse(name, [value], format);
        if (unreadableCount > 0) throw new WrongValue(row, expected, 'a string that holds no list');
        return column.values[0] as readonly string[] | null;
      }
      if (!Array.isArray(value)) throw new WrongValue(row, expected, jsonTypeOf(value));
      const items = itemsOfValues(value);
      if (items === undefined) throw new WrongValue(row, expected, 'an array with something else in it');
      return items;
    });
    return { name, type: 'list', values: read };
  },
  facts({ values }): ColumnFacts {
    const known = values.filter((items) => items !== null);
    const items = known.flat();
    return {
      top: mostFrequent(items, TOP),
      distinctItems: new Set(items).size,
      itemsARow: spreadOf(known.map(({ length }) => length)),
      emptyLists: known.filter(({ length }) => length === 0).length,
    };
  },
};

const TOP = 20;
