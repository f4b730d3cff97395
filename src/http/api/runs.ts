/** @file `/api/runs`: what was trained, when, on which data, and how it went. */

import { Type } from 'typebox';
import { MoatError } from '../../engine/errors.ts';
import type { RunTable } from '../../store/schema.ts';
import { type RouteFamily, route } from '../route.ts';
import { limitOf, pageOf, pageQuery, pageSchema } from './paging.ts';

const summaryFields = {
  id: Type.String(),
  name: Type.String(),
  status: Type.String(),
  createdAt: Type.String(),
  endedAt: Type.Union([Type.String(), Type.Null()]),
  datasetVersion: Type.Union([Type.String(), Type.Null()]),
};

const Metric = Type.Object({
  family: Type.String(),
  epoch: Type.Integer(),
  name: Type.String(),
  value: Type.Union([Type.Number(), Type.Null()]),
});

export const runs: RouteFamily = {
  name: 'Runs',
  routes: [
    route({
      method: 'GET',
      path: '/api/runs',
      policy: 'read',
      summary: 'Runs, newest first',
      query: Type.Object(pageQuery, { additionalProperties: false }),
      response: pageSchema(Type.Object(summaryFields)),
      handle: async ({ query }, { home }) => {
        const limit = limitOf(query);
        let select = home.db
          .selectFrom('run')
          .selectAll()
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit + 1);
        if (query.before !== undefined) {
          const [at = '', id = ''] = query.before.split(' ');
          select = select.where((is) => is.or([is('created_at', '<', at), is.and([is('created_at', '=', at), is('id', '<', id)])]));
        }
        return pageOf((await select.execute()).map(summaryOf), limit, ({ createdAt, id }) => `${createdAt} ${id}`);
      },
    }),
    route({
      method: 'GET',
      path: '/api/runs/{id}',
      policy: 'read',
      summary: 'One run with its recipe, its result and its metrics by epoch',
      response: Type.Object({ ...summaryFields, recipe: Type.Unknown(), result: Type.Unknown(), metrics: Type.Array(Metric) }),
      handle: async ({ params }, { home }) => {
        const run = await home.db.selectFrom('run').selectAll().where('id', '=', params.id).executeTakeFirst();
        if (run === undefined) {
          throw new MoatError('there is no such run', {
            code: 'RUN_UNKNOWN',
            kind: 'not_found',
            why: 'no run has this id',
            fix: 'list the runs: moat runs, or GET /api/runs',
          });
        }
        const metrics = await home.db
          .selectFrom('run_metric')
          .select(['family', 'epoch', 'name', 'value'])
          .where('run', '=', run.id)
          .orderBy('family')
          .orderBy('epoch')
          .orderBy('name')
          .execute();
        return { ...summaryOf(run), recipe: JSON.parse(run.recipe), result: run.result === null ? null : JSON.parse(run.result), metrics };
      },
    }),
  ],
};

function summaryOf({ id, name, status, created_at, ended_at, dataset_version }: Omit<RunTable, 'folds'>) {
  return { id, name, status, createdAt: created_at, endedAt: ended_at, datasetVersion: dataset_version };
}
