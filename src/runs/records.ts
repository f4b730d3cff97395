/** @file The rows that a run leaves in the database: itself, its curves, its checkpoints. */

import { randomBytes } from 'node:crypto';
import type { DatasetVersion } from '../data/index.ts';
import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import type { Recipe } from '../model/index.ts';
import type { Home } from '../store/index.ts';
import type { Saved, TrainMessage } from './messages.ts';
import type { RunStatus } from './run.ts';

/** Begins a run on a prepared version, and on its folds where it is cross-validated. Gives its id: sortable by time, short enough to type. */
export async function createRun(
  home: Home,
  recipe: Recipe,
  { version, folds }: { readonly version: DatasetVersion; readonly folds: readonly DatasetVersion[] },
  now: Date,
): Promise<string> {
  const id = `${now.getTime().toString(36)}${randomBytes(3).toString('hex')}`;
  await home.db
    .insertInto('run')
    .values({
      id,
      name: recipe.name,
      status: 'running',
      created_at: now.toISOString(),
      ended_at: null,
      dataset_version: version.id,
      recipe: JSON.stringify(recipe),
      folds: folds.length === 0 ? null : JSON.stringify(folds.map((fold) => fold.id)),
      result: null,
    })
    .execute();
  return id;
}

export async function endRun(home: Home, run: string, status: RunStatus, result: unknown, now: Date): Promise<void> {
  await home.db
    .updateTable('run')
    .set({ status, ended_at: now.toISOString(), result: JSON.stringify(result) })
    .where('id', '=', run)
    .execute();
}

/** Keeps what a training process told: a point of a curve for each epoch, and where a candidate can go on from. */
export async function recordMessage(home: Home, run: string, message: TrainMessage): Promise<void> {
  if (message.kind === 'saved') {
    const { candidate, state, epoch, blob } = message;
    const row = { run, family: candidate, state, epoch, blob, detail: '{}', created_at: new Date().toISOString() };
    await home.db
      .insertInto('checkpoint')
      .values(row)
      .onConflict((conflict) => conflict.columns(['run', 'family']).doUpdateSet(row))
      .execute();
  }
  if (message.kind === 'epoch') {
    const { family, epoch } = message;
    const curve = {
      loss: message.loss,
      accuracy: message.accuracy,
      validation_loss: message.validationLoss,
      validation_accuracy: message.validationAccuracy,
    };
    const values = Object.entries(curve).flatMap(([name, value]) => (value === undefined ? [] : [{ run, family, epoch, name, value }]));
    await home.db
      .insertInto('run_metric')
      .values(values)
      .onConflict((conflict) =>
        conflict.columns(['run', 'family', 'epoch', 'name']).doUpdateSet((row) => ({ value: row.ref('excluded.value') })),
      )
      .execute();
  }
}

/** Where the candidates of a run can go on from, by name. */
export async function savedStates(home: Home, run: string): Promise<Record<string, Saved>> {
  const rows = await home.db.selectFrom('checkpoint').select(['family', 'state', 'blob']).where('run', '=', run).execute();
  return Object.fromEntries(rows.map(({ family, state, blob }) => [family, { state, blob }]));
}

/** An interrupted or failed run as it was begun, marked as running again. An id may be cut short as long as it is one run's. */
export async function storedRun(
  home: Home,
  id: string,
): Promise<{ run: string; recipe: Recipe; raw: DatasetVersion; version: DatasetVersion; folds: DatasetVersion[] }> {
  const rows = await home.db.selectFrom('run').select(['id', 'status', 'recipe', 'dataset_version', 'folds']).execute();
  const [row, ...others] = rows.filter((candidate) => candidate.id.startsWith(id));
  if (row === undefined || others.length > 0) {
    throw new MoatError(`there is ${row === undefined ? 'no run' : 'more than one run'} "${id}"`, {
      code: 'RUN_UNKNOWN',
      kind: 'not_found',
      why: row === undefined ? 'no run of this home has such an id' : `${others.length + 1} runs have ids that begin so`,
      fix:
        row === undefined
          ? `moat runs lists them; ${didYouMean(
              id,
              rows.map((known) => known.id),
            )}`
          : 'write more of the id',
    });
  }
  if (row.status === 'finished') {
    throw new MoatError(`run ${row.id} is finished`, {
      code: 'RUN_FINISHED',
      kind: 'conflict',
      why: 'only a run that was interrupted or failed can go on',
      fix: 'moat train starts a new one',
    });
  }
  const version = await datasetVersion(home, row.dataset_version);
  const raw = await datasetVersion(home, version.parent);
  const folds: DatasetVersion[] = [];
  for (const fold of JSON.parse(row.folds ?? '[]') as string[]) folds.push(await datasetVersion(home, fold));
  await home.db.updateTable('run').set({ status: 'running', ended_at: null, result: null }).where('id', '=', row.id).execute();
  return { run: row.id, recipe: JSON.parse(row.recipe) as Recipe, raw, version, folds };
}

async function datasetVersion(home: Home, id: string | null): Promise<DatasetVersion> {
  const row = await home.db.selectFrom('dataset_version').select('manifest').where('id', '=', id).executeTakeFirstOrThrow();
  return JSON.parse(row.manifest) as DatasetVersion;
}
