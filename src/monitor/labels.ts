/** @file Labels: what really happened, joined to predictions by their id. */

import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import type { Signature, Task } from '../model/predictor.ts';
import type { Home } from '../store/index.ts';

export interface LabelItem {
  /** Id that the answer carried. */
  readonly prediction: string;
  /** The class that came true, or the true value. A boolean class may come as true or false. */
  readonly label: string | number | boolean;
}

export interface LabelCounts {
  readonly added: number;
  /** Labels that stood already with the same value. */
  readonly unchanged: number;
  /** Labels that stood with another value, and were replaced because it was asked for. */
  readonly replaced: number;
}

/** SQLite binds at most 32,766 values to a statement; a label binds three. */
const ITEMS_PER_STATEMENT = 5_000;

/**
 * Adds labels, all or none. The same label once more changes nothing, so a batch can be sent again after a lost answer; another
 * label for the same prediction is refused unless `replace` is set.
 * Errors: `LABEL_PREDICTION_UNKNOWN`, `LABEL_CLASS_UNKNOWN`, `LABEL_NOT_A_NUMBER`, `LABEL_CONFLICT`.
 */
export async function addLabels(
  home: Home,
  items: readonly LabelItem[],
  now: string,
  options: { readonly replace?: boolean } = {},
): Promise<LabelCounts> {
  return home.db.transaction().execute(async (transaction) => {
    const db = transaction as Home['db'];
    const wanted = onePerPrediction(items);
    const tasks = await tasksOf(db, [...wanted.keys()]);
    const standing = await standingLabels(db, [...wanted.keys()]);
    const rows: { prediction: string; value: string; created_at: string }[] = [];
    let unchanged = 0;
    let replaced = 0;
    for (const [prediction, { label, at }] of wanted) {
      const value = canonicalLabel(label, at, tasks.get(prediction));
      const earlier = standing.get(prediction);
      if (earlier === value) {
        unchanged += 1;
        continue;
      }
      if (earlier !== undefined) {
        if (options.replace !== true) throw conflict(at, 'the prediction has a different label already');
        replaced += 1;
      }
      rows.push({ prediction, value, created_at: now });
    }
    for (const part of parts(rows)) {
      await db
        .insertInto('label')
        .values(part)
        .onConflict((on) =>
          on.column('prediction').doUpdateSet(({ ref }) => ({ value: ref('excluded.value'), created_at: ref('excluded.created_at') })),
        )
        .execute();
    }
    return { added: rows.length - replaced, unchanged, replaced };
  });
}

interface Wanted {
  readonly label: LabelItem['label'];
  /** Position in the batch, from 1, for messages. */
  readonly at: number;
}

function onePerPrediction(items: readonly LabelItem[]): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  items.forEach(({ prediction, label }, index) => {
    const at = index + 1;
    const earlier = wanted.get(prediction);
    if (earlier !== undefined && String(earlier.label) !== String(label))
      throw conflict(at, `item ${earlier.at} labels the same prediction differently`);
    wanted.set(prediction, earlier ?? { label, at });
  });
  return wanted;
}

/** The task of the model version behind each prediction id that exists. */
async function tasksOf(db: Home['db'], ids: readonly string[]): Promise<Map<string, Task>> {
  const tasks = new Map<string, Task>();
  const bySignature = new Map<string, Task>();
  for (const part of parts(ids)) {
    const rows = await db
      .selectFrom('prediction')
      .innerJoin('model_version', (join) =>
        join.onRef('model_version.model', '=', 'prediction.model').onRef('model_version.version', '=', 'prediction.version'),
      )
      .select(['prediction.id', 'model_version.signature'])
      .where('prediction.id', 'in', part)
      .execute();
    for (const { id, signature } of rows) {
      const task = bySignature.get(signature) ?? (JSON.parse(signature) as Signature).task;
      bySignature.set(signature, task);
      tasks.set(id, task);
    }
  }
  return tasks;
}

async function standingLabels(db: Home['db'], ids: readonly string[]): Promise<Map<string, string>> {
  const labels = new Map<string, string>();
  for (const part of parts(ids)) {
    const rows = await db.selectFrom('label').select(['prediction', 'value']).where('prediction', 'in', part).execute();
    for (const { prediction, value } of rows) labels.set(prediction, value);
  }
  return labels;
}

/** The label as it is stored: a class name, or a number in JavaScript's shortest exact form. */
function canonicalLabel(label: LabelItem['label'], at: number, task: Task | undefined): string {
  if (task === undefined) {
    throw new MoatError(`label ${at} of the batch is for a prediction that is not known`, {
      code: 'LABEL_PREDICTION_UNKNOWN',
      kind: 'not_found',
      why: 'no prediction with that id was made here; nothing of the batch was kept',
      fix: 'send the id that came with the answer, to the home that gave the answer',
    });
  }
  if (task.kind !== 'regression') {
    const name = String(label);
    if (task.classes.includes(name)) return name;
    throw new MoatError(`label ${at} of the batch is not a class of "${task.target}"`, {
      code: 'LABEL_CLASS_UNKNOWN',
      why: 'the model can only be judged on the classes that it knows; nothing of the batch was kept',
      fix: didYouMean(name, task.classes),
    });
  }
  const value = typeof label === 'string' && label.trim() === '' ? Number.NaN : Number(label);
  if (typeof label !== 'boolean' && Number.isFinite(value)) return String(value);
  throw new MoatError(`label ${at} of the batch is not a number`, {
    code: 'LABEL_NOT_A_NUMBER',
    why: `"${task.target}" is a number, so its labels are finite numbers; nothing of the batch was kept`,
    fix: 'send the true value as a number',
  });
}

function conflict(at: number, why: string): MoatError {
  return new MoatError(`label ${at} of the batch contradicts another`, {
    code: 'LABEL_CONFLICT',
    kind: 'conflict',
    why: `${why}; nothing of the batch was kept`,
    fix: 'correct it, or ask to replace what stands',
  });
}

function parts<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / ITEMS_PER_STATEMENT);
  return Array.from({ length: count }, (_, i) => items.slice(i * ITEMS_PER_STATEMENT, (i + 1) * ITEMS_PER_STATEMENT));
}
