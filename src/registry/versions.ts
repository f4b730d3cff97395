/** @file Model versions: numbered from 1 for each model, never changed, found by name. */

import type { Selectable, Transaction } from 'kysely';
import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import type { Signature } from '../model/predictor.ts';
import type { Database, Home, ModelVersionTable } from '../store/index.ts';
import { moveAlias } from './move-alias.ts';
import { CHALLENGER, CHAMPION, parseReference, requireModelName } from './reference.ts';

export interface ModelVersion {
  readonly model: string;
  readonly version: number;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  /** Blob of the artifact. */
  readonly artifact: string;
  /** The run that made it. */
  readonly run: string;
  readonly family: string;
  readonly signature: Signature;
  /** Blob of the drift reference. */
  readonly reference: string | null;
  /** What the run measured, as it was handed in. */
  readonly summary: unknown;
}

export interface NewVersion {
  readonly model: string;
  readonly artifact: string;
  readonly run: string;
  readonly family: string;
  readonly signature: Signature;
  readonly reference?: string | null;
  /** Kept as JSON. */
  readonly summary: unknown;
  /** `if_none`: becomes the champion when the model has none, and the challenger otherwise. `never`: the challenger. */
  readonly champion: 'if_none' | 'never';
  readonly now: Date;
}

export interface RegisteredVersion extends ModelVersion {
  /** The alias that leads to it now. */
  readonly alias: string;
}

export interface ModelSummary {
  readonly model: string;
  /** The highest version number. */
  readonly latest: number;
  readonly aliases: Readonly<Record<string, number>>;
}

/**
 * Adds a version, moves an alias to it and writes that down, in one transaction. A run registers a model once: asked
 * again, as after a crash, this gives the version that it already made. Errors: `MODEL_NAME`.
 */
export async function registerVersion(home: Home, input: NewVersion): Promise<RegisteredVersion> {
  requireModelName(input.model);
  return home.db.transaction().execute(async (transaction) => {
    const row = (await versionOfRun(transaction, input)) ?? (await insertVersion(transaction, input));
    const { model, version } = row;
    const aliases = await transaction.selectFrom('alias').selectAll().where('model', '=', model).execute();
    const leading = aliases.find((one) => one.version === version)?.alias;
    const alias = leading ?? (input.champion === 'if_none' && aliases.every((one) => one.alias !== CHAMPION) ? CHAMPION : CHALLENGER);
    if (leading === undefined)
      await moveAlias(transaction, { model, version, alias, reason: `registered by run ${input.run}`, now: input.now });
    return { ...versionFrom(row), alias };
  });
}

/** Every model with its aliases, by name. */
export async function listModels(home: Home): Promise<ModelSummary[]> {
  const latest = await home.db
    .selectFrom('model_version')
    .select(({ fn }) => ['model', fn.max('version').as('latest')])
    .groupBy('model')
    .orderBy('model')
    .execute();
  const aliases = await home.db.selectFrom('alias').select(['model', 'alias', 'version']).orderBy('alias').execute();
  return latest.map(({ model, latest }) => ({
    model,
    latest,
    aliases: Object.fromEntries(aliases.filter((one) => one.model === model).map(({ alias, version }) => [alias, version])),
  }));
}

/** Every version of a model, newest first. Errors: `MODEL_UNKNOWN`. */
export async function listVersions(home: Home, model: string): Promise<ModelVersion[]> {
  const rows = await home.db.selectFrom('model_version').selectAll().where('model', '=', model).orderBy('version', 'desc').execute();
  if (rows.length === 0) throw await unknownModelError(home, model);
  return rows.map(versionFrom);
}

/**
 * The version that `reviews`, `reviews@alias` or `reviews@3` names.
 * Errors: `MODEL_REFERENCE`, `MODEL_UNKNOWN`, `ALIAS_UNKNOWN`, `MODEL_VERSION_UNKNOWN`.
 */
export async function resolveVersion(home: Home, reference: string): Promise<ModelVersion> {
  const { model, target } = parseReference(reference);
  const version = 'version' in target ? target.version : await versionOfAlias(home, model, target.alias);
  const row = await home.db
    .selectFrom('model_version')
    .selectAll()
    .where('model', '=', model)
    .where('version', '=', version)
    .executeTakeFirst();
  if (row === undefined) throw await unknownVersionError(home, model, version);
  return versionFrom(row);
}

async function versionOfAlias(home: Home, model: string, alias: string): Promise<number> {
  const aliases = await home.db.selectFrom('alias').select(['alias', 'version']).where('model', '=', model).execute();
  const found = aliases.find((one) => one.alias === alias);
  if (found !== undefined) return found.version;
  const [newest] = await listVersions(home, model);
  throw new MoatError(`model "${model}" has no ${alias}`, {
    code: 'ALIAS_UNKNOWN',
    kind: 'not_found',
    why: 'no version of it was given this alias',
    fix:
      alias === CHAMPION
        ? `choose one with "moat promote ${model} ${newest?.version}", or name a version as in ${model}@${newest?.version}`
        : didYouMean(
            alias,
            aliases.map((one) => one.alias),
          ),
  });
}

async function insertVersion(transaction: Transaction<Database>, input: NewVersion): Promise<Selectable<ModelVersionTable>> {
  const { model, artifact, run, family } = input;
  const { latest } = await transaction
    .selectFrom('model_version')
    .select(({ fn }) => fn.max<number | null>('version').as('latest'))
    .where('model', '=', model)
    .executeTakeFirstOrThrow();
  return transaction
    .insertInto('model_version')
    .values({
      model,
      version: (latest ?? 0) + 1,
      created_at: input.now.toISOString(),
      artifact,
      run,
      family,
      signature: JSON.stringify(input.signature),
      reference: input.reference ?? null,
      summary: JSON.stringify(input.summary),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function versionOfRun(
  transaction: Transaction<Database>,
  { model, run }: NewVersion,
): Promise<Selectable<ModelVersionTable> | undefined> {
  return transaction.selectFrom('model_version').selectAll().where('model', '=', model).where('run', '=', run).executeTakeFirst();
}

function versionFrom(row: Selectable<ModelVersionTable>): ModelVersion {
  const { model, version, artifact, run, family, reference } = row;
  return {
    model,
    version,
    createdAt: row.created_at,
    artifact,
    run,
    family,
    signature: JSON.parse(row.signature) as Signature,
    reference,
    summary: JSON.parse(row.summary),
  };
}

async function unknownModelError(home: Home, model: string): Promise<MoatError> {
  const known = (await listModels(home)).map((one) => one.model);
  return new MoatError(`there is no model "${model}"`, {
    code: 'MODEL_UNKNOWN',
    kind: 'not_found',
    why: known.length === 0 ? 'no model was registered yet' : 'no version was registered under this name',
    fix: known.length === 0 ? 'train one: moat train' : didYouMean(model, known),
  });
}

async function unknownVersionError(home: Home, model: string, version: number): Promise<MoatError> {
  const [newest] = await listVersions(home, model);
  return new MoatError(`model "${model}" has no version ${version}`, {
    code: 'MODEL_VERSION_UNKNOWN',
    kind: 'not_found',
    why: `its versions are numbered from 1 to ${newest?.version}`,
    fix: `name one of them, as in ${model}@${newest?.version}`,
  });
}
