/** @file `/api/models`: registered versions, which of them answers, and how they were evaluated. */

import { Type } from 'typebox';
import { aliasLog, listModels, listVersions, promote, rollback } from '../../registry/index.ts';
import { type RouteFamily, route } from '../route.ts';
import type { Services } from '../services.ts';

const Summary = { model: Type.String(), latest: Type.Integer(), aliases: Type.Object({}, { additionalProperties: Type.Integer() }) };

const Version = Type.Object({
  version: Type.Integer(),
  createdAt: Type.String(),
  family: Type.String(),
  run: Type.String(),
  artifact: Type.String({ description: 'sha256 of the file' }),
  summary: Type.Unknown(),
  signature: Type.Unknown(),
});

const Evaluation = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  datasetVersion: Type.String(),
  part: Type.String(),
  createdAt: Type.String(),
});

const Moved = Type.Object({
  model: Type.String(),
  alias: Type.String(),
  version: Type.Integer(),
  previous: Type.Union([Type.Integer(), Type.Null()]),
});

const alias = Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: 'champion unless said otherwise' }));
const reason = Type.Optional(Type.String({ maxLength: 1_000, description: 'kept in the log of the alias' }));

export const models: RouteFamily = {
  name: 'Models',
  routes: [
    route({
      method: 'GET',
      path: '/api/models',
      policy: 'read',
      summary: 'Registered models with their aliases',
      response: Type.Object({ items: Type.Array(Type.Object(Summary)) }),
      handle: async (_request, { home }) => ({ items: await listModels(home) }),
    }),
    route({
      method: 'GET',
      path: '/api/models/{model}',
      policy: 'read',
      summary: 'One model: versions newest first, where its aliases lead, every move of the champion, evaluations',
      response: Type.Object({
        ...Summary,
        versions: Type.Array(Version),
        moves: Type.Array(Type.Unknown()),
        evaluations: Type.Array(Evaluation),
      }),
      handle: async ({ params: { model } }, { home }) => {
        const versions = await listVersions(home, model);
        const summary = (await listModels(home)).find((one) => one.model === model);
        return { ...summary, versions, moves: await aliasLog(home, model), evaluations: await evaluationsOf(home, model) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/models/{model}/promote',
      policy: 'change',
      summary: 'Lead an alias to a version: the version is made ready first, and takes over without a failed request',
      body: Type.Object({ version: Type.Integer({ minimum: 1 }), alias, reason }, { additionalProperties: false }),
      response: Moved,
      handle: async ({ params: { model }, body }, { home, serving, now }) => {
        // what cannot be opened must not become what everybody asks
        await serving.open(`${model}@${body.version}`);
        const move = await promote(home, model, body.version, {
          alias: body.alias ?? 'champion',
          reason: body.reason ?? 'promoted over HTTP',
          now: now(),
        });
        await serving.reload(model);
        return move;
      },
    }),
    route({
      method: 'POST',
      path: '/api/models/{model}/rollback',
      policy: 'change',
      summary: 'Lead an alias back to the version before',
      body: Type.Object({ alias, reason }, { additionalProperties: false }),
      response: Moved,
      handle: async ({ params: { model }, body }, { home, serving, now }) => {
        const moved = body.alias ?? 'champion';
        const [last] = await aliasLog(home, model, moved);
        if (typeof last?.previous === 'number') await serving.open(`${model}@${last.previous}`);
        const move = await rollback(home, model, { alias: moved, reason: body.reason ?? 'rolled back over HTTP', now: now() });
        await serving.reload(model);
        return move;
      },
    }),
  ],
};

async function evaluationsOf(home: Services['home'], model: string) {
  const rows = await home.db
    .selectFrom('evaluation')
    .select(['id', 'version', 'dataset_version', 'part', 'created_at'])
    .where('model', '=', model)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map(({ dataset_version, created_at, ...rest }) => ({ ...rest, datasetVersion: dataset_version, createdAt: created_at }));
}
