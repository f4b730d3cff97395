/**
 * @file com.microsoft.RotaryEmbedding (Su et al. 2021): pairs of features turned by an angle that grows with the position.
 *
 *     [a, b] → [a · cos − b · sin, b · cos + a · sin]     pairs of halves, or of neighbours where interleaved
 */

import { MoatError } from '../../errors.ts';
import { float, int } from '../../graph/attributes.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Dim } from '../../graph/graph.ts';
import type { KnownValue } from '../../graph/known.ts';
import { int64s, tensorOf } from '../../tensor/make.ts';
import { defineOp } from '../define.ts';
import { like } from '../rules.ts';

export const RotaryEmbedding = defineOp({
  type: 'RotaryEmbedding',
  domain: 'com.microsoft',
  inputs: ['input', 'position_ids', 'cos_cache', 'sin_cache'],
  outputs: ['output'],
  attributes: { interleaved: int(0), is_packed_batching: int(0), num_heads: int(0), rotary_embedding_dim: int(0), scale: float(1) },
  infer: ({ input }) => ({ output: like(input) }),
  lower(g, { input, position_ids, cos_cache, sin_cache }, { interleaved, num_heads, rotary_embedding_dim }) {
    const half = required(cos_cache.type.shape[1]);
    const turned = rotary_embedding_dim === 0 ? 2 * half : rotary_embedding_dim;
    const isSplit = input.type.shape.length === 4;
    const width = required(input.type.shape.at(-1));
    const heads = num_heads === 0 ? width / turned : num_heads;
    // [batch, heads, length, width of a head]
    const x = isSplit ? input : g.transpose(g.reshape(input, [0, 0, heads, width / heads]), [0, 2, 1, 3]);
    const size = isSplit ? width : width / heads;
    const [moved, kept] = size === turned ? [x] : g.split(x, [turned, size - turned], 3);
    const [cos, sin] = [cos_cache, sin_cache].map((cache) => g.unsqueeze(rows(g, cache, position_ids, x), [1])) as [KnownValue, KnownValue];
    const [a, b] = pairs(g, moved as KnownValue, half, interleaved !== 0);
    const [first, second] = [g.sub(g.mul(a, cos), g.mul(b, sin)), g.add(g.mul(b, cos), g.mul(a, sin))];
    const together = joined(g, first, second, half, interleaved !== 0);
    const y = kept === undefined ? together : g.concat([together, kept], 3);
    return { output: isSplit ? y : g.reshapeLike(g.transpose(y, [0, 2, 1, 3]), input) };
  },
  samples: [
    {
      input: [2, 3, 8],
      position_ids: tensorOf('int64', [2, 3], [0, 1, 2, 2, 4, 3]),
      cos_cache: [5, 2],
      sin_cache: [5, 2],
    },
    {
      input: [2, 2, 3, 4],
      position_ids: int64s([1]),
      cos_cache: [5, 2],
      sin_cache: [5, 2],
      attributes: { interleaved: 1 },
    },
  ],
});

/** The rows of a table at the positions: one for every step, or the first one, from which they go on. [batch or 1, length, half] */
function rows(g: GraphBuilder, cache: KnownValue, positions: KnownValue, x: KnownValue): KnownValue {
  if (positions.type.shape.length === 2) return g.gather(cache, positions);
  const length = required(x.type.shape[2]);
  const steps = g.constant(int64s(Array.from({ length }, (_, i) => i)));
  return g.unsqueeze(g.gather(cache, g.add(g.reshape(positions, [1]), steps)), [0]);
}

function pairs(g: GraphBuilder, x: KnownValue, half: number, interleaved: boolean): [KnownValue, KnownValue] {
  if (!interleaved) return g.split(x, [half, half], 3) as [KnownValue, KnownValue];
  return [g.slice(x, 3, 0, 2 * half, 2), g.slice(x, 3, 1, 2 * half, 2)];
}

function joined(g: GraphBuilder, first: KnownValue, second: KnownValue, half: number, interleaved: boolean): KnownValue {
  if (!interleaved) return g.concat([first, second], 3);
  const stacked = g.concat([g.unsqueeze(first, [4]), g.unsqueeze(second, [4])], 4);
  return g.reshape(stacked, [0, 0, 0, 2 * half]);
}

function required(size: Dim | undefined): number {
  if (typeof size === 'number') return size;
  throw new MoatError('a size of a RotaryEmbedding is known only at run time', {
    code: 'GRADIENT_DYNAMIC_SIZE',
    why: 'the widths, and the length where only the first position is given, must be known to write it out',
    fix: 'fix these sizes in the inputs of the model; the batch may vary',
  });
}
