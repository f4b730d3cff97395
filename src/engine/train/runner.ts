/** @file Runs batches through the step graph: one session for each shape of batch, fed from the arena and writing into it. */

import type { Loss } from '../nn/losses/index.ts';
import type { Network } from '../nn/network.ts';
import { createSession, type Session } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Arena } from './arena.ts';
import { type Batch, inputsOf, isTensor } from './batches.ts';
import { fillDropoutMask } from './dropout-mask.ts';
import { evaluationGraph, type StepGraph, targetName, trainingGraph } from './step-graph.ts';

export interface RunnerOptions {
  readonly network: Network;
  readonly loss: Loss;
  readonly arena: Arena;
  readonly seed: number;
  readonly threads: number | undefined;
}

export interface BatchResult {
  /** Mean over the batch. */
  readonly loss: number;
  /** Right predictions; undefined for a loss that counts none. */
  readonly correct: number | undefined;
}

export interface Runner {
  /** Loss of one batch; when training, its gradients are in the arena afterwards. `step` keys the dropout masks. */
  run(batch: Batch, step: number): Promise<BatchResult>;
  /** The graph and the feeds of a run, to look inside. */
  inspect(batch: Batch, step: number): { readonly graph: StepGraph; readonly feeds: Readonly<Record<string, Tensor>> };
  close(): Promise<void>;
}

/** A runner that also computes gradients. */
export function trainingRunner(options: RunnerOptions): Runner {
  return createRunner(options, trainingGraph, options.arena.gradients);
}

/** A runner of the loss alone, as the saved model will be: without dropout. */
export function evaluationRunner(options: RunnerOptions): Runner {
  return createRunner(options, evaluationGraph, {});
}

/** Batches of one size and a remainder need two; sequences of varying length need more, the oldest of which are closed. */
const MOST_SESSIONS = 8;

interface Prepared {
  readonly graph: StepGraph;
  readonly session: Promise<Session>;
  readonly masks: Readonly<Record<string, Tensor<'float32'>>>;
}

function createRunner(
  { network, loss, arena, seed, threads }: RunnerOptions,
  graphOf: (network: Network, loss: Loss, batch: Batch) => StepGraph,
  gradients: Arena['gradients'],
): Runner {
  const prepared = new Map<string, Prepared>();
  const lossOut = tensorOf('float32', []);
  const correctOut = tensorOf('float32', []);
  const gradientsOut = Object.fromEntries(Object.entries(gradients).map(([name, tensor]) => [`grad:${name}`, tensor]));

  const prepare = (batch: Batch): Prepared => {
    const key = [...inputsOf(batch.x), batch.y].map(({ dtype, shape }) => `${dtype}[${shape}]`).join();
    const known = prepared.get(key);
    if (known !== undefined) return known;
    const graph = graphOf(network, loss, batch);
    const masks = Object.fromEntries(graph.masks.map(({ name, shape }) => [name, tensorOf('float32', shape)]));
    const session = createSession(graph.model, threads === undefined ? {} : { threads });
    const made = { graph, session, masks };
    prepared.set(key, made);
    return made;
  };

  const closeOldest = async (): Promise<void> => {
    const [oldest] = prepared;
    if (prepared.size <= MOST_SESSIONS || oldest === undefined) return;
    prepared.delete(oldest[0]);
    await (await oldest[1].session).close();
  };

  const feed = ({ graph, masks }: Prepared, { x, y }: Batch, step: number): Record<string, Tensor> => {
    for (const { name, rate } of graph.masks) fillDropoutMask((masks[name] as Tensor<'float32'>).data, rate, { seed, step, layer: name });
    return { ...arena.parameters, ...masks, ...(isTensor(x) ? { x } : x), [targetName]: y };
  };

  return {
    async run(batch, step) {
      const ready = prepare(batch);
      await closeOldest();
      const { countsCorrect } = ready.graph;
      const fetches = { loss: lossOut, ...(countsCorrect && { correct: correctOut }), ...gradientsOut };
      await (await ready.session).run(feed(ready, batch, step), fetches);
      return { loss: lossOut.data[0] as number, correct: countsCorrect ? (correctOut.data[0] as number) : undefined };
    },
    inspect(batch, step) {
      const ready = prepare(batch);
      return { graph: ready.graph, feeds: feed(ready, batch, step) };
    },
    async close() {
      const sessions = await Promise.allSettled([...prepared.values()].map(({ session }) => session));
      prepared.clear();
      for (const session of sessions) if (session.status === 'fulfilled') await session.value.close();
    },
  };
}
