/** @file The options by which families turn columns into features, and their defaults. */

import { type Static, Type } from 'typebox';
import type { FeatureOptions } from '../encoders/index.ts';

const lengths = (shortest: number, longest: number, what: string) =>
  Type.Union([Type.Tuple([Type.Integer({ minimum: 1, maximum: 10 }), Type.Integer({ minimum: 1, maximum: 10 })]), Type.Null()], {
    default: [shortest, longest],
    description: `Shortest and longest run of ${what} of a text; null leaves them out`,
  });

/** Keys for the options of a family that learns from features. */
export function featureSchemas({ maxTerms }: { readonly maxTerms: number }) {
  return {
    words: lengths(1, 2, 'words'),
    characters: lengths(2, 5, 'characters'),
    minDocuments: Type.Integer({ default: 1, minimum: 1, description: 'A term in fewer training texts is left out' }),
    maxTerms: Type.Integer({
      default: maxTerms,
      minimum: 1,
      maximum: 2_000_000,
      description: 'Terms kept of words, and of characters: those in most texts',
    }),
    maxCategories: Type.Integer({
      default: 1_000,
      minimum: 1,
      maximum: 100_000,
      description: 'Categories of a column with a place of their own; rarer ones share "other"',
    }),
  };
}

type FeatureChoices = Static<ReturnType<typeof Type.Object<ReturnType<typeof featureSchemas>>>>;

/** Weights a model may have in all, so that a thousand classes over a rich text do not fill the memory. */
const MOST_WEIGHTS = 20_000_000;

export function featureOptions(
  { words, characters, minDocuments, maxTerms, maxCategories }: FeatureChoices,
  outputs: number,
): FeatureOptions {
  const affordable = Math.max(1_000, Math.floor(MOST_WEIGHTS / outputs / 2));
  return { category: { maxCategories }, text: { words, characters, minDocuments, maxTerms: Math.min(maxTerms, affordable) } };
}
