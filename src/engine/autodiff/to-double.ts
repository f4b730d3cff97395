/** @file A model computed in float64 instead of float32: what the gradient checker measures with. */

import { convertFloats } from '../graph/convert-floats.ts';
import type { Model } from '../graph/graph.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The same model with every float32 tensor widened. The runtime lacks float64 kernels for some operators and then refuses it. */
export function toDouble(model: Model): Model {
  return convertFloats(model, { from: ['float32'], to: 'float64', tensor: toDoubleTensor });
}

export function toDoubleTensor(tensor: Tensor): Tensor {
  return tensor.dtype === 'float32' ? { dtype: 'float64', shape: tensor.shape, data: Float64Array.from(tensor.data) } : tensor;
}
