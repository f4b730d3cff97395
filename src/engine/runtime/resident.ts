/** @file Sessions whose state stays where they run: some outputs of one run are inputs of the next and never come back to the host. */

import type ort from 'onnxruntime-node';
import { GraphBuilder } from '../graph/builder.ts';
import type { Model } from '../graph/graph.ts';
import { encodeModel } from '../graph/onnx/encode.ts';
import { host } from '../host/index.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Provider, unavailable } from './providers.ts';

export interface Resident {
  /** One run: `feeds` beside the state; gives the outputs that are no state, and takes over those that are. */
  run(model: Model, feeds: Readonly<Record<string, Tensor<'float32'> | Tensor>>): Promise<Record<string, Tensor>>;
  /** One tensor of the state, brought to the host. */
  read(name: string): Promise<Tensor<'float32'>>;
  close(): Promise<void>;
}

/** `state` by input name; the output `new:<name>` of a model is what it becomes. */
export function createResident(state: Readonly<Record<string, Tensor<'float32'>>>, provider: Provider): Resident {
  const held = new Map<string, ort.Tensor>(Object.entries(state).map(([name, tensor]) => [name, toRuntime(tensor)]));
  const sessions = new Map<Model, Promise<ort.InferenceSession>>();
  const sessionOf = (model: Model): Promise<ort.InferenceSession> => {
    const known = sessions.get(model);
    if (known !== undefined) return known;
    const made = create(model, provider);
    sessions.set(model, made);
    return made;
  };
  return {
    async run(model, feeds) {
      const session = await sessionOf(model);
      const own = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toRuntime(tensor)]));
      const kept = model.graph.inputs.flatMap(({ name }): [string, ort.Tensor][] =>
        held.has(name) ? [[name, held.get(name) as ort.Tensor]] : [],
      );
      const results = await session.run({ ...Object.fromEntries(kept), ...own });
      const outputs: Record<string, Tensor> = {};
      for (const [output, tensor] of Object.entries(results)) {
        const name = output.slice(STATE.length);
        if (!output.startsWith(STATE) || !held.has(name)) outputs[output] = ofRuntime(tensor);
        else {
          const before = held.get(name) as ort.Tensor;
          held.set(name, tensor);
          if (before.location !== 'cpu') before.dispose();
        }
      }
      return outputs;
    },
    async read(name) {
      const tensor = held.get(name) as ort.Tensor;
      if (tensor.location === 'cpu') return ofRuntime(tensor);
      // A session that copies is the way back to the host that every provider has.
      const session = await create(copyOf(tensor.dims), provider);
      const { y } = await session.run({ x: tensor });
      await session.release();
      return ofRuntime(y as ort.Tensor);
    },
    async close() {
      // The memory belongs to the device of the sessions, so it goes before them.
      for (const tensor of held.values()) if (tensor.location !== 'cpu') tensor.dispose();
      held.clear();
      for (const session of await Promise.all(sessions.values())) await session.release();
      sessions.clear();
    },
  };
}

const STATE = 'new:';

function create(model: Model, provider: Provider): Promise<ort.InferenceSession> {
  const onDevice = provider === 'cpu' ? [] : model.graph.outputs.filter(({ name }) => name.startsWith(STATE));
  return host.ort.InferenceSession.create(encodeModel(model), {
    executionProviders: [provider === 'cpu' ? host.cpu : provider],
    logSeverityLevel: 3,
    preferredOutputLocation: Object.fromEntries(onDevice.map(({ name }) => [name, 'gpu-buffer' as const])),
  }).catch((error: unknown) => {
    throw unavailable(provider, error);
  });
}

function copyOf(shape: readonly number[]): Model {
  const g = new GraphBuilder();
  g.output(g.identity(g.input('x', { dtype: 'float32', shape })), 'y');
  return g.model();
}

function toRuntime(tensor: Tensor): ort.Tensor {
  return new host.ort.Tensor(tensor.dtype as ort.Tensor.Type, tensor.data as ort.Tensor.DataType, tensor.shape);
}

function ofRuntime(tensor: ort.Tensor): Tensor<'float32'> {
  return { dtype: tensor.type, shape: tensor.dims, data: tensor.data } as Tensor<'float32'>;
}
