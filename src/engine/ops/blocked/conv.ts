/** @file com.microsoft.nchwc.Conv: a convolution of stride 1 in two dimensions on blocked images; with fewer channels than a block, on plain ones. */

import type { GraphBuilder } from '../../graph/builder.ts';
import type { KnownValue } from '../../graph/known.ts';
import { convAttributes, convType, reversed } from '../conv.ts';
import { defineOp } from '../define.ts';
import { padsOf, type Window, windowsOf } from '../windows.ts';
import { correlateBlocked } from './correlate.ts';
import { BLOCKED, inMemory, requireBlock, sizesOf, unblocked } from './layout.ts';

export const BlockedConv = defineOp({
  type: 'Conv',
  domain: BLOCKED,
  inputs: ['X', 'W', 'B?'],
  outputs: ['Y'],
  attributes: convAttributes,
  infer: ({ X, W }, attributes) => ({ Y: convType(X, W, attributes) }),

  // dX: dY convolved with the kernel turned round, its channels and maps swapped; dW: see correlate.ts; dB = Σ over n, p of dY
  grad: (g, { X, W, dY }, attributes) => {
    const windows = windowsOf(sizesOf(W).slice(2), sizesOf(X).slice(2), attributes);
    return {
      X: () => spreadBack(g, W, dY, windows),
      W: () => correlateBlocked(g, X, W, dY, windows),
      B: () => g.reduceSum(g.reshape(g.reduceSum(inMemory(g, dY), [2]), sizesOf(dY).slice(0, 2)), [0]),
    };
  },

  samples: [],
});

function spreadBack(g: GraphBuilder, W: KnownValue, dY: KnownValue, windows: readonly Window[]): KnownValue {
  const b = requireBlock(g);
  const [M, C, h, w] = sizesOf(W);
  const pads = padsOf(
    windows.map((each) => ({ ...each, padBegin: each.kernel - 1 - each.padBegin, padEnd: each.kernel - 1 - each.padEnd })),
  );
  if (C < b) {
    const kernel = reversed(g, g.reshape(g.transpose(g.reshape(W, [M / b, C, h, w, b]), [1, 0, 4, 2, 3]), [C, M, h, w]));
    return g.conv(unblocked(g, dY), kernel, undefined, { pads });
  }
  const swapped = g.transpose(reversed(g, g.reshape(W, [M / b, C / b, h, w, b, b]), 4), [1, 0, 2, 3, 5, 4]);
  return g.one('Conv', [dY, g.reshape(swapped, [C, M, h, w])], { kernel_shape: [h, w], pads }, { domain: BLOCKED });
}
