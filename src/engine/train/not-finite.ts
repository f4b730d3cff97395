/** @file What went wrong when a loss or a gradient is not a number: the first tensor of the step that is not finite. */

import { MoatError } from '../errors.ts';
import type { Graph, Model } from '../graph/graph.ts';
import { createSession } from '../runtime/session.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface BadStep {
  /** Counts from 1. */
  readonly step: number;
  readonly epoch: number;
  readonly batch: number;
  /** Such as "the loss became NaN". */
  readonly what: string;
}

/** Runs the step once more with every inner value as an output, and names the first in order that is NaN or infinite. */
export async function firstNotFinite(model: Model, feeds: Readonly<Record<string, Tensor>>): Promise<string | undefined> {
  const fed = Object.keys(feeds).find((name) => hasBad(feeds[name] as Tensor));
  if (fed !== undefined) return fed;
  const names = floatResults(model.graph);
  const outputs = names.map((name) => ({ name, type: model.graph.types.get(name) }));
  const known = new Set(model.graph.outputs.map(({ name }) => name));
  const extra = outputs.filter(({ name }) => !known.has(name));
  const session = await createSession({ ...model, graph: { ...model.graph, outputs: [...model.graph.outputs, ...extra] } });
  try {
    const values = await session.run({ ...feeds }, names);
    return names.find((name) => hasBad(values[name] as Tensor));
  } finally {
    await session.close();
  }
}

/** The refusal to go on. `first` is the first tensor that went bad, where it was found. */
export function notFinite({ step, epoch, batch, what }: BadStep, first: string | undefined): MoatError {
  return new MoatError(`training stopped at step ${step}: ${what}`, {
    code: 'TRAIN_NOT_FINITE',
    why: `in epoch ${epoch}, batch ${batch}${first === undefined ? '' : `; the first tensor that is not finite is "${first}"`}`,
    fix: 'lower the learning rate, set clipNorm (1 is common), or look for infinite or missing values in the data; the last checkpoint is good',
  });
}

/** Whether a float tensor holds NaN or an infinity. */
export function hasBad({ dtype, data }: Tensor): boolean {
  return (dtype === 'float32' || dtype === 'float64') && !data.every((value: number) => Number.isFinite(value));
}

/** Names of the float results of nodes, in the order in which they are computed. */
function floatResults(graph: Graph): string[] {
  const outputTypes = new Map(graph.outputs.map(({ name, type }) => [name, type]));
  const isFloat = (name: string): boolean => {
    const dtype = (graph.types.get(name) ?? outputTypes.get(name))?.dtype;
    return dtype === 'float32' || dtype === 'float64';
  };
  return graph.nodes.flatMap((node) => node.outputs).filter((name) => name !== '' && isFloat(name));
}
