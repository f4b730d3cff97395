/** @file The first tables: datasets, runs, models, evaluations, and what serving and watching them leaves behind. */

import { type CreateTableBuilder, type Migration, sql } from 'kysely';

export const spine: Migration = {
  async up(db) {
    const table = (name: string) => db.schema.createTable(name);
    const index = (name: string, on: string, columns: string[]) => db.schema.createIndex(name).on(on).columns(columns).execute();

    await table('dataset_version')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('dataset', 'text', (column) => column.notNull())
      .addColumn('parent', 'text', (column) => column.references('dataset_version.id'))
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('row_count', 'integer', (column) => column.notNull())
      .addColumn('manifest', 'text', (column) => column.notNull())
      .execute();
    await index('dataset_version_by_dataset', 'dataset_version', ['dataset', 'created_at']);

    await table('run')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) =>
        column.notNull().check(sql`status in ('running', 'interrupted', 'finished', 'failed', 'cancelled')`),
      )
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('ended_at', 'text')
      .addColumn('dataset_version', 'text', (column) => column.references('dataset_version.id'))
      .addColumn('recipe', 'text', (column) => column.notNull())
      .addColumn('result', 'text')
      .execute();
    await index('run_by_time', 'run', ['created_at']);
    await index('run_by_status', 'run', ['status']);

    await table('run_metric')
      .addColumn('run', 'text', (column) => column.notNull().references('run.id'))
      .addColumn('family', 'text', (column) => column.notNull())
      .addColumn('epoch', 'integer', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('value', 'real')
      .addPrimaryKeyConstraint('run_metric_key', ['run', 'family', 'epoch', 'name'])
      .execute();

    await table('checkpoint')
      .addColumn('run', 'text', (column) => column.notNull().references('run.id'))
      .addColumn('family', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull().check(sql`state in ('partial', 'trained')`))
      .addColumn('epoch', 'integer', (column) => column.notNull())
      .addColumn('blob', 'text', (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('checkpoint_key', ['run', 'family'])
      .execute();

    await table('model_version')
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull().check(sql`version >= 1`))
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('artifact', 'text', (column) => column.notNull())
      .addColumn('run', 'text', (column) => column.notNull().references('run.id'))
      .addColumn('family', 'text', (column) => column.notNull())
      .addColumn('signature', 'text', (column) => column.notNull())
      .addColumn('reference', 'text')
      .addColumn('summary', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('model_version_key', ['model', 'version'])
      .execute();

    await ofModelVersion(table('alias'))
      .addColumn('alias', 'text', (column) => column.notNull())
      .addColumn('changed_at', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('alias_key', ['model', 'alias'])
      .execute();

    await ofModelVersion(table('alias_log'))
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('alias', 'text', (column) => column.notNull())
      .addColumn('previous', 'integer')
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('changed_at', 'text', (column) => column.notNull())
      .execute();
    await index('alias_log_by_alias', 'alias_log', ['model', 'alias', 'id']);

    await ofModelVersion(table('evaluation'))
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('dataset_version', 'text', (column) => column.notNull().references('dataset_version.id'))
      .addColumn('part', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('evaluation', 'text', (column) => column.notNull())
      .addColumn('report', 'text', (column) => column.notNull())
      .addColumn('predictions', 'text', (column) => column.notNull())
      .execute();
    await index('evaluation_by_model', 'evaluation', ['model', 'version', 'created_at']);

    await ofModelVersion(table('prediction'))
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('input', 'text', (column) => column.notNull())
      .addColumn('output', 'text', (column) => column.notNull())
      .addColumn('latency_ms', 'real', (column) => column.notNull())
      .execute();
    await index('prediction_by_model', 'prediction', ['model', 'version', 'created_at']);

    await table('label')
      .addColumn('prediction', 'text', (column) => column.primaryKey().references('prediction.id'))
      .addColumn('value', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .execute();

    await ofModelVersion(table('alert'))
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull().check(sql`kind in ('drift', 'quality')`))
      .addColumn('detail', 'text', (column) => column.notNull())
      .execute();
    await index('alert_by_model', 'alert', ['model', 'version', 'created_at']);

    await table('token')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull().unique())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .execute();
  },
};

/** A row about one model version, which must exist. */
function ofModelVersion<Table extends string>(table: CreateTableBuilder<Table>) {
  return table
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addForeignKeyConstraint('of_model_version', ['model', 'version'], 'model_version', ['model', 'version']);
}
