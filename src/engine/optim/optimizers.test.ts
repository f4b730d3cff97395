/** Every optimizer against its formula in plain JavaScript, on the kernel that trains. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reservedBytes } from '../host/wasm.ts';
import { clipScale, createKernel, type Moment, type Optimizer, optimizers } from './index.ts';

interface Cell {
  p: number;
  m: number;
  v: number;
}

/** All values of one tensor at once, since LAMB looks at norms. */
type Formula = (cells: readonly Cell[], gradients: readonly number[], t: number) => void;

/** One update as the papers write it, in float64. */
const formulas: Record<Optimizer['name'], Formula> = {
  sgd: each((cell, g) => {
    cell.p -= 0.1 * (g + 0.05 * cell.p);
  }),
  momentum: each((cell, gradient) => {
    const g = gradient + 0.05 * cell.p;
    cell.m = 0.9 * cell.m + g;
    cell.p -= 0.1 * (g + 0.9 * cell.m);
  }),
  rmsprop: each((cell, g) => {
    cell.v = 0.99 * cell.v + 0.01 * g * g;
    cell.p -= (0.1 * g) / (Math.sqrt(cell.v) + 1e-8);
  }),
  adagrad: each((cell, g) => {
    cell.v += g * g;
    cell.p -= (0.1 * g) / (Math.sqrt(cell.v) + 1e-10);
  }),
  adam: each((cell, g, t) => {
    cell.p -= 0.1 * adamStep(cell, g, t, 1e-8);
  }),
  adamw: each((cell, g, t) => {
    cell.p = cell.p * (1 - 0.1 * 0.05) - 0.1 * adamStep(cell, g, t, 1e-8);
  }),
  lion: each((cell, g) => {
    cell.p = (1 - 0.1 * 0.05) * cell.p - 0.1 * Math.sign(0.9 * cell.m + 0.1 * g);
    cell.m = 0.99 * cell.m + 0.01 * g;
  }),
  lamb(cells, gradients, t) {
    const r = cells.map((cell, i) => adamStep(cell, gradients[i] as number, t, 1e-6) + 0.05 * cell.p);
    const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    const ratio = norm(cells.map(({ p }) => p)) / norm(r);
    cells.forEach((cell, i) => {
      cell.p -= 0.1 * ratio * (r[i] as number);
    });
  },
};

function each(update: (cell: Cell, g: number, t: number) => void): Formula {
  return (cells, gradients, t) => cells.forEach((cell, i) => void update(cell, gradients[i] as number, t));
}

function adamStep(cell: Cell, g: number, t: number, epsilon: number): number {
  cell.m = 0.9 * cell.m + 0.1 * g;
  cell.v = 0.999 * cell.v + 0.001 * g * g;
  return cell.m / (1 - 0.9 ** t) / (Math.sqrt(cell.v / (1 - 0.999 ** t)) + epsilon);
}

const underTest: Record<Optimizer['name'], Optimizer> = {
  sgd: optimizers.sgd({ learningRate: 0.1, weightDecay: 0.05 }),
  momentum: optimizers.momentum({ learningRate: 0.1, nesterov: true, weightDecay: 0.05 }),
  rmsprop: optimizers.rmsprop({ learningRate: 0.1 }),
  adagrad: optimizers.adagrad({ learningRate: 0.1 }),
  adam: optimizers.adam({ learningRate: 0.1 }),
  adamw: optimizers.adamw({ learningRate: 0.1, weightDecay: 0.05 }),
  lion: optimizers.lion({ learningRate: 0.1, weightDecay: 0.05 }),
  lamb: optimizers.lamb({ learningRate: 0.1, weightDecay: 0.05 }),
};

/** Parameters, gradients and moments at fixed places of one memory. */
function sectionsOf(length: number) {
  const place = (i: number): number => reservedBytes + i * length * 4;
  const { kernel, buffer } = createKernel(place(4));
  const view = (i: number): Float32Array => new Float32Array(buffer, place(i), length);
  const moments: Record<Moment, number> = { m: place(2), v: place(3) };
  const at = { parameters: place(0), gradients: place(1), moments, length, tensors: [{ from: 0, length }] };
  return { kernel, at, p: view(0), g: view(1), m: view(2), v: view(3) };
}

describe.each(Object.values(underTest))('$name', (optimizer) => {
  test('does what its formula says over five steps, two tensors by themselves', () => {
    const [length, cut] = [12, 8];
    const { kernel, at, p, g } = sectionsOf(length);
    const tensors = [
      { from: 0, length: cut },
      { from: cut, length: length - cut },
    ];
    const cells = Array.from({ length }, (_, i): Cell => ({ p: i / 7 - 1, m: 0, v: 0 }));
    p.set(cells.map((cell) => cell.p));
    for (let t = 1; t <= 5; t++) {
      g.set(Float32Array.from(g, (_, i) => Math.sin(i * t)));
      const gradients = Array.from(g, (value) => 0.5 * value);
      optimizer.update(kernel, { ...at, tensors }, { t, learningRate: optimizer.learningRate, gradientScale: 0.5, weightDecayFactor: 1 });
      formulas[optimizer.name](cells.slice(0, cut), gradients.slice(0, cut), t);
      formulas[optimizer.name](cells.slice(cut), gradients.slice(cut), t);
    }
    cells.forEach((cell, i) => {
      expect(p[i]).toBeCloseTo(cell.p, 5);
    });
  });

  test('reaches the bottom of a bowl', () => {
    const { kernel, at, p, g } = sectionsOf(4);
    p.set([3, -2, 1, 0.5]);
    // Adagrad's steps grow shorter as 1/√t; LAMB's are a share of the parameters.
    const [rate, steps] = optimizer.name === 'adagrad' ? [1, 400] : [0.05, 400];
    for (let t = 1; t <= steps; t++) {
      g.set(p); // the gradient of p²/2
      optimizer.update(kernel, at, { t, learningRate: rate, gradientScale: 1, weightDecayFactor: 1 });
    }
    for (const value of p) expect(Math.abs(value)).toBeLessThan(0.06);
  });

  test('leaves the zeros of the padding alone', () => {
    const { kernel, at, p, m, v } = sectionsOf(8);
    optimizer.update(kernel, at, { t: 1, learningRate: 0.1, gradientScale: 1, weightDecayFactor: 1 });
    expect([...p, ...m, ...v].every((value) => value === 0)).toBe(true);
  });
});

test('the first step of Adam, by hand: the bias correction makes it the learning rate, whatever the gradient', () => {
  const { kernel, at, p, g, m, v } = sectionsOf(4);
  g.set([2, -2, 0.001, 0]);
  optimizers.adam({ learningRate: 0.1 }).update(kernel, at, { t: 1, learningRate: 0.1, gradientScale: 1, weightDecayFactor: 1 });
  // m = 0.1 · 2 = 0.2, m̂ = 2; v = 0.001 · 4 = 0.004, v̂ = 4; step = 0.1 · 2 / (2 + 1e-8) = 0.1
  expect(m[0]).toBeCloseTo(0.2, 6);
  expect(v[0]).toBeCloseTo(0.004, 7);
  expect(p[0]).toBeCloseTo(-0.1, 5);
  expect(p[1]).toBeCloseTo(0.1, 5);
  expect(p[2]).toBeCloseTo(-0.1, 4);
  expect(p[3]).toBe(0);
});

test('moments that have decayed below 1e-30 become zero', () => {
  const { kernel, at, m, v } = sectionsOf(4);
  m.fill(1e-30);
  v.fill(1e-30);
  optimizers.adam().update(kernel, at, { t: 1, learningRate: 0.1, gradientScale: 1, weightDecayFactor: 1 });
  expect([...m, ...v]).toEqual(new Array(8).fill(0));
});

test('the sum of squares is that of float64, and not a number when any value is not', () => {
  const { kernel, at, g } = sectionsOf(64);
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 64, maxLength: 64 }), (values) => {
      g.set(values);
      const expected = values.reduce((sum, value) => sum + value * value, 0);
      expect(Math.abs(kernel.sumOfSquares(at.gradients, 64) - expected)).toBeLessThanOrEqual(expected * 1e-12);
    }),
    { seed: 1 },
  );
  g.fill(1)[37] = Number.NaN;
  expect(kernel.sumOfSquares(at.gradients, 64)).toBeNaN();
  g.fill(1)[5] = Number.NEGATIVE_INFINITY;
  expect(kernel.sumOfSquares(at.gradients, 64)).toBe(Number.POSITIVE_INFINITY);
});

test.each([
  () => optimizers.sgd({ learningRate: 0 }),
  () => optimizers.momentum({ momentum: 1 }),
  () => optimizers.adam({ learningRate: Number.NaN }),
  () => optimizers.adam({ beta2: 1 }),
  () => optimizers.adamw({ weightDecay: -1 }),
  () => optimizers.sgd({ weightDecay: -1 }),
  () => optimizers.rmsprop({ alpha: 1 }),
  () => optimizers.adagrad({ epsilon: 0 }),
  () => optimizers.lion({ beta1: 1 }),
  () => optimizers.lamb({ weightDecay: Number.NaN }),
])('a setting outside its range is refused', (make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'OPTIMIZER_SETTING' }));
});

test('a weight decay factor of 0 leaves the decay out', () => {
  for (const optimizer of [
    optimizers.sgd({ weightDecay: 0.5 }),
    optimizers.momentum({ weightDecay: 0.5 }),
    underTest.adamw,
    underTest.lion,
  ]) {
    const { kernel, at, p } = sectionsOf(4);
    p.fill(1);
    optimizer.update(kernel, at, { t: 1, learningRate: 0.1, gradientScale: 1, weightDecayFactor: 0 });
    expect([...p]).toEqual([1, 1, 1, 1]);
  }
});

test('clipping brings a norm above the limit down to it', () => {
  expect(clipScale(10, 5)).toBe(0.5);
  expect(clipScale(4, 5)).toBe(1);
  expect(clipScale(4, undefined)).toBe(1);
});
