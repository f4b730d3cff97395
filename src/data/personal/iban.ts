/** @file Finder of IBANs: a country's length and the mod-97 digits. */

import { isMod97 } from './checksums.ts';
import type { Candidate, PersonalFinder } from './finder.ts';

export const iban: PersonalFinder = {
  kind: 'iban',
  summary: 'An international bank account number (ISO 13616): a country, its length, and two mod-97 digits.',
  columnName: /\biban\b/i,
  needs: /[A-Za-z]{2}\d{2}/,
  *find(text) {
    for (const match of text.matchAll(START)) {
      const length = LENGTHS[match[0].slice(0, 2).toUpperCase()];
      if (length !== undefined) yield* readIban(text, match.index, length);
    }
  },
};

const START = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])/g;

/** Reads `length` letters and digits, with at most one space or hyphen between two of them; nothing may be glued to the end. */
function* readIban(text: string, from: number, length: number): Generator<Candidate> {
  let compact = '';
  let at = from;
  for (; at < text.length && compact.length < length; at++) {
    const character = text[at] as string;
    if (/[A-Za-z0-9]/.test(character)) compact += character;
    else if (!/[ -]/.test(character) || !/[A-Za-z0-9]/.test(text[at - 1] as string)) return;
  }
  if (compact.length < length || /[A-Za-z0-9]/.test(text[at] ?? '')) return;
  if (isMod97(compact.toUpperCase())) yield { from, to: at, confidence: 0.99 };
}

/** Characters of an IBAN by country: SWIFT's IBAN registry. */
const LENGTHS: Readonly<Record<string, number>> = {
  ...{ AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BR: 29, BY: 28, CH: 21, CR: 22, CY: 28, CZ: 24, DE: 22 },
  ...{ DK: 18, DO: 28, EE: 20, EG: 29, ES: 24, FI: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HR: 21, HU: 28 },
  ...{ IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20, LB: 28, LC: 32, LI: 21, LT: 20, LU: 20, LV: 21, LY: 25, MC: 27 },
  ...{ MD: 24, ME: 22, MK: 19, MR: 27, MT: 31, MU: 30, NL: 18, NO: 15, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29, RO: 24, RS: 22, SA: 24 },
  ...{ SC: 31, SE: 24, SI: 19, SK: 24, SM: 27, ST: 25, SV: 28, TL: 23, TN: 24, TR: 26, UA: 29, VA: 22, VG: 24, XK: 20 },
};
