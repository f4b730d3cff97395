/**
 * @file GroupNorm (Wu & He 2018): y = (x − mean) / √(variance + ε) · scale + offset, with the statistics of a row's groups of channels.
 *
 * InstanceNorm (Ulyanov et al. 2016) has one group a channel. Channels are axis 1 of images, features the last axis of everything else.
 */

import { productOfDims } from '../graph/dims.ts';
import type { KnownValue } from '../graph/known.ts';
import { initialisers } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { channelAxis, knownSize, requireCount, requireDivisor } from './sizes.ts';

export interface GroupNormOptions {
  /** A divisor of the number of channels. */
  readonly groups: number;
  /** 1e-5 unless said otherwise. */
  readonly epsilon?: number;
}

export function groupNorm({ groups, epsilon = 1e-5 }: GroupNormOptions): Layer {
  requireCount('groupNorm', 'groups', groups);
  return normalisation('groupNorm', () => groups, epsilon);
}

export interface InstanceNormOptions {
  /** 1e-5 unless said otherwise. */
  readonly epsilon?: number;
}

export function instanceNorm({ epsilon = 1e-5 }: InstanceNormOptions = {}): Layer {
  return normalisation('instanceNorm', (channels) => channels, epsilon);
}

function normalisation(kind: string, groupsOf: (channels: number) => number, epsilon: number): Layer {
  return {
    kind,
    build({ g, name, parameter }, x) {
      const axis = channelAxis(name, x);
      const channels = knownSize(name, x, axis);
      const groups = groupsOf(channels);
      requireDivisor(name, 'channels', channels, 'groups', groups);
      const scale = parameter('scale', [channels], initialisers.constant(1));
      const offset = parameter('offset', [channels], initialisers.zeros());
      // [batch, channels, …], whichever way round the features lie; then [batch, groups, channels / groups, places]
      const turned = (value: KnownValue): KnownValue => (axis === 2 ? g.transpose(value, [0, 2, 1]) : value);
      const first = turned(x);
      const [batch = 'batch', , ...rest] = first.type.shape;
      const places = productOfDims(rest);
      const parts = g.reshape(first, [batch, groups, channels / groups, typeof places === 'number' ? places : -1]);
      const centred = g.sub(parts, g.reduceMean(parts, [2, 3], true));
      const variance = g.reduceMean(g.mul(centred, centred), [2, 3], true);
      const beside = (value: KnownValue): KnownValue => g.reshape(value, [1, groups, channels / groups, 1]);
      const normal = g.div(centred, g.sqrt(g.add(variance, epsilon)));
      return turned(g.reshapeLike(g.add(g.mul(normal, beside(scale)), beside(offset)), first));
    },
  };
}
