/**
 * @file Rotary positions (Su et al. 2021): queries and keys are turned by angles that grow with the place, so that scores depend on distances alone.
 *
 *     angle(t, i) = t / base^(2i/d)        [x₁, x₂] → [x₁·cos − x₂·sin, x₂·cos + x₁·sin]
 *
 * x₁ and x₂ are the two halves of a head's features, as in GPT-NeoX, Llama and ONNX's RotaryEmbedding (the paper pairs neighbours instead).
 */

import { MoatError } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import { knownSize } from './sizes.ts';

const base = 10_000;

/** [… , time, d] in and out. */
export function rotate(g: GraphBuilder, layer: string, x: KnownValue): KnownValue {
  const [time, width] = [knownSize(layer, x, -2), knownSize(layer, x, -1)];
  if (width % 2 !== 0) throw oddWidth(layer, width);
  const half = width / 2;
  const table = (wave: (angle: number) => number): KnownValue => {
    const angles = Float32Array.from({ length: time * half }, (_, at) => wave(Math.floor(at / half) / base ** ((at % half) / half)));
    return g.constant(tensorOf('float32', [time, half], angles));
  };
  const [cos, sin] = [table(Math.cos), table(Math.sin)];
  const [x1, x2] = g.split(x, [half, half], x.type.shape.length - 1) as [KnownValue, KnownValue];
  return g.concat([g.sub(g.mul(x1, cos), g.mul(x2, sin)), g.add(g.mul(x2, cos), g.mul(x1, sin))], -1);
}

function oddWidth(layer: string, width: number): MoatError {
  return new MoatError(`${layer} cannot turn heads of ${width} features`, {
    code: 'LAYER_HEADS',
    why: 'rotary positions pair the features of a head',
    fix: 'choose a number of heads that leaves each an even number of features',
  });
}
