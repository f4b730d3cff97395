/**
 * @file KServe V1: `/v1/models`, `/v1/models/{model}`, `POST /v1/models/{model}:predict`.
 * Specification: https://kserve.github.io/website/docs/concepts/architecture/data-plane/v1-protocol
 */

import { Type } from 'typebox';
import type { Row } from '../../data/index.ts';
import { listModels } from '../../registry/index.ts';
import { type RouteFamily, route } from '../route.ts';
import { RowSchema } from './row-schema.ts';

const Prediction = Type.Object({
  id: Type.String({ description: 'sortable by time; a label that comes later names it' }),
  label: Type.Optional(Type.String()),
  probabilities: Type.Optional(Type.Object({}, { additionalProperties: Type.Number() })),
  value: Type.Optional(Type.Number()),
  warnings: Type.Optional(Type.Array(Type.Object({ message: Type.String() }))),
});

export const kserveV1: RouteFamily = {
  name: 'KServe V1',
  routes: [
    route({
      method: 'GET',
      path: '/v1/models',
      policy: 'public',
      summary: 'Names of the models that are served',
      response: Type.Object({ models: Type.Array(Type.String()) }),
      handle: async (_request, { home }) => ({ models: (await listModels(home)).map(({ model }) => model) }),
    }),
    route({
      method: 'GET',
      path: '/v1/models/{model}',
      policy: 'public',
      summary: 'Whether the served version of a model can answer',
      response: Type.Object({ name: Type.String(), ready: Type.Boolean(), version: Type.Integer() }),
      handle: async ({ params }, { serving }) => {
        const { model, version } = await serving.describe(params.model);
        return { name: model, ready: serving.stateOf(model, version)?.kind === 'ready', version };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/models/{model}:predict',
      policy: 'predict',
      summary: 'Predict rows; `model` may name a version or an alias: `reviews@3`, `reviews@champion`',
      body: Type.Object({ instances: Type.Array(RowSchema, { minItems: 1 }) }, { additionalProperties: false }),
      response: Type.Object({ predictions: Type.Array(Prediction), model: Type.String(), version: Type.Integer() }),
      handle: async ({ params, body }, { serving }) => {
        const { predictions, model, version } = await serving.predict(params.model, body.instances as readonly Row[]);
        return { predictions, model, version };
      },
    }),
  ],
};
