/**
 * @file BatchNorm (Ioffe & Szegedy 2015): y = (x − mean) / √(variance + ε) · scale + offset, for each feature or channel.
 *
 * In training the statistics are those of the batch, and the running ones follow, as in PyTorch:
 *
 *     running mean     ← (1 − momentum) · running mean + momentum · mean
 *     running variance ← (1 − momentum) · running variance + momentum · variance · n / (n − 1)        n: values of a feature in the batch
 *
 * The saved model, validation included, uses the running statistics. (Keras' momentum is 1 − this one, and its running variance has no n / (n − 1).)
 * Channels are axis 1 of images, features the last axis of everything else.
 */

import { MoatError } from '../errors.ts';
import { isStatic, showType } from '../graph/dims.ts';
import type { KnownValue } from '../graph/known.ts';
import { product } from '../tensor/shape.ts';
import { initialisers } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { channelAxis, knownSize, requireRange } from './sizes.ts';

export interface BatchNormOptions {
  /** How far the running statistics move towards those of a batch; 0.1 unless said otherwise. */
  readonly momentum?: number;
  /** 1e-5 unless said otherwise. */
  readonly epsilon?: number;
}

export function batchNorm({ momentum = 0.1, epsilon = 1e-5 }: BatchNormOptions = {}): Layer {
  requireRange('batchNorm', 'momentum', momentum, momentum > 0 && momentum <= 1, 'above 0 and at most 1');
  return {
    kind: 'batchNorm',
    build({ g, name, isTraining, parameter, state }, x) {
      const axis = channelAxis(name, x);
      const size = knownSize(name, x, axis);
      const scale = parameter('scale', [size], initialisers.constant(1));
      const offset = parameter('offset', [size], initialisers.zeros());
      const mean = state('mean', [size], initialisers.zeros());
      const variance = state('variance', [size], initialisers.constant(1));
      // one value a feature, to stand beside x
      const beside = (value: KnownValue): KnownValue =>
        g.reshape(
          value,
          x.type.shape.map((_, i) => (i === axis ? size : 1)),
        );
      if (!isTraining) {
        if (axis === 1) return g.one('BatchNormalization', [x, scale, offset, mean.value, variance.value], { epsilon });
        const factor = g.div(scale, g.sqrt(g.add(variance.value, epsilon)));
        return g.add(g.mul(g.sub(x, mean.value), factor), offset);
      }
      const axes = x.type.shape.map((_, i) => i).filter((i) => i !== axis);
      const n = countIn(name, x, size);
      const batchMean = g.reduceMean(x, axes, true);
      const centred = g.sub(x, batchMean);
      const batchVariance = g.reduceMean(g.mul(centred, centred), axes, true);
      const follow = (running: KnownValue, batch: KnownValue, share: number): KnownValue =>
        g.add(g.mul(running, 1 - momentum), g.mul(g.reshape(batch, [size]), share));
      mean.become(follow(mean.value, batchMean, momentum));
      variance.become(follow(variance.value, batchVariance, (momentum * n) / (n - 1)));
      return g.add(g.mul(centred, g.div(beside(scale), g.sqrt(g.add(batchVariance, epsilon)))), beside(offset));
    },
  };
}

/** How many values of each feature there are. @throws MoatError `LAYER_BATCH_OF_ONE` */
function countIn(layer: string, x: KnownValue, size: number): number {
  const { shape } = x.type;
  if (!isStatic(shape)) throw new Error(`internal: ${layer} trains on a batch of unknown size`);
  const count = product(shape) / size;
  if (count > 1) return count;
  throw new MoatError(`${layer} cannot normalise ${showType(x.type)}`, {
    code: 'LAYER_BATCH_OF_ONE',
    why: 'a batch of one row has one value of each feature, which has no variance',
    fix: 'choose a batch size that leaves no remainder of one row, or dropRemainder: true in batchesOf',
  });
}
