/** @file com.microsoft.nchwc.MaxPool: the largest element of every window of a blocked image, of windows that lie side by side. */

import type { GraphBuilder } from '../../graph/builder.ts';
import type { KnownValue } from '../../graph/known.ts';
import { int64s } from '../../tensor/make.ts';
import { defineOp } from '../define.ts';
import { poolAttributes } from '../windows.ts';
import { BLOCKED, requireBlock, sizesOf } from './layout.ts';

export const BlockedMaxPool = defineOp({
  type: 'MaxPool',
  domain: BLOCKED,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: poolAttributes,
  infer: ({ X }, { kernel_shape = [] }) => ({
    Y: { dtype: X.dtype, shape: X.shape.map((size, axis) => (axis < 2 ? size : (size as number) / (kernel_shape[axis - 2] as number))) },
  }),
  // Place by place in the order of a window: what is left of dY goes to a place that holds the maximum, the rest is handed on.
  //     dX₁ = [X₁ = Y] · dY,    dX₂ = [X₂ = Y] · (dY − dX₁),    …    the last takes what is left
  grad: (g, { X, Y, dY }, { kernel_shape = [] }) => ({ X: () => unpool(g, X, Y, dY, kernel_shape as readonly [number, number]) }),
  samples: [],
});

function unpool(g: GraphBuilder, X: KnownValue, Y: KnownValue, dY: KnownValue, [rows, columns]: readonly [number, number]): KnownValue {
  const b = requireBlock(g);
  const [N, C, H, W] = sizesOf(Y);
  const strips = (N * C * H) / b;
  const image = g.reshape(X, [strips, rows, W, columns, b]);
  const maxima = g.reshape(Y, [strips, 1, W, 1, b]);
  let rest = g.reshape(dY, [strips, 1, W, 1, b]);
  const place = (row: number, column: number): KnownValue => {
    if (row === rows - 1 && column === columns - 1) return rest;
    const bounds = [
      [row, column],
      [row + 1, column + 1],
      [1, 3],
    ];
    const here = g.one('Slice', [image, ...bounds.map((each) => g.constant(int64s(each)))]);
    const share = g.mul(g.cast(g.equal(here, maxima), X.type.dtype), rest);
    rest = g.sub(rest, share);
    return share;
  };
  const along = (count: number, of: (i: number) => KnownValue): KnownValue[] => Array.from({ length: count }, (_, i) => of(i));
  const lines = along(rows, (row) =>
    g.concat(
      along(columns, (column) => place(row, column)),
      3,
    ),
  );
  return g.reshapeLike(g.concat(lines, 1), X);
}
