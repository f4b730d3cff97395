/** @file The schema of a row in a request: scalars, arrays of them, and nested lists of numbers for an image. It also bounds how deep a body may nest. */

import { Type } from 'typebox';

const pixels = Type.Array(Type.Number());
const image = Type.Array(Type.Union([Type.Number(), Type.Array(Type.Union([Type.Number(), pixels]))]));
/** A list of categories, an embedding, or a series with its gaps. */
const items = Type.Array(Type.Union([Type.Null(), Type.Boolean(), Type.Number(), Type.String()]));
const cell = Type.Union([Type.Null(), Type.Boolean(), Type.Number(), Type.String(), image, items]);

/** One row: the inputs of the model by name. Which names and types a model takes is in its metadata. */
export const RowSchema = Type.Object({}, { additionalProperties: cell });
