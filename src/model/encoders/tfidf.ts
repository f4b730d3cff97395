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
import { defineEncoder, type FeatureRow, type Features, stateInvalid } from './encoder.ts';
import { RunTree } from './run-tree.ts';
import { characters, type Symbols, Words } from './symbols.ts';
import { byCodeUnit } from './vocabulary.ts';

/** Shortest and longest run. */
export type Lengths = readonly [number, number];

export interface TfidfOptions {
  /** Runs of words; null leaves words out. */
  readonly words: Lengths | null;
  /** Runs of characters; null leaves characters out. */
  readonly characters: Lengths | null;
  /** A term in fewer training texts is left out. */
  readonly minDocuments: number;
  /** Terms a block keeps at most: those in most texts. */
  readonly maxTerms: number;
}

const length = Type.Integer({ minimum: 1, maximum: 20 });
const blockState = Type.Object({
  lengths: Type.Tuple([length, length]),
  // Hundreds of thousands of entries: `requireWhole` checks them, a hundred times faster than a schema.
  terms: Type.Unsafe<readonly string[]>({}),
  documents: Type.Unsafe<readonly number[]>({}),
});
type BlockState = Static<typeof blockState>;
type Texts = readonly (string | null)[];

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
      words: options.words && fitBlock(values, new Words(), options.words, options),
      characters: options.characters && fitBlock(values, characters, options.characters, options),
    };
  },

  open(state, cellsOf): Features {
    const words = new Words();
    const blocks = [
      state.words && openBlock(state.words, words, state.documentCount),
      state.characters && openBlock(state.characters, characters, state.documentCount),
    ].filter((block) => block !== null);
    words.close();
    return {
      width: blocks.reduce((sum, block) => sum + block.width, 0),
      reader(column) {
        const { values } = cellsOf(column);
        return (row, into) => {
          let from = 0;
          for (const block of blocks) {
            block.read(values[row] ?? '', from, into);
            from += block.width;
          }
        };
      },
    };
  },
});

/** Distinct runs that are counted; those first met after so many are left out, so that memory stays bounded. */
const MOST_RUNS = 4_000_000;

function fitBlock(texts: Texts, symbols: Symbols, lengths: Lengths, { minDocuments, maxTerms }: TfidfOptions): BlockState {
  const tree = new RunTree(MOST_RUNS);
  let documents = new Int32Array(1 << 16);
  let lastRow = new Int32Array(1 << 16).fill(-1);
  for (const [row, text] of texts.entries()) {
    eachRun(symbols.of(text ?? ''), lengths, tree.grow.bind(tree), (node) => {
      if (node >= documents.length) {
        documents = enlarged(documents, 0);
        lastRow = enlarged(lastRow, -1);
      }
      if (lastRow[node] === row) return;
      lastRow[node] = row;
      documents[node] = (documents[node] as number) + 1;
    });
  }
  const kept: { readonly term: string; readonly count: number }[] = [];
  for (let node = 1; node < Math.min(tree.size, documents.length); node++) {
    const count = documents[node] as number;
    if (count >= minDocuments && count > 0) kept.push({ term: symbols.spell(tree.runOf(node)), count });
  }
  // The most frequent first: weights that are used together lie together in memory, which training and serving feel.
  const frequent = kept.sort((a, b) => b.count - a.count || byCodeUnit(a.term, b.term)).slice(0, maxTerms);
  return { lengths: [...lengths], terms: frequent.map(({ term }) => term), documents: frequent.map(({ count }) => count) };
}

interface Block {
  readonly width: number;
  /** Adds the terms of a text, the first place of the block at `from`. */
  read(text: string, from: number, into: FeatureRow): void;
}

/** One count a term, the most frequent first, and no term twice. */
function requireWhole({ terms, documents }: BlockState): void {
  const isWhole =
    Array.isArray(terms) &&
    Array.isArray(documents) &&
    terms.length === documents.length &&
    documents.every((count, place) => Number.isInteger(count) && count > 0 && count <= (documents[place - 1] ?? count)) &&
    terms.every((term) => typeof term === 'string' && term !== '') &&
    new Set(terms).size === terms.length;
  if (!isWhole) throw stateInvalid('tfidf');
}

function openBlock(state: BlockState, symbols: Symbols, documentCount: number): Block {
  requireWhole(state);
  const { lengths, terms, documents } = state;
  const tree = new RunTree(Number.POSITIVE_INFINITY);
  const nodes = terms.map((term) => symbols.read(term).reduce((node, symbol) => tree.grow(node, symbol), 0));
  const places = new Int32Array(tree.size).fill(-1);
  for (const [place, node] of nodes.entries()) places[node] = place;
  const idf = Float64Array.from(terms, (_, place) => Math.log((1 + documentCount) / (1 + (documents[place] ?? 1))) + 1);
  const tf = new Uint32Array(terms.length);
  const find = tree.find.bind(tree);
  return {
    width: terms.length,
    read(text, from, into) {
      const found: number[] = [];
      eachRun(symbols.of(text), lengths, find, (node) => {
        const place = places[node] as number;
        if (place === -1) return;
        if (tf[place] === 0) found.push(place);
        tf[place] = (tf[place] as number) + 1;
      });
      const ascending = Uint32Array.from(found).sort();
      // divided by their Euclidean length
      const weights = Float64Array.from(ascending, (place) => (1 + Math.log(tf[place] as number)) * (idf[place] as number));
      const norm = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
      for (let i = 0; i < ascending.length; i++) into.add(from + (ascending[i] as number), (weights[i] as number) / norm);
      for (const place of found) tf[place] = 0;
    },
  };
}

/** Follows every run of the allowed lengths down the tree, and visits the nodes that `next` leads to. */
function eachRun(
  symbols: Int32Array,
  [shortest, longest]: Lengths,
  next: (node: number, symbol: number) => number,
  visit: (node: number) => void,
): void {
  for (let from = 0; from < symbols.length; from++) {
    const end = Math.min(symbols.length, from + longest);
    let node = 0;
    for (let to = from; to < end; to++) {
      node = next(node, symbols[to] as number);
      if (node === -1) break;
      if (to - from + 1 >= shortest) visit(node);
    }
  }
}

function enlarged(array: Int32Array<ArrayBuffer>, filling: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2).fill(filling, array.length);
  larger.set(array);
  return larger;
}
