/** @file Conv2d: cross-correlation over images as [batch, channels, height, width], with W as [filters, channels, kernel, kernel]. */

import type { ActivationName } from './activations.ts';
import { defaultInitialiser } from './dense.ts';
import { type Initialiser, initialisers } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { knownSize, requireCount, requireRank } from './sizes.ts';

export interface Conv2dOptions {
  readonly filters: number;
  /** Side of the square kernel. */
  readonly kernel: number;
  /** 1 unless said otherwise. */
  readonly stride?: number;
  /** `same` (default) pads with zeros so that stride 1 keeps the size; `valid` does not pad. */
  readonly padding?: 'same' | 'valid';
  /** None unless said otherwise. */
  readonly activation?: ActivationName;
  /** Of W; He's uniform before a relu, else Glorot's. The bias begins at 0. */
  readonly initialiser?: Initialiser;
}

export function conv2d(options: Conv2dOptions): Layer {
  const { filters, kernel, stride = 1, padding = 'same', activation, initialiser = defaultInitialiser(activation) } = options;
  requireCount('conv2d', 'filters', filters);
  requireCount('conv2d', 'kernel', kernel);
  requireCount('conv2d', 'stride', stride);
  return {
    kind: 'conv2d',
    build({ g, name, parameter, activate }, x) {
      requireRank(name, x, 4, '[batch, channels, height, width]');
      const W = parameter('W', [filters, knownSize(name, x, 1), kernel, kernel], initialiser);
      const b = parameter('b', [filters], initialisers.zeros());
      const sizes = [knownSize(name, x, 2), knownSize(name, x, 3)];
      const pads = padding === 'same' ? samePads(sizes, kernel, stride) : [0, 0, 0, 0];
      return activate(activation, g.conv(x, W, b, { strides: [stride, stride], pads }));
    },
  };
}

/** Zeros before and after each axis so that ⌈size / stride⌉ outputs come; an odd one goes to the end. */
function samePads(sizes: readonly number[], kernel: number, stride: number): number[] {
  const totals = sizes.map((size) => Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size));
  return [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))];
}
