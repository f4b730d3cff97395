/** @file The table of encoders: which one reads a type of column, and which one an artifact means by a name. */

import type { TokenizerName } from '../../data/index.ts';
import type { Column, ColumnType, Table } from '../../data/table.ts';
import { MoatError } from '../../engine/errors.ts';
import type { DenseRoom } from './dense-room.ts';
import type { Encoder, Encoding, Features, Planes } from './encoder.ts';
import { multiHot } from './multi-hot.ts';
import { type OneHotOptions, oneHot } from './one-hot.ts';
import { pixels, planes } from './pixels.ts';
import { type StepsOptions, seriesSteps } from './series-steps.ts';
import { seriesSummary } from './series-summary.ts';
import { denseOf, type FeatureBlock, type SparseMatrix, sparseOf } from './sparse.ts';
import { standardize } from './standardize.ts';
import { type SubwordsOptions, subwords } from './subwords.ts';
import { type TfidfOptions, tfidf } from './tfidf.ts';
import { timeParts } from './time-parts.ts';
import { type TokensOptions, tokens } from './tokens.ts';
import { vector } from './vector.ts';

/** What encoders of features may be told. */
export interface FeatureOptions {
  readonly category: OneHotOptions;
  readonly text: TfidfOptions;
}

/** How each type of column becomes features; null: it is not learned from. */
const featureEncoders: { readonly [T in ColumnType]: { name: string; fit(column: Column, options: FeatureOptions): unknown } | null } = {
  number: standardize,
  integer: standardize,
  boolean: standardize,
  category: { name: oneHot.name, fit: (column, { category }) => oneHot.fit(column, category) },
  text: { name: tfidf.name, fit: (column, { text }) => tfidf.fit(column, text) },
  time: timeParts,
  image: pixels,
  audio: pixels,
  list: { name: multiHot.name, fit: (column, { category }) => multiHot.fit(column, category) },
  embedding: vector,
  series: seriesSummary,
  id: null,
};

const featuresByName = new Map<string, Pick<Encoder<Features, never>, 'open'>>(
  [standardize, oneHot, multiHot, tfidf, timeParts, pixels, vector, seriesSummary].map((encoder) => [encoder.name, encoder]),
);
const planesByName = new Map<string, Pick<Encoder<Planes, never>, 'open'>>(
  [tokens, subwords, seriesSteps, planes].map((encoder) => [encoder.name, encoder]),
);

/** Learns from training rows how the named columns become features; ids are left out. */
export function fitFeatures(table: Table, names: readonly string[], options: FeatureOptions): Encoding[] {
  return names.flatMap((name) => {
    const column = columnNamed(table, name);
    const encoder = featureEncoders[column.type];
    return encoder === null ? [] : [{ encoder: encoder.name, column: name, state: encoder.fit(column, options) }];
  });
}

/** The features of several columns, side by side in one matrix. */
export interface FeatureSet {
  readonly width: number;
  encode(table: Table): SparseMatrix;
  /** Some rows as `encode` would have them, written out: for rows that are met once. Row-major, in `room`. */
  encodeDense(table: Table, rows: ArrayLike<number>, room?: DenseRoom): Float32Array;
  /** Rows with a category that training never saw, by column. */
  unseen(table: Table): { readonly row: number; readonly column: string }[];
}

export function openFeatures(encodings: readonly Encoding[]): FeatureSet {
  const parts = encodings.map(({ encoder, column, state }) => ({ column, features: encoderNamed(featuresByName, encoder).open(state) }));
  const blocksOf = (table: Table): FeatureBlock[] =>
    parts.map(({ column, features }) => ({ width: features.width, read: features.reader(columnNamed(table, column)) }));
  return {
    width: parts.reduce((sum, { features }) => sum + features.width, 0),
    encode: (table) => sparseOf(table.rowCount, blocksOf(table)),
    encodeDense: (table, rows, room) => denseOf(rows, blocksOf(table), room),
    unseen: (table) =>
      parts.flatMap(({ column, features }) => (features.unseenRows?.(columnNamed(table, column)) ?? []).map((row) => ({ row, column }))),
  };
}

/** Learns from training rows how one column becomes a tensor. */
export function fitPlanes(table: Table, name: string): Encoding {
  const column = columnNamed(table, name);
  return { encoder: planes.name, column: name, state: planes.fit(column, undefined) };
}

/** Learns from training rows how a text becomes numbers: of its words, or of the pieces of a tokenizer. */
export function fitTokens(table: Table, name: string, options: TokensOptions & { readonly tokenizer: 'words' | TokenizerName }): Encoding {
  const column = columnNamed(table, name);
  const { tokenizer } = options;
  if (tokenizer === 'words') return { encoder: tokens.name, column: name, state: tokens.fit(column, options) };
  const subwordOptions: SubwordsOptions = { ...options, tokenizer };
  return { encoder: subwords.name, column: name, state: subwords.fit(column, subwordOptions) };
}

/** Learns from training rows how a series becomes a sequence of one length. */
export function fitSteps(table: Table, name: string, options: StepsOptions): Encoding {
  return { encoder: seriesSteps.name, column: name, state: seriesSteps.fit(columnNamed(table, name), options) };
}

export function openPlanes({ encoder, state }: Encoding): Planes {
  return encoderNamed(planesByName, encoder).open(state);
}

function encoderNamed<T>(encoders: ReadonlyMap<string, T>, name: string): T {
  const encoder = encoders.get(name);
  if (encoder !== undefined) return encoder;
  throw new MoatError('cannot open the model file', {
    code: 'ARTIFACT_INVALID',
    why: `it names an encoder "${name}" that this version does not have`,
    fix: 'open it with the version of Moat that wrote it, or a later one',
  });
}

export function columnNamed(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  throw new MoatError(`the table lacks the column "${name}"`, {
    code: 'COLUMN_MISSING',
    why: 'the model was trained with it',
    fix: 'bring the column; null stands for a missing value where the model accepts one',
  });
}
