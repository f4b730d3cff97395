/** @file Concat: values one after the other along an axis. */

import { MoatError } from '../errors.ts';
import { int } from '../graph/attributes.ts';
import { addDims, axisOf, isStatic } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known } from '../graph/known.ts';
import { defineOp } from './define.ts';

export const Concat = defineOp({
  type: 'Concat',
  inputs: ['...inputs'],
  outputs: ['Y'],
  attributes: { axis: int(0) },
  infer({ inputs }, { axis }) {
    const [first] = inputs as readonly [Known];
    const along = axisOf(axis, first.shape.length);
    const total = inputs.map(({ shape }) => shape[along] as Dim).reduce(addDims);
    const shape = first.shape.map((_, i) => (i === along ? total : agreed(inputs, i)));
    return { Y: { dtype: first.dtype, shape } };
  },
  contents: ({ inputs }) => (inputs.every(({ contents }) => contents) ? inputs.flatMap(({ contents }) => contents ?? []) : undefined),
  // Each input gets its own piece of dY.
  grad: (g, { inputs, dY }, { axis }) => {
    const along = axisOf(axis, dY.type.shape.length);
    const sizes = inputs.map(({ type }) => type.shape[along] as Dim);
    const pieces = lazily(() =>
      isStatic(sizes)
        ? g.split(dY, sizes, along)
        : g.op(
            'Split',
            [
              dY,
              g.concat(
                inputs.map((input) => g.slice(g.shapeOf(input), 0, along, along + 1)),
                0,
              ),
            ],
            { axis: along },
            { outputs: inputs.length },
          ),
    );
    return { inputs: (index: number) => pieces()[index] ?? dY };
  },
  samples: [
    {
      inputs: [
        [2, 3],
        [2, 2],
      ],
      attributes: { axis: 1 },
    },
    {
      inputs: [
        [2, 3],
        [1, 3],
        [3, 3],
      ],
      attributes: { axis: -2 },
    },
    { inputs: [[2]], attributes: { axis: 0 } },
  ],
});

function agreed(inputs: readonly Known[], axis: number): Dim {
  const dims = inputs.map(({ shape }) => shape[axis] as Dim);
  const number = dims.find((dim) => typeof dim === 'number');
  const other = dims.find((dim) => typeof dim === 'number' && dim !== number);
  if (other === undefined && inputs.every(({ shape }) => shape.length === inputs[0]?.shape.length)) return number ?? (dims[0] as Dim);
  throw new MoatError(`Concat cannot join ${inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ')}`, {
    code: 'SHAPE_CONCAT',
    why: 'all axes but the one joined along must have the same size',
    fix: 'reshape or pad the smaller one, or join along another axis',
  });
}

/** Split only once, and only if some input wants its piece. */
function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
