/** @file Finder of payment card numbers: an issuer's prefix, its length, and the Luhn digit. */

import { isLuhn } from './checksums.ts';
import { candidates, digitsOf, type Match, type PersonalFinder } from './finder.ts';

export const paymentCard: PersonalFinder = {
  kind: 'payment_card',
  summary:
    "A card number of Visa, Mastercard, American Express, Discover, JCB, Diners, Maestro or UnionPay: the issuer's prefix and length, and the Luhn digit.",
  columnName: /card.?(?:no|num|number)|credit.?card|debit.?card|\bpan\b|卡号|银行卡|信用卡/i,
  needs: /\d{4}/,
  find: (text, isNamed) => candidates(text, CARD, (match) => judge(match, isNamed)),
};

const CARD = /(?<![\d_]|\d[.,-])\d(?:[ -]?\d){12,18}(?![\d_]|[.,-]\d)/g;
const GROUPED = /^\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}$|^\d{4}([ -])\d{6}\2\d{4,5}$/;
const CONTEXT =
  /card|visa|master|amex|american express|discover|maestro|unionpay|\bcvv|\bcvc|expir|pay|charge|卡号|银行卡|信用卡|储蓄卡|借记卡|银联|付款|支付|尾号|卡/i;
const OTHER = /imei|isbn|ean|gtin|barcode|tracking|serial|order|invoice|timestamp|epoch|\bsku\b|条码|单号|订单|序列号|运单|流水/i;

function judge({ text, before, after }: Match, isNamed: boolean): number {
  const digits = digitsOf(text);
  if (!isLuhn(digits) || /^(\d)\1+$/.test(digits) || !ISSUERS.some((issuer) => issuer.test(digits))) return 0;
  if (isNamed || CONTEXT.test(before) || /^.{0,12}(?:exp|cvv|cvc)/i.test(after)) return 0.98;
  if (OTHER.test(before)) return 0.2;
  // One in ten numbers passes Luhn by chance, and a quarter of those begin as a card does.
  return GROUPED.test(text) ? 0.95 : / |-/.test(text) ? 0.5 : 0.75;
}

/** Ranges of ISO/IEC 7812 as the networks publish them. */
const ISSUERS: readonly RegExp[] = [
  /^4(?:\d{12}|\d{15}|\d{18})$/, // Visa
  /^5[1-5]\d{14}$|^2(?:22[1-9]|2[3-9]\d|[3-6]\d{2}|7[01]\d|720)\d{12}$/, // Mastercard
  /^3[47]\d{13}$/, // American Express
  /^6(?:011|4[4-9]\d|5\d{2})\d{12}$/, // Discover
  /^35(?:2[89]|[3-8]\d)\d{12}$/, // JCB
  /^3(?:0[0-5]|[68]\d)\d{11}$/, // Diners
  /^(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15}$/, // Maestro
  /^62\d{14,17}$/, // UnionPay
];
