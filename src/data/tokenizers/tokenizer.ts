/**
 * @file A tokenizer: texts to numbers and back. Trained here, kept as the standard `tokenizer.json`, which every library that
 * reads that format opens to the same numbers.
 */

import { MoatError } from '../../engine/errors.ts';
import { canonicalJson } from '../content-hash.ts';
import type { JsonValue } from '../dataset.ts';
import { bpe } from './bpe.ts';
import { wordCounter } from './count-words.ts';
import type { Form } from './form.ts';
import type { ModelJson, OpenModel, TokenizerKind, TrainOptions } from './kind.ts';
import { unigram } from './unigram.ts';
import { invalidTokenizer } from './vocabulary.ts';
import { wordpiece } from './wordpiece.ts';

/** The table of kinds. */
export const tokenizerKinds = { bpe, wordpiece, unigram } as const satisfies Record<string, TokenizerKind>;

export type TokenizerName = keyof typeof tokenizerKinds;

/** A whole `tokenizer.json`. */
export type TokenizerJson = { readonly [key: string]: JsonValue };

export interface Tokenizer {
  readonly kind: TokenizerName;
  /** The tokens by number. */
  readonly tokens: readonly string[];
  /** The number of the token that pads. */
  readonly padding: number;
  encode(text: string): number[];
  /** The text that the numbers spell; special tokens are left out. */
  decode(numbers: Iterable<number>): string;
  readonly json: TokenizerJson;
}

/** Learns from texts as they come: the same texts, in whatever order, give the same tokenizer. Memory grows with the distinct words, to a limit. */
export interface TokenizerTrainer {
  read(text: string): void;
  finish(): Tokenizer;
}

/** @throws MoatError `TOKENIZER_VOCABULARY` when the vocabulary has no room for what every such tokenizer holds */
export function tokenizerTrainer(name: TokenizerName, options: TrainOptions): TokenizerTrainer {
  const kind: TokenizerKind = tokenizerKinds[name];
  const { vocabulary, minCount = 2, byteFallback = false } = options;
  const form = kind.formOf({ byteFallback });
  const special = [...new Set([...kind.specialOf({ byteFallback }), ...(options.special ?? [])])];
  requireRoom(vocabulary, special);
  const split = specialSplitter(special);
  const counter = wordCounter();
  return {
    read(text) {
      for (const [i, part] of split(text).entries()) if (i % 2 === 0) for (const word of form.words(part)) counter.add(word);
    },
    finish: () => opened(kind, form, special, kind.train(counter.words(), special, { vocabulary, minCount, byteFallback })),
  };
}

/** `tokenizerTrainer` over texts that are read once. */
export async function trainTokenizer(
  name: TokenizerName,
  texts: Iterable<string> | AsyncIterable<string>,
  options: TrainOptions,
): Promise<Tokenizer> {
  const trainer = tokenizerTrainer(name, options);
  for await (const text of texts) trainer.read(text);
  return trainer.finish();
}

/** Opens a `tokenizer.json` of one of the forms that `trainTokenizer` writes. @throws MoatError `TOKENIZER_INVALID` */
export function openTokenizer(json: unknown): Tokenizer {
  const { model, added_tokens, normalizer, pre_tokenizer } = (json ?? {}) as Readonly<Record<string, JsonValue>>;
  const type = (model as ModelJson | undefined)?.type;
  const kind = Object.values<TokenizerKind>(tokenizerKinds).find((candidate) => candidate.type === type);
  if (kind === undefined || !Array.isArray(added_tokens))
    throw invalidTokenizer('its model is none of BPE, WordPiece and Unigram, or its special tokens are missing');
  const form = kind.formOf({ byteFallback: (model as ModelJson).byte_fallback === true });
  const isOurs = canonicalJson([normalizer ?? null, pre_tokenizer ?? null]) === canonicalJson([form.normalizer, form.preTokenizer]);
  if (!isOurs) throw invalidTokenizer('it normalises or splits texts in another way than the tokenizers that are trained here');
  const special = added_tokens.map((token) => String((token as { content?: JsonValue } | null)?.content));
  return opened(kind, form, special, model as ModelJson);
}

function opened(kind: TokenizerKind, form: Form, special: readonly string[], model: ModelJson): Tokenizer {
  const { tokens, encode } = kind.open(model);
  const numbers = new Map(special.map((token) => [token, tokens.indexOf(token)]));
  if (special.length === 0 || special.includes('') || [...numbers.values()].includes(-1))
    throw invalidTokenizer('a special token is not in its vocabulary');
  const isSpecial = new Set(numbers.values());
  const split = specialSplitter(special);
  const wordNumbers = cached(encode);
  return {
    kind: kind.name,
    tokens,
    padding: numbers.get(special[0] as string) as number,
    encode(text) {
      const found: number[] = [];
      for (const [i, part] of split(text).entries()) {
        if (i % 2 === 1) found.push(numbers.get(part) as number);
        else for (const word of form.words(part)) for (const number of wordNumbers(word)) found.push(number);
      }
      return found;
    },
    decode: (given) => form.join(Array.from(given).flatMap((number) => (isSpecial.has(number) ? [] : (tokens[number] ?? [])))),
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: special.map((content) => ({
        id: numbers.get(content) as number,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      })),
      normalizer: form.normalizer,
      pre_tokenizer: form.preTokenizer,
      post_processor: null,
      decoder: form.decoder,
      model,
    },
  };
}

/** The text between special tokens at even places, the special tokens at odd ones; of two that begin alike the longer is meant. */
function specialSplitter(special: readonly string[]): (text: string) => string[] {
  const escaped = [...special].sort((a, b) => b.length - a.length).map((token) => token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const pattern = new RegExp(`(${escaped.join('|')})`, 'u');
  return (text) => text.split(pattern);
}

/** Words that are remembered with their numbers; most words of a text were seen before. */
const MOST_CACHED = 50_000;
const LONGEST_CACHED = 256;

function cached(encode: OpenModel['encode']): OpenModel['encode'] {
  const known = new Map<string, number[]>();
  return (word) => {
    const seen = known.get(word);
    if (seen !== undefined) return seen;
    const numbers = encode(word);
    if (word.length > LONGEST_CACHED) return numbers;
    if (known.size >= MOST_CACHED) known.clear();
    known.set(word, numbers);
    return numbers;
  };
}

/** The 256 bytes, and as much again for what is learned. */
const LEAST_LEARNED = 512;
const MOST_TOKENS = 1_000_000;

function requireRoom(vocabulary: number, special: readonly string[]): void {
  const least = special.length + LEAST_LEARNED;
  if (special.includes('')) {
    throw new MoatError('an empty text cannot be a special token', {
      code: 'TOKENIZER_SPECIAL',
      why: 'it would stand between any two characters',
      fix: 'give special tokens a text of their own, such as <end>',
    });
  }
  if (Number.isInteger(vocabulary) && vocabulary >= least && vocabulary <= MOST_TOKENS) return;
  throw new MoatError(`a tokenizer cannot have ${vocabulary} tokens`, {
    code: 'TOKENIZER_VOCABULARY',
    why: `beside ${special.length} special tokens and 256 bytes it needs room to learn: at least ${least}, and at most ${MOST_TOKENS.toLocaleString('en-US')}`,
    fix: 'give a vocabulary between 1,000 and 50,000, the more the more texts there are',
  });
}
