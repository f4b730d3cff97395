/**
 * @file The file that a trained model is: plain ONNX, whose metadata says how raw rows become its inputs and what comes out.
 *
 * Any ONNX tool opens it. Under the metadata key `moat` stands JSON: format version, task, signature, the cleaning steps
 * to replay, the encoders with their tables. Nothing in it is code. A change of this format gets a new version number,
 * and every later Moat opens every earlier version.
 */

import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { COLUMN_TYPES, type FittedStep } from '../data/index.ts';
import { MoatError } from '../engine/errors.ts';
import { decodeModel, encodeModel, type Model } from '../engine/index.ts';
import type { Encoding } from './encoders/encoder.ts';
import type { Signature } from './predictor.ts';

/** 2: columns of lists, embeddings and series. */
export const ARTIFACT_VERSION = 2;
const METADATA_KEY = 'moat';

/**
 * How rows reach the graph: `sparse` as `indices` and `values` [row, entries]; `dense` as one float32 matrix; `planes` as
 * the tensor of one column; `none` as a float32 zero a row, for a graph that ignores its input.
 */
export type InputSpec =
  | { readonly kind: 'sparse' | 'dense'; readonly encodings: readonly Encoding[] }
  | { readonly kind: 'planes'; readonly encoding: Encoding }
  | { readonly kind: 'none' };

/** What stands beside the graph. */
export interface ArtifactFacts {
  readonly family: string;
  readonly parameterCount: number;
  readonly signature: Signature;
  readonly prepare: readonly FittedStep[];
  readonly input: InputSpec;
  /** Regression: the graph's output z stands for mean + deviation · z. */
  readonly target?: { readonly mean: number; readonly deviation: number };
  /** Training as it was: options, seed, rows. For people and lineage; prediction reads none of it. */
  readonly training: Readonly<Record<string, unknown>>;
}

/** The file of a model. The same graph and facts give the same bytes. */
export function sealArtifact(model: Model, facts: ArtifactFacts): Uint8Array {
  const header = { format: 'moat-model', version: ARTIFACT_VERSION, ...facts };
  return encodeModel({ ...model, metadata: new Map([...model.metadata, [METADATA_KEY, JSON.stringify(header)]]) });
}

/**
 * Reads what `sealArtifact` wrote and checks all of it before anything is run.
 *
 * @throws MoatError `ARTIFACT_INVALID` for a file that is not a whole Moat model, `ARTIFACT_VERSION` for one of a later format
 */
export function readArtifact(bytes: Uint8Array): { readonly model: Model; readonly facts: ArtifactFacts } {
  const model = decode(bytes);
  const text = model.metadata.get(METADATA_KEY);
  if (text === undefined) throw invalid('it is an ONNX model without the facts that Moat seals into its own', undefined);
  const header = parseJson(text);
  const version = (header as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > ARTIFACT_VERSION) {
    throw new MoatError('cannot open the model file', {
      code: 'ARTIFACT_VERSION',
      why: `it has format ${version}, and this version of Moat reads up to ${ARTIFACT_VERSION}`,
      fix: 'update Moat: a later version opens all earlier formats',
    });
  }
  if (!Value.Check(headerSchema, header)) {
    const [first] = Value.Errors(headerSchema, header);
    throw invalid(`its facts are not whole${first === undefined ? '' : ` (at ${first.instancePath || '/'})`}`, undefined);
  }
  const foreign = model.graph.nodes.find(({ domain }) => domain !== '');
  if (foreign !== undefined || model.functions.length > 0) throw invalid('it holds operators that Moat does not write', undefined);
  return { model, facts: header as unknown as ArtifactFacts };
}

const name = Type.String({ maxLength: 10_000 });
const encodingSchema = Type.Object({ encoder: name, column: name, state: Type.Unknown() });
const classes = Type.Array(name, { minItems: 2, maxItems: 1_000 });

const headerSchema = Type.Object({
  format: Type.Literal('moat-model'),
  version: Type.Integer({ minimum: 1 }),
  family: name,
  parameterCount: Type.Integer({ minimum: 0 }),
  signature: Type.Object({
    inputs: Type.Array(
      Type.Object({
        name,
        type: Type.Enum(COLUMN_TYPES),
        nullable: Type.Boolean(),
        format: Type.Optional(name),
        categories: Type.Optional(Type.Array(name)),
        shape: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, maxItems: 3 })),
      }),
    ),
    task: Type.Union([
      Type.Object({ kind: Type.Literal('binary'), target: name, classes: Type.Array(name, { minItems: 2, maxItems: 2 }), positive: name }),
      Type.Object({ kind: Type.Literal('multiclass'), target: name, classes }),
      Type.Object({ kind: Type.Literal('regression'), target: name }),
    ]),
  }),
  prepare: Type.Array(
    Type.Object({ step: name, columns: Type.Array(name), options: Type.Unknown(), learned: Type.Optional(Type.Unknown()) }),
  ),
  input: Type.Union([
    Type.Object({ kind: Type.Enum(['sparse', 'dense']), encodings: Type.Array(encodingSchema) }),
    Type.Object({ kind: Type.Literal('planes'), encoding: encodingSchema }),
    Type.Object({ kind: Type.Literal('none') }),
  ]),
  target: Type.Optional(Type.Object({ mean: Type.Number(), deviation: Type.Number() })),
  training: Type.Record(Type.String(), Type.Unknown()),
});
function decode(bytes: Uint8Array): Model {
  try {
    return decodeModel(bytes);
  } catch (cause) {
    if (!(cause instanceof MoatError)) throw cause; // a fault of ours, not of the file
    throw invalid('it is cut off, damaged, or not a model at all', cause);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid('its facts are damaged', cause);
  }
}

function invalid(why: string, cause: unknown): MoatError {
  return new MoatError('cannot open the model file', {
    code: 'ARTIFACT_INVALID',
    why,
    fix: 'use the file as training wrote it (moat models shows where), or train again',
    cause,
  });
}
