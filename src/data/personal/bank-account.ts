/** @file Finder of bank accounts that are not IBANs: by the words near them, and the digits that some countries check. */

import { isAbaRouting } from './checksums.ts';
import { candidates, digitsOf, type PersonalFinder } from './finder.ts';

export const bankAccount: PersonalFinder = {
  kind: 'bank_account',
  summary:
    'A national account number, sort code or US routing number (with its check digit) where words such as "account" or 账号 stand near it.',
  columnName: /bank.?acc|account.?(?:no|num)|acct|routing|sort.?code|kontonummer|银行账[号户]|收款账[号户]/i,
  needs: /\d{2}/,
  *find(text, isNamed) {
    yield* candidates(text, ROUTING, ({ text: number, before }) => (ROUTED.test(before) && isAbaRouting(number) ? 0.95 : 0));
    yield* candidates(text, SORT_CODE, ({ before }) => (SORTED.test(before) ? 0.9 : 0));
    yield* candidates(text, ACCOUNT, ({ text: number, before, isWhole }) => {
      const { length } = digitsOf(number);
      if (length < 6 || length > 20) return 0;
      if (isNamed && isWhole) return 0.8;
      return CONTEXT.test(before) ? 0.75 : 0;
    });
  },
};

const ROUTING = /(?<![\d-])\d{9}(?![\d-])/g;
const ROUTED = /routing|\baba\b|\brtn\b/i;
const SORT_CODE = /(?<![\d-])\d{2}-\d{2}-\d{2}(?![\d-])/g;
const SORTED = /sort ?code[^.\n]{0,12}$/i;
const ACCOUNT = /(?<![\dA-Za-z-]|\d[.,])\d(?:[ -]?\d){5,19}(?![\dA-Za-z]|[.,-]\d)/g;
/** The word stands right before the number, so that the account of a customer is not every number of the sentence. */
const CONTEXT =
  /(?:(?:bank|checking|savings?|current|giro)[^.\n]{0,12}(?:account|acct)|\b(?:account|acct|a\/c)\.? ?(?:number|no|num|#)|kontonummer|konto-?nr|银行(?:账|帐)[号户]|(?:收款|对公|还款)?(?:账|帐)号|开户行[^。\n]{0,15})[^\d.。\n]{0,14}$/i;
