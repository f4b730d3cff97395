/** @file The public gradient checker: what `differentiate` says against central differences of the model itself. */

import type { Model } from '../graph/graph.ts';
import { createSession, type Session } from '../runtime/session.ts';
import { isFloat } from '../tensor/make.ts';
import { createRandom, type Random } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { asInputs } from './as-inputs.ts';
import { differentiate } from './differentiate.ts';
import { toDouble, toDoubleTensor } from './to-double.ts';

export interface CheckGradientsOptions {
  /** As in `differentiate`; a loss that is not a scalar is summed. */
  readonly loss: string;
  readonly wrt: readonly string[];
  /** Values of the graph's inputs, away from kinks such as ReLU's at 0. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Seed of the directions; 1 by default. */
  readonly seed?: number;
}

/** One gradient along one random direction v: analytic = ⟨gradient, v⟩, numeric = (L(x + hv) − L(x − hv)) / 2h. */
export interface GradientComparison {
  readonly name: string;
  readonly analytic: number;
  readonly numeric: number;
  /** |analytic − numeric| relative to Σ |gradient · v| (or to the numeric value, where that is larger). */
  readonly relativeError: number;
  /** Whether the error is below the tolerance of the precision used: 1e-5 in float64, 1e-2 in float32. */
  readonly agrees: boolean;
  /** float64 where the runtime has kernels for it, else float32. */
  readonly precision: 'float64' | 'float32';
}

const settings = {
  float64: { step: 1e-4, tolerance: 1e-5 },
  float32: { step: 1e-2, tolerance: 1e-2 },
} as const;

/** Compares every gradient with a numeric one, each along one random direction. */
export async function checkGradients(model: Model, options: CheckGradientsOptions): Promise<GradientComparison[]> {
  const { loss, wrt, seed = 1 } = options;
  const gradients = differentiate(model, { loss, wrt });
  const { model: open, values } = asInputs(gradients, wrt);
  const withLoss = {
    ...open,
    graph: { ...open.graph, outputs: [...open.graph.outputs.filter(({ name }) => name !== loss), { name: loss, type: undefined }] },
  };
  const inputs = { ...options.inputs, ...values };
  const wide = await createSession(toDouble(withLoss)).catch(() => undefined);
  const session = wide ?? (await createSession(withLoss));
  try {
    const precision = wide === undefined ? 'float32' : 'float64';
    const feeds =
      wide === undefined ? inputs : Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, toDoubleTensor(tensor)]));
    return await compareAll(session, { loss, wrt, feeds, precision, random: createRandom(seed) });
  } finally {
    await session.close();
  }
}

interface Comparison {
  readonly loss: string;
  readonly wrt: readonly string[];
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly precision: 'float64' | 'float32';
  readonly random: Random;
}

async function compareAll(session: Session, { loss, wrt, feeds, precision, random }: Comparison): Promise<GradientComparison[]> {
  const { step, tolerance } = settings[precision];
  const analytic = await session.run(
    feeds,
    wrt.map((name) => `grad:${name}`),
  );
  const lossAt = async (name: string, tensor: Tensor): Promise<number> => {
    const results = await session.run({ ...feeds, [name]: tensor }, [loss]);
    return numbersOf(results[loss] as Tensor).reduce((sum, value) => sum + value, 0);
  };
  const comparisons: GradientComparison[] = [];
  for (const name of wrt) {
    const at = feeds[name] as Tensor;
    const direction = numbersOf(at).map(() => random.uniform() * 2 - 1);
    const products = numbersOf(analytic[`grad:${name}`] as Tensor).map((slope, i) => slope * (direction[i] as number));
    const exact = products.reduce((sum, value) => sum + value, 0);
    const numeric = ((await lossAt(name, moved(at, direction, step))) - (await lossAt(name, moved(at, direction, -step)))) / (2 * step);
    const scale = Math.max(
      products.reduce((sum, value) => sum + Math.abs(value), 0),
      Math.abs(numeric),
      1e-6,
    );
    const relativeError = Math.abs(exact - numeric) / scale;
    comparisons.push({ name, analytic: exact, numeric, relativeError, agrees: relativeError < tolerance, precision });
  }
  return comparisons;
}

/** x + h·v in the tensor's own dtype. */
function moved(tensor: Tensor, direction: readonly number[], step: number): Tensor {
  const data = numbersOf(tensor).map((value, i) => value + step * (direction[i] as number));
  return tensor.dtype === 'float64'
    ? { ...tensor, data: Float64Array.from(data) }
    : ({ ...tensor, data: Float32Array.from(data) } as Tensor);
}

function numbersOf(tensor: Tensor): number[] {
  return isFloat(tensor.dtype) ? Array.from(tensor.data as Float32Array | Float64Array) : [];
}
