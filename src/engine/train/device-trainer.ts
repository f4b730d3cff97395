/** @file `createDeviceTrainer`: steps whose parameters and moments stay on the device from the first to the last. */

import type { Model } from '../graph/graph.ts';
import type { InputTypes, Network } from '../nn/network.ts';
import { type Optimizer, optimizers } from '../optim/index.ts';
import type { Provider } from '../runtime/providers.ts';
import { createResident } from '../runtime/resident.ts';
import { scalar, tensorOf } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batch, isTensor, tensorsOf } from './batches.ts';
import { withUpdate } from './device-step.ts';
import { fillDropoutMask } from './dropout-mask.ts';
import { groupParameters } from './groups.ts';
import { type Losses, type StepGraph, trainingGraph } from './step-graph.ts';
import { targetsByName } from './targets.ts';
import { Weights } from './weights.ts';

export interface DeviceTrainerOptions {
  /** Types of the inputs; the first axis may be called `batch`. */
  readonly input: InputTypes;
  readonly loss: Losses;
  /** adam unless said otherwise. */
  readonly optimizer?: Optimizer;
  readonly seed: number;
  /** The processor unless said otherwise. */
  readonly provider?: Provider;
}

export interface DeviceTrainer {
  /** One batch, one update; the loss before it. */
  step(batch: Batch, learningRateFactor?: number): Promise<number>;
  /** Copies of the parameters and states as they are now, by name. */
  parameters(): Promise<ReadonlyMap<string, Float32Array>>;
  close(): Promise<void>;
}

/**
 * On the device stay parameters, moments and running statistics. Every step sends the batch, the masks of dropouts and three numbers there and
 * brings the loss back.
 * @throws MoatError `PROVIDER_UNAVAILABLE` at the first step
 */
export function createDeviceTrainer(network: Network, options: DeviceTrainerOptions): DeviceTrainer {
  const { input, loss, seed, provider = 'cpu', optimizer = optimizers.adam() } = options;
  const groups = groupParameters(network.parameters(input), []);
  const weights = new Weights({ groups, states: network.states(input), optimizer, averaging: undefined, accumulates: false, seed });
  const moments = Object.entries(weights.arena.parameters).flatMap(([name, { shape }]) =>
    optimizer.moments.map((moment) => [`${moment}:${name}`, tensorOf('float32', shape)] as const),
  );
  const copies = Object.entries(weights.inputs).map(([name, { shape, data }]) => [name, tensorOf('float32', shape, data.slice())] as const);
  const resident = createResident(Object.fromEntries([...copies, ...moments]), provider);
  const graphs = new Map<string, { readonly graph: StepGraph; readonly model: Model }>();
  let t = 0;

  const graphOf = (batch: Batch): { readonly graph: StepGraph; readonly model: Model } => {
    const key = [...tensorsOf(batch.x), ...tensorsOf(batch.y)].map(({ dtype, shape }) => `${dtype}[${shape}]`).join();
    const known = graphs.get(key);
    if (known !== undefined) return known;
    const graph = trainingGraph(network, loss, batch);
    const made = { graph, model: withUpdate(graph.model, optimizer) };
    graphs.set(key, made);
    return made;
  };

  return {
    async step(batch, learningRateFactor = 1) {
      const { graph, model } = graphOf(batch);
      t++;
      const { beta1 = 0, beta2 = 0 } = optimizer.settings as Readonly<Record<string, number>>;
      const factors = { rate: optimizer.learningRate * learningRateFactor, inverse1: 1 / (1 - beta1 ** t), inverse2: 1 / (1 - beta2 ** t) };
      const masks = graph.masks.map(({ name, shape, rate }) => {
        const mask = tensorOf('float32', shape);
        fillDropoutMask(mask.data, rate, { seed, step: t, layer: name });
        return [name, mask] as const;
      });
      const feeds: Record<string, Tensor> = {
        ...Object.fromEntries(masks),
        ...(isTensor(batch.x) ? { x: batch.x } : batch.x),
        ...targetsByName(batch.y),
      };
      for (const [name, value] of Object.entries(factors)) feeds[name] = scalar(value, 'float32');
      const read = new Set(model.graph.inputs.map(({ name }) => name));
      const results = await resident.run(model, Object.fromEntries(Object.entries(feeds).filter(([name]) => read.has(name))));
      return Number(results.loss?.data[0]);
    },
    async parameters() {
      const values = new Map<string, Float32Array>();
      for (const name of Object.keys(weights.inputs)) values.set(name, (await resident.read(name)).data.slice());
      return values;
    },
    close: () => resident.close(),
  };
}
