/** @file Finder of United States social security numbers: three groups that can have been issued. */

import { candidates, digitsOf, type PersonalFinder } from './finder.ts';

export const usSsn: PersonalFinder = {
  kind: 'us_ssn',
  summary:
    'A US social security number: 3-2-4 digits that can have been issued; without hyphens only where words say so. It has no check digit.',
  columnName: /\bssn\b|social.?security/i,
  needs: /\d{3}/,
  find: (text, isNamed) =>
    candidates(text, SSN, ({ text: found, before }) => {
      const digits = digitsOf(found);
      if (/^(?:000|666|9)/.test(digits) || digits.slice(3, 5) === '00' || digits.slice(5) === '0000') return 0;
      if (isNamed || CONTEXT.test(before)) return 0.95;
      return found.includes('-') && !OTHER.test(before) ? 0.7 : 0;
    }),
};

const SSN = /(?<![\p{Script=Latin}\d_.#-]|\d )(?:\d{3}-\d{2}-\d{4}|\d{3} \d{2} \d{4}|\d{9})(?![\p{Script=Latin}\d_]|[ .-]\d)/gu;
const CONTEXT = /\bssn\b|social security|\bsocial\b|\bss ?(?:#|no)|taxpayer|社会安全号|社保号/i;
const OTHER = /part|model|sku|order|invoice|serial|item|case|ticket|version|型号|订单|编号/i;
