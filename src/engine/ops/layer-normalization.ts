/** @file LayerNormalization: Y = (X − mean) / √(variance + ε) · Scale + B over the axes from `axis` on. */

import { float, int } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { axisOf } from '../graph/dims.ts';
import type { KnownValue } from '../graph/known.ts';
import { defineOp } from './define.ts';
import { countOf } from './reductions.ts';
import { like } from './rules.ts';
import { sumTo } from './sum-to.ts';

export const LayerNormalization = defineOp({
  type: 'LayerNormalization',
  inputs: ['X', 'Scale', 'B?'],
  outputs: ['Y', 'Mean?', 'InvStdDev?'],
  attributes: { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) },
  infer({ X }, { axis, stash_type }) {
    const first = axisOf(axis, X.shape.length);
    const statistic = { dtype: stash_type === 1 ? ('float32' as const) : X.dtype, shape: X.shape.map((dim, i) => (i < first ? dim : 1)) };
    return { Y: like(X), Mean: statistic, InvStdDev: statistic };
  },
  // With x̂ = (X − mean) · r, r = 1/√(variance + ε), and G = dY · Scale:
  // dX = r · (G − mean(G) − x̂ · mean(G · x̂)) + (dMean − dr · r² · x̂) / n, dScale = Σ dY · x̂, dB = Σ dY
  // The statistics have gradients of their own when these formulas, which read them, are differentiated again.
  grad: (g, { X, Scale, B, dY, dMean, dInvStdDev }, attributes) => {
    const first = axisOf(attributes.axis, X.type.shape.length);
    const axes = X.type.shape.map((_, i) => i).slice(first);
    return {
      X() {
        const { normalized, r } = statistics(g, X, Scale, B, attributes);
        const G = g.mul(dY, Scale);
        const centred = g.sub(G, g.reduceMean(G, axes, true));
        const dX = g.mul(r, g.sub(centred, g.mul(normalized, g.reduceMean(g.mul(G, normalized), axes, true))));
        const [byMeans, byDeviations] = [dMean, dInvStdDev].map((by) => by && g.cast(by, X.type.dtype));
        const byMean = byMeans && g.div(byMeans, countOf(g, byMeans, X));
        const byDeviation = byDeviations && g.mul(g.div(g.mul(byDeviations, g.mul(r, r)), countOf(g, byDeviations, X)), normalized);
        return [dX, byMean, byDeviation && g.neg(byDeviation)].filter((part) => part !== undefined).reduce((a, b) => g.add(a, b));
      },
      Scale: () => sumTo(g, g.mul(dY, statistics(g, X, Scale, B, attributes).normalized), Scale),
      B: () => sumTo(g, dY, B ?? Scale),
    };
  },
  samples: [
    { X: [2, 3, 4], Scale: [4], B: [4], opset: 17 },
    { X: [2, 3, 4], Scale: [3, 4], attributes: { axis: 1, epsilon: 1e-3 }, opset: 17 },
  ],
});

/**
 * The forward node asked once more, with its statistics; equal nodes become one afterwards. They are float32, so those of float64 are worked
 * out here.
 */
function statistics(
  g: GraphBuilder,
  X: KnownValue,
  Scale: KnownValue,
  B: KnownValue | undefined,
  attributes: { readonly axis: number; readonly epsilon: number; readonly stash_type: number },
): { normalized: KnownValue; r: KnownValue } {
  if (X.type.dtype === 'float64') {
    const axes = X.type.shape.map((_, i) => i).slice(axisOf(attributes.axis, X.type.shape.length));
    const centred = g.sub(X, g.reduceMean(X, axes, true));
    const r = g.reciprocal(g.sqrt(g.add(g.reduceMean(g.mul(centred, centred), axes, true), attributes.epsilon)));
    return { normalized: g.mul(centred, r), r };
  }
  const [, mean, r] = g.op('LayerNormalization', [X, Scale, B], attributes, { outputs: 3 }) as [KnownValue, KnownValue, KnownValue];
  const [m, deviation] = [g.cast(mean, X.type.dtype), g.cast(r, X.type.dtype)];
  return { normalized: g.mul(g.sub(X, m), deviation), r: deviation };
}
