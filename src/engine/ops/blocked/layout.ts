/**
 * @file The layout of images that the runtime's fastest convolutions work in: channels in blocks of b, which one instruction computes side by side.
 *
 *     image     [N, C, H, W]    lies as    [N, C / b, H, W, b]
 *     kernel    [M, C, h, w]    lies as    [M / b, C / b, h, w, b of C, b of M],    with fewer than b channels as [M / b, C, h, w, b of M]
 *
 * The types of such values say what they mean, [N, C, H, W] and [M, C, h, w]; element-wise operators work on them as on any.
 */

import { MoatError } from '../../errors.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { KnownValue } from '../../graph/known.ts';

/** The domain of the operators that read and write it. b is the machine's: a graph with them runs on such machines only. */
export const BLOCKED = 'com.microsoft.nchwc';

/** b. @throws MoatError `GRADIENT_BLOCKED_LAYOUT` */
export function requireBlock(g: GraphBuilder): number {
  if (g.channelBlock !== undefined) return g.channelBlock;
  throw new MoatError('this model was rewritten for one machine', {
    code: 'GRADIENT_BLOCKED_LAYOUT',
    why: 'its images lie in a layout that depends on the processor, and how wide the blocks are does not stand in the model',
    fix: 'take the model as it was before the runtime optimised it',
  });
}

/** Channels together again. */
export function unblocked(g: GraphBuilder, x: KnownValue): KnownValue {
  return g.one('ReorderOutput', [x], { channels: x.type.shape[1] as number }, { domain: BLOCKED });
}

/** A blocked image as it lies in memory, the places of a channel in one axis: [N, C / b, H · W, b]. */
export function inMemory(g: GraphBuilder, x: KnownValue): KnownValue {
  const b = requireBlock(g);
  const [N, C, H, W] = sizesOf(x);
  return g.reshape(x, [N, C / b, H * W, b]);
}

/** A kernel as it lies, from one in ONNX's order. */
export function blockedKernel(g: GraphBuilder, W: KnownValue): KnownValue {
  const b = requireBlock(g);
  const [M, C, h, w] = sizesOf(W);
  if (C < b) return g.reshape(g.transpose(g.reshape(W, [M / b, b, C, h, w]), [0, 2, 3, 4, 1]), [M, C, h, w]);
  return g.reshape(g.transpose(g.reshape(W, [M / b, b, C / b, b, h, w]), [0, 2, 4, 5, 3, 1]), [M, C, h, w]);
}

/** All four sizes, which the rewriting made sure of. */
export function sizesOf(x: KnownValue): [number, number, number, number] {
  return x.type.shape as readonly number[] as [number, number, number, number];
}
