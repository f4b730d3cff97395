/** @file First values of parameters, from a seeded generator of the parameter's own. */

import type { Random } from '../tensor/random.ts';
import { product } from '../tensor/shape.ts';

/** Row-major values for a shape. */
export type Initialiser = (shape: readonly number[], random: Random) => Float32Array<ArrayBuffer>;

export const initialisers = {
  zeros: (): Initialiser => (shape) => new Float32Array(product(shape)),

  constant:
    (value: number): Initialiser =>
    (shape) =>
      new Float32Array(product(shape)).fill(value),

  /** U(−limit, limit). */
  uniform:
    (limit = 0.05): Initialiser =>
    (shape, random) =>
      Float32Array.from({ length: product(shape) }, () => (2 * random.uniform() - 1) * limit),

  /** U(±√(6 / (fanIn + fanOut))): keeps the variance through layers that are linear near 0 (Glorot & Bengio 2010). */
  glorotUniform:
    (fans: Fans = fansOf): Initialiser =>
    (shape, random) => {
      const { fanIn, fanOut } = fans(shape);
      return initialisers.uniform(Math.sqrt(6 / (fanIn + fanOut)))(shape, random);
    },

  /** U(±√(6 / fanIn)): the same for layers followed by ReLU, which halves the variance (He et al. 2015). */
  heUniform:
    (fans: Fans = fansOf): Initialiser =>
    (shape, random) =>
      initialisers.uniform(Math.sqrt(6 / fans(shape).fanIn))(shape, random),

  /** Rows or columns, whichever are fewer, orthonormal (Saxe et al. 2014): recurrent steps neither shrink nor blow up. Two axes. */
  orthogonal: (): Initialiser => orthogonal,
} as const;

/** How many values feed one output of a parameter, and how many outputs one value feeds. */
export type Fans = (shape: readonly number[]) => { readonly fanIn: number; readonly fanOut: number };

/** Dense `[in, out]`; convolution `[out, in, …kernel]`. */
export const fansOf: Fans = (shape) => {
  const [first = 1, second = 1, ...kernel] = shape;
  const area = product(kernel);
  return kernel.length === 0 ? { fanIn: first, fanOut: second } : { fanIn: second * area, fanOut: first * area };
};

/** Gram–Schmidt on rows (or columns) of normal numbers, in float64. */
const orthogonal: Initialiser = ([rowCount = 1, columnCount = 1], random) => {
  const [count, length] = [Math.min(rowCount, columnCount), Math.max(rowCount, columnCount)];
  const basis: Float64Array[] = [];
  while (basis.length < count) {
    const vector = Float64Array.from({ length }, () => random.normal());
    for (const other of basis) {
      const share = dot(vector, other);
      vector.forEach((value, i) => {
        vector[i] = value - share * (other[i] as number);
      });
    }
    const norm = Math.sqrt(dot(vector, vector));
    basis.push(vector.map((value) => value / norm));
  }
  const values = new Float32Array(rowCount * columnCount);
  basis.forEach((vector, i) => {
    vector.forEach((value, j) => {
      values[rowCount <= columnCount ? i * columnCount + j : j * columnCount + i] = value;
    });
  });
  return values;
};

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
