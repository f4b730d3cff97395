/** @file Finder of days of birth: a date, and a word or the name of a column that says what day it is. */

import { candidates, isBirthday, type PersonalFinder } from './finder.ts';

export const dateOfBirth: PersonalFinder = {
  kind: 'date_of_birth',
  summary: 'A date near a word such as "born", "DOB" or 出生, or in a column that is called so.',
  columnName: /birth|\bdob\b|d\.o\.b|geburt|naissance|nacimiento|出生|生日/i,
  needs: /\d[-./年 ]|\d{8}|[a-z]{3,9}\.? \d/i,
  *find(text, isNamed) {
    yield* candidates(text, DATE, ({ text: date, before, after, isWhole }) => {
      if (!isPossible(date)) return 0;
      if (isNamed && isWhole) return 0.95;
      if (AFTER.test(after)) return 0.9;
      if (!BEFORE.test(before)) return 0;
      return 0.9;
    });
  },
};

const MONTH =
  'Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?';
const DATE = new RegExp(
  [
    '(?<!\\d)(?:19|20)\\d{2}(?:[-./]\\d{1,2}[-./]\\d{1,2}(?:[T ]00:00:00(?:\\.0{1,6})?Z?)?|年\\d{1,2}月\\d{1,2}[日号]?|\\d{4})(?!\\d)',
    '(?<!\\d)\\d{1,2}[-./]\\d{1,2}[-./](?:19|20)?\\d{2}(?!\\d)',
    `(?<!\\d)\\d{1,2}(?:st|nd|rd|th)? (?:${MONTH})\\.?,? (?:19|20)\\d{2}(?!\\d)`,
    `(?<![A-Za-z])(?:${MONTH})\\.? \\d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\\d{2}(?!\\d)`,
  ].join('|'),
  'g',
);
/** Between the word and the date stand a few words at most, and no end of a sentence. */
const BEFORE =
  /(?:\bborn(?: on| in)?|birth(?:day|date)?|\bd\.?o\.?b\b\.?|geboren(?: am)?|geb\.|n[ée]e? le|naci[óo]|出生(?:日期|年月|于)?|生日|生于|诞辰)[^.!?。！？;；\n]{0,18}$/i;
const AFTER = /^ ?(?:\(?(?:dob|date of birth)|出生|生人|生日)/i;

/** The parts of a date, in some order that the calendar knows. */
function isPossible(date: string): boolean {
  if (/[A-Za-z]{3}/.test(date.replace(/T/, ''))) return true;
  const day = date.replace(/[T ].*$/, '');
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(day);
  const [a = 0, b = 0, c = 0] = (compact ? compact.slice(1) : day.split(/\D+/)).map(Number);
  if (a > 31) return isBirthday(a, b, c);
  const year = c > 99 ? c : 1900 + c;
  return isBirthday(year, b, a) || isBirthday(year, a, b);
}
