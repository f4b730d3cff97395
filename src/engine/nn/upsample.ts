/** @file Upsampling: sequences, images and volumes made larger by whole factors, by repeating or by linear interpolation. */

import { tensorOf } from '../tensor/make.ts';
import type { Layer } from './layer.ts';
import { channelsFirst, type PerAxis, type Places, perAxis } from './windows.ts';

export interface UpsampleOptions {
  /** 2 unless said otherwise, or one for each axis. */
  readonly factor?: PerAxis;
  /** `nearest` (unless said otherwise) repeats; `linear` interpolates between the middles of the old places, as PyTorch without align_corners. */
  readonly mode?: 'nearest' | 'linear';
}

export const upsample1d = (options: UpsampleOptions = {}): Layer => upsample('upsample1d', 1, options);
export const upsample2d = (options: UpsampleOptions = {}): Layer => upsample('upsample2d', 2, options);
export const upsample3d = (options: UpsampleOptions = {}): Layer => upsample('upsample3d', 3, options);

function upsample(kind: string, places: Places, { factor = 2, mode = 'nearest' }: UpsampleOptions): Layer {
  const factors = perAxis(kind, 'factor', factor, places);
  const how =
    mode === 'nearest'
      ? { mode, coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
      : { mode, coordinate_transformation_mode: 'half_pixel' };
  return {
    kind,
    build({ g, name }, x) {
      const scales = g.constant(tensorOf('float32', [places + 2], [1, 1, ...factors]));
      return channelsFirst(g, name, x, places, (images) => g.one('Resize', [images, undefined, scales], how));
    },
  };
}
