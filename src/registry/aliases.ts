/** @file Aliases: names such as `champion` that lead to a version and can be moved; every move is written down. */

import { MoatError } from '../engine/errors.ts';
import type { Home } from '../store/index.ts';
import { type AliasMove, moveAlias } from './move-alias.ts';
import { CHAMPION, requireAliasName } from './reference.ts';
import { resolveVersion } from './versions.ts';

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

function nothingError(model: string, alias: string): MoatError {
  return new MoatError(`the ${alias} of "${model}" cannot be rolled back`, {
    code: 'ROLLBACK_NOTHING',
    kind: 'conflict',
    why: 'it never led to another version',
    fix: `choose a version yourself: moat promote ${model} <version>`,
  });
}
