/**
 * @file What a linear model minimises: the mean loss over its rows plus a penalty on its weights (not on its biases).
 *
 *     f(W, b) = (1/n) · [ Σ loss(x·W + b, y) + |W|² / (2C) ]
 *
 * with the loss of logistic regression (two classes), of softmax regression (more), or half the squared error (ridge).
 * C is the inverse strength of the penalty, as in scikit-learn's LogisticRegression; for ridge C = 1/α.
 */

import type { SparseMatrix } from '../encoders/sparse.ts';
import type { Objective } from './lbfgs.ts';

export type LinearKind = 'logistic' | 'softmax' | 'ridge';

/**
 * `weights` holds features × outputs row-major, then one bias an output. Logistic regression has one output, the
 * log-odds of the second class.
 */
export interface LinearProblem {
  readonly kind: LinearKind;
  readonly features: SparseMatrix;
  /** Class index of each row, or for ridge its value. */
  readonly targets: ArrayLike<number>;
  readonly outputs: number;
}

/** Scores (log-odds, logits or values) of every row, row-major: x·W + b. */
export function linearOutputs(features: SparseMatrix, weights: Float64Array, outputs: number): Float64Array {
  const scores = new Float64Array(features.rowCount * outputs);
  for (let row = 0; row < features.rowCount; row++) scoreRow(features, weights, row, scores, row * outputs, outputs);
  return scores;
}

/** The loss of each row for its scores. */
export function lossesOf(
  { kind, targets, outputs }: Pick<LinearProblem, 'kind' | 'targets' | 'outputs'>,
  scores: Float64Array,
): Float64Array {
  const residuals = new Float64Array(scores.length);
  const rowLoss = rowLosses[kind];
  return Float64Array.from({ length: scores.length / outputs }, (_, row) =>
    rowLoss(scores, residuals, row * outputs, outputs, targets[row] as number),
  );
}

/** The loss of the scores that begin at `at`; writes d loss / d score there into `residuals`. */
type RowLoss = (scores: Float64Array, residuals: Float64Array, at: number, outputs: number, target: number) => number;

/** ½ (score − y)² */
const squaredError: RowLoss = (scores, residuals, at, _outputs, target) => {
  const error = (scores[at] as number) - target;
  residuals[at] = error;
  return 0.5 * error * error;
};

/** ln(1 + e^−m) for the margin m = ±score, without overflow on either side. */
const logistic: RowLoss = (scores, residuals, at, _outputs, target) => {
  const score = scores[at] as number;
  const tail = Math.exp(-Math.abs(score));
  residuals[at] = (score >= 0 ? 1 : tail) / (1 + tail) - target;
  return Math.log1p(tail) + Math.max(0, target === 1 ? -score : score);
};

/** ln Σ e^score − score of the target */
const softmax: RowLoss = (scores, residuals, at, outputs, target) => {
  let top = Number.NEGATIVE_INFINITY;
  for (let k = at; k < at + outputs; k++) top = Math.max(top, scores[k] as number);
  let sum = 0;
  for (let k = at; k < at + outputs; k++) {
    const power = Math.exp((scores[k] as number) - top);
    residuals[k] = power;
    sum += power;
  }
  for (let k = at; k < at + outputs; k++) residuals[k] = (residuals[k] as number) / sum;
  residuals[at + target] = (residuals[at + target] as number) - 1;
  return top + Math.log(sum) - (scores[at + target] as number);
};

const rowLosses: { readonly [K in LinearKind]: RowLoss } = { ridge: squaredError, logistic, softmax };

/** f and its gradient, for `minimize`. */
export function linearObjective({ kind, features, targets, outputs }: LinearProblem, C: number): Objective {
  const { rowCount, width } = features;
  const biases = width * outputs;
  const penalty = 1 / (2 * C * rowCount);
  const rowLoss = rowLosses[kind];
  const scores = new Float64Array(outputs);
  const residuals = new Float64Array(outputs);
  return (weights, gradient) => {
    gradient.fill(0);
    let loss = 0;
    // Forward and backward a row at a time, while its entries are in the cache.
    for (let row = 0; row < rowCount; row++) {
      scoreRow(features, weights, row, scores, 0, outputs);
      loss += rowLoss(scores, residuals, 0, outputs, targets[row] as number);
      addRow(features, residuals, row, gradient, outputs);
    }
    let squares = 0;
    for (let i = 0; i < biases; i++) {
      const w = weights[i] as number;
      squares += w * w;
      gradient[i] = (gradient[i] as number) / rowCount + 2 * penalty * w;
    }
    for (let i = biases; i < gradient.length; i++) gradient[i] = (gradient[i] as number) / rowCount;
    return loss / rowCount + penalty * squares;
  };
}

/** scores[at …] = x·W + b of one row. */
function scoreRow(
  { width, starts, indices, values }: SparseMatrix,
  weights: Float64Array,
  row: number,
  scores: Float64Array,
  at: number,
  outputs: number,
): void {
  const biases = width * outputs;
  const end = starts[row + 1] as number;
  if (outputs === 1) {
    let sum = weights[biases] as number;
    for (let i = starts[row] as number; i < end; i++) sum += (values[i] as number) * (weights[indices[i] as number] as number);
    scores[at] = sum;
    return;
  }
  for (let k = 0; k < outputs; k++) scores[at + k] = weights[biases + k] as number;
  for (let i = starts[row] as number; i < end; i++) {
    const value = values[i] as number;
    const from = (indices[i] as number) * outputs;
    for (let k = 0; k < outputs; k++) scores[at + k] = (scores[at + k] as number) + value * (weights[from + k] as number);
  }
}

/** gradient += xᵀ · residuals of one row, and the residuals themselves for the biases. */
function addRow(
  { width, starts, indices, values }: SparseMatrix,
  residuals: Float64Array,
  row: number,
  gradient: Float64Array,
  outputs: number,
): void {
  const biases = width * outputs;
  const end = starts[row + 1] as number;
  if (outputs === 1) {
    const residual = residuals[0] as number;
    gradient[biases] = (gradient[biases] as number) + residual;
    for (let i = starts[row] as number; i < end; i++) {
      const to = indices[i] as number;
      gradient[to] = (gradient[to] as number) + (values[i] as number) * residual;
    }
    return;
  }
  for (let k = 0; k < outputs; k++) gradient[biases + k] = (gradient[biases + k] as number) + (residuals[k] as number);
  for (let i = starts[row] as number; i < end; i++) {
    const value = values[i] as number;
    const to = (indices[i] as number) * outputs;
    for (let k = 0; k < outputs; k++) gradient[to + k] = (gradient[to + k] as number) + value * (residuals[k] as number);
  }
}
