/** @file What a kind of tokenizer answers: how its model is learned from counted words, and how that model cuts a word. */

import type { JsonValue } from '../dataset.ts';
import type { Form } from './form.ts';

export interface TrainOptions {
  /** Tokens in all, special ones and bytes included; fewer when the texts do not hold so many. */
  readonly vocabulary: number;
  /** Tokens that stand for themselves and are never cut, behind the padding and the unknown token. */
  readonly special?: readonly string[];
  /** What is rarer is not made a token of its own: 2 unless said otherwise. */
  readonly minCount?: number;
  /**
   * BPE alone: characters outside the vocabulary are spelled in bytes, over words in SentencePiece's form, as Llama does it.
   * False unless said otherwise: BPE then works on bytes from the start, as GPT does. Unigram always falls back to bytes.
   */
  readonly byteFallback?: boolean;
}

export type Words = readonly (readonly [word: string, count: number])[];

/** The model of a `tokenizer.json`. */
export type ModelJson = { readonly type: string } & { readonly [key: string]: JsonValue };

export interface TokenizerKind {
  readonly name: 'bpe' | 'wordpiece' | 'unigram';
  /** One sentence for the documentation. */
  readonly summary: string;
  /** As the standard calls its model. */
  readonly type: string;
  formOf(options: Pick<TrainOptions, 'byteFallback'>): Form;
  /** The special tokens that every such tokenizer has, the padding first. */
  specialOf(options: Pick<TrainOptions, 'byteFallback'>): readonly string[];
  /** `special` are all special tokens: they take the first numbers. */
  train(words: Words, special: readonly string[], options: Required<Omit<TrainOptions, 'special'>>): ModelJson;
  open(model: ModelJson): OpenModel;
}

/** A model ready to cut words. */
export interface OpenModel {
  /** The tokens by number; special ones are among them. */
  readonly tokens: readonly string[];
  /** The numbers of the tokens of one word of the form. */
  encode(word: string): number[];
}
