/** @file linear: the simple strong model: sparse features of every column, then logistic, softmax or ridge regression. */

import { setImmediate } from 'node:timers/promises';
import { Type } from 'typebox';
import { concatTables } from '../../data/index.ts';
import type { Table } from '../../data/table.ts';
import type { Encoding } from '../encoders/encoder.ts';
import { fitFeatures, openFeatures } from '../encoders/index.ts';
import type { SparseMatrix } from '../encoders/sparse.ts';
import { linearModel } from '../linear/graph.ts';
import { minimize } from '../linear/lbfgs.ts';
import { type LinearKind, type LinearProblem, linearObjective, linearOutputs, lossesOf } from '../linear/objective.ts';
import { truthOf } from '../task.ts';
import { type Family, optionsOf, type TrainContext } from './family.ts';
import { featureOptions, featureSchemas } from './features.ts';
import { learnedColumns, predictSealed, requireGoing, seal, targetScale } from './shared.ts';

const NAME = 'linear';

/** From strong penalty to weak; the search stops when validation gets worse. */
const STRENGTHS = [0.03, 0.125, 0.5, 2, 8, 32];
/** Above this many multiplications a pass, rows are so many that the penalty hardly matters: it is not searched for. */
const LARGEST_SEARCH = 3e7;
const LARGE_STRENGTH = 1;

const MAX_ITERATIONS = 200;
const GRADIENT_TOLERANCE = 1e-6;
const VALUE_TOLERANCE = 1e-6;

const options = Type.Object(
  {
    strength: Type.Union([Type.Literal('auto'), Type.Number({ exclusiveMinimum: 0, maximum: 1e6 })], {
      default: 'auto',
      description: `C, the inverse of the L2 penalty; auto: the best of ${STRENGTHS.join(', ')} by validation loss`,
    }),
    ...featureSchemas({ maxTerms: 400_000 }),
  },
  { additionalProperties: false, default: {} },
);

export const linear: Family = {
  name: NAME,
  kind: 'simple',
  summary: 'TF-IDF of texts, one-hot categories, standardised numbers or pixels, then logistic, softmax or ridge regression (L-BFGS)',
  suits: (columns) => columns.some(({ type }) => type !== 'id') || 'there is no column to learn from',
  options,

  async train(context) {
    const started = performance.now();
    const { strength } = optionsOf(options, context);
    const notes: string[] = [];
    const first = prepare(context, context.train);
    const tracker = trackerOf(context, first.features.rowCount);
    const chosen = strength === 'auto' ? await search(context, first, tracker, notes) : await fitAt(first, strength, undefined, tracker);
    const candidate = sealed(context, first, chosen, context.train.rowCount);
    const validation = await predictSealed(candidate, context.validation, context.threads);
    let artifact = candidate;
    let parameterCount = chosen.weights.length;
    if (context.training.refit && context.validation.rowCount > 0) {
      const whole = concatTables([context.train, context.validation]);
      const second = prepare(context, whole);
      const refitted = await fitAt(second, chosen.C, chosen.weights, tracker);
      artifact = sealed(context, second, refitted, whole.rowCount);
      parameterCount = refitted.weights.length;
      notes.push(`refitted on train and validation, ${whole.rowCount} rows`);
    }
    return { family: NAME, artifact, parameterCount, history: [], seconds: (performance.now() - started) / 1000, notes, validation };
  },
};

interface Prepared extends LinearProblem {
  readonly encodings: readonly Encoding[];
  readonly target: { readonly mean: number; readonly deviation: number } | undefined;
}

interface Fitted {
  readonly C: number;
  readonly weights: Float64Array;
}

type Tracker = (iteration: number, loss: number) => Promise<void>;

function prepare(context: TrainContext, table: Table): Prepared {
  const names = learnedColumns(context).map(({ name }) => name);
  const encodings = fitFeatures(table, names, featureOptions(optionsOf(options, context), outputsOf(context)));
  const features = openFeatures(encodings).encode(table);
  const truth = truthOf(table, context.task);
  const target = truth.kind === 'values' ? targetScale(truth.values) : undefined;
  const targets = truth.kind === 'classes' ? truth.index : standardised(truth.values, target);
  return { kind: kindOf(context), features, targets, outputs: outputsOf(context), encodings, target };
}

function kindOf({ task }: TrainContext): LinearKind {
  return ({ binary: 'logistic', multiclass: 'softmax', regression: 'ridge' } as const)[task.kind];
}

function outputsOf({ task }: TrainContext): number {
  return task.kind === 'multiclass' ? task.classes.length : 1;
}

/** C with the lowest validation loss; each fit starts where the one before it ended. */
async function search(context: TrainContext, problem: Prepared, tracker: Tracker, notes: string[]): Promise<Fitted> {
  const cost = problem.features.indices.length * problem.outputs;
  if (cost > LARGEST_SEARCH || context.validation.rowCount === 0) {
    notes.push(
      `C = ${LARGE_STRENGTH}, not searched for: ${context.validation.rowCount === 0 ? 'there are no validation rows' : 'the rows are many'}`,
    );
    return fitAt(problem, LARGE_STRENGTH, undefined, tracker);
  }
  const judge = validationLoss(context, problem);
  let best: (Fitted & { loss: number }) | undefined;
  let weights: Float64Array | undefined;
  for (const C of STRENGTHS) {
    const fitted = await fitAt(problem, C, weights, tracker);
    const loss = judge(fitted.weights);
    if (best !== undefined && loss > best.loss) break;
    best = { ...fitted, loss };
    weights = fitted.weights;
  }
  const found = best as Fitted & { loss: number };
  notes.push(`C = ${found.C} has the lowest validation loss (${found.loss.toFixed(4)}) of ${STRENGTHS.join(', ')}`);
  return found;
}

async function fitAt(problem: Prepared, C: number, start: Float64Array | undefined, tracker: Tracker): Promise<Fitted> {
  const size = (problem.features.width + 1) * problem.outputs;
  const { w } = await minimize(linearObjective(problem, C), start?.length === size ? start : new Float64Array(size), {
    maxIterations: MAX_ITERATIONS,
    gradientTolerance: GRADIENT_TOLERANCE,
    valueTolerance: VALUE_TOLERANCE,
    onIteration: tracker,
  });
  return { C, weights: w };
}

/** Mean loss over the validation rows, as a function of the weights. */
function validationLoss({ validation, task }: TrainContext, problem: Prepared): (weights: Float64Array) => number {
  const features: SparseMatrix = openFeatures(problem.encodings).encode(validation);
  const truth = truthOf(validation, task);
  const targets = truth.kind === 'classes' ? truth.index : standardised(truth.values, problem.target);
  const residuals = new Float64Array(features.rowCount * problem.outputs);
  return (weights) => {
    const outputs = linearOutputs(features, weights, problem.outputs);
    return lossesOf({ ...problem, features, targets }, outputs, residuals) / features.rowCount;
  };
}

function standardised(values: Float64Array, target: Prepared['target']): Float64Array {
  const { mean, deviation } = target ?? { mean: 0, deviation: 1 };
  return values.map((value) => (value - mean) / deviation);
}

function sealed(context: TrainContext, problem: Prepared, { C, weights }: Fitted, rows: number): Uint8Array {
  const { kind, outputs, encodings, target } = problem;
  return seal(
    context,
    NAME,
    {
      model: linearModel(kind, weights, outputs),
      parameterCount: weights.length,
      input: { kind: 'sparse', encodings },
      ...(target === undefined ? {} : { target }),
    },
    { rows, C },
  );
}

/** Tells of each iteration, and lets a request to stop come through between them. */
function trackerOf({ onProgress, signal }: TrainContext, rowCount: number): Tracker {
  let last = performance.now();
  return async (iteration, loss) => {
    await setImmediate();
    requireGoing(signal);
    const now = performance.now();
    const seconds = Math.max(1e-6, (now - last) / 1000);
    last = now;
    onProgress({
      kind: 'step',
      family: NAME,
      epoch: 1,
      epochs: 1,
      step: iteration,
      steps: MAX_ITERATIONS,
      loss,
      samplesPerSecond: rowCount / seconds,
      etaSeconds: (MAX_ITERATIONS - iteration) * seconds,
    });
  };
}
