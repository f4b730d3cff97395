/** @file `/api/monitors`: how a model does at work. */

import { Type } from 'typebox';
import { checkModel, listAlerts, liveMetrics } from '../../monitor/index.ts';
import { type RouteFamily, route } from '../route.ts';

const Alert = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  createdAt: Type.String(),
  message: Type.String(),
  reasons: Type.Array(Type.String()),
});

const Check = Type.Object({
  model: Type.String(),
  version: Type.Integer(),
  window: Type.Object({ rows: Type.Integer(), from: Type.String(), to: Type.String() }),
  drift: Type.Unknown({ description: 'each measure with its value, its limit and whether it drifted' }),
  quality: Type.Optional(Type.Unknown({ description: 'live metrics against the reference, once enough labels came' })),
  alerts: Type.Array(Alert),
});

/** Predictions that a check looks at, unless it is told otherwise. */
const WINDOW_ROWS = 1_000;

export const monitors: RouteFamily = {
  name: 'Monitors',
  routes: [
    route({
      method: 'GET',
      path: '/api/monitors/{model}',
      policy: 'read',
      summary: 'Live metrics over labelled predictions, the last check since the server started, recorded alerts',
      response: Type.Object({
        model: Type.String(),
        version: Type.Integer(),
        live: Type.Unknown(),
        lastCheck: Type.Union([Check, Type.Null()]),
        alerts: Type.Array(Alert),
      }),
      handle: async ({ params }, { home, serving, metrics, checks }) => {
        const { model, version } = await serving.describe(params.model);
        // intervals would hold up the loop that answers everybody
        const live = await liveMetrics(home, model, version, { samples: 0 });
        metrics.setLive(model, live.metrics);
        return { model, version, live, lastCheck: checks.get(`${model}@${version}`) ?? null, alerts: await listAlerts(home, model) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/monitors/{model}/check',
      policy: 'change',
      summary: 'Compare recent predictions with the reference of the version, and record an alert when limits are passed',
      body: Type.Object(
        {
          rows: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'the most recent 1,000 unless said otherwise' })),
          since: Type.Optional(Type.String({ maxLength: 40, description: 'only predictions from this time on, ISO 8601' })),
        },
        { additionalProperties: false },
      ),
      response: Check,
      handle: async ({ params, body }, { home, serving, metrics, checks, now }) => {
        const { model, version } = await serving.describe(params.model);
        const check = await checkModel(home, model, version, { window: { rows: WINDOW_ROWS, ...body }, now: now().toISOString() });
        checks.set(`${model}@${version}`, check);
        metrics.setDrift(check);
        return check;
      },
    }),
  ],
};
