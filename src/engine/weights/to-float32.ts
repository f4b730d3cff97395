/** @file A model in 16-bit floats as one in float32: what training such a model begins with. */

import { convertFloats } from '../graph/convert-floats.ts';
import type { Model } from '../graph/graph.ts';
import { asFloat32 } from '../tensor/float16.ts';

/**
 * The model with every `float16` and `bfloat16` tensor in float32: parameters keep their values exactly, inputs and outputs become float32, and
 * gradients are those of float32. Differentiated as it is, a float16 model has gradients in float16, which round to three digits and
 * vanish below 6e-8.
 */
export function toFloat32(model: Model): Model {
  return convertFloats(model, { from: ['float16', 'bfloat16'], to: 'float32', tensor: (tensor) => asFloat32(tensor) ?? tensor });
}
