/** @file `/api/predictions`: what was asked, what was answered, and what really happened. */

import { Type } from 'typebox';
import { MoatError } from '../../engine/errors.ts';
import type { LabelTable, PredictionTable } from '../../store/schema.ts';
import { type RouteFamily, route } from '../route.ts';
import type { Services } from '../services.ts';
import { limitOf, pageOf, pageQuery, pageSchema } from './paging.ts';

const StoredPrediction = Type.Object({
  id: Type.String(),
  model: Type.String(),
  version: Type.Integer(),
  createdAt: Type.String(),
  input: Type.Unknown({ description: 'the row as it came' }),
  output: Type.Unknown({ description: 'what was answered' }),
  latencyMs: Type.Number(),
  actual: Type.Union([Type.String(), Type.Null()], { description: 'the label that came later' }),
});

const query = Type.Object(
  { ...pageQuery, model: Type.Optional(Type.String()), version: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,8}$' })) },
  { additionalProperties: false },
);

export const predictions: RouteFamily = {
  name: 'Predictions',
  routes: [
    route({
      method: 'GET',
      path: '/api/predictions',
      policy: 'read',
      summary: 'Predictions, newest first',
      query,
      response: pageSchema(StoredPrediction),
      handle: async ({ query }, { home }) => {
        const limit = limitOf(query);
        let select = stored(home)
          .orderBy('prediction.id', 'desc')
          .limit(limit + 1);
        if (query.model !== undefined) select = select.where('prediction.model', '=', query.model);
        if (query.version !== undefined) select = select.where('prediction.version', '=', Number(query.version));
        if (query.before !== undefined) select = select.where('prediction.id', '<', query.before);
        return pageOf((await select.execute()).map(shown), limit, ({ id }) => id);
      },
    }),
    route({
      method: 'GET',
      path: '/api/predictions/{id}',
      policy: 'read',
      summary: 'One prediction',
      response: StoredPrediction,
      handle: async ({ params }, { home }) => {
        const row = await stored(home).where('prediction.id', '=', params.id).executeTakeFirst();
        if (row !== undefined) return shown(row);
        throw new MoatError('there is no such prediction', {
          code: 'PREDICTION_UNKNOWN',
          kind: 'not_found',
          why: 'no prediction has this id',
          fix: 'use the id of an answer; list them with GET /api/predictions',
        });
      },
    }),
  ],
};

function stored(home: Services['home']) {
  return home.db
    .selectFrom('prediction')
    .leftJoin('label', 'label.prediction', 'prediction.id')
    .selectAll('prediction')
    .select('label.value as actual');
}

function shown(row: PredictionTable & { actual: LabelTable['value'] | null }) {
  const { id, model, version, created_at, input, output, latency_ms, actual } = row;
  return { id, model, version, createdAt: created_at, input: JSON.parse(input), output: JSON.parse(output), latencyMs: latency_ms, actual };
}
