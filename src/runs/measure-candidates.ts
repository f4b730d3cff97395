/** @file Measures every candidate once on the test rows, after the choice, and stores what the champion's report and watch need. */

import { type DatasetVersion, type Part, planFolds } from '../data/index.ts';
import type { Table } from '../data/table.ts';
import { type Evaluation, evaluatePredictions, measureAfterChoice, renderReport } from '../evaluate/index.ts';
import { openPredictor, type Predictions, type Recipe, type Signature, type Task, type Truth, truthOf } from '../model/index.ts';
import { fitReference } from '../monitor/index.ts';
import { checkGates, type GateNumbers } from '../registry/index.ts';
import type { BlobStore } from '../store/index.ts';
import type { KeptCandidate } from './candidates.ts';
import type { ChildHome } from './child-home.ts';
import type { Chosen } from './choose.ts';
import { datasetFacts, json, storeEvaluation } from './evaluations.ts';
import type { Measured, TrainAnswer } from './messages.ts';
import { measuredRows } from './rows.ts';
import type { CandidateResult } from './run.ts';

export interface MeasureInput {
  readonly home: ChildHome;
  readonly recipe: Recipe;
  readonly raw: DatasetVersion;
  readonly version: DatasetVersion;
  readonly task: Task;
  readonly validation: Table;
  readonly candidates: readonly KeptCandidate[];
  readonly chosen: Chosen;
  /** Whether `validation` are all rows, predicted out of fold. */
  readonly isOutOfFold: boolean;
  /** Artifact of the model that answers today under this name, or null. */
  readonly champion: string | null;
  readonly now: Date;
}

/** Rows of the import that a reference is fitted on. */
const referencePart = (raw: DatasetVersion): Part => (raw.parts.all === undefined ? 'train' : 'all');

export async function measureCandidates(input: MeasureInput): Promise<TrainAnswer> {
  const { home, recipe, raw, version, task, validation, candidates, chosen, now } = input;
  const plan = input.isOutOfFold ? planFolds(recipe.split, raw) : undefined;
  const part = plan ? 'out-of-fold' : version.parts.test === undefined ? 'validation' : 'test';
  const table = part === 'test' ? await measuredRows(home, version, 'test') : validation;
  const predicted = await predictAll(home.blobs, candidates, table, part);
  const truth = truthOf(table, task);
  const evaluationOf = (name: string): Evaluation =>
    evaluatePredictions({
      task,
      truth,
      predictions: (predicted.get(name) as Predicted).predictions,
      metrics: recipe.evaluate.metrics,
      ...recipe.evaluate.bootstrap,
      baselines: candidates
        .filter((other) => other.name !== name)
        .map(({ name: other }) => ({ name: other, predictions: (predicted.get(other) as Predicted).predictions })),
      table,
      slices: name === chosen.winner ? recipe.evaluate.slices : [],
    });
  const evaluations = new Map(candidates.map(({ name }) => [name, evaluationOf(name)]));
  const measured = evaluations.get(chosen.winner) as Evaluation;
  const afterChoice =
    part === 'test'
      ? []
      : measureAfterChoice({
          task,
          truth,
          candidates: candidates.map(({ validation: predictions }) => predictions),
          metrics: recipe.evaluate.metrics,
          ...recipe.evaluate.bootstrap,
        });
  const evaluation = afterChoice.length === 0 ? measured : { ...measured, afterChoice };
  const winner = candidates.find(({ name }) => name === chosen.winner) as KeptCandidate;
  const { predictions, signature } = predicted.get(chosen.winner) as Predicted;
  const results = candidates.map((candidate): CandidateResult => {
    const { name, family, kind, parameterCount, artifact, seconds, notes } = candidate;
    const { metrics } = evaluations.get(name) as Evaluation;
    const validation = chosen.validation.get(name) ?? {};
    return { name, family, kind, parameterCount, artifact, seconds, notes, validation, measured: metrics };
  });
  const gates = checkGates(recipe.gate, await gateNumbers(input, results, { table, truth }));
  const report = renderReport({
    title: recipe.name,
    createdAt: now.toISOString(),
    evaluation,
    part,
    table,
    model: { family: winner.family, parameterCount: winner.parameterCount, artifact: winner.artifact },
    dataset: { ...datasetFacts(version), ...(plan && { folds: plan }) },
    candidates: results,
    curves: candidates.map(({ name, history }) => ({ family: name, history })),
    choice: chosen,
    gates: gates.map(({ gate, passed, sentence }) => ({ gate, passed, reason: sentence })),
  });
  return {
    candidates: results,
    choice: { winner: chosen.winner, reasons: chosen.reasons },
    gates,
    test: { part, rowCount: evaluation.rowCount, ...(afterChoice.length > 0 && { afterChoice }) },
    artifact: winner.artifact,
    signature,
    reference: await home.blobs.put(
      json(
        fitReference({
          // columns as requests will bring them, before cleaning; scores and quality on rows that the model did not learn from
          table: await measuredRows(home, raw, referencePart(raw)),
          predictions: winner.validation,
          truth: truthOf(validation, task),
          signature,
          now: now.toISOString(),
        }),
      ),
    ),
    blobs: await storeEvaluation(home.blobs, { part, evaluation, report, predictions }),
  };
}

/** What the gates speak of: the numbers of the new model, of the baseline, and of the champion of today, on the same rows. */
async function gateNumbers(
  input: MeasureInput,
  results: readonly CandidateResult[],
  rows: { table: Table; truth: Truth },
): Promise<GateNumbers> {
  const valuesOf = (measured: Evaluation['metrics']): Record<string, number | null> =>
    Object.fromEntries(measured.map(({ metric, value }) => [metric, value]));
  const measuredOf = (result: CandidateResult | undefined): Evaluation['metrics'] => result?.measured ?? [];
  const champion = await measureChampion(input, rows);
  return {
    candidate: valuesOf(measuredOf(results.find(({ name }) => name === input.chosen.winner))),
    baseline: valuesOf(measuredOf(results.find(({ kind }) => kind === 'baseline'))),
    ...(champion && { champion: valuesOf(champion) }),
  };
}

/** The champion of today predicts the same rows; its own cleaning is applied, which changes nothing that is clean already. */
async function measureChampion(
  { home, champion, task, recipe }: MeasureInput,
  { table, truth }: { table: Table; truth: Truth },
): Promise<Evaluation['metrics'] | undefined> {
  if (champion === null || !recipe.gate.some((gate) => gate.includes('champion'))) return undefined;
  const predictor = await openPredictor(await home.blobs.get(champion));
  try {
    const predictions = await predictor.predict(table);
    return evaluatePredictions({ task, truth, predictions, metrics: recipe.evaluate.metrics, samples: 0, seed: 0 }).metrics;
  } finally {
    await predictor.close();
  }
}

interface Predicted {
  readonly predictions: Predictions;
  readonly signature: Signature;
}

/** Every candidate predicts from its sealed file: what is measured is what will be served. */
async function predictAll(
  blobs: BlobStore,
  candidates: readonly KeptCandidate[],
  table: Table,
  part: Measured,
): Promise<Map<string, Predicted>> {
  const predicted = new Map<string, Predicted>();
  for (const candidate of candidates) {
    const predictor = await openPredictor(await blobs.get(candidate.artifact));
    const { signature } = predictor;
    // without test rows those that the choice was made on must do: a refitted model would have seen their answers
    const predictions = part !== 'test' ? candidate.validation : await predictor.predict(table, { prepared: true });
    predicted.set(candidate.name, { predictions, signature });
    await predictor.close();
  }
  return predicted;
}
