/** @file Aliases: names such as `champion` that lead to a version and can be moved; every move is written down. */

import type { Transaction } from 'kysely';
import { MoatError } from '../engine/errors.ts';
import type { Database, Home } from '../store/index.ts';
import { CHAMPION, requireAliasName } from './reference.ts';
import { resolveVersion } from './versions.ts';

export interface AliasMove {
  readonly model: string;
  readonly alias: string;
  /** Where the alias leads now. */
  readonly version: number;
  /** Where it led before; null when it is new. */
  readonly previous: number | null;
}

export interface LoggedMove extends AliasMove {
  readonly reason: string;
  /** ISO 8601 in UTC. */
  readonly changedAt: string;
}

export interface MoveOptions {
  /** `champion` unless said otherwise. */
  readonly alias?: string;
  /** For the log. */
  readonly reason: string;
  readonly now: Date;
}

/**
 * Leads an alias to a version. Nothing is written when it leads there already.
 * Errors: `ALIAS_NAME`, `MODEL_UNKNOWN`, `MODEL_VERSION_UNKNOWN`.
 */
export async function promote(home: Home, model: string, version: number, options: MoveOptions): Promise<AliasMove> {
  const { alias = CHAMPION, reason, now } = options;
  requireAliasName(alias);
  const found = await resolveVersion(home, `${model}@${version}`);
  return home.db.transaction().execute((transaction) => moveAlias(transaction, { model: found.model, version, alias, reason, now }));
}

/**
 * Leads an alias back to where it led before its last move. Doing so twice ends where it began.
 * Errors: `ROLLBACK_NOTHING` when the alias never led anywhere else.
 */
export async function rollback(home: Home, model: string, options: MoveOptions): Promise<AliasMove> {
  const { alias = CHAMPION, reason, now } = options;
  await resolveVersion(home, `${model}@${alias}`);
  return home.db.transaction().execute(async (transaction) => {
    const last = await transaction
      .selectFrom('alias_log')
      .select('previous')
      .where('model', '=', model)
      .where('alias', '=', alias)
      .orderBy('id', 'desc')
      .executeTakeFirst();
    const previous = last?.previous;
    if (previous === undefined || previous === null) throw nothingError(model, alias);
    return moveAlias(transaction, { model, version: previous, alias, reason, now });
  });
}

/** Every move of an alias, newest first. */
export async function aliasLog(home: Home, model: string, alias: string = CHAMPION): Promise<LoggedMove[]> {
  const rows = await home.db
    .selectFrom('alias_log')
    .selectAll()
    .where('model', '=', model)
    .where('alias', '=', alias)
    .orderBy('id', 'desc')
    .execute();
  return rows.map(({ version, previous, reason, changed_at }) => ({ model, alias, version, previous, reason, changedAt: changed_at }));
}

/** The move and its log row, inside the transaction of the caller. */
export async function moveAlias(
  transaction: Transaction<Database>,
  { model, version, alias, reason, now }: Required<MoveOptions> & { readonly model: string; readonly version: number },
): Promise<AliasMove> {
  const current = await transaction
    .selectFrom('alias')
    .select('version')
    .where('model', '=', model)
    .where('alias', '=', alias)
    .executeTakeFirst();
  const previous = current?.version ?? null;
  if (previous === version) return { model, alias, version, previous };
  const changed_at = now.toISOString();
  await transaction
    .insertInto('alias')
    .values({ model, alias, version, changed_at })
    .onConflict((conflict) => conflict.columns(['model', 'alias']).doUpdateSet({ version, changed_at }))
    .execute();
  await transaction.insertInto('alias_log').values({ model, alias, version, previous, reason, changed_at }).execute();
  return { model, alias, version, previous };
}

function nothingError(model: string, alias: string): MoatError {
  return new MoatError(`the ${alias} of "${model}" cannot be rolled back`, {
    code: 'ROLLBACK_NOTHING',
    kind: 'conflict',
    why: 'it never led to another version',
    fix: `choose a version yourself: moat promote ${model} <version>`,
  });
}
