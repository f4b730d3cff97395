/**
 * @file Form of BERT (Devlin et al. 2019): lower case without accents; words between spaces, each punctuation mark and each
 * Chinese character a word of its own.
 */

import type { Form } from './form.ts';

/** What a token inside a word begins with. */
export const CONTINUES = '##';

export const bert: Form = {
  normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
  preTokenizer: { type: 'BertPreTokenizer' },
  decoder: { type: 'WordPiece', prefix: CONTINUES, cleanup: true },
  words: (text) =>
    lowerCase(
      clean(text)
        .replace(CHINESE, ' $& ')
        .normalize('NFD')
        .replace(/\p{Mn}/gu, ''),
    ).match(WORD) ?? [],
  join: (tokens) =>
    tokens
      .map((token, i) => (token.startsWith(CONTINUES) ? token.slice(CONTINUES.length) : i === 0 ? token : ` ${token}`))
      .map(tidy)
      .join(''),
};

function clean(text: string): string {
  return text.replace(/(?![\t\n\r])[\p{C}\uFFFD]/gu, '').replace(/\p{White_Space}/gu, ' ');
}

/** Character by character, as the reference does: JavaScript alone gives a final sigma another form. */
function lowerCase(text: string): string {
  return text.includes('Σ') ? Array.from(text, (character) => character.toLowerCase()).join('') : text.toLowerCase();
}

/** The blocks of CJK ideographs that BERT's own code names; Japanese and Korean syllables are not among them. */
const CHINESE =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;

/** Besides Unicode's punctuation, ASCII's signs count: `$`, `+`, `<`, `=`, `>`, `^`, `` ` ``, `|`, `~`. */
const MARK = '\\p{P}$+<=>^`|~';
const WORD = new RegExp(`[${MARK}]|[^\\p{White_Space}${MARK}]+`, 'gu');

/** English as it is written: no space before a mark or inside a contraction. */
function tidy(token: string): string {
  return token
    .replace(' .', '.')
    .replace(' ?', '?')
    .replace(' !', '!')
    .replace(' ,', ',')
    .replace(" ' ", "'")
    .replace(" n't", "n't")
    .replace(" 'm", "'m")
    .replace(' do not', " don't")
    .replace(" 's", "'s")
    .replace(" 've", "'ve")
    .replace(" 're", "'re");
}
