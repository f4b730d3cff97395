/** @file Reshape: the same elements under another shape; 0 copies a size, −1 is worked out. */

import { MoatError } from '../errors.ts';
import { int } from '../graph/attributes.ts';
import { divideDims, factorsOf, productOfDims, showType, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known } from '../graph/known.ts';
import { int64s } from '../tensor/make.ts';
import { defineOp } from './define.ts';

export const Reshape = defineOp({
  type: 'Reshape',
  inputs: ['data', 'shape'],
  outputs: ['reshaped'],
  attributes: { allowzero: int(0) },
  noGrad: ['shape'],
  infer: ({ data, shape }, { allowzero }) => ({ reshaped: { dtype: data.dtype, shape: target(data, shape, allowzero === 1) } }),
  contents: ({ data }) => data.contents,
  // d data = d reshaped, in the shape of data
  grad: (g, { data, dreshaped }) => ({ data: () => g.reshapeLike(dreshaped, data) }),
  samples: [
    { data: [2, 3, 2], shape: int64s([3, 4]) },
    { data: [2, 3, 2], shape: int64s([0, -1]) },
  ],
});

function target(data: Known, shape: Known, allowZero: boolean): Dim[] | undefined {
  if (shape.contents === undefined) {
    const [rank] = shape.shape;
    return typeof rank === 'number' ? new Array<Dim>(rank).fill(unknownDim) : undefined;
  }
  const sizes = shape.contents.map((size, axis) => (size === 0 && !allowZero ? (data.shape[axis] ?? 0) : size));
  const open = sizes.indexOf(-1);
  if (open === -1) {
    const [have, want] = [productOfDims(data.shape), productOfDims(sizes)];
    if (typeof have === 'number' && typeof want === 'number' && have !== want) throw mismatch(data, sizes);
    return sizes;
  }
  const others = sizes.filter((_, axis) => axis !== open);
  return sizes.map((size, axis) => (axis === open ? workOut(data, sizes, others) : size));
}

/** The size that is left over. Sizes that stand on both sides cancel, so a named batch stays a name. */
function workOut(data: Known, sizes: readonly Dim[], others: readonly Dim[]): Dim {
  const left = data.shape.flatMap(factorsOf);
  const over: Dim[] = [];
  for (const size of others.flatMap(factorsOf)) {
    const at = left.indexOf(size);
    if (at === -1) over.push(size);
    else left.splice(at, 1);
  }
  const [have, rest] = [productOfDims(left), productOfDims(over)];
  if (typeof have === 'number' && typeof rest === 'number' && (rest === 0 ? have !== 0 : have % rest !== 0)) throw mismatch(data, sizes);
  const names = left.filter((dim) => typeof dim === 'string');
  const number = productOfDims(left.filter((dim) => typeof dim === 'number'));
  if (names.length > 0 && typeof rest === 'number' && typeof number === 'number' && rest > 0 && number % rest === 0) {
    return productOfDims([...names, number / rest]);
  }
  return divideDims(have, rest);
}

function mismatch(data: Known, sizes: readonly Dim[]): MoatError {
  return new MoatError(`${showType(data)} cannot take the shape [${sizes.join(', ')}]`, {
    code: 'SHAPE_RESHAPE',
    why: `it has ${productOfDims(data.shape)} elements`,
    fix: 'choose sizes with that product, or leave one of them as −1',
  });
}
