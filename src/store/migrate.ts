/** @file Brings the database of a home folder up to this version of the program. */

import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { MoatError } from '../engine/errors.ts';
import { migrations } from './migrations/index.ts';
import type { Database } from './schema.ts';

const TABLE = 'migration';

/**
 * Applies what is missing, in one transaction, so that a kill leaves the old schema or the new one.
 * Errors: `HOME_NEWER` when the home was written by a later version.
 */
export async function migrate(db: Kysely<Database>, homePath: string, known = migrations): Promise<void> {
  await refuseNewer(db, homePath, known);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...known }) },
    migrationTableName: TABLE,
    migrationLockTableName: `${TABLE}_lock`,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function refuseNewer(db: Kysely<Database>, homePath: string, known: Readonly<Record<string, Migration>>): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === TABLE)) return;
  const applied = await sql<{ name: string }>`select name from ${sql.table(TABLE)} order by name`.execute(db);
  const newer = applied.rows.find(({ name }) => !Object.hasOwn(known, name));
  if (newer === undefined) return;
  throw new MoatError(`the home folder ${homePath} was written by a newer version of Moat`, {
    code: 'HOME_NEWER',
    kind: 'conflict',
    why: `its database has the change "${newer.name}", which this version does not know`,
    fix: 'update Moat with "npm install moatml@latest", or name another home with --home or MOAT_HOME',
  });
}
