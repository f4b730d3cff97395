/** @file The table of personal data finders, and the search of a text with all of them. */

import { bankAccount } from './bank-account.ts';
import { chineseId } from './chinese-id.ts';
import { dateOfBirth } from './date-of-birth.ts';
import { email } from './email.ts';
import type { Found, PersonalFinder } from './finder.ts';
import { iban } from './iban.ts';
import { ipAddress } from './ip-address.ts';
import { passport } from './passport.ts';
import { paymentCard } from './payment-card.ts';
import { personName } from './person-name.ts';
import { phone } from './phone.ts';
import { postalAddress } from './postal-address.ts';
import { urlWithUser } from './url-with-user.ts';
import { usSsn } from './us-ssn.ts';

/** One row a finder; a new one is its file and its line here. Those with a checksum come first: they win where two are as sure. */
const table = {
  email,
  iban,
  chinese_id: chineseId,
  payment_card: paymentCard,
  us_ssn: usSsn,
  passport,
  bank_account: bankAccount,
  phone,
  ip_address: ipAddress,
  url_with_user: urlWithUser,
  date_of_birth: dateOfBirth,
  postal_address: postalAddress,
  person_name: personName,
} as const satisfies Record<string, PersonalFinder>;

export type PersonalKind = keyof typeof table;

export const personalFinders: { readonly [K in PersonalKind]: PersonalFinder } = table;
export const PERSONAL_KINDS = Object.keys(table) as readonly PersonalKind[];

/** A place below this is more likely something else. */
export const SURE_ENOUGH = 0.5;

export interface FindOptions {
  /** Only these kinds; all when left out. */
  readonly kinds?: readonly PersonalKind[];
  /** The column that the text stands in: its name is evidence. */
  readonly column?: string;
}

/**
 * The places of a text that look like personal data with a confidence of at least `SURE_ENOUGH`, in their order; no two
 * overlap (the surer one stays, then the longer one). Completeness is not promised: `docs/profile.md` has the measured
 * recall. Time is linear in the text.
 */
export function findPersonal(text: string, { kinds = PERSONAL_KINDS, column }: FindOptions = {}): readonly Found<PersonalKind>[] {
  const found: Found<PersonalKind>[] = [];
  for (const kind of kinds) {
    const finder = personalFinders[kind];
    if (!finder.needs.test(text)) continue;
    const isNamed = column !== undefined && finder.columnName.test(wordsOf(column));
    for (const { from, to, confidence } of finder.find(text, isNamed)) {
      if (confidence >= SURE_ENOUGH) found.push({ kind, from, to, confidence: Math.min(1, confidence) });
    }
  }
  return withoutOverlaps(found);
}

/** Whether the name of a column alone says that it holds such data. */
export function personalByName(column: string): PersonalKind | undefined {
  const words = wordsOf(column);
  return PERSONAL_KINDS.find((kind) => personalFinders[kind].columnName.test(words));
}

/** `customerEmail` and `customer_email` are read as "customer email". */
function wordsOf(column: string): string {
  return column
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .trim();
}

/** Places that touch each other are settled together, so that a text of many places costs no more than their number. */
function withoutOverlaps(found: readonly Found<PersonalKind>[]): Found<PersonalKind>[] {
  const kept: Found<PersonalKind>[] = [];
  let knot: Found<PersonalKind>[] = [];
  let end = 0;
  for (const place of found.toSorted((a, b) => a.from - b.from)) {
    if (place.from >= end) {
      kept.push(...surestOf(knot));
      knot = [];
    }
    knot.push(place);
    end = Math.max(end, place.to);
  }
  return [...kept, ...surestOf(knot)];
}

function surestOf(knot: readonly Found<PersonalKind>[]): readonly Found<PersonalKind>[] {
  if (knot.length < 2) return knot;
  const kept: Found<PersonalKind>[] = [];
  for (const place of knot.toSorted((a, b) => b.confidence - a.confidence || b.to - b.from - (a.to - a.from))) {
    if (!kept.some(({ from, to }) => place.from < to && from < place.to)) kept.push(place);
  }
  return kept.toSorted((a, b) => a.from - b.from);
}
