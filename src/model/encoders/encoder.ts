/** @file What an encoder is: it learns from a column of training rows what turning a cell into numbers needs, and keeps that as JSON. */

import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { ColumnByType } from '../../data/columns/index.ts';
import type { Column, ColumnType } from '../../data/table.ts';
import { MoatError } from '../../engine/errors.ts';
import type { Tensor, TensorType } from '../../engine/index.ts';

/** Columns as an encoder sees them, by their type. */
export type ColumnOf<T extends ColumnType> = ColumnByType[T];

/** A row that is being encoded: it takes what is not zero, in ascending places of the block of features at hand. */
export interface FeatureRow {
  add(place: number, value: number): void;
}

/** Adds a row of a column to the row that is being encoded. */
export type ReadFeatures = (row: number, into: FeatureRow) => void;

/** Turns cells into a block of features: entries of a sparse matrix for linear models, written out for dense networks. */
export interface Features {
  readonly width: number;
  reader(column: Column): ReadFeatures;
  /** Rows whose cell holds a category that training never saw. */
  unseenRows?(column: Column): number[];
}

/** Turns cells into a tensor of the network's input: `[row, …shape]`. */
export interface Planes {
  /** Without the batch. */
  readonly type: TensorType & { readonly shape: readonly number[] };
  encode(column: Column): Tensor;
}

/** An encoder under its name: `fit` on training rows gives JSON, `open` turns that JSON back into something that encodes. */
export interface Encoder<Opened, Options> {
  readonly name: string;
  fit(column: Column, options: Options): unknown;
  /** @throws MoatError `ARTIFACT_INVALID` when the state is not one that `fit` could have made */
  open(state: unknown): Opened;
}

/** A column with the encoder that was fitted to it: plain JSON inside the artifact. */
export interface Encoding {
  readonly encoder: string;
  readonly column: string;
  readonly state: unknown;
}

/** Types an encoder by the columns it takes and the schema of its state, which guards every opening. */
export function defineEncoder<const T extends ColumnType, S extends TSchema, Opened, Options>(spec: {
  readonly name: string;
  readonly types: readonly T[];
  readonly state: S;
  fit(column: ColumnOf<T>, options: Options): Static<S>;
  open(state: Static<S>, cellsOf: (column: Column) => ColumnOf<T>): Opened;
}): Encoder<Opened, Options> {
  const cellsOf = (column: Column): ColumnOf<T> => {
    if ((spec.types as readonly ColumnType[]).includes(column.type)) return column as ColumnOf<T>;
    throw new MoatError(`the encoder ${spec.name} cannot read column "${column.name}"`, {
      code: 'COLUMN_TYPE',
      why: `the column is ${column.type}, and it takes ${spec.types.join(', ')}`,
      fix: 'give the column the type that it had in training',
    });
  };
  return {
    name: spec.name,
    fit: (column, options) => spec.fit(cellsOf(column), options),
    open(state) {
      if (Value.Check(spec.state, state)) return spec.open(state, cellsOf);
      throw stateInvalid(spec.name);
    },
  };
}

/** What is wrong with a state that `fit` cannot have made. */
export function stateInvalid(encoder: string): MoatError {
  return new MoatError('cannot open the model file', {
    code: 'ARTIFACT_INVALID',
    why: `the tables of its encoder ${encoder} are not whole`,
    fix: 'use the file as training wrote it, or train again',
  });
}
