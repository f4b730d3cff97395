/**
 * @file bpe: byte-pair encoding (Sennrich, Haddow & Birch 2016), over bytes as in GPT-2, or over characters with a fall back to bytes as in Llama.
 *
 * A word begins as its characters; then the pair of neighbours that was merged earliest in training is merged, again and again.
 */

import { byteLevel } from './byte-level.ts';
import { byteCharacters, byteNames, namesOfBytes } from './bytes.ts';
import { frequentCharacters } from './count-words.ts';
import { Heap } from './heap.ts';
import type { OpenModel, TokenizerKind } from './kind.ts';
import { learnMerges } from './merges.ts';
import { metaspace } from './metaspace.ts';
import { invalidTokenizer, tokensOf, vocabularyJson } from './vocabulary.ts';

export const bpe: TokenizerKind = {
  name: 'bpe',
  summary: 'Byte-pair encoding: the most frequent neighbours merged, over bytes, or over characters with byte fallback.',
  type: 'BPE',
  formOf: ({ byteFallback }) => (byteFallback ? metaspace : byteLevel),
  specialOf: ({ byteFallback }) => (byteFallback ? ['<pad>', '<unk>'] : ['<pad>']),

  train(words, special, { vocabulary, minCount, byteFallback }) {
    const characters = byteFallback
      ? frequentCharacters(words, (vocabulary - special.length - byteNames.length) >> 1).map(([character]) => character)
      : byteCharacters;
    const alphabet = [...special, ...(byteFallback ? byteNames : []), ...[...characters].sort(byCodePoint)];
    const numbers = new Map(alphabet.map((symbol, number) => [symbol, number]));
    const counted = words.map(([word, count]) => ({
      symbols: Array.from(word, (character) => numbers.get(character)).filter((number) => number !== undefined),
      count,
    }));
    const { symbols, merges } = learnMerges(counted, alphabet, { size: vocabulary, minCount, join: (left, right) => left + right });
    return {
      type: 'BPE',
      dropout: null,
      unk_token: byteFallback ? '<unk>' : null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: byteFallback,
      ignore_merges: false,
      vocab: vocabularyJson(symbols),
      merges,
    };
  },

  open(model): OpenModel {
    const tokens = tokensOf(model.vocab);
    const numbers = new Map(tokens.map((token, number) => [token, number]));
    const ranks = ranksOf(model.merges, numbers);
    const unknown = typeof model.unk_token === 'string' ? numbers.get(model.unk_token) : undefined;
    const fallsBack = model.byte_fallback === true;
    return {
      tokens,
      encode(word) {
        const symbols: number[] = [];
        for (const character of word) {
          const number = numbers.get(character);
          if (number !== undefined) symbols.push(number);
          else if (fallsBack) for (const name of namesOfBytes(character)) symbols.push(numbers.get(name) as number);
          else if (unknown !== undefined) symbols.push(unknown);
        }
        return merged(symbols, ranks);
      },
    };
  },
};

/** A merge by its pair of numbers: how early it was learned, and what it makes. */
type Ranks = ReadonlyMap<number, { readonly rank: number; readonly joined: number }>;

const RADIX = 2 ** 24;

function ranksOf(merges: unknown, numbers: ReadonlyMap<string, number>): Ranks {
  const ranks = new Map<number, { rank: number; joined: number }>();
  if (!Array.isArray(merges)) throw invalidTokenizer('it has no list of merges');
  for (const [rank, merge] of merges.entries()) {
    const [left, right] = (Array.isArray(merge) ? merge : String(merge).split(' ')) as [string, string];
    const [a, b, joined] = [numbers.get(left), numbers.get(right), numbers.get(left + right)];
    if (a === undefined || b === undefined || joined === undefined)
      throw invalidTokenizer(`merge ${rank} names tokens that it does not have`);
    ranks.set(a * RADIX + b, { rank, joined });
  }
  return ranks;
}

/** Two neighbours that can be merged, as they stood when this was noted. */
interface Candidate {
  readonly at: number;
  readonly left: number;
  readonly right: number;
  readonly rank: number;
}

/** Merges in the order of training, the leftmost of equal ones first. A heap keeps it fast for a word of a million characters. */
function merged(symbols: number[], ranks: Ranks): number[] {
  if (symbols.length < 2) return symbols;
  const next = Int32Array.from(symbols, (_, i) => i + 1);
  const previous = Int32Array.from(symbols, (_, i) => i - 1);
  const queue = new Heap<Candidate>((a, b) => a.rank < b.rank || (a.rank === b.rank && a.at < b.at));
  const note = (at: number): void => {
    const to = next[at] as number;
    if (to >= symbols.length) return;
    const [left, right] = [symbols[at] as number, symbols[to] as number];
    const merge = ranks.get(left * RADIX + right);
    if (merge !== undefined) queue.push({ at, left, right, rank: merge.rank });
  };
  for (let at = 0; at < symbols.length; at++) note(at);
  for (let best = queue.pop(); best !== undefined; best = queue.pop()) {
    const { at, left, right } = best;
    const to = next[at] as number;
    if (symbols[at] !== left || to >= symbols.length || symbols[to] !== right) continue; // merged with another since then
    symbols[at] = (ranks.get(left * RADIX + right) as { joined: number }).joined;
    symbols[to] = GONE;
    next[at] = next[to] as number;
    if ((next[at] as number) < symbols.length) previous[next[at] as number] = at;
    note(at);
    if ((previous[at] as number) >= 0) note(previous[at] as number);
  }
  return symbols.filter((symbol) => symbol !== GONE);
}

const GONE = -1;

function byCodePoint(a: string, b: string): number {
  return (a.codePointAt(0) as number) - (b.codePointAt(0) as number);
}
