/**
 * @file Open Inference Protocol V2 over REST: health, metadata, readiness and inference under `/v2`.
 * Specification: https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 */

import { Type } from 'typebox';
import { listVersions } from '../../registry/index.ts';
import type { ServedVersion } from '../../serve/index.ts';
import { errorFieldSchemas, type Route, type RouteFamily, route } from '../route.ts';
import type { Services } from '../services.ts';
import {
  type InputTensor,
  inputMetadata,
  outputMetadata,
  requireOutputs,
  rowsFromTensors,
  tensorsFromPredictions,
} from './open-inference-tensors.ts';

const Parameters = Type.Object({}, { additionalProperties: Type.Union([Type.String(), Type.Number(), Type.Boolean()]) });

const Tensor = {
  name: Type.String(),
  datatype: Type.String(),
  shape: Type.Array(Type.Integer({ minimum: -1 })),
  parameters: Type.Optional(Parameters),
};

const Value = Type.Union([Type.Null(), Type.Boolean(), Type.Number(), Type.String()]);
const Nested = Type.Union([Value, Type.Array(Type.Union([Value, Type.Array(Type.Union([Value, Type.Array(Value)]))]))]);

const InferRequest = Type.Object(
  {
    id: Type.Optional(Type.String({ maxLength: 200 })),
    parameters: Type.Optional(Parameters),
    inputs: Type.Array(
      Type.Object(
        { ...Tensor, shape: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, maxItems: 4 }), data: Type.Array(Nested) },
        { additionalProperties: false },
      ),
      { minItems: 1 },
    ),
    outputs: Type.Optional(
      Type.Array(Type.Object({ name: Type.String(), parameters: Type.Optional(Parameters) }, { additionalProperties: false })),
    ),
  },
  { additionalProperties: false },
);

const InferResponse = Type.Object({
  model_name: Type.String(),
  model_version: Type.String(),
  id: Type.Optional(Type.String()),
  outputs: Type.Array(Type.Object({ ...Tensor, data: Type.Array(Type.Union([Type.String(), Type.Number()])) })),
});

const Metadata = Type.Object({
  name: Type.String(),
  versions: Type.Array(Type.String()),
  platform: Type.String(),
  inputs: Type.Array(Type.Object(Tensor)),
  outputs: Type.Array(Type.Object(Tensor)),
});

const ModelReady = Type.Object({ name: Type.String(), ready: Type.Boolean() });

export const openInference: RouteFamily = {
  name: 'Open Inference Protocol V2',
  errors: {
    prefix: '/v2',
    schema: Type.Object({ ...errorFieldSchemas, error: Type.String() }),
    shape: (fields) => ({ error: `${fields.message}: ${fields.why}; ${fields.fix}`, ...fields }),
  },
  routes: [
    route({
      method: 'GET',
      path: '/v2',
      policy: 'public',
      summary: 'Name and version of the server',
      response: Type.Object({ name: Type.String(), version: Type.String(), extensions: Type.Array(Type.String()) }),
      handle: () => ({ name: 'moat', version: '2', extensions: [] }),
    }),
    route({
      method: 'GET',
      path: '/v2/health/live',
      policy: 'public',
      summary: 'The server lives',
      response: Type.Object({ live: Type.Boolean() }),
      handle: () => ({ live: true }),
    }),
    route({
      method: 'GET',
      path: '/v2/health/ready',
      policy: 'public',
      summary: 'Every served model can answer; 503 when not',
      response: Type.Object({ ready: Type.Boolean() }),
      handle: (_request, { serving }) => {
        serving.requireReady();
        return { ready: true };
      },
    }),
    ...modelRoutes('/v2/models/{model}', ({ model }) => model),
    ...modelRoutes('/v2/models/{model}/versions/{version}', ({ model, version }) => `${model}@${version}`),
  ],
};

/** Each route of a model exists for the served version and for a version by number. */
function modelRoutes<const Path extends string>(path: Path, referenceOf: (params: { model: string; version: string }) => string): Route[] {
  const reference = (params: unknown): string => referenceOf(params as { model: string; version: string });
  return [
    route({
      method: 'GET',
      path,
      policy: 'public',
      summary: 'Inputs and outputs of a model as tensors',
      response: Metadata,
      handle: async ({ params }, services) => metadataOf(await services.serving.describe(reference(params)), services),
    }),
    route({
      method: 'GET',
      path: `${path}/ready`,
      policy: 'predict', // it starts the version when it is not running
      summary: 'Whether the model can answer; 503 with the reason when not',
      response: ModelReady,
      handle: async ({ params }, { serving }) => {
        const { model } = await serving.open(reference(params));
        return { name: model, ready: true };
      },
    }),
    route({
      method: 'POST',
      path: `${path}/infer`,
      policy: 'predict',
      summary: 'Predict columns of rows given as tensors',
      body: InferRequest,
      response: InferResponse,
      handle: async ({ params, body }, { serving }) => {
        const wanted = body.outputs?.map(({ name }) => name);
        const { model, version, signature, predictions } = await serving.predict(reference(params), (signature) => {
          requireOutputs(signature, wanted);
          return rowsFromTensors(signature, body.inputs as readonly InputTensor[]);
        });
        const outputs = tensorsFromPredictions(signature, predictions, wanted);
        return { model_name: model, model_version: String(version), ...(body.id === undefined ? {} : { id: body.id }), outputs };
      },
    }),
  ];
}

async function metadataOf({ model, signature }: ServedVersion, { home }: Services): Promise<unknown> {
  return {
    name: model,
    versions: (await listVersions(home, model)).map(({ version }) => String(version)).toReversed(),
    platform: 'onnx_onnxv1',
    inputs: inputMetadata(signature),
    outputs: outputMetadata(signature),
  };
}
