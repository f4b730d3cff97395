/** @file The child process of a run: trains the candidates, chooses on validation, measures on test, and answers with what to register. */

import { type HandlerContext, serveChild } from '../jobs/index.ts';
import { openPredictor, taskOf } from '../model/index.ts';
import { trainCandidates } from './candidates.ts';
import { openChildHome } from './child-home.ts';
import { choose } from './choose.ts';
import { predictOutOfFold } from './cross-validate.ts';
import { evaluateArtifact } from './evaluate-artifact.ts';
import { measureCandidates } from './measure-candidates.ts';
import type { EvaluateAnswer, EvaluateJob, TrainAnswer, TrainJob, TrainMessage } from './messages.ts';
import { trainingRows, validationRows } from './rows.ts';

serveChild({ handlers: { train, evaluate } });

async function train(
  { homePath, recipe, raw, version, folds, champion, saved }: TrainJob,
  { progress, signal }: HandlerContext,
): Promise<TrainAnswer> {
  const home = openChildHome(homePath);
  const { train: trainRows, stream, target } = await trainingRows(home, version, recipe.target, recipe.train.seed);
  const validation = await validationRows(home, version, trainRows);
  const task = taskOf(target, recipe.target, recipe.positive);
  const shared = { recipe, task, blobs: home.blobs, saved, tell: (message: TrainMessage) => progress(message), signal };
  const outOfFold = folds.length === 0 ? undefined : await predictOutOfFold(home, folds, shared);
  // the models that are kept learn from all rows; what they are worth was measured by those of the folds
  const trained = await trainCandidates({ ...shared, version, train: trainRows, ...(stream && { stream }), validation });
  await stream?.close();
  const candidates = trained.map((one) => ({ ...one, validation: outOfFold?.predictions.get(one.name) ?? one.validation }));
  const measured = { recipe, task, validation: outOfFold?.table ?? validation, candidates, isOutOfFold: outOfFold !== undefined };
  return measureCandidates({ ...measured, home, raw, version, chosen: choose(measured), champion, now: new Date() });
}

async function evaluate(job: EvaluateJob): Promise<EvaluateAnswer> {
  const home = openChildHome(job.homePath);
  const predictor = await openPredictor(await home.blobs.get(job.artifact));
  try {
    return await evaluateArtifact(home, predictor, job);
  } finally {
    await predictor.close();
  }
}
