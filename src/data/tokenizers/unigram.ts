/**
 * @file unigram: of all ways to cut a word into pieces, the most probable one, where each piece has a probability of its own
 * (Kudo 2018, *Subword Regularization*). Characters outside the vocabulary are spelled in bytes.
 */

import { byteNames, namesOfBytes } from './bytes.ts';
import type { OpenModel, TokenizerKind } from './kind.ts';
import { metaspace } from './metaspace.ts';
import { codePoints, Trie } from './trie.ts';
import { learnPieces } from './unigram-pieces.ts';
import { invalidTokenizer } from './vocabulary.ts';

export const unigram: TokenizerKind = {
  name: 'unigram',
  summary: 'The most probable pieces of a word, learned by expectation maximisation; unknown characters are spelled in bytes.',
  type: 'Unigram',
  formOf: () => metaspace,
  specialOf: () => ['<pad>', '<unk>'],

  train(words, special, { vocabulary, minCount }) {
    const pieces = learnPieces(words, { size: vocabulary - special.length - byteNames.length, minCount });
    // what is never chosen by its probability must not lower the penalty of an unknown character
    const lowest = pieces.reduce((low, [, logProbability]) => Math.min(low, logProbability), 0);
    return {
      type: 'Unigram',
      unk_id: special.indexOf('<unk>'),
      byte_fallback: true,
      vocab: [...special.map((token) => [token, 0] as const), ...byteNames.map((token) => [token, lowest] as const), ...pieces],
    };
  },

  open(model): OpenModel {
    const { tokens, scores } = readPieces(model.vocab);
    const numbers = new Map(tokens.map((token, number) => [token, number]));
    const trie = new Trie(tokens);
    const unknown = Number(model.unk_id);
    if (tokens[unknown] === undefined || !byteNames.every((name) => numbers.has(name)))
      throw invalidTokenizer('it lacks its unknown token, or bytes');
    const unknownScore = scores.reduce((low, score) => Math.min(low, score), Number.POSITIVE_INFINITY) - UNKNOWN_PENALTY;
    return {
      tokens,
      encode(word) {
        const characters = codePoints(word);
        return mostProbable(characters, trie, scores, { number: unknown, score: unknownScore }).flatMap(({ piece, from, to }) => {
          if (piece !== unknown) return [piece];
          const text = String.fromCodePoint(...characters.subarray(from, to));
          return namesOfBytes(text).map((name) => numbers.get(name) as number);
        });
      },
    };
  },
};

/** How much less probable than the rarest piece a character outside the vocabulary is, as a difference of logarithms. */
const UNKNOWN_PENALTY = 10;

interface Place {
  readonly piece: number;
  readonly from: number;
  readonly to: number;
}

/** Viterbi's algorithm over the characters: the best score of every prefix, and the piece that it ends with. */
function mostProbable(characters: Uint32Array, trie: Trie, scores: Float64Array, unknown: { number: number; score: number }): Place[] {
  const best = new Float64Array(characters.length + 1).fill(Number.NEGATIVE_INFINITY);
  const pieceTo = new Int32Array(characters.length + 1);
  const startOf = new Int32Array(characters.length + 1);
  best[0] = 0;
  for (let from = 0; from < characters.length; from++) {
    let isKnown = false;
    const offer = (piece: number, to: number, score: number): void => {
      const total = score + (best[from] as number);
      if (!(total > (best[to] as number))) return;
      best[to] = total;
      pieceTo[to] = piece;
      startOf[to] = from;
    };
    trie.match(characters, from, (piece, to) => {
      if (to === from + 1) isKnown = true;
      offer(piece, to, scores[piece] as number);
    });
    if (!isKnown) offer(unknown.number, from + 1, unknown.score);
  }
  const places: Place[] = [];
  for (let to = characters.length; to > 0; to = startOf[to] as number) {
    places.push({ piece: pieceTo[to] as number, from: startOf[to] as number, to });
  }
  return places.reverse();
}

function readPieces(vocabulary: unknown): { tokens: string[]; scores: Float64Array } {
  const isPiece = (entry: unknown): entry is [string, number] =>
    Array.isArray(entry) && typeof entry[0] === 'string' && Number.isFinite(entry[1]);
  if (!Array.isArray(vocabulary) || vocabulary.length === 0 || !vocabulary.every(isPiece))
    throw invalidTokenizer('its pieces are not whole');
  return { tokens: vocabulary.map(([token]) => token), scores: Float64Array.from(vocabulary, ([, score]) => score) };
}
