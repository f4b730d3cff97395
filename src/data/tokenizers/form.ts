/** @file What stands around a tokenizer's model: how a text is normalised and cut into words before it, and how tokens become a text again. */

import type { JsonValue } from '../dataset.ts';

/** One such pipeline, in code and in the words of the `tokenizer.json` standard; both must say the same. */
export interface Form {
  readonly normalizer: JsonValue;
  readonly preTokenizer: JsonValue;
  readonly decoder: JsonValue;
  /** The words of a text, as the model sees them. Tokens never cross from one into the next. */
  words(text: string): string[];
  /** The text that tokens spell, as near to the original as the form keeps it. */
  join(tokens: readonly string[]): string;
}
