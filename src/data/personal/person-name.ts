/** @file Finder of names of people: by the words that introduce one, by titles, and in columns that are called so. */

import { type Candidate, candidates, type PersonalFinder } from './finder.ts';

export const personName: PersonalFinder = {
  kind: 'person_name',
  summary:
    'A name after words that introduce one ("my name is", "Dear", Mr., 我叫, 联系人) or with a Chinese title, or in a column that is called so; a bare name in prose is not found.',
  columnName:
    /^(?:name|names|full.?name|first.?name|last.?name|given.?name|family.?name|middle.?name|surname|forename|maiden.?name|nick.?name|(?:customer|client|user|patient|employee|contact|student|teacher|driver|owner|holder|cardholder|passenger|guest|author|person|recipient|sender).?(?:full.?)?name|vorname|nachname|nom|pr[ée]nom|nombre|apellidos?|姓名|名字|姓|名|联系人|客户姓名|收件人|寄件人|用户姓名|真实姓名|患者姓名|员工姓名)$/i,
  needs: /\p{Lu}|\p{Script=Han}/u,
  *find(text, isNamed) {
    for (const { pattern, confidence } of INTRODUCED) yield* named(text, pattern, confidence);
    yield* candidates(text, CHINESE_TITLE, ({ text: found, before }) => (/[这那位名各]$/.test(before) && found.length < 3 ? 0.4 : 0.7));
    if (isNamed) yield* candidates(text, CELL, ({ text: found, isWhole }) => (isWhole && !NO_NAME.test(found) ? 0.75 : 0));
    if (isNamed) yield* candidates(text, CHINESE_CELL, ({ isWhole }) => (isWhole ? 0.85 : 0));
  },
};

/** The group `name` of each match. */
function* named(text: string, pattern: RegExp, confidence: number): Generator<Candidate> {
  for (const match of text.matchAll(pattern)) {
    const [from, to] = match.indices?.groups?.name ?? [0, 0];
    if (to > from && !NO_NAME.test(text.slice(from, to))) yield { from, to, confidence };
  }
}

/** One to four words of a name: a capital and small letters, an initial, O'Connor; particles may stand between them. */
const WORD = "\\p{Lu}(?:[’']\\p{Lu})?\\p{Ll}[\\p{L}-]{0,24}";
const MORE = `(?: (?:(?:van|von|de|der|den|da|di|la|le|bin|al|el) ){0,2}(?:${WORD}|\\p{Lu}\\.?(?!\\p{L})))`;
const NAME = `(?<name>${WORD}${MORE}{0,3})(?!\\p{L})`;
const FULL = `(?<name>${WORD}${MORE}{1,3})(?!\\p{L})`;
const SURNAMES =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤';
const CHINESE = `(?:欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|[${SURNAMES}])`;
const HAN = `(?<name>${CHINESE}[\\p{Script=Han}]{1,2})`;

interface Introduction {
  readonly pattern: RegExp;
  readonly confidence: number;
}

const introduced = (words: string, name: string, confidence: number): Introduction => ({
  pattern: new RegExp(words + name, 'dgu'),
  confidence,
});

const INTRODUCED: readonly Introduction[] = [
  introduced('\\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Madam|Herr|Frau|Monsieur|Madame|Mme|Señora?|Sr|Sra)\\.? ', NAME, 0.85),
  introduced(
    "\\b(?:[Mm]y (?:full )?name is|[Nn]amed|[Ii]ch heiße|[Mm]ein Name ist|[Jj]e m'appelle|[Mm]e llamo|[Ss]poke (?:to|with)) ",
    NAME,
    0.75,
  ),
  introduced(
    '\\b(?:[Pp]atient|[Cc]ustomer|[Cc]lient|[Ee]mployee|[Tt]enant|[Bb]eneficiary|[Cc]ardholder|[Aa]pplicant|[Pp]assenger|[Ss]tudent|[Dd]river|[Gg]uest|[Rr]ecipient|[Cc]ontact|[Nn]ame|[Ff]ull [Nn]ame|[Aa]ttn|[Ss]igned|[Ff]rom|[Tt]o)(?: name)?: ?',
    FULL,
    0.8,
  ),
  introduced(
    '\\b(?:[Pp]atient|[Cc]ustomer|[Cc]lient|[Ee]mployee|[Aa]pplicant|[Cc]ontact|[Cc]olleague|[Mm]anager|[Dd]river|[Nn]urse) ',
    FULL,
    0.65,
  ),
  introduced('\\b(?:Dear|Hi|Hello|Hey) ', NAME, 0.65),
  introduced('\\b(?:[Kk]ind |[Bb]est |[Ww]arm )?(?:[Rr]egards|[Ss]incerely|[Cc]heers|[Tt]hanks),?\\s{1,3}', FULL, 0.75),
  introduced("\\bI(?:'m| am) ", FULL, 0.65),
  introduced('(?:我叫|名叫|我的名字(?:叫|是)|本人|叫做)', `${HAN}(?!\\p{Script=Han})`, 0.85),
  introduced(
    '(?:姓名|联系人|收件人|收货人|寄件人|患者|病人|客户|持卡人|申请人|负责人|被保险人|投保人|员工|学生|签名|经办人|法人|户主|乘客|司机|户名)[：:]\\s?',
    HAN,
    0.85,
  ),
  introduced('(?:联系人|收件人|收货人|患者|病人|持卡人|申请人|投保人|司机|乘客)(?:是|为|叫)?', `${HAN}(?=[，。、,;；\\s（(]|$)`, 0.7),
];

const CHINESE_TITLE = new RegExp(
  `(?<!\\p{Script=Han}(?=${CHINESE}\\p{Script=Han}?姓))${CHINESE}\\p{Script=Han}{0,2}?(?=(?:先生|女士|小姐|老师|医生|教授|师傅|经理|主任|同学|大夫|护士|律师|总监|阿姨|叔叔))`,
  'gu',
);
const CELL = /\p{Lu}[\p{L}'’-]{1,24}(?:,? (?:(?:van|von|de|der|den|da|di|la|le|bin|al|el) ){0,2}\p{Lu}[\p{L}'’.-]{0,24}){0,3}/gu;
const CHINESE_CELL = new RegExp(`${CHINESE}[\\p{Script=Han}]{1,2}`, 'gu');
/** Words that begin with a capital for another reason: greetings to nobody, days, companies. */
const NO_NAME =
  /^(?:All|Team|Everyone|Everybody|Sir|Madam|Support|Customer|Customers|Friends?|Folks|There|Kitty|Guys|Sirs|Colleagues?|Hiring|World|Service|Sales|Both|Reader|Mom|Dad|God|Lord|Santa|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|The|This|That|It|My|Your|Our|We|He|She|They|You|Not|No|Yes|Very|So|Just|Please|Thank|Thanks|English|German|French|Chinese|American)\b|\b(?:Inc|Ltd|LLC|GmbH|Corp|Company|Department|Team|Store|Shop|Hotel|University|Bank|Street|Road|Pepper|Coffee|Tea|Support|Service|Center|Centre|Group)\b/;
