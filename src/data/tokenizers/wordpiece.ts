/**
 * @file wordpiece: BERT's tokenizer. Learned by merging the most frequent neighbours, as the reference implementation does;
 * a word is cut from the left into the longest tokens that the vocabulary holds.
 */

import { bert, CONTINUES } from './bert.ts';
import { frequentCharacters } from './count-words.ts';
import type { OpenModel, TokenizerKind } from './kind.ts';
import { learnMerges } from './merges.ts';
import { invalidTokenizer, tokensOf, vocabularyJson } from './vocabulary.ts';

/** A longer word is unknown as a whole, as in BERT's own code. */
const LONGEST_WORD = 100;

export const wordpiece: TokenizerKind = {
  name: 'wordpiece',
  summary: "BERT's tokenizer: lower case, the longest known piece first; what no piece fits is unknown.",
  type: 'WordPiece',
  formOf: () => bert,
  specialOf: () => ['[PAD]', '[UNK]'],

  train(words, special, { vocabulary, minCount }) {
    const room = (vocabulary - special.length) >> 1;
    const known = new Set(frequentCharacters(words, room).map(([character]) => character));
    const pieces = words.map(([word, count]) => ({
      pieces: [...word].filter((character) => known.has(character)).map((character, i) => (i === 0 ? character : CONTINUES + character)),
      count,
    }));
    const alphabet = [...special, ...[...new Set(pieces.flatMap(({ pieces }) => pieces))].sort()];
    const numbers = new Map(alphabet.map((symbol, number) => [symbol, number]));
    const counted = pieces.map(({ pieces, count }) => ({ symbols: pieces.map((piece) => numbers.get(piece) as number), count }));
    const join = (left: string, right: string): string => left + right.slice(CONTINUES.length);
    const { symbols } = learnMerges(counted, alphabet, { size: vocabulary, minCount, join });
    return {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: CONTINUES,
      max_input_chars_per_word: LONGEST_WORD,
      vocab: vocabularyJson(symbols),
    };
  },

  open(model): OpenModel {
    const tokens = tokensOf(model.vocab);
    const numbers = new Map(tokens.map((token, number) => [token, number]));
    const unknown = numbers.get(String(model.unk_token));
    if (unknown === undefined || model.continuing_subword_prefix !== CONTINUES) throw invalidTokenizer('it lacks its unknown token');
    const longest = tokens.reduce((length, token) => Math.max(length, token.length), 0);
    return {
      tokens,
      encode(word) {
        if ([...word].length > LONGEST_WORD) return [unknown];
        const found: number[] = [];
        for (let from = 0; from < word.length; ) {
          const prefix = from === 0 ? '' : CONTINUES;
          let to = Math.min(word.length, from + longest);
          let number: number | undefined;
          for (; to > from; to--) {
            number = numbers.get(prefix + word.slice(from, to));
            if (number !== undefined) break;
          }
          if (number === undefined) return [unknown];
          found.push(number);
          from = to;
        }
        return found;
      },
    };
  },
};
