/** @file A run: prepares the data, has a child process train and measure the candidates, registers the champion. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DatasetVersion,
  type FoldPlan,
  findDataset,
  importDataset,
  type PrepareOptions,
  planFolds,
  prepareDataset,
  previewPreparation,
} from '../data/index.ts';
import { MoatError, toMoatError } from '../engine/errors.ts';
import { compiledEntry, spawnChild } from '../jobs/index.ts';
import type { Recipe, TrainProgress } from '../model/index.ts';
import { listModels, registerVersion, resolveVersion } from '../registry/index.ts';
import type { Home } from '../store/index.ts';
import { keepEvaluation, partSizes } from './evaluations.ts';
import type { TrainAnswer, TrainJob, TrainMessage } from './messages.ts';
import { requireKnownMetrics } from './read-recipe.ts';
import { createRun, endRun, recordMessage, savedStates, storedRun } from './records.ts';
import type { RunResult } from './run.ts';

export interface RunOptions {
  /** Aborting stops after the current step; the run can be resumed. */
  readonly signal?: AbortSignal;
  /** Told once the data is cleaned and split; `folds` where it is cross-validated. */
  readonly onPrepared?: (version: DatasetVersion, folds: FoldPlan | undefined) => void;
  readonly onProgress?: (event: TrainProgress) => void;
  readonly now?: () => Date;
}

/**
 * Trains what a recipe says and registers the champion. Relative paths of the recipe start at `folder`.
 * Errors: those of data/ and model/; `RUN_INTERRUPTED` when `signal` was aborted.
 */
export async function trainRecipe(home: Home, recipe: Recipe, options: RunOptions & { readonly folder: string }): Promise<RunResult> {
  const now = options.now ?? (() => new Date());
  requireKnownMetrics(recipe);
  const raw = await rawVersion(home, recipe, options.folder, now());
  const prepared = prepareOptions(recipe, options.folder, now());
  const plan = planFolds(recipe.split, raw);
  const version = await prepareDataset(home, raw, ofAllRows(prepared, plan));
  if (plan === undefined) requireValidation(version);
  const warnings = [...raw.warnings, ...version.warnings];
  options.onPrepared?.({ ...version, warnings }, plan);
  const folds: DatasetVersion[] = [];
  for (let index = 0; index < (plan?.count ?? 0); index++) {
    folds.push(await prepareDataset(home, raw, { ...prepared, fold: { index, count: plan?.count as number } }));
  }
  const run = await createRun(home, recipe, { version, folds }, now());
  return carryOut(home, { run, recipe, raw, version, folds }, { ...options, now });
}

/** What preparing the data of a recipe would do; the import is kept, what is prepared is not. */
export async function previewRecipe(
  home: Home,
  recipe: Recipe,
  { folder, now }: { readonly folder: string; readonly now: Date },
): Promise<Awaited<ReturnType<typeof previewPreparation>> & { readonly folds?: FoldPlan }> {
  const raw = await rawVersion(home, recipe, folder, now);
  const plan = planFolds(recipe.split, raw);
  const preview = await previewPreparation(home, raw, ofAllRows(prepareOptions(recipe, folder, now), plan));
  return { ...preview, ...(plan && { folds: plan }) };
}

/** Cross-validated, no row is set aside: the models that are kept learn from all of them. */
function ofAllRows(options: PrepareOptions, plan: FoldPlan | undefined): PrepareOptions {
  return plan === undefined ? options : { ...options, split: { ...options.split, test: 0 } };
}

function prepareOptions({ target, columns, split, clean }: Recipe, folder: string, now: Date): PrepareOptions {
  return { target, columns, split, clean, folder, now };
}

/** Goes on with a run that was interrupted: finished candidates are kept, the one in progress starts at its last checkpoint. */
export async function resumeRun(home: Home, id: string, options: RunOptions = {}): Promise<RunResult> {
  const stored = await storedRun(home, id);
  options.onPrepared?.(stored.version, planOf(stored));
  return carryOut(home, stored, { ...options, now: options.now ?? (() => new Date()) });
}

interface Run {
  readonly run: string;
  readonly recipe: Recipe;
  /** The import that `version` was prepared from. */
  readonly raw: DatasetVersion;
  readonly version: DatasetVersion;
  /** The same rows split once for each fold; empty where a part is measured on. */
  readonly folds: readonly DatasetVersion[];
}

/** The plan that the folds of a run were made by. */
function planOf({ recipe, raw, folds }: Omit<Run, 'run'>): FoldPlan | undefined {
  return folds.length === 0 ? undefined : planFolds(recipe.split, raw);
}

async function carryOut(home: Home, run: Run, options: RunOptions & { readonly now: () => Date }): Promise<RunResult> {
  const { now } = options;
  const startedAt = now().getTime();
  try {
    const answer = await trainInChild(home, run, options);
    const result = await register(home, run, answer, { seconds: (now().getTime() - startedAt) / 1000, now: now() });
    await endRun(home, run.run, 'finished', result, now());
    return result;
  } catch (thrown) {
    const error = toMoatError(thrown);
    const interrupted = options.signal?.aborted === true;
    // a full disk must not hide what happened: such a run is found as interrupted when the home is next opened
    await endRun(home, run.run, interrupted ? 'interrupted' : 'failed', { error: error.toJSON() }, now()).catch(() => undefined);
    throw interrupted ? interruptedError(run.run) : error;
  }
}

async function trainInChild(home: Home, all: Run, { signal, onProgress }: RunOptions): Promise<TrainAnswer> {
  const { run, recipe, raw, version, folds } = all;
  const child = spawnChild({ entry: compiledEntry(import.meta.url, './worker.ts'), name: 'train' });
  // messages are written one after the other, in the order in which the child sent them
  let written: Promise<void> = Promise.resolve();
  const job: TrainJob = {
    homePath: home.path,
    recipe,
    raw,
    version,
    folds,
    champion: await championOf(home, recipe.name),
    saved: await savedStates(home, run),
  };
  try {
    return await child.request<TrainAnswer>('train', job, {
      ...(signal && { signal }),
      onProgress(message) {
        const told = message as TrainMessage;
        if (told.kind !== 'saved') onProgress?.(told);
        written = written.then(() => recordMessage(home, run, told));
        // what cannot be written ends the training; the failure itself is told by the wait below
        written.catch(() => child.kill());
      },
    });
  } finally {
    await child.kill();
    await written;
  }
}

async function register(home: Home, run: Run, answer: TrainAnswer, { seconds, now }: { seconds: number; now: Date }): Promise<RunResult> {
  const { recipe, version } = run;
  const plan = planOf(run);
  const winner = answer.candidates.find(({ name }) => name === answer.choice.winner);
  const registered = await registerVersion(home, {
    model: recipe.name,
    artifact: answer.artifact,
    run: run.run,
    family: winner?.family ?? answer.choice.winner,
    signature: answer.signature,
    reference: answer.reference,
    summary: { candidates: answer.candidates, choice: answer.choice, gates: answer.gates, test: answer.test },
    // the first version that passes its gates answers; a later one waits beside it until somebody promotes it
    champion: answer.gates.every(({ passed }) => passed) ? 'if_none' : 'never',
    now,
  });
  const evaluation = await keepEvaluation(home, {
    ...registered,
    version: registered.version,
    dataset: version.id,
    blobs: answer.blobs,
    now,
  });
  return {
    run: run.run,
    name: recipe.name,
    task: answer.signature.task,
    dataset: {
      name: version.dataset,
      version: version.id,
      parts: partSizes(version),
      ...(plan && { folds: plan }),
      steps: version.steps,
      warnings: version.warnings,
    },
    candidates: answer.candidates,
    choice: answer.choice,
    test: answer.test,
    gates: answer.gates,
    model: { name: recipe.name, version: registered.version, alias: registered.alias, artifact: answer.artifact },
    evaluation,
    seconds,
  };
}

/** The artifact that answers under this name today. */
async function championOf(home: Home, model: string): Promise<string | null> {
  const known = (await listModels(home)).find((one) => one.model === model);
  return known?.aliases.champion === undefined ? null : (await resolveVersion(home, `${model}@champion`)).artifact;
}

/** `data` is a file or files beside the recipe, or the name of a dataset that was imported before. */
async function rawVersion(home: Home, recipe: Recipe, folder: string, now: Date): Promise<DatasetVersion> {
  const { data, name, columns } = recipe;
  if (typeof data === 'string' && !(await isFile(join(folder, data))) && /^[\w.-]+(@[0-9a-f]+)?$/.test(data) && !/\.\w{2,5}$/.test(data)) {
    return findDataset(home, data);
  }
  return importDataset(home, { name, data, columns, folder, now });
}

/** Cross-validated, the choice is made on all rows; else it needs rows of its own. */
function requireValidation({ parts }: DatasetVersion): void {
  if (parts.validation !== undefined) return;
  throw new MoatError('there are no validation rows', {
    code: 'SPLIT_NO_VALIDATION',
    kind: 'usage',
    why: 'the champion is chosen on rows that neither training nor the last measurement uses, and the split leaves none',
    fix: 'split: { validation: 0.1 }, or give a validation part under `data`',
  });
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function interruptedError(run: string): MoatError {
  return new MoatError('training was interrupted', {
    code: 'RUN_INTERRUPTED',
    kind: 'cancelled',
    why: 'it was stopped before it was done; what was finished and the last checkpoint are kept',
    fix: `moat train --resume ${run}`,
  });
}
