/** @file Runs batches through the step graph: one session for each shape of batch, fed from the arena and writing into it. */

import type { Model } from '../graph/graph.ts';
import type { Network } from '../nn/network.ts';
import { channelBlock } from '../runtime/channel-block.ts';
import type { Provider } from '../runtime/providers.ts';
import { createSession, type Session } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batch, isTensor, tensorsOf } from './batches.ts';
import { fillDropoutMask } from './dropout-mask.ts';
import { GRADIENTS, isWorthPacking, PARAMETERS, packed } from './packed.ts';
import { evaluationGraph, type Losses, type StepGraph, trainingGraph } from './step-graph.ts';
import { targetsByName } from './targets.ts';
import type { Weights } from './weights.ts';

export interface RunnerOptions {
  readonly network: Network;
  readonly loss: Losses;
  readonly weights: Weights;
  readonly frozen: ReadonlySet<string>;
  readonly seed: number;
  readonly threads: number | undefined;
  readonly provider?: Provider | undefined;
}

export interface BatchResult {
  /** Mean over the batch. */
  readonly loss: number;
  /** Right predictions; undefined for a loss that counts none. */
  readonly correct: number | undefined;
  /** What `correct` is counted among. */
  readonly targets: number;
}

export interface Runner {
  /** Loss of one batch; when training, its gradients are in the arena afterwards. `number` (of the batch in all) keys the dropout masks. */
  run(batch: Batch, number: number): Promise<BatchResult>;
  /** The graph and the feeds of a run, to look inside. */
  inspect(batch: Batch, number: number): { readonly graph: StepGraph; readonly feeds: Readonly<Record<string, Tensor>> };
  close(): Promise<void>;
}

/** A runner that also computes gradients, and what the states become. */
export function trainingRunner(options: RunnerOptions): Runner {
  const { network, loss, weights, frozen } = options;
  const { arena, nextStates, inputs } = weights;
  const graphOf = (batch: Batch, block: number | undefined): StepGraph => trainingGraph(network, loss, batch, frozen, block);
  const states = prefixed('next', nextStates);
  if (!isWorthPacking(arena))
    return createRunner(options, graphOf, { ...plain(inputs), results: { ...prefixed('grad', arena.gradients), ...states } });
  const others = Object.fromEntries(Object.entries(inputs).filter(([name]) => !Object.hasOwn(arena.parameters, name)));
  return createRunner(options, graphOf, {
    modelOf: (model) => packed(model, arena),
    inputs: { [PARAMETERS]: arena.flat.parameters, ...others },
    results: { [GRADIENTS]: arena.flat.gradients, ...states },
  });
}

function prefixed(prefix: string, tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}:${name}`, tensor]));
}

/** A runner of the loss alone, as the saved model will be: without dropout. */
export function evaluationRunner(options: RunnerOptions): Runner {
  return createRunner(options, (batch) => evaluationGraph(options.network, options.loss, batch), {
    ...plain(options.weights.inputs),
    results: {},
  });
}

/** How a graph is run. */
interface Passing {
  /** The form of a graph that is run. */
  modelOf(model: Model): Model;
  /** What it reads beside the batch and the masks. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** What it writes beside the loss and the count. */
  readonly results: Readonly<Record<string, Tensor>>;
}

/** Every tensor by itself. */
const plain = (inputs: Passing['inputs']): Omit<Passing, 'results'> => ({ modelOf: (model) => model, inputs });

/** Batches of one size and a remainder need two; sequences of varying length need more, the oldest of which are closed. */
const MOST_SESSIONS = 8;

/** What batches of one shape have in common. */
interface Prepared {
  readonly graph: StepGraph;
  readonly session: Promise<Session>;
  readonly masks: Readonly<Record<string, Tensor<'float32'>>>;
  readonly fetches: Readonly<Record<string, Tensor>>;
  readonly targets: number;
}

function createRunner(
  { weights, seed, threads, provider }: RunnerOptions,
  graphOf: (batch: Batch, block: number | undefined) => StepGraph,
  { modelOf, inputs, results }: Passing,
): Runner {
  const prepared = new Map<string, Prepared>();
  /** How many channels lie side by side in convolutions here; known from the first run on. */
  let block: number | undefined;
  const lossOut = tensorOf('float32', []);
  const correctOut = tensorOf('float32', []);

  const prepare = (batch: Batch): Prepared => {
    const key = [...tensorsOf(batch.x), ...tensorsOf(batch.y)].map(({ dtype, shape }) => `${dtype}[${shape}]`).join();
    const known = prepared.get(key);
    if (known !== undefined) return known;
    const graph = graphOf(batch, block);
    const masks = Object.fromEntries(graph.masks.map(({ name, shape }) => [name, tensorOf('float32', shape)]));
    const session = createSession(modelOf(graph.model), {
      ...(threads !== undefined && { threads }),
      ...(provider !== undefined && { provider }),
    });
    const fetches = { loss: lossOut, ...(graph.counted.length > 0 && { correct: correctOut }), ...results };
    const counted = Object.entries(targetsByName(batch.y)).filter(([name]) => graph.counted.includes(name));
    const made = { graph, session, masks, fetches, targets: counted.reduce((sum, [, { data }]) => sum + data.length, 0) };
    prepared.set(key, made);
    return made;
  };

  const closeOldest = async (): Promise<void> => {
    const [oldest] = prepared;
    if (oldest === undefined) return;
    prepared.delete(oldest[0]);
    await (await oldest[1].session).close();
  };

  const feed = ({ graph, masks }: Prepared, { x, y }: Batch, number: number, own: Passing['inputs']): Record<string, Tensor> => {
    for (const { name, rate } of graph.masks) {
      fillDropoutMask((masks[name] as Tensor<'float32'>).data, rate, { seed, step: number, layer: name });
    }
    return { ...own, ...masks, ...(isTensor(x) ? { x } : x), ...targetsByName(y) };
  };

  return {
    async run(batch, number) {
      if (provider === undefined || provider === 'cpu') block = await channelBlock();
      const ready = prepare(batch);
      if (prepared.size > MOST_SESSIONS) await closeOldest();
      const { session, fetches, targets } = ready;
      await (await session).run(feed(ready, batch, number, inputs), fetches);
      return {
        loss: lossOut.data[0] as number,
        correct: targets > 0 ? (correctOut.data[0] as number) : undefined,
        targets,
      };
    },
    inspect(batch, number) {
      const ready = prepare(batch);
      return { graph: ready.graph, feeds: feed(ready, batch, number, weights.inputs) };
    },
    async close() {
      const sessions = await Promise.allSettled([...prepared.values()].map(({ session }) => session));
      prepared.clear();
      for (const session of sessions) if (session.status === 'fulfilled') await session.value.close();
    },
  };
}
