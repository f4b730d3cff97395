/** @file From what the graph gave to predictions: probabilities in double that sum to 1, the likeliest class, or a value. */

import { MoatError } from '../engine/errors.ts';
import type { Tensor } from '../engine/index.ts';
import type { ArtifactFacts } from './artifact.ts';
import type { Predictions } from './predictor.ts';

/**
 * Joins the outputs of all chunks. A graph gives [row, classes] probabilities, or for two classes [row, 1] the probability
 * of the second, or for regression [row, 1] the standardised value.
 */
export function collect(
  { signature, target }: Pick<ArtifactFacts, 'signature' | 'target'>,
  outputs: readonly Tensor[],
  rowCount: number,
): Predictions {
  const numbers = joined(outputs);
  const columns = rowCount === 0 ? 0 : numbers.length / rowCount;
  const { task } = signature;
  if (task.kind === 'regression') {
    requireColumns(columns, [1], rowCount);
    const { mean, deviation } = target ?? { mean: 0, deviation: 1 };
    return { rowCount, values: numbers.map((z) => mean + deviation * z) };
  }
  const classCount = task.classes.length;
  requireColumns(columns, classCount === 2 ? [1, 2] : [classCount], rowCount);
  const probabilities = columns === 1 ? bothSides(numbers) : numbers;
  normalise(probabilities, classCount);
  return { rowCount, probabilities, labels: likeliest(probabilities, task.classes) };
}

function joined(outputs: readonly Tensor[]): Float64Array {
  const numbers = new Float64Array(outputs.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const { data } of outputs) {
    numbers.set(data as Float32Array, at);
    at += data.length;
  }
  return numbers;
}

function bothSides(positive: Float64Array): Float64Array {
  const probabilities = new Float64Array(positive.length * 2);
  for (const [row, p] of positive.entries()) {
    probabilities[2 * row] = 1 - p;
    probabilities[2 * row + 1] = p;
  }
  return probabilities;
}

/** A float32 softmax sums to 1 only nearly; in double it can do so to the last bits. */
function normalise(probabilities: Float64Array, classCount: number): void {
  for (let from = 0; from < probabilities.length; from += classCount) {
    let sum = 0;
    for (let k = 0; k < classCount; k++) sum += probabilities[from + k] as number;
    if (!(sum > 0)) throw notANumber();
    if (sum !== 1) for (let k = 0; k < classCount; k++) probabilities[from + k] = (probabilities[from + k] as number) / sum;
  }
}

/** With equal probabilities the earlier class; for two classes that means positive from above one half. */
function likeliest(probabilities: Float64Array, classes: readonly string[]): string[] {
  const labels: string[] = [];
  for (let from = 0; from < probabilities.length; from += classes.length) {
    let best = 0;
    for (let k = 1; k < classes.length; k++) {
      if ((probabilities[from + k] as number) > (probabilities[from + best] as number)) best = k;
    }
    labels.push(classes[best] as string);
  }
  return labels;
}

function requireColumns(columns: number, allowed: readonly number[], rowCount: number): void {
  if (rowCount === 0 || allowed.includes(columns)) return;
  throw new MoatError('the model gave an output of another shape than its task', {
    code: 'ARTIFACT_INVALID',
    why: `${columns} numbers a row instead of ${allowed.join(' or ')}`,
    fix: 'use the file as training wrote it, or train again',
  });
}

function notANumber(): MoatError {
  return new MoatError('the model gave something that is not a probability', {
    code: 'PREDICTION_NOT_FINITE',
    why: 'a row led to numbers that float32 cannot hold, or the weights of the model are not finite',
    fix: 'look for wild values among the inputs; if all rows fail, train again',
  });
}
