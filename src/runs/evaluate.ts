/** @file Evaluates a registered model version: the measurement of its run, or a new one on rows brought later. */

import { type DeclaredType, declaredType, importDataset } from '../data/index.ts';
import { MoatError } from '../engine/errors.ts';
import { compiledEntry, spawnChild } from '../jobs/index.ts';
import { resolveVersion } from '../registry/index.ts';
import type { Home } from '../store/index.ts';
import { keepEvaluation, type StoredEvaluation, storedEvaluation } from './evaluations.ts';
import type { EvaluateAnswer, EvaluateJob } from './messages.ts';

/** What was measured when the version was made: the test rows are not measured a second time. */
export async function evaluationOf(home: Home, reference: string): Promise<StoredEvaluation> {
  const { model, version } = await resolveVersion(home, reference);
  const stored = await storedEvaluation(home, model, version);
  if (stored !== undefined) return stored;
  throw new MoatError(`${model}@${version} was never evaluated`, {
    code: 'EVALUATION_MISSING',
    kind: 'not_found',
    why: 'it was registered without a measurement',
    fix: `measure it on rows of yours: moat evaluate ${model}@${version} --data rows.csv`,
  });
}

/** Measures a version on a file with the target column, and keeps the evaluation. Bootstrap: 1,000 resamples. */
export async function evaluateOn(
  home: Home,
  reference: string,
  input: { readonly file: string; readonly folder: string; readonly now: Date; readonly signal?: AbortSignal },
): Promise<StoredEvaluation> {
  const found = await resolveVersion(home, reference);
  const { signature, model, version, artifact } = found;
  const { task } = signature;
  const columns: Record<string, DeclaredType> = Object.fromEntries(signature.inputs.map((field) => [field.name, declaredType(field)]));
  if (task.kind !== 'regression') columns[task.target] = 'category';
  const dataset = await importDataset(home, {
    name: `${model}-evaluation`,
    data: input.file,
    columns,
    folder: input.folder,
    now: input.now,
  });
  const job: EvaluateJob = {
    homePath: home.path,
    artifact,
    title: model,
    version: dataset,
    part: 'all',
    metrics: [],
    samples: 1000,
    seed: 7,
  };
  const child = spawnChild({ entry: compiledEntry(import.meta.url, './worker.ts'), name: 'evaluate' });
  try {
    const { blobs } = await child.request<EvaluateAnswer>('evaluate', job, input.signal === undefined ? {} : { signal: input.signal });
    await keepEvaluation(home, { model, version, dataset: dataset.id, blobs, now: input.now });
  } finally {
    await child.kill();
  }
  return (await storedEvaluation(home, model, version, dataset.id)) as StoredEvaluation;
}
