/** @file Tokenizers: texts as numbers of pieces, learned here, kept in the standard format. */

export type { TrainOptions as TokenizerOptions } from './kind.ts';
export {
  openTokenizer,
  type Tokenizer,
  type TokenizerJson,
  type TokenizerName,
  type TokenizerTrainer,
  tokenizerKinds,
  tokenizerTrainer,
  trainTokenizer,
} from './tokenizer.ts';
