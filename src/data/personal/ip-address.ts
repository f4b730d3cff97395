/** @file Finder of public IP addresses: an address of the Internet points to a household or a person. */

import { isIPv6 } from 'node:net';
import { candidates, type Match, type PersonalFinder } from './finder.ts';

export const ipAddress: PersonalFinder = {
  kind: 'ip_address',
  summary: 'An IPv4 or IPv6 address that is not private, local or reserved; version numbers of four parts are not.',
  columnName: /\bip\b|ip.?addr|client.?ip|remote.?addr/i,
  needs: /\d\.\d|:[\da-f]*:/i,
  *find(text, isNamed) {
    yield* candidates(text, V4, (match) => judgeV4(match, isNamed));
    yield* candidates(text, V6, ({ text: address, before }) => {
      if (!isIPv6(address) || !/[\da-f]{1,4}:[\da-f:]*[\da-f]/i.test(address) || address.length < 6) return 0;
      if (/^(?:::1?$|fe[89ab]|f[cd])/i.test(address)) return 0.3;
      // ab::cd is also how a program spells a name
      const groups = address.split(':').filter((group) => group !== '');
      const isSure = isNamed || CONTEXT.test(before) || groups.length >= 4;
      return isSure && /\d/.test(address) ? 0.9 : 0.3;
    });
  },
};

const V4 = /(?<![\p{Script=Latin}\d_.-])\d{1,3}(?:\.\d{1,3}){3}(?![\d_]|\.\d|-\d|\p{Script=Latin})/gu;
const V6 = /(?<![\p{Script=Latin}\d_:.])[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?![\p{Script=Latin}\d_:.])/giu;
const CONTEXT = /\bip(?:v[46])?\b|addr|host|server|client|login|from|visitor|remote|登录|地址|来自|访问/i;
const VERSION = /version|\bver\b|\bv$|release|build|firmware|update|chapter|section|upgrade|patch|oid|版本|固件|升级|章节|更新/i;

function judgeV4({ text, before }: Match, isNamed: boolean): number {
  const octets = text.split('.').map(Number);
  if (octets.some((octet) => octet > 255) || text.split('.').some((part) => part.length > 1 && part.startsWith('0'))) return 0;
  const [a = 0, b = 0] = octets;
  const isLocal =
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 192 && b === 168) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 169 && b === 254);
  if (isLocal) return 0.3;
  if (isNamed || CONTEXT.test(before)) return VERSION.test(before.slice(-15)) ? 0.3 : 0.95;
  if (VERSION.test(before)) return 0.1;
  return octets.every((octet) => octet < 30) ? 0.4 : 0.8;
}
