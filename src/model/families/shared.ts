/** @file What all families do alike: the contract of their inputs, sealing, and predicting the validation rows as a server would. */

import type { Table } from '../../data/table.ts';
import { MoatError } from '../../engine/errors.ts';
import type { Model } from '../../engine/index.ts';
import { type ArtifactFacts, sealArtifact } from '../artifact.ts';
import { openPredictor } from '../open.ts';
import type { Field, Predictions } from '../predictor.ts';
import type { TrainContext } from './family.ts';

/** The columns that a model learns from: all inputs but ids and those that cleaning left out. */
export function learnedColumns({ columns, task, train }: Pick<TrainContext, 'columns' | 'task' | 'train'>): TrainContext['columns'] {
  const present = new Set(train.columns.map(({ name }) => name));
  return columns.filter(({ name, type }) => type !== 'id' && name !== task.target && present.has(name));
}

/** Seals a graph with everything that the context says of it. */
export function seal(
  context: TrainContext,
  family: string,
  made: {
    readonly model: Model;
    readonly parameterCount: number;
    readonly input: ArtifactFacts['input'];
    readonly target?: ArtifactFacts['target'];
  },
  training: Readonly<Record<string, unknown>>,
): Uint8Array {
  const { model, parameterCount, input, target } = made;
  return sealArtifact(model, {
    family,
    parameterCount,
    signature: { inputs: (context.inputs ?? learnedColumns(context)).map(fieldOf), task: context.task },
    prepare: context.prepare,
    input,
    ...(target === undefined ? {} : { target }),
    training: { seed: context.seed, options: context.options, ...training },
  });
}

function fieldOf({ name, type, nullable, format, categories, shape }: TrainContext['columns'][number]): Field {
  return {
    name,
    type,
    nullable,
    ...(format === undefined ? {} : { format }),
    ...(categories === undefined ? {} : { categories }),
    ...(shape === undefined ? {} : { shape }),
  };
}

/** Predictions for prepared rows through the very file that would be served. */
export async function predictSealed(artifact: Uint8Array, table: Table, threads: number): Promise<Predictions> {
  const predictor = await openPredictor(artifact, { threads });
  try {
    return await predictor.predict(table, { prepared: true });
  } finally {
    await predictor.close();
  }
}

/** @throws MoatError `TRAIN_CANCELLED` when training was asked to stop */
export function requireGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new MoatError('training was stopped', {
    code: 'TRAIN_CANCELLED',
    kind: 'cancelled',
    why: 'it was asked to stop before it was done',
    fix: 'start it again; a network goes on from its last checkpoint',
    cause: signal.reason,
  });
}

/** Mean and deviation of a numeric target, so that every family predicts it on one scale. */
export function targetScale(values: Float64Array): { mean: number; deviation: number } {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let variance = 0;
  for (const value of values) variance += ((value - mean) / values.length) * (value - mean);
  const deviation = Math.sqrt(variance);
  return { mean, deviation: deviation > 0 && Number.isFinite(deviation) ? deviation : 1 };
}
