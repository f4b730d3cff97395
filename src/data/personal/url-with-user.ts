/** @file Finder of addresses of pages that name a person: a login in the address, a profile, a user in the query. */

import { candidates, type PersonalFinder } from './finder.ts';

export const urlWithUser: PersonalFinder = {
  kind: 'url_with_user',
  summary: 'An address with a login (`https://ann:secret@…`), a profile on a public network, or a query that names a user.',
  columnName: /profile.?url|homepage|linkedin|个人主页|主页链接/i,
  needs: /:\/\/|\.(?:com|cn|me|org)\//i,
  *find(text, isNamed) {
    yield* candidates(text, LOGIN, () => 0.98);
    yield* candidates(text, PROFILE, ({ text: url }) => (NO_PROFILE.test(url) ? 0 : 0.8));
    yield* candidates(text, QUERY, () => 0.7);
    if (isNamed) yield* candidates(text, ANY, ({ isWhole }) => (isWhole ? 0.6 : 0));
  },
};

const LOGIN =
  /\b(?:https?|ftp|ssh|sftp|postgres(?:ql)?|mysql|mongodb|redis|amqp):\/\/[^\s/@:?#]{1,64}(?::[^\s/@?#]{0,128})?@[A-Za-z0-9.-]{1,253}(?:[:/][^\s"'<>，。）)]{0,500})?/gi;
const PROFILE =
  /(?<![\w.-])(?:https?:\/\/)?(?:www\.|m\.)?(?:(?:twitter|x|instagram|facebook|github|gitlab|tiktok|threads)\.(?:com|net)\/@?|linkedin\.com\/in\/|youtube\.com\/@|t\.me\/|medium\.com\/@|reddit\.com\/u(?:ser)?\/|weibo\.com\/(?:u\/|n\/)?|(?:www\.)?zhihu\.com\/people\/|space\.bilibili\.com\/|(?:www\.)?douyin\.com\/user\/|(?:www\.)?xiaohongshu\.com\/user\/profile\/|orcid\.org\/)[A-Za-z0-9_.%-]{2,100}(?![\w/]*\/[\w])/gi;
const NO_PROFILE =
  /\/(?:about|login|signup|search|explore|settings|home|hashtag|share|sharer|intent|watch|features|pricing|topics|orgs|events|groups|pages|privacy|terms|help|docs|blog|security|marketplace|sponsors|trending|policies|legal)\b/i;
const QUERY =
  /\bhttps?:\/\/[^\s"'<>?，。]{3,300}\?(?:[^\s"'<>，。=&]{1,60}=[^\s"'<>，。&]{0,200}&){0,8}(?:user(?:_?(?:id|name))?|uid|email|e-?mail|phone|mobile|customer_?id|member_?id|openid|token|session(?:_?id)?)=[^\s"'<>，。）)]{1,300}/gi;
const ANY = /https?:\/\/[^\s"'<>]{3,300}/gi;
