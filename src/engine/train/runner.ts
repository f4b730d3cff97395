/**
 * @file Runs batches through the step graph: for each shape of batch one session, or the interpreter where the graph is small, fed from the arena and writing
 * into it.
 */

import type { Network } from '../nn/network.ts';
import { channelBlock } from '../runtime/channel-block.ts';
import { createInterpreter, type Interpreter } from '../runtime/interpreter/interpreter.ts';
import type { Provider } from '../runtime/providers.ts';
import { createSession, type Session } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batch, isTensor, tensorsOf } from './batches.ts';
import { fillDropoutMask } from './dropout-mask.ts';
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
  const { arena, nextStates } = weights;
  const graphOf = (batch: Batch, block: number | undefined): StepGraph => trainingGraph(network, loss, batch, frozen, block);
  return createRunner(options, graphOf, { ...prefixed('grad', arena.gradients), ...prefixed('next', nextStates) });
}

function prefixed(prefix: string, tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}:${name}`, tensor]));
}

/** A runner of the loss alone, as the saved model will be: without dropout. */
export function evaluationRunner(options: RunnerOptions): Runner {
  return createRunner(options, (batch) => evaluationGraph(options.network, options.loss, batch), {});
}

const featuresByName = (x: Batch['x']): Readonly<Record<string, Tensor>> => (isTensor(x) ? { x } : x);

/** Batches of one size and a remainder need two; sequences of varying length need more, the oldest of which are closed. */
const MOST_SESSIONS = 8;

/** What batches of one shape have in common. */
interface Prepared {
  readonly graph: StepGraph;
  readonly session: Promise<Session> | Interpreter;
  readonly masks: Readonly<Record<string, Tensor<'float32'>>>;
  /** What the graph reads; the tensors of a batch take their places here in every run. */
  readonly feeds: Record<string, Tensor>;
  readonly fetches: Readonly<Record<string, Tensor>>;
  readonly targets: number;
}

/** `results` are what a graph writes beside the loss and the count. */
function createRunner(
  { weights, seed, threads, provider = 'cpu' }: RunnerOptions,
  graphOf: (batch: Batch, block: number | undefined) => StepGraph,
  results: Readonly<Record<string, Tensor>>,
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
    const interpreter = provider === 'cpu' ? createInterpreter(graph.model) : undefined;
    const session = interpreter ?? createSession(graph.model, { provider, ...(threads !== undefined && { threads }) });
    const fetches = { loss: lossOut, ...(graph.counted.length > 0 && { correct: correctOut }), ...results };
    const counted = Object.entries(targetsByName(batch.y)).filter(([name]) => graph.counted.includes(name));
    const feeds = { ...weights.inputs, ...masks };
    const made = { graph, session, masks, feeds, fetches, targets: counted.reduce((sum, [, { data }]) => sum + data.length, 0) };
    prepared.set(key, made);
    return made;
  };

  const closeOldest = async (): Promise<void> => {
    const [oldest] = prepared;
    if (oldest === undefined) return;
    prepared.delete(oldest[0]);
    await (await oldest[1].session).close();
  };

  const fillMasks = ({ graph, masks }: Prepared, number: number): void => {
    for (const { name, rate } of graph.masks) {
      fillDropoutMask((masks[name] as Tensor<'float32'>).data, rate, { seed, step: number, layer: name });
    }
  };

  return {
    async run(batch, number) {
      if (prepared.size === 0 && provider === 'cpu') block = await channelBlock();
      const ready = prepare(batch);
      if (prepared.size > MOST_SESSIONS) await closeOldest();
      const { session, feeds, fetches, targets } = ready;
      fillMasks(ready, number);
      await (await session).run(Object.assign(feeds, featuresByName(batch.x), targetsByName(batch.y)), fetches);
      return {
        loss: lossOut.data[0] as number,
        correct: targets > 0 ? (correctOut.data[0] as number) : undefined,
        targets,
      };
    },
    inspect(batch, number) {
      const ready = prepare(batch);
      fillMasks(ready, number);
      return {
        graph: ready.graph,
        feeds: { ...weights.inputs, ...ready.masks, ...featuresByName(batch.x), ...targetsByName(batch.y) },
      };
    },
    async close() {
      const sessions = await Promise.allSettled([...prepared.values()].map(({ session }) => session));
      prepared.clear();
      for (const session of sessions) if (session.status === 'fulfilled') await session.value.close();
    },
  };
}
