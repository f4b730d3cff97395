/** @file A cross-validated run names the versions of its folds, so that it goes on with the very same rows. */

import type { Migration } from 'kysely';

export const runFolds: Migration = {
  async up(db) {
    await db.schema.alterTable('run').addColumn('folds', 'text').execute();
  },
};
