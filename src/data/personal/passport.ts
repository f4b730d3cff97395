/** @file Finder of passport numbers: by the words near them, by China's series, and by the lines that machines read. */

import { icaoCheckDigit } from './checksums.ts';
import { candidates, type PersonalFinder } from './finder.ts';

export const passport: PersonalFinder = {
  kind: 'passport',
  summary:
    'A passport number where words such as "passport" or 护照 stand near it, or a machine-readable line whose ICAO 9303 check digits fit.',
  columnName: /passport|护照|通行证/i,
  needs: /[A-Z\d]{7}|P[A-Z<][A-Z]{3}/,
  *find(text, isNamed) {
    yield* candidates(text, NUMBER, ({ before, isWhole }) => {
      if (CONTEXT.test(before)) return 0.9;
      if (isNamed && isWhole) return 0.85;
      return 0;
    });
    yield* candidates(text, NAME_LINE, () => 0.95);
    yield* candidates(text, NUMBER_LINE, ({ text: line }) => {
      const isFitting = (from: number, to: number): boolean => icaoCheckDigit(line.slice(from, to)) === Number(line[to]);
      return isFitting(0, 9) && isFitting(13, 19) && isFitting(21, 27) ? 0.98 : 0;
    });
  },
};

const NUMBER = /(?<![A-Za-z0-9-])(?:[A-Z]{1,2}\d{6,8}|\d{9}|\d{2}[A-Z]{2}\d{5}|[CFGHJK][0-9CFGHJKLMNPRTVWXYZ]{8})(?![A-Za-z0-9-])/g;
const CONTEXT = /passport|reisepass|passeport|pasaporte|护照|通行证/i;
/** ICAO 9303 part 4: `P<UTOERIKSSON<<ANNA<MARIA<<<…`, 44 characters. */
const NAME_LINE = /(?<![A-Z0-9<])P[A-Z<][A-Z]{3}[A-Z]{1,30}<<[A-Z<]{8,38}(?![A-Z0-9<])/g;
const NUMBER_LINE = /(?<![A-Z0-9<])[A-Z0-9<]{9}\d[A-Z]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{14}[\d<]\d(?![A-Z0-9<])/g;
