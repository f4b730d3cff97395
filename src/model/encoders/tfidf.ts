/**
 * @file tfidf: a text as its weighted terms, runs of words beside runs of characters.
 *
 *     weight(t, d) = (1 + ln tf(t, d)) · idf(t)      idf(t) = ln((1 + n) / (1 + df(t))) + 1
 *
 * tf counts a term in the text, df counts the training texts that hold it, n counts them all; each of the two blocks
 * has Euclidean length 1 in every text. This is scikit-learn's TfidfVectorizer with sublinear_tf (its user guide,
 * "Tf–idf term weighting"); words are read as in `words.ts`.
 */

import { type Static, Type } from 'typebox';
import { defineEncoder, type Features } from './encoder.ts';
import { besides, SparseBuilder, type SparseMatrix } from './sparse.ts';
import { type EachTerm, eachCharacterRun, eachWordRun, type Lengths } from './terms.ts';
import { byCodeUnit } from './vocabulary.ts';

export interface TfidfOptions {
  /** Shortest and longest run of words; null leaves words out. */
  readonly words: Lengths | null;
  /** Shortest and longest run of characters; null leaves characters out. */
  readonly characters: Lengths | null;
  /** A term in fewer training texts is left out. */
  readonly minDocuments: number;
  /** Terms a block keeps at most: those in most texts. */
  readonly maxTerms: number;
}

const blockState = Type.Object({
  lengths: Type.Tuple([Type.Integer({ minimum: 1, maximum: 20 }), Type.Integer({ minimum: 1, maximum: 20 })]),
  terms: Type.Array(Type.String()),
  documents: Type.Array(Type.Integer({ minimum: 1 })),
});
type BlockState = Static<typeof blockState>;

export const tfidf = defineEncoder({
  name: 'tfidf',
  types: ['text'],
  state: Type.Object({
    documentCount: Type.Integer({ minimum: 0 }),
    words: Type.Union([blockState, Type.Null()]),
    characters: Type.Union([blockState, Type.Null()]),
  }),

  fit({ values }, options: TfidfOptions) {
    return {
      documentCount: values.length,
      words: options.words && fitBlock(values, eachWordRun, options.words, options),
      characters: options.characters && fitBlock(values, eachCharacterRun, options.characters, options),
    };
  },

  open({ documentCount, words, characters }, cellsOf): Features {
    const blocks = [
      words && openBlock(words, eachWordRun, documentCount),
      characters && openBlock(characters, eachCharacterRun, documentCount),
    ];
    const present = blocks.filter((block) => block !== null);
    return {
      width: present.reduce((sum, block) => sum + block.width, 0),
      encode(column) {
        const { values } = cellsOf(column);
        return besides(
          values.length,
          present.map((block) => block.encode(values)),
        );
      },
    };
  },
});

/** Above this many distinct terms in memory, those seen in the fewest texts so far are forgotten: memory stays bounded. */
const MOST_COUNTED = 4_000_000;

function fitBlock(texts: readonly (string | null)[], eachTerm: EachTerm, lengths: Lengths, options: TfidfOptions): BlockState {
  const documents = new Map<string, { count: number; last: number }>();
  let floor = 1;
  for (const [row, text] of texts.entries()) {
    if (text === null) continue;
    eachTerm(text, lengths, (term) => {
      const seen = documents.get(term);
      if (seen === undefined) documents.set(term, { count: 1, last: row });
      else if (seen.last !== row) {
        seen.count++;
        seen.last = row;
      }
    });
    while (documents.size > MOST_COUNTED) {
      for (const [term, { count }] of documents) if (count <= floor) documents.delete(term);
      floor++;
    }
  }
  const kept = [...documents]
    .filter(([, { count }]) => count >= options.minDocuments)
    .sort(([a, seenA], [b, seenB]) => seenB.count - seenA.count || byCodeUnit(a, b))
    .slice(0, options.maxTerms)
    .sort(([a], [b]) => byCodeUnit(a, b));
  return { lengths: [...lengths], terms: kept.map(([term]) => term), documents: kept.map(([, { count }]) => count) };
}

interface Block {
  readonly width: number;
  encode(texts: readonly (string | null)[]): SparseMatrix;
}

function openBlock({ lengths, terms, documents }: BlockState, eachTerm: EachTerm, documentCount: number): Block {
  const places = new Map(terms.map((term, place) => [term, place]));
  const idf = Float64Array.from(terms, (_, place) => Math.log((1 + documentCount) / (1 + (documents[place] ?? 1))) + 1);
  return {
    width: terms.length,
    encode(texts) {
      const rows = new SparseBuilder(terms.length);
      const tf = new Uint32Array(terms.length);
      for (const text of texts) {
        const found: number[] = [];
        if (text !== null) {
          eachTerm(text, lengths, (term) => {
            const place = places.get(term);
            if (place === undefined) return;
            if (tf[place] === 0) found.push(place);
            tf[place] = (tf[place] as number) + 1;
          });
        }
        const ordered = Uint32Array.from(found).sort();
        let squares = 0;
        const weights = Float64Array.from(ordered, (place) => {
          const weight = (1 + Math.log(tf[place] as number)) * (idf[place] as number);
          squares += weight * weight;
          return weight;
        });
        const length = Math.sqrt(squares);
        for (const [i, place] of ordered.entries()) {
          rows.add(place, (weights[i] as number) / length);
          tf[place] = 0;
        }
        rows.endRow();
      }
      return rows.build();
    },
  };
}
