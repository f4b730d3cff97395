/** @file Finder of e-mail addresses, also of those that are written to hide from machines. */

import { candidates, type PersonalFinder } from './finder.ts';

export const email: PersonalFinder = {
  kind: 'email',
  summary:
    'An e-mail address (the shape of RFC 5322 that is in use), also `name [at] host [dot] com`; file names such as `icon@2x.png` are not.',
  columnName: /e[ -]?mail|邮箱|邮件|电邮/i,
  needs: /@|[[(]at[\])]/i,
  *find(text) {
    yield* candidates(text, ADDRESS, ({ text: found, after }) => {
      const [local = '', host = ''] = found.split('@');
      if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return 0;
      if (FILE.test(host)) return 0;
      // git@host:owner/name names a repository
      if (after.startsWith(':') && /^[\w~]/.test(after.slice(1)) && !/^\d/.test(after.slice(1))) return 0.3;
      return 0.97;
    });
    yield* candidates(text, HIDDEN, () => 0.85);
  },
};

const ADDRESS = /(?<![A-Za-z0-9._%+'-])[A-Za-z0-9_%+][A-Za-z0-9._%+'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![A-Za-z0-9_-])/g;
const HIDDEN = /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64} ?[[(]at[\])] ?[A-Za-z0-9-]{1,63}(?: ?[[(]dot[\])] ?[A-Za-z0-9-]{2,63}){1,3}/gi;
const FILE = /\.(?:png|jpe?g|gif|webp|svg|ico|css|scss|js|mjs|ts|tsx|json|html?|xml|md|txt|csv|pdf|zip|gz|py|java|rb|sh|exe|dll)$/i;
