/** @file Moves an alias and writes the move down. */

import type { Transaction } from 'kysely';
import type { Database } from '../store/index.ts';

export interface AliasMove {
  readonly model: string;
  readonly alias: string;
  /** Where the alias leads now. */
  readonly version: number;
  /** Where it led before; null when it is new. */
  readonly previous: number | null;
}

export interface Move {
  readonly model: string;
  readonly version: number;
  readonly alias: string;
  /** For the log. */
  readonly reason: string;
  readonly now: Date;
}

/** The move and its log row, inside the transaction of the caller. Nothing is written when the alias leads there already. */
export async function moveAlias(transaction: Transaction<Database>, { model, version, alias, reason, now }: Move): Promise<AliasMove> {
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
