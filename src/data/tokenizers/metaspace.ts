/** @file Form of SentencePiece: compatible characters folded (NFKC), a space written ▁ at the head of the word that it stands before. */

import { joinWithBytes } from './bytes.ts';
import type { Form } from './form.ts';

/** What a space is written as: U+2581. */
export const SPACE = '\u2581';

export const metaspace: Form = {
  normalizer: { type: 'NFKC' },
  preTokenizer: { type: 'Metaspace', replacement: SPACE, prepend_scheme: 'always', split: true },
  decoder: {
    type: 'Sequence',
    decoders: [
      { type: 'Replace', pattern: { String: SPACE }, content: ' ' },
      { type: 'ByteFallback' },
      { type: 'Fuse' },
      { type: 'Strip', content: ' ', start: 1, stop: 0 },
    ],
  },
  words(text) {
    const spaced = text.normalize('NFKC').replaceAll(' ', SPACE);
    if (spaced === '') return [];
    return (spaced.startsWith(SPACE) ? spaced : SPACE + spaced).match(WORD) ?? [];
  },
  join: (tokens) => joinWithBytes(tokens.map((token) => token.replaceAll(SPACE, ' '))).replace(/^ /, ''),
};

const WORD = new RegExp(`${SPACE}[^${SPACE}]*`, 'gu');
