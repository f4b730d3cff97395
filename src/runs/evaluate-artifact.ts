/** @file Measures one artifact on rows that were brought later. */

import { evaluatePredictions, renderReport } from '../evaluate/index.ts';
import { type Predictor, truthOf } from '../model/index.ts';
import type { ChildHome } from './child-home.ts';
import { datasetFacts, storeEvaluation } from './evaluations.ts';
import type { EvaluateAnswer, EvaluateJob } from './messages.ts';
import { measuredRows } from './rows.ts';

/** The rows are raw: the cleaning steps in the artifact are applied first, as for any request. */
export async function evaluateArtifact(home: ChildHome, predictor: Predictor, job: EvaluateJob): Promise<EvaluateAnswer> {
  const { task } = predictor.signature;
  const table = await measuredRows(home, job.version, job.part);
  const predictions = await predictor.predict(table);
  const { metrics, samples, seed } = job;
  const evaluation = evaluatePredictions({ task, truth: truthOf(table, task), predictions, metrics, samples, seed, table });
  const report = renderReport({
    title: job.title,
    createdAt: new Date().toISOString(),
    evaluation,
    part: job.part,
    table,
    model: { family: predictor.family, parameterCount: predictor.parameterCount, artifact: predictor.artifact },
    dataset: datasetFacts(job.version),
    curves: [],
  });
  return { evaluation, blobs: await storeEvaluation(home.blobs, { part: job.part, evaluation, report, predictions }) };
}
