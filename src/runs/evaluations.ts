/** @file Evaluations as they are kept: numbers, page and predictions as blobs, one row that names them. */

import { randomBytes } from 'node:crypto';
import type { DatasetVersion } from '../data/index.ts';
import type { Evaluation } from '../evaluate/index.ts';
import type { Predictions } from '../model/index.ts';
import type { BlobStore, EvaluationTable, Home } from '../store/index.ts';
import type { EvaluationBlobs } from './messages.ts';
import { predictionsFromJson, predictionsToJson } from './predictions-json.ts';

/** JSON as bytes, to be kept as a blob. */
export const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** What a report says of the rows. */
export function datasetFacts(version: DatasetVersion) {
  return {
    name: version.dataset,
    version: version.id,
    parts: partSizes(version),
    steps: version.steps,
    warnings: version.warnings,
  };
}

/** Rows of each part. */
export function partSizes(version: DatasetVersion): Record<string, number> {
  return Object.fromEntries(Object.entries(version.parts).map(([part, content]) => [part, content?.rowCount ?? 0]));
}

/** Keeps the parts of an evaluation; the row that names them is written by whoever holds the database. */
export async function storeEvaluation(
  blobs: BlobStore,
  input: {
    readonly part: EvaluationBlobs['part'];
    readonly evaluation: Evaluation;
    readonly report: string;
    readonly predictions: Predictions;
  },
): Promise<EvaluationBlobs> {
  return {
    part: input.part,
    evaluation: await blobs.put(json(input.evaluation)),
    report: await blobs.put(new TextEncoder().encode(input.report)),
    predictions: await blobs.put(json(predictionsToJson(input.predictions))),
  };
}

/** Writes the row of an evaluation and gives its id. */
export async function keepEvaluation(
  home: Home,
  input: {
    readonly model: string;
    readonly version: number;
    readonly dataset: string;
    readonly blobs: EvaluationBlobs;
    readonly now: Date;
  },
): Promise<string> {
  const id = `${input.now.getTime().toString(36)}${randomBytes(3).toString('hex')}`;
  await home.db
    .insertInto('evaluation')
    .values({
      id,
      model: input.model,
      version: input.version,
      dataset_version: input.dataset,
      created_at: input.now.toISOString(),
      ...input.blobs,
    })
    .execute();
  return id;
}

/** An evaluation read back. */
export interface StoredEvaluation {
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly datasetVersion: string;
  readonly part: string;
  readonly createdAt: string;
  readonly evaluation: Evaluation;
  /** What was predicted for each row, in order. */
  readonly predictions: Predictions;
  /** Self-contained HTML. */
  readonly report: string;
}

/** The newest evaluation of a model version that was made on the rows of this dataset version, if there is one. */
export async function storedEvaluation(
  home: Home,
  model: string,
  version: number,
  dataset?: string,
): Promise<StoredEvaluation | undefined> {
  let query = home.db.selectFrom('evaluation').selectAll().where('model', '=', model).where('version', '=', version);
  if (dataset !== undefined) query = query.where('dataset_version', '=', dataset);
  const row = await query.orderBy('created_at', 'desc').executeTakeFirst();
  return row === undefined ? undefined : readEvaluation(home, row);
}

async function readEvaluation(home: Home, row: EvaluationTable): Promise<StoredEvaluation> {
  const text = async (hash: string): Promise<string> => new TextDecoder().decode(await home.blobs.get(hash));
  return {
    id: row.id,
    model: row.model,
    version: row.version,
    datasetVersion: row.dataset_version,
    part: row.part,
    createdAt: row.created_at,
    evaluation: JSON.parse(await text(row.evaluation)) as Evaluation,
    predictions: predictionsFromJson(JSON.parse(await text(row.predictions))),
    report: await text(row.report),
  };
}
