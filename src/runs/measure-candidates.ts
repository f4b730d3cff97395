/** @file Measures every candidate once on the test rows, after the choice, and stores what the champion's report and watch need. */

import { type DatasetVersion, type Part, readPart } from '../data/index.ts';
import type { Table } from '../data/table.ts';
import { type Evaluation, evaluatePredictions, renderReport } from '../evaluate/index.ts';
import { openPredictor, type Predictions, type Recipe, type Signature, type Task, truthOf } from '../model/index.ts';
import { fitReference } from '../monitor/index.ts';
import { checkGates } from '../registry/index.ts';
import type { BlobStore } from '../store/index.ts';
import type { KeptCandidate } from './candidates.ts';
import type { ChildHome } from './child-home.ts';
import type { Chosen } from './choose.ts';
import { datasetFacts, json, storeEvaluation } from './evaluations.ts';
import type { TrainAnswer } from './messages.ts';
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
  readonly now: Date;
}

/** Rows of the import that a reference is fitted on. */
const referencePart = (raw: DatasetVersion): Part => (raw.parts.all === undefined ? 'train' : 'all');

export async function measureCandidates(input: MeasureInput): Promise<TrainAnswer> {
  const { home, recipe, raw, version, task, validation, candidates, chosen, now } = input;
  const part = version.parts.test === undefined ? 'validation' : 'test';
  const table = part === 'test' ? await readPart(home, version, 'test') : validation;
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
  const evaluation = evaluations.get(chosen.winner) as Evaluation;
  const winner = candidates.find(({ name }) => name === chosen.winner) as KeptCandidate;
  const { predictions, signature } = predicted.get(chosen.winner) as Predicted;
  const results = candidates.map((candidate): CandidateResult => {
    const { name, family, kind, parameterCount, seconds, notes } = candidate;
    const measured = (evaluations.get(name) as Evaluation).metrics;
    return { name, family, kind, parameterCount, seconds, notes, validation: chosen.validation.get(name) ?? {}, measured };
  });
  const gates = checkGates(recipe.gate, gateNumbers(results, chosen.winner));
  const report = renderReport({
    title: recipe.name,
    createdAt: now.toISOString(),
    evaluation,
    part,
    table,
    model: { family: winner.family, parameterCount: winner.parameterCount, artifact: winner.artifact },
    dataset: datasetFacts(version),
    candidates: results,
    curves: candidates.map(({ name, history }) => ({ family: name, history })),
    choice: chosen,
    gates: gates.map(({ gate, passed, sentence }) => ({ gate, passed, reason: sentence })),
  });
  return {
    candidates: results,
    choice: { winner: chosen.winner, reasons: chosen.reasons },
    gates,
    test: { part, rowCount: evaluation.rowCount },
    artifact: winner.artifact,
    signature,
    reference: await home.blobs.put(
      json(
        fitReference({
          // columns as requests will bring them, before cleaning; scores and quality on rows that the model did not learn from
          table: await readPart(home, raw, referencePart(raw)),
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

/** What the gates speak of: the numbers of the champion, and those of the baseline, on the same rows. */
function gateNumbers(results: readonly CandidateResult[], winner: string): { model: GateValues; baseline: GateValues } {
  const valuesOf = (result: CandidateResult | undefined): GateValues =>
    new Map((result?.measured ?? []).map(({ metric, value }) => [metric, value]));
  return {
    model: valuesOf(results.find(({ name }) => name === winner)),
    baseline: valuesOf(results.find(({ kind }) => kind === 'baseline')),
  };
}

type GateValues = ReadonlyMap<string, number | null>;

interface Predicted {
  readonly predictions: Predictions;
  readonly signature: Signature;
}

/** Every candidate predicts from its sealed file: what is measured is what will be served. */
async function predictAll(
  blobs: BlobStore,
  candidates: readonly KeptCandidate[],
  table: Table,
  part: Part,
): Promise<Map<string, Predicted>> {
  const predicted = new Map<string, Predicted>();
  for (const candidate of candidates) {
    const predictor = await openPredictor(await blobs.get(candidate.artifact));
    const { signature } = predictor;
    // without test rows the validation rows must do, and there a refitted model would have seen the answers
    const predictions = part === 'validation' ? candidate.validation : await predictor.predict(table, { prepared: true });
    predicted.set(candidate.name, { predictions, signature });
    await predictor.close();
  }
  return predicted;
}
