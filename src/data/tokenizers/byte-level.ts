/** @file Form of GPT-2: words with the space before them, written in an alphabet of 256 bytes. Nothing is lost and nothing is unknown. */

import { textAsBytes, textOfBytes } from './bytes.ts';
import type { Form } from './form.ts';

export const byteLevel: Form = {
  normalizer: null,
  preTokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  words: (text) => (text.match(WORD) ?? []).map(textAsBytes),
  join: (tokens) => textOfBytes(tokens.join('')),
};

/** GPT-2's pattern; JavaScript's own `\s` is not Unicode's white space, which the reference means. */
const S = '\\p{White_Space}';
const WORD = new RegExp(`'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^${S}\\p{L}\\p{N}]+|${S}+(?!\\P{White_Space})|${S}+`, 'gu');
