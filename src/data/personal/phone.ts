/** @file Finder of telephone numbers: international ones, Chinese mobiles and landlines, North American and written with a leading 0. */

import { candidates, digitsOf, type Match, type PersonalFinder } from './finder.ts';

export const phone: PersonalFinder = {
  kind: 'phone',
  summary:
    'A telephone number: `+` and a country code (E.164), a Chinese mobile or landline, a North American or national number; words such as "call" or 电话 near it count.',
  columnName: /phone|mobile|\bcell|\btel\b|\bfax\b|whatsapp|telefon|handy|电话|手机|联系方式|座机|传真/i,
  needs: /\d{2}/,
  find: (text, isNamed) => candidates(text, NUMBER, (match) => judge(match, isNamed)),
};

/** Digits with at most two separators between them, not glued to a word, a decimal or a longer number. */
const NUMBER =
  /(?<![\p{Script=Latin}\d_#=$€£¥-]|\p{Script=Latin}[.:]|\d[.,:/])(?:\+ ?|\(\+?)?\d(?:[ .\-()/\u2011\u2013]{0,2}\d){6,15}(?![\d_%]|[.,:/-]\d|[a-z]| ?[元万亿块个次美欧])/gu;
const CONTEXT =
  /phone|\btel\b|telephone|mobile|\bcell|\bcall|\bfax|whatsapp|signal|text (?:me|us)|\bsms\b|dial|ring me|reach (?:me|him|her|us)|contact|\bext\b|telefon|handy|t[ée]l[ée]phone|tel[ée]fono|电话|手机|联系|致电|拨打|来电|热线|座机|传真|微信|短信|号码/i;
const OTHER =
  /order|invoice|isbn|issn|tracking|serial|ticket|sku|\bref\b|reference|version|build|account|acct|iban|\bid\b|\bno\.|№|\bcard\b|amount|订单|单号|编号|发票|快递|运单|身份证|账号|账户|卡号|流水|序列|金额|条码|版本|批次|护照/i;
const DATE =
  /^(?:19|20)\d{2}[-./ ]?(?:0[1-9]|1[0-2])[-./ ]?(?:0[1-9]|[12]\d|3[01])(?:[ T]?\d{2,6})?$|^(?:0?[1-9]|[12]\d|3[01])[-./](?:0?[1-9]|1[0-2])[-./](?:19|20)\d{2}/;

function judge({ text, before, after, isWhole }: Match, isNamed: boolean): number {
  const digits = digitsOf(text);
  if (digits.length > 15 || DATE.test(text)) return 0;
  const near = before.slice(-25);
  const isCalled = isNamed || CONTEXT.test(near) || /^ ?(?:mobile|cell|phone|手机|电话)/i.test(after);
  if (OTHER.test(near) && !isCalled) return 0;
  const isGrouped = /\d[ .\-()/\u2011\u2013]+\d/.test(text);
  const shape = shapeOf(text, digits, isGrouped);
  if (shape === 0) return isCalled && digits.length >= 7 && digits.length <= 13 && (isGrouped || isNamed) ? 0.65 : 0;
  return Math.min(0.98, shape + (isCalled ? 0.2 : 0) + (isWhole && isNamed ? 0.1 : 0));
}

/** How much the digits alone look like a number that can be called. */
function shapeOf(text: string, digits: string, isGrouped: boolean): number {
  if (/^[(]?\+/.test(text)) return COUNTRY.test(digits) && digits.length >= 8 ? 0.9 : 0;
  if (/^(?:86|0086)?1[3-9]\d{9}$/.test(digits)) return isChineseMobile(text) ? (isGrouped ? 0.8 : 0.75) : 0.4;
  if (/^00[1-9]\d{8,13}$/.test(digits)) return isGrouped ? 0.7 : 0.4;
  if (/^\(?0\d{2,3}\)?[- ]\d{7,8}$/.test(text)) return 0.7;
  if (/^400[- ]?\d{3,4}[- ]?\d{3,4}$/.test(text) && digits.length === 10) return isGrouped ? 0.6 : 0.4;
  if (/^1?[2-9]\d{2}[2-9]\d{6}$/.test(digits)) return AMERICAN.test(text) ? 0.7 : 0.35;
  if (/^0[1-9]\d{7,10}$/.test(digits)) return isGrouped ? 0.55 : 0.4;
  return 0;
}

function isChineseMobile(text: string): boolean {
  return /^(?:(?:00)?86[ -]?)?1\d{2}[ -]?\d{4}[ -]?\d{4}$/.test(text) || /^1\d{2}[ -]\d{3}[ -]\d{5}$|^1\d{3}[ -]\d{3}[ -]\d{4}$/.test(text);
}

/** (415) 555-2671, 415-555-2671, 415.555.2671, 1-415-555-2671. */
const AMERICAN = /^(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}$/;
/** Country codes of ITU-T E.164 begin so; `+0` and a few others do not exist. */
const COUNTRY =
  /^(?:1|7|2[0-9]|3[0-469]|4[0-13-9]|5[1-8]|6[0-6]|8[1-689]|9[0-58]|3[578]\d|42\d|5[09]\d|6[7-9]\d|80\d|85\d|87\d|88\d|96\d|97\d|99\d)/;
