/**
 * @file Transposed convolution: every value is spread through the kernel, which makes images and sequences larger by the stride.
 *
 * W is [channels, filters / groups, …kernel] as in PyTorch. With `same` the output is the input's size times the stride, as in Keras; with
 * numbers it is (size − 1) · stride − 2 · padding + dilation · (kernel − 1) + outputPadding + 1, as in PyTorch.
 */

import type { ActivationName } from './activations.ts';
import { defaultInitialiser } from './dense.ts';
import { type Fans, type Initialiser, initialisers } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { knownSize, requireCount, requireDivisor } from './sizes.ts';
import { channelsFirst, type Padding, type PerAxis, type Places, perAxis, requirePadding, type Window } from './windows.ts';

export interface ConvTransposeOptions {
  readonly filters: number;
  /** Side of the kernel, or one for each axis. */
  readonly kernel: PerAxis;
  /** 1 unless said otherwise. */
  readonly stride?: PerAxis;
  /** 1 unless said otherwise. */
  readonly dilation?: PerAxis;
  /** 1 unless said otherwise. */
  readonly groups?: number;
  /** `same` unless said otherwise. */
  readonly padding?: Padding;
  /** More at the end of every axis, where the padding is given in numbers; 0 unless said otherwise. */
  readonly outputPadding?: PerAxis;
  /** None unless said otherwise. */
  readonly activation?: ActivationName;
  /** False leaves the bias out. */
  readonly bias?: boolean;
  /** Of W; He's uniform before a relu, else Glorot's. The bias begins at 0. */
  readonly initialiser?: Initialiser;
}

export const convTranspose1d = (options: ConvTransposeOptions): Layer => transposed('convTranspose1d', 1, options);
export const convTranspose2d = (options: ConvTransposeOptions): Layer => transposed('convTranspose2d', 2, options);

function transposed(kind: string, places: Places, options: ConvTransposeOptions): Layer {
  const { filters, groups = 1, padding = 'same', activation, bias = true } = options;
  const { initialiser = defaultInitialiser(activation, fansOf) } = options;
  requireCount(kind, 'filters', filters);
  requireCount(kind, 'groups', groups);
  requireDivisor(kind, 'filters', filters, 'groups', groups);
  const kernel = perAxis(kind, 'kernel', options.kernel, places);
  const stride = perAxis(kind, 'stride', options.stride ?? 1, places);
  const dilation = perAxis(kind, 'dilation', options.dilation ?? 1, places);
  const extra = perAxis(kind, 'outputPadding', options.outputPadding ?? 0, places, 0);
  requirePadding(kind, padding, places);
  const { pads, output_padding } = cut(kind, padding, { kernel, stride, dilation }, extra);
  return {
    kind,
    build({ g, name, parameter, activate }, x) {
      const y = channelsFirst(g, name, x, places, (images) => {
        const channels = knownSize(name, images, 1);
        requireDivisor(name, 'channels', channels, 'groups', groups);
        const W = parameter('W', [channels, filters / groups, ...kernel], initialiser);
        const b = bias ? parameter('b', [filters], initialisers.zeros()) : undefined;
        return g.one('ConvTranspose', [images, W, b], { strides: stride, dilations: dilation, group: groups, pads, output_padding });
      });
      return activate(activation, y);
    },
  };
}

/** What is cut off the ends, or added to the last one. */
function cut(kind: string, padding: Padding, { kernel, stride, dilation }: Window, extra: readonly number[]) {
  if (padding === 'valid') return { pads: new Array<number>(2 * kernel.length).fill(0), output_padding: extra };
  if (padding !== 'same') {
    const own = perAxis(kind, 'padding', padding, kernel.length as Places, 0);
    return { pads: [...own, ...own], output_padding: extra };
  }
  const over = kernel.map((size, axis) => (size - 1) * (dilation[axis] as number) + 1 - (stride[axis] as number));
  const totals = over.map((total) => Math.max(0, total));
  return {
    pads: [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))],
    output_padding: over.map((total) => Math.max(0, -total)),
  };
}

/** W is laid out the other way round than a convolution's. */
const fansOf: Fans = ([channels = 1, filters = 1, ...kernel]) => {
  const area = kernel.reduce((product, size) => product * size, 1);
  return { fanIn: channels * area, fanOut: filters * area };
};
