/** @file The changes of schema, in order. A migration that was released is never edited: a new one is added. */

import type { Migration } from 'kysely';
import { spine } from './0001-spine.ts';
import { datasetLists } from './0002-dataset-lists.ts';
import { runFolds } from './0003-run-folds.ts';
import { versionFolds } from './0004-version-folds.ts';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-spine': spine,
  '0002-dataset-lists': datasetLists,
  '0003-run-folds': runFolds,
  '0004-version-folds': versionFolds,
};
