/** @file linear: the simple strong model: sparse features of every column, then logistic, softmax or ridge regression. */

import { setImmediate } from 'node:timers/promises';
import { Type } from 'typebox';
import { concatTables } from '../../data/index.ts';
import type { Table } from '../../data/table.ts';
import type { Encoding } from '../encoders/encoder.ts';
import { fitFeatures, openFeatures } from '../encoders/index.ts';
import type { SparseMatrix } from '../encoders/sparse.ts';
import { type Calibrated, calibrate } from '../linear/calibrate.ts';
import { linearModel } from '../linear/graph.ts';
import { minimize } from '../linear/lbfgs.ts';
import { type LinearKind, type LinearProblem, linearObjective, linearOutputs } from '../linear/objective.ts';
import { truthOf } from '../task.ts';
import { affordable } from './affordable.ts';
import { type Family, optionsOf, type TrainContext } from './family.ts';
import { featureOptions, featureSchemas } from './features.ts';
import { learnedColumns, predictSealed, requireGoing, seal, targetScale } from './shared.ts';

const NAME = 'linear';

/** From strong penalty to weak; the search stops when validation gets worse by more than its own uncertainty. */
const STRENGTHS = [0.03, 0.125, 0.5, 2, 8, 32];
/** Above this many multiplications a pass, rows are so many that the penalty hardly matters: it is not searched for. */
const LARGEST_SEARCH = 3e7;
const LARGE_STRENGTH = 1;

const MAX_ITERATIONS = 200;
/** Multiplications that one fit may take, ten to twenty seconds of one core: many rows get fewer iterations. */
const MOST_WORK = 3.5e9;
const LEAST_ITERATIONS = 30;
const GRADIENT_TOLERANCE = 1e-6;
/** Models that are compared need not be finished to the last digit; the one that is served is. */
const SEARCH_TOLERANCE = 1e-4;
const FINAL_TOLERANCE = 1e-5;

const options = Type.Object(
  {
    strength: Type.Union([Type.Literal('auto'), Type.Number({ exclusiveMinimum: 0, maximum: 1e6 })], {
      default: 'auto',
      description: `C, the inverse of the L2 penalty; auto: of ${STRENGTHS.join(', ')} the smallest whose validation loss is within one standard error of the best`,
    }),
    ...featureSchemas({ maxTerms: 400_000 }),
  },
  { additionalProperties: false, default: {} },
);

export const linear: Family = {
  name: NAME,
  kind: 'simple',
  summary:
    'TF-IDF of texts, one-hot categories and lists, standardised numbers, vectors, pixels or summaries of series, then logistic, softmax or ridge regression (L-BFGS)',
  suits: (columns) => columns.some(({ type }) => type !== 'id') || 'there is no column to learn from',
  options,

  async train(context) {
    const started = performance.now();
    const { strength } = optionsOf(options, context);
    const notes: string[] = [];
    const train = affordable(context, context.train);
    if (train !== context.train) {
      notes.push(`learned from a seeded sample of ${train.rowCount} of ${context.train.rowCount} rows, because each has so many numbers`);
    }
    const first = prepare(context, train);
    const tracker = trackerOf(context, first);
    const chosen =
      strength === 'auto'
        ? await search(context, first, tracker, notes)
        : judged(context, first, await fitAt(first, strength, undefined, tracker));
    const candidate = sealed(context, first, chosen, train.rowCount);
    const validation = await predictSealed(candidate, context.validation, context.threads);
    let artifact = candidate;
    let parameterCount = chosen.weights.length;
    if (context.training.refit && context.validation.rowCount > 0) {
      const whole = affordable(context, concatTables([context.train, context.validation]));
      const second = prepare(context, whole);
      const refitted = await fitAt(second, chosen.C, chosen.weights, tracker);
      artifact = sealed(context, second, { ...refitted, scale: chosen.scale }, whole.rowCount);
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
  /** What the scores are multiplied by, from the validation rows. */
  readonly scale: number;
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

/**
 * The strongest penalty whose validation loss is within one standard error of the lowest (the one-standard-error rule of
 * Breiman et al. 1984): among models that validation cannot tell apart, the simplest. Each fit starts where the one before
 * it ended.
 */
async function search(context: TrainContext, problem: Prepared, tracker: Tracker, notes: string[]): Promise<Fitted> {
  if (costOf(problem) > LARGEST_SEARCH || context.validation.rowCount === 0) {
    notes.push(
      `C = ${LARGE_STRENGTH}, not searched for: ${context.validation.rowCount === 0 ? 'there are no validation rows' : 'the rows are many'}`,
    );
    return judged(context, problem, await fitAt(problem, LARGE_STRENGTH, undefined, tracker));
  }
  const judge = judgeOf(context, problem);
  const tried: (Fitted & Calibrated)[] = [];
  for (const C of STRENGTHS) {
    const fitted = await fitAt(problem, C, tried.at(-1)?.weights, tracker, SEARCH_TOLERANCE);
    tried.push({ ...fitted, ...judge(fitted.weights) });
    if ((tried.at(-1) as Calibrated).loss > lowestOf(tried).loss) break;
  }
  const best = lowestOf(tried);
  const chosen = tried.find(({ loss }) => loss <= best.loss + best.standardError) ?? best;
  notes.push(
    `C = ${chosen.C}: validation loss ${chosen.loss.toFixed(4)}, within one standard error of the lowest, ${best.loss.toFixed(4)} at C = ${best.C}`,
  );
  return chosen;
}

function lowestOf(tried: readonly (Fitted & Calibrated)[]): Fitted & Calibrated {
  return tried.reduce((best, one) => (one.loss < best.loss ? one : best));
}

async function fitAt(
  problem: Prepared,
  C: number,
  start: Float64Array | undefined,
  tracker: Tracker,
  valueTolerance = FINAL_TOLERANCE,
): Promise<Omit<Fitted, 'scale'>> {
  const size = (problem.features.width + 1) * problem.outputs;
  const { w } = await minimize(linearObjective(problem, C), start?.length === size ? start : new Float64Array(size), {
    maxIterations: iterationsFor(problem),
    gradientTolerance: GRADIENT_TOLERANCE,
    valueTolerance,
    onIteration: tracker,
  });
  return { C, weights: w };
}

function costOf({ features, outputs }: LinearProblem): number {
  return features.indices.length * outputs;
}

function iterationsFor(problem: LinearProblem): number {
  return Math.max(LEAST_ITERATIONS, Math.min(MAX_ITERATIONS, Math.floor(MOST_WORK / Math.max(1, costOf(problem)))));
}

/** Adds the scale that validation asks for. */
function judged(context: TrainContext, problem: Prepared, fitted: Omit<Fitted, 'scale'>): Fitted {
  const scale = context.validation.rowCount === 0 ? 1 : judgeOf(context, problem)(fitted.weights).scale;
  return { ...fitted, scale };
}

/** Calibrates weights on the validation rows. */
function judgeOf(context: TrainContext, problem: Prepared): (weights: Float64Array) => Calibrated {
  const { task } = context;
  const validation = affordable(context, context.validation);
  const features: SparseMatrix = openFeatures(problem.encodings).encode(validation);
  const truth = truthOf(validation, task);
  const targets = truth.kind === 'classes' ? truth.index : standardised(truth.values, problem.target);
  return (weights) => calibrate({ ...problem, targets }, linearOutputs(features, weights, problem.outputs));
}

function standardised(values: Float64Array, target: Prepared['target']): Float64Array {
  const { mean, deviation } = target ?? { mean: 0, deviation: 1 };
  return values.map((value) => (value - mean) / deviation);
}

function sealed(context: TrainContext, problem: Prepared, { C, weights, scale }: Fitted, rows: number): Uint8Array {
  const { kind, outputs, encodings, target } = problem;
  return seal(
    context,
    NAME,
    {
      model: linearModel(
        kind,
        weights.map((weight) => scale * weight),
        outputs,
      ),
      parameterCount: weights.length,
      input: { kind: 'sparse', encodings },
      ...(target === undefined ? {} : { target }),
    },
    { rows, C, scale },
  );
}

/** Tells of each iteration, and lets a request to stop come through between them. */
function trackerOf({ onProgress, signal }: TrainContext, problem: LinearProblem): Tracker {
  const steps = iterationsFor(problem);
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
      steps,
      loss,
      samplesPerSecond: problem.features.rowCount / seconds,
      etaSeconds: Math.max(0, steps - iteration) * seconds,
    });
  };
}
