/** @file A version that is a fold of a cross-validation says so, and lists leave it out. What earlier runs named as their folds is marked. */

import type { Kysely, Migration } from 'kysely';
import type { Database } from '../schema.ts';

export const versionFolds: Migration = {
  async up(anyDb) {
    const db = anyDb as Kysely<Database>;
    await db.schema.alterTable('dataset_version').addColumn('fold', 'text').execute();
    const runs = await db.selectFrom('run').select('folds').where('folds', 'is not', null).execute();
    for (const { folds } of runs) {
      const ids = JSON.parse(folds as string) as string[];
      for (const [index, id] of ids.entries())
        await db
          .updateTable('dataset_version')
          .set({ fold: JSON.stringify({ index, count: ids.length }) })
          .where('id', '=', id)
          .execute();
    }
    await db.schema.dropIndex('dataset_version_list').execute();
    await db.schema
      .createIndex('dataset_version_list')
      .on('dataset_version')
      .columns(['created_at', 'id', 'dataset', 'parent', 'row_count', 'fold'])
      .execute();
  },
};
