/** @file Indexes by which ten thousand dataset versions are listed and opened without reading their manifests. */

import type { Migration } from 'kysely';

export const datasetLists: Migration = {
  async up(db) {
    const index = (name: string, columns: string[]) => db.schema.createIndex(name).on('dataset_version').columns(columns).execute();
    await index('dataset_version_by_name', ['dataset', 'id']);
    await index('dataset_version_list', ['created_at', 'id', 'dataset', 'parent', 'row_count']);
  },
};
