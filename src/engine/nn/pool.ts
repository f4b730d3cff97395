/** @file Pooling: the largest value or the mean of each window, over sequences [batch, time, features], images and volumes. */

import type { Layer } from './layer.ts';
import { channelsFirst, type Padding, type PerAxis, type Places, padsOf, perAxis, requirePadding } from './windows.ts';

export interface PoolOptions {
  /** Side of the window, or one for each axis; 2 unless said otherwise. */
  readonly size?: PerAxis;
  /** The size unless said otherwise: windows do not overlap. */
  readonly stride?: PerAxis;
  /** `valid` unless said otherwise: windows that would reach over the edge are left out. Padding is never the largest and does not count in a mean. */
  readonly padding?: Padding;
}

export const maxPool1d = (options: PoolOptions = {}): Layer => pool('maxPool1d', 'MaxPool', 1, options);
export const maxPool2d = (options: PoolOptions = {}): Layer => pool('maxPool2d', 'MaxPool', 2, options);
export const maxPool3d = (options: PoolOptions = {}): Layer => pool('maxPool3d', 'MaxPool', 3, options);
export const averagePool1d = (options: PoolOptions = {}): Layer => pool('averagePool1d', 'AveragePool', 1, options);
export const averagePool2d = (options: PoolOptions = {}): Layer => pool('averagePool2d', 'AveragePool', 2, options);
export const averagePool3d = (options: PoolOptions = {}): Layer => pool('averagePool3d', 'AveragePool', 3, options);

function pool(kind: string, opType: 'MaxPool' | 'AveragePool', places: Places, options: PoolOptions): Layer {
  const { size = 2, stride = size, padding = 'valid' } = options;
  const kernel_shape = perAxis(kind, 'size', size, places);
  const strides = perAxis(kind, 'stride', stride, places);
  requirePadding(kind, padding, places);
  return {
    kind,
    build({ g, name }, x) {
      return channelsFirst(g, name, x, places, (images) => {
        const pads = padsOf(name, padding, images, { kernel: kernel_shape, stride: strides, dilation: kernel_shape.map(() => 1) });
        return g.one(opType, [images], { kernel_shape, strides, ...(pads.some((pad) => pad > 0) && { pads }) });
      });
    },
  };
}
