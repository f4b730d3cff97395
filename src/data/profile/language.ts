/**
 * @file The language of a text, from its script and the small words that every sentence of a language uses.
 *
 * Scripts decide Chinese, Japanese, Korean, Greek, Thai, Hebrew, Hindi and (by letters) Arabic or Persian, Russian or Ukrainian. Between the languages
 * that are written in Latin letters, the share of words that are among a language's most frequent small words decides, and
 * letters that only some of them use. A text of a few words without any of these stays undecided: it is said to be `unknown`.
 */

/** ISO 639-1, or `unknown`. */
export type Language = string;

/** Only the beginning is read: a language shows in a few sentences. */
const MOST_CHARACTERS = 600;
/** A language must lead by so much: the share of small words it has more than the next. */
const LEAD = 0.02;

export function languageOf(text: string): Language {
  const start = text.slice(0, MOST_CHARACTERS);
  const letters = start.match(/\p{L}/gu)?.length ?? 0;
  if (letters < 2) return 'unknown';
  return byScript(start, letters) ?? bySmallWords(start);
}

function byScript(text: string, letters: number): Language | undefined {
  const share = (script: RegExp): number => (text.match(script)?.length ?? 0) / letters;
  const kana = share(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  if (kana > 0.08) return 'ja';
  // A Chinese character says as much as several Latin letters.
  if (share(/\p{Script=Han}/gu) > 0.2) return 'zh';
  for (const [script, language] of SCRIPTS) if (share(script) > 0.3) return language;
  if (share(/\p{Script=Cyrillic}/gu) > 0.3) return /[іїєґ]/iu.test(text) ? 'uk' : 'ru';
  if (share(/\p{Script=Arabic}/gu) > 0.3) return /[پچژگ]/u.test(text) ? 'fa' : 'ar';
  return share(/\p{Script=Latin}/gu) > 0.5 ? undefined : 'unknown';
}

const SCRIPTS: readonly (readonly [RegExp, Language])[] = [
  [/\p{Script=Hangul}/gu, 'ko'],
  [/\p{Script=Greek}/gu, 'el'],
  [/\p{Script=Thai}/gu, 'th'],
  [/\p{Script=Hebrew}/gu, 'he'],
  [/\p{Script=Devanagari}/gu, 'hi'],
];

function bySmallWords(text: string): Language {
  const words = text.toLowerCase().match(/\p{L}+(?:['’]\p{L}+)?/gu) ?? [];
  const scores = LATIN.map(({ language, words: small, letters }) => {
    const known = words.reduce((sum, word) => sum + Number(small.has(word)), 0);
    const marked = letters === undefined ? 0 : words.reduce((sum, word) => sum + Number(letters.test(word)), 0);
    return { language, score: (known + 0.7 * marked) / words.length };
  }).sort((a, b) => b.score - a.score);
  const [first, second] = scores;
  if (first === undefined || second === undefined || first.score === 0) return 'unknown';
  return first.score - second.score >= LEAD ? first.language : 'unknown';
}

interface LatinLanguage {
  readonly language: Language;
  readonly words: ReadonlySet<string>;
  /** Letters that hardly any other of these languages uses. */
  readonly letters?: RegExp;
}

const latin = (language: Language, words: string, letters?: RegExp): LatinLanguage => ({
  language,
  words: new Set(words.split(' ')),
  ...(letters && { letters }),
});

/** The most frequent small words of each language, as every list of word frequencies has them. */
const LATIN: readonly LatinLanguage[] = [
  latin(
    'en',
    "the of and to in is that it was for on are with as they be at this have from or had by but what all were when we there can an your which their said if will each about how up out them then she many some so these would other into has more her two like him see time could no make than first been its who now people my made over did down only way find use may long i you he not just don't it's i'm very me our do does get got because after",
  ),
  latin(
    'de',
    'der die das und ist nicht ein eine einen einem einer ich du er sie es wir ihr mit auf für von dem den des zu im in an auch sich als so wie bei nur noch war hat haben sind wird werden kann oder aber wenn nach über sehr gut mir mich schon mein kein keine dass daß vom zum zur bin habe wurde um aus',
    /ß/u,
  ),
  latin(
    'fr',
    "le la les un une des et est pas que qui dans pour sur avec ce cette il elle nous vous ils je ne se sont plus par mais ou où très au aux du en de d'un c'est j'ai n'est qu'il été être fait tout bien comme ai sans mon ma mes son sa ses leur y à",
    /[œ]|^[cdjlmnqst]['’]/u,
  ),
  latin(
    'es',
    'el la los las un una y es no que en de del por para con se su lo como más pero muy me mi al le ya o este esta sí porque cuando hay todo está son fue ha era ser tiene también sin sobre nos qué yo bien a',
    /[ñ¿¡]|ción$/u,
  ),
  latin(
    'it',
    'il lo la gli le un una e è non che di del della in per con si sono come più ma anche io mi ha ho al alla dei delle questo questa molto ne se da nel nella era essere cosa tutto bene ci sul dal perché a i',
  ),
  latin(
    'pt',
    'o os as um uma e é não que de do da em no na para com se por mais como mas muito eu me meu minha ao à dos das foi são ser tem está este esta isso ele ela você sem nos já também quando a bom',
    /ã|õ|ção$|ções$/u,
  ),
  latin(
    'nl',
    'de het een en is niet dat van in op te met voor zijn er aan ik je hij ze we wij om ook als maar bij naar nog wel uit door over dan was heeft hebben wordt kan zo die dit heel mijn geen goed',
    /ij|aa|oo$/u,
  ),
  latin(
    'pl',
    'i w na z do się nie jest to że jak ale o po za co tak od tym dla przez ich był być bardzo już czy tylko jego jej mnie ja też może są ma mam przy',
    /[łśżźćńęą]/u,
  ),
  latin(
    'sv',
    'och att det i en är på som för med jag den inte till av om har de ett men var så vi han hon kan från vid eller mycket när min sig nu bra också skulle alla detta',
    /å/u,
  ),
  latin(
    'tr',
    've bir bu da de için çok ile ne ben sen o ama gibi daha var yok kadar olarak değil mi her şey sonra en ki ya benim olan oldu iyi',
    /[ğış]/u,
  ),
  latin(
    'id',
    'yang dan di ini itu dengan untuk tidak dari ke saya ada pada adalah juga akan bisa sudah karena kami anda dia mereka atau lebih sangat oleh dalam sebagai telah seperti',
  ),
  latin(
    'vi',
    'và là của có không được cho một những các với này tôi người trong đã để rất khi nhiều như bạn đó nhưng ra vào',
    /[ơưăđ]|[ạảấầẩẫậắằẳẵặẹẻẽếềểễệọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/u,
  ),
];
