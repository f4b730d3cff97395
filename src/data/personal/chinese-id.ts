/** @file Finder of Chinese resident identity numbers: region, birthday, check character. */

import { isChineseId } from './checksums.ts';
import { candidates, isBirthday, type PersonalFinder } from './finder.ts';

export const chineseId: PersonalFinder = {
  kind: 'chinese_id',
  summary:
    'A resident identity number of China (GB 11643): a province, a day of birth, and the mod 11-2 character; the old one of 15 digits only where words say so.',
  columnName: /id.?card|resident.?id|national.?id|identity.?(?:no|num)|身份证|证件号/i,
  needs: /\d{15}/,
  *find(text, isNamed) {
    yield* candidates(text, EIGHTEEN, ({ text: id }) => {
      if (!isProvince(id) || !isBirthday(Number(id.slice(6, 10)), Number(id.slice(10, 12)), Number(id.slice(12, 14)))) return 0;
      return isChineseId(id) ? 0.98 : 0;
    });
    yield* candidates(text, FIFTEEN, ({ text: id, before }) => {
      const isDay = isBirthday(1900 + Number(id.slice(6, 8)), Number(id.slice(8, 10)), Number(id.slice(10, 12)));
      return isProvince(id) && isDay && (isNamed || CONTEXT.test(before)) ? 0.8 : 0;
    });
  },
};

const EIGHTEEN = /(?<![\dA-Za-z])[1-8]\d{16}[\dXx](?![\dA-Za-z])/g;
const FIFTEEN = /(?<![\dA-Za-z])[1-8]\d{14}(?![\dA-Za-z])/g;
const CONTEXT = /身份证|证件|identity|\bID\b/i;

/** GB/T 2260: the first two digits of a region are a province. */
function isProvince(id: string): boolean {
  return /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/.test(id);
}
