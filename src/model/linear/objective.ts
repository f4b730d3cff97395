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

/** Logits (or values) of every row, row-major: x·W + b. */
export function linearOutputs(
  { rowCount, width, starts, indices, values }: SparseMatrix,
  weights: Float64Array,
  outputs: number,
): Float64Array {
  const biases = width * outputs;
  const result = new Float64Array(rowCount * outputs);
  for (let row = 0; row < rowCount; row++) {
    const end = starts[row + 1] as number;
    if (outputs === 1) {
      let sum = weights[biases] as number;
      for (let i = starts[row] as number; i < end; i++) sum += (values[i] as number) * (weights[indices[i] as number] as number);
      result[row] = sum;
      continue;
    }
    const at = row * outputs;
    for (let k = 0; k < outputs; k++) result[at + k] = weights[biases + k] as number;
    for (let i = starts[row] as number; i < end; i++) {
      const value = values[i] as number;
      const from = (indices[i] as number) * outputs;
      for (let k = 0; k < outputs; k++) result[at + k] = (result[at + k] as number) + value * (weights[from + k] as number);
    }
  }
  return result;
}

/**
 * Sum of the losses of all rows. `residuals` receives d loss / d score, row-major, and `rowLosses`, when given, the loss of
 * each row.
 */
export function lossesOf(
  { kind, targets, outputs }: Pick<LinearProblem, 'kind' | 'targets' | 'outputs'>,
  scores: Float64Array,
  residuals: Float64Array,
  rowLosses?: Float64Array,
): number {
  const rowLoss = { ridge: squaredError, logistic, softmax }[kind];
  const rowCount = scores.length / outputs;
  let total = 0;
  for (let row = 0; row < rowCount; row++) {
    const loss = rowLoss(scores, residuals, row * outputs, outputs, targets[row] as number);
    if (rowLosses !== undefined) rowLosses[row] = loss;
    total += loss;
  }
  return total;
}

/** The loss of the scores that begin at `at`; writes their residuals. */
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

/** f and its gradient, for `minimize`. */
export function linearObjective(problem: LinearProblem, C: number): Objective {
  const { features, outputs } = problem;
  const { rowCount, width } = features;
  const penalty = 1 / (2 * C * rowCount);
  const residuals = new Float64Array(rowCount * outputs);
  return (weights, gradient) => {
    const loss = lossesOf(problem, linearOutputs(features, weights, outputs), residuals);
    gradient.fill(0);
    addTransposed(features, residuals, outputs, gradient);
    let squares = 0;
    const biases = width * outputs;
    for (let i = 0; i < gradient.length; i++) {
      const w = i < biases ? (weights[i] as number) : 0;
      squares += w * w;
      gradient[i] = (gradient[i] as number) / rowCount + 2 * penalty * w;
    }
    return loss / rowCount + penalty * squares;
  };
}

/** gradient += Xᵀ · residuals, and the column sums of the residuals for the biases. */
function addTransposed(
  { rowCount, width, starts, indices, values }: SparseMatrix,
  residuals: Float64Array,
  outputs: number,
  gradient: Float64Array,
): void {
  const biases = width * outputs;
  for (let row = 0; row < rowCount; row++) {
    const end = starts[row + 1] as number;
    if (outputs === 1) {
      const residual = residuals[row] as number;
      gradient[biases] = (gradient[biases] as number) + residual;
      for (let i = starts[row] as number; i < end; i++) {
        const to = indices[i] as number;
        gradient[to] = (gradient[to] as number) + (values[i] as number) * residual;
      }
      continue;
    }
    const at = row * outputs;
    for (let k = 0; k < outputs; k++) gradient[biases + k] = (gradient[biases + k] as number) + (residuals[at + k] as number);
    for (let i = starts[row] as number; i < end; i++) {
      const value = values[i] as number;
      const to = (indices[i] as number) * outputs;
      for (let k = 0; k < outputs; k++) gradient[to + k] = (gradient[to + k] as number) + value * (residuals[at + k] as number);
    }
  }
}
