/** @file Column type `id`: the name of a row or of a thing; kept, shown, grouped by, and never an input of a model. */

import type { StringColumn } from '../table.ts';
import type { ColumnKind } from './column-kind.ts';
import { isMissingCell } from './missing.ts';
import { isPhoneName } from './name-hints.ts';
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
    // a table library that knows no gap among whole numbers writes 5001.0
    const isWhole = stats.readable.integer === valueCount || (stats.readable.number === valueCount && everyKey(distinct, /^\d+\.0$/));
    if (ID_NAME.test(stats.name) && isToken && distinct.size > FEWEST_ROWS && (isWhole || stats.readable.number !== valueCount)) {
      return { score: 0.96, why: `its name says so, and it has ${count(distinct.size)} distinct values` };
    }
    if ((isPhoneName(stats.name) || everyKey(distinct, PHONE)) && everyKey(distinct, DIALLED)) {
      return { score: 0.96, why: 'these are phone numbers' };
    }
    const isCode = (stats.codeCount >= 0.98 * valueCount && !everyKey(distinct, CLOCK)) || isHexadecimal(distinct);
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

function everyKey(distinct: ReadonlyMap<string, number>, pattern: RegExp): boolean {
  for (const value of distinct.keys()) if (!pattern.test(value)) return false;
  return true;
}

/** Digits of base 16, of one length: some of them happen to look like numbers. */
function isHexadecimal(distinct: ReadonlyMap<string, number>): boolean {
  const [{ length = 0 } = ''] = distinct.keys();
  let letters = 0;
  for (const value of distinct.keys()) {
    if (value.length !== length || !HEXADECIMAL.test(value)) return false;
    letters += Number(/[a-f]/i.test(value));
  }
  return letters > distinct.size / 2;
}

const HEXADECIMAL = /^[\da-f]{6,64}$/i;
/** A time of day names nothing. */
const CLOCK = /^\d{1,2}:\d{2}(?::\d{2})?$/;

/** What only a phone number looks like: a country code, an area code in brackets, three groups, or a Chinese mobile number. */
const PHONE = /^(?:\+\d[\d ().-]{6,18}\d|\(\d{2,5}\)[ -]?\d[\d -]{4,12}\d|\d{3}[-.]\d{3,4}[-.]\d{4}|1[3-9]\d{9})$/;
const DIALLED = /^[+(]?\d[\d ()./-]{5,20}$/;

/** With fewer rows, distinct values prove nothing. */
const FEWEST_ROWS = 20;
const ID_NAME = /(?:^|[_\s.-])(?:id|ID|Id|uuid|UUID|guid|GUID)$|[a-z](?:Id|ID|Uuid|UUID)$|(?:编号|学号|工号|单号|订单号)$/u;
