/** @file Formulas that several fused operators of ONNX Runtime share. */

import type { GraphBuilder } from '../../graph/builder.ts';
import { axisOf } from '../../graph/dims.ts';
import type { KnownValue } from '../../graph/known.ts';

/** x · Φ(x), Φ = ½(1 + erf(x/√2)) the normal distribution function */
export function gelu(g: GraphBuilder, x: KnownValue): KnownValue {
  return g.mul(g.mul(x, 0.5), g.add(g.erf(g.mul(x, Math.SQRT1_2)), 1));
}

/** ½x(1 + tanh(√(2/π)(x + 0.044715x³))) */
export function fastGelu(g: GraphBuilder, x: KnownValue): KnownValue {
  const inner = g.mul(g.add(x, g.mul(g.mul(g.mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return g.mul(g.mul(x, 0.5), g.add(g.tanh(inner), 1));
}

/** x / √(mean of x² + ε) · scale over the axes from `axis` on */
export function rmsNorm(g: GraphBuilder, x: KnownValue, scale: KnownValue, epsilon: number, axis = -1): KnownValue {
  const axes = x.type.shape.map((_, i) => i).slice(axisOf(axis, x.type.shape.length));
  return g.mul(g.div(x, g.sqrt(g.add(g.reduceMean(g.mul(x, x), axes, true), epsilon))), scale);
}

/** The sum of those that are given. */
export function sumOf(g: GraphBuilder, ...values: readonly (KnownValue | undefined)[]): KnownValue {
  return values.filter((value) => value !== undefined).reduce((a, b) => g.add(a, b));
}
