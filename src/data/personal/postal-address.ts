/** @file Finder of postal addresses: a street with a number, as English, German, French and Chinese write it. */

import { candidates, type PersonalFinder } from './finder.ts';

export const postalAddress: PersonalFinder = {
  kind: 'postal_address',
  summary: 'A street with a house number as English, German, French and Chinese write it, or a post-office box; a city alone is not.',
  columnName: /address|addr\b|street|adresse|anschrift|strasse|straße|地址|住址|收货/i,
  needs: /\d|[一二三四五六七八九十]号/,
  *find(text, isNamed) {
    const sure = isNamed ? 0.15 : 0;
    yield* candidates(text, ENGLISH, ({ text: found }) => (NO_STREET.test(found) ? 0 : 0.8 + sure));
    yield* candidates(text, BOX, () => 0.85);
    yield* candidates(text, GERMAN, () => 0.8 + sure);
    yield* candidates(text, FRENCH, () => 0.8 + sure);
    yield* candidates(text, CHINESE, ({ text: found }) => 0.75 + (/[省市区县]/.test(found) ? 0.15 : 0));
    yield* candidates(text, CHINESE_ROOM, () => 0.75);
  },
};

/** 221B Baker Street, Apt 4, Springfield, IL 62704. */
const ENGLISH =
  /(?<![\w.$€£¥-])\d{1,5}[A-Za-z]?(?: (?:[NSEW]|North|South|East|West)\.?)? (?:[A-Z0-9][A-Za-z0-9'.]{0,20} ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Way|Parkway|Pkwy|Highway|Hwy|Close|Crescent|Gardens|Grove|Mews)\b\.?(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|#)\.? ?[A-Za-z0-9-]{1,6})?(?:, [A-Z][A-Za-z .]{1,30})?(?:,? [A-Z]{2} \d{5}(?:-\d{4})?|,? [A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})?/g;
const NO_STREET = /^\d{1,5} (?:Years?|Days?|Months?|Weeks?|Hours?|Minutes?|Ways?|Miles?)\b/i;
const BOX = /\bP\.? ?O\.? ?Box \d{1,6}\b/gi;
const GERMAN =
  /(?<!\p{L})(?:\p{Lu}[\p{L}-]{1,30}(?:straße|strasse|str\.|weg|platz|allee|gasse|ufer|damm|ring)|(?:Am|An der|Im|Zum|Zur) \p{Lu}\p{L}{2,20}) \d{1,4} ?[a-z]?(?!\p{L})(?:, \d{5} \p{Lu}[\p{L}-]{1,30})?/gu;
const FRENCH =
  /(?<![\w.])\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|impasse|quai|allée|route)(?: (?:de|du|des|la|le|les|d'|l'|\p{L}[\p{L}'-]{1,20})(?![\p{L}-])){1,5}(?:, \d{5} \p{Lu}[\p{L}-]{1,30})?/gu;
/** 北京市海淀区中关村大街27号3栋1单元502室. The number and 号 make it an address; a road alone is a place. */
const CHINESE =
  /[\p{Script=Han}]{2,24}?(?:路|街|道|巷|弄|胡同|村|镇|里)(?:[东西南北中]段)?\d{1,5}(?:[-之]\d{1,4})?[号弄](?:[\p{Script=Han}A-Za-z\d#-]{0,20}?(?:室|房|楼|层|栋|幢|座|单元|户)){0,4}/gu;
const CHINESE_ROOM =
  /(?:\p{Script=Han}{1,10}[省市区县]){1,4}?\p{Script=Han}{2,16}(?:小区|花园|公寓|大厦|家园|苑|城|广场|村)[A-Za-z]?\d{1,4}(?:号|栋|幢|座|号楼|楼|单元|室)(?:[A-Za-z\d-]{1,6}(?:单元|层|室|楼|房|号)){0,3}/gu;
