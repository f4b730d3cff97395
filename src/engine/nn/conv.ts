/**
 * @file Convolution (cross-correlation) over sequences [batch, time, features], images [batch, channels, height, width] and volumes.
 *
 * W is [filters, channels / groups, …kernel] as in PyTorch. Depthwise convolution has one group for each channel, with `multiplier` filters in each.
 */

import type { ActivationName } from './activations.ts';
import { defaultInitialiser } from './dense.ts';
import { type Initialiser, initialisers } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { knownSize, requireCount, requireDivisor } from './sizes.ts';
import { channelsFirst, type Padding, type PerAxis, type Places, padsOf, perAxis, requirePadding } from './windows.ts';

interface KernelOptions {
  /** Side of the kernel, or one for each axis. */
  readonly kernel: PerAxis;
  /** 1 unless said otherwise. */
  readonly stride?: PerAxis;
  /** Places between the elements of the kernel, counted from one to the next; 1 unless said otherwise. */
  readonly dilation?: PerAxis;
  /** `same` unless said otherwise. */
  readonly padding?: Padding;
  /** None unless said otherwise. */
  readonly activation?: ActivationName;
  /** False leaves the bias out, as before a normalisation. */
  readonly bias?: boolean;
  /** Of W; He's uniform before a relu, else Glorot's. The bias begins at 0. */
  readonly initialiser?: Initialiser;
}

export interface ConvLayerOptions extends KernelOptions {
  readonly filters: number;
  /** Parts of the channels that do not see each other; 1 unless said otherwise. */
  readonly groups?: number;
}

export interface DepthwiseConvOptions extends KernelOptions {
  /** Filters of each channel; 1 unless said otherwise. */
  readonly multiplier?: number;
}

export const conv1d = (options: ConvLayerOptions): Layer => convolution('conv1d', 1, options);
export const conv2d = (options: ConvLayerOptions): Layer => convolution('conv2d', 2, options);
export const conv3d = (options: ConvLayerOptions): Layer => convolution('conv3d', 3, options);
export const depthwiseConv1d = (options: DepthwiseConvOptions): Layer => depthwise('depthwiseConv1d', 1, options);
export const depthwiseConv2d = (options: DepthwiseConvOptions): Layer => depthwise('depthwiseConv2d', 2, options);

function convolution(kind: string, places: Places, { filters, groups = 1, ...options }: ConvLayerOptions): Layer {
  requireCount(kind, 'filters', filters);
  requireCount(kind, 'groups', groups);
  requireDivisor(kind, 'filters', filters, 'groups', groups);
  return build(kind, places, options, (channels, name) => {
    requireDivisor(name, 'channels', channels, 'groups', groups);
    return { filters, groups };
  });
}

function depthwise(kind: string, places: Places, { multiplier = 1, ...options }: DepthwiseConvOptions): Layer {
  requireCount(kind, 'multiplier', multiplier);
  return build(kind, places, options, (channels) => ({ filters: channels * multiplier, groups: channels }));
}

function build(
  kind: string,
  places: Places,
  options: KernelOptions,
  sizesFor: (channels: number, name: string) => { filters: number; groups: number },
): Layer {
  const { padding = 'same', activation, bias = true, initialiser = defaultInitialiser(activation) } = options;
  const kernel = perAxis(kind, 'kernel', options.kernel, places);
  const stride = perAxis(kind, 'stride', options.stride ?? 1, places);
  const dilation = perAxis(kind, 'dilation', options.dilation ?? 1, places);
  requirePadding(kind, padding, places);
  return {
    kind,
    build({ g, name, parameter, activate }, x) {
      const y = channelsFirst(g, name, x, places, (images) => {
        const channels = knownSize(name, images, 1);
        const { filters, groups } = sizesFor(channels, name);
        const W = parameter('W', [filters, channels / groups, ...kernel], initialiser);
        const b = bias ? parameter('b', [filters], initialisers.zeros()) : undefined;
        const pads = padsOf(name, padding, images, { kernel, stride, dilation });
        const spread = dilation.some((size) => size > 1) ? { dilations: dilation } : {};
        return g.conv(images, W, b, { strides: stride, pads, ...spread, ...(groups > 1 && { group: groups }) });
      });
      return activate(activation, y);
    },
  };
}
