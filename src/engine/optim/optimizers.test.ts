/** Every optimizer against its formula in plain JavaScript, on the kernel that trains. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clipScale, createKernel, type Moment, type Optimizer, optimizers, reservedBytes, schedules } from './index.ts';

interface Cell {
  p: number;
  m: number;
  v: number;
}

const { fround } = Math;

/** One float32 update as the papers write it. */
const formulas: Record<Optimizer['name'], (cell: Cell, g: number, t: number) => void> = {
  sgd(cell, g) {
    cell.p -= 0.1 * g;
  },
  momentum(cell, g) {
    cell.m = 0.9 * cell.m + g;
    cell.p -= 0.1 * (g + 0.9 * cell.m);
  },
  adam: (cell, g, t) => adamFormula(cell, g, t, 1),
  adamw: (cell, g, t) => adamFormula(cell, g, t, 1 - 0.1 * 0.05),
};

function adamFormula(cell: Cell, g: number, t: number, keep: number): void {
  cell.m = 0.9 * cell.m + 0.1 * g;
  cell.v = 0.999 * cell.v + 0.001 * g * g;
  cell.p = keep * cell.p - (0.1 * (cell.m / (1 - 0.9 ** t))) / (Math.sqrt(cell.v / (1 - 0.999 ** t)) + 1e-8);
}

const underTest: Record<Optimizer['name'], Optimizer> = {
  sgd: optimizers.sgd({ learningRate: 0.1 }),
  momentum: optimizers.momentum({ learningRate: 0.1, nesterov: true }),
  adam: optimizers.adam({ learningRate: 0.1 }),
  adamw: optimizers.adamw({ learningRate: 0.1, weightDecay: 0.05 }),
};

/** Parameters, gradients and moments at fixed places of one memory. */
function sectionsOf(length: number) {
  const place = (i: number): number => reservedBytes + i * length * 4;
  const { kernel, buffer } = createKernel(place(4));
  const view = (i: number): Float32Array => new Float32Array(buffer, place(i), length);
  const moments: Record<Moment, number> = { m: place(2), v: place(3) };
  const at = { parameters: place(0), gradients: place(1), moments, length };
  return { kernel, at, p: view(0), g: view(1), m: view(2), v: view(3) };
}

describe.each(Object.values(underTest))('$name', (optimizer) => {
  test('does what its formula says over five steps', () => {
    const length = 12;
    const { kernel, at, p, g } = sectionsOf(length);
    const cells = Array.from({ length }, (_, i): Cell => ({ p: i / 7 - 1, m: 0, v: 0 }));
    p.set(cells.map((cell) => cell.p));
    for (let t = 1; t <= 5; t++) {
      g.forEach((_, i) => {
        g[i] = Math.sin(i * t);
      });
      optimizer.update(kernel, at, { t, learningRate: optimizer.learningRate, gradientScale: 0.5 });
      cells.forEach((cell, i) => {
        formulas[optimizer.name](cell, 0.5 * fround(Math.sin(i * t)), t);
      });
    }
    cells.forEach((cell, i) => {
      expect(p[i]).toBeCloseTo(cell.p, 5);
    });
  });

  test('reaches the bottom of a bowl', () => {
    const { kernel, at, p, g } = sectionsOf(4);
    p.set([3, -2, 1, 0.5]);
    for (let t = 1; t <= 400; t++) {
      g.set(p); // the gradient of p²/2
      optimizer.update(kernel, at, { t, learningRate: 0.05, gradientScale: 1 });
    }
    for (const value of p) expect(Math.abs(value)).toBeLessThan(0.05);
  });

  test('leaves the zeros of the padding alone', () => {
    const { kernel, at, p, m, v } = sectionsOf(8);
    optimizer.update(kernel, at, { t: 1, learningRate: 0.1, gradientScale: 1 });
    expect([...p, ...m, ...v].every((value) => value === 0)).toBe(true);
  });
});

test('the first step of Adam, by hand: the bias correction makes it the learning rate, whatever the gradient', () => {
  const { kernel, at, p, g, m, v } = sectionsOf(4);
  g.set([2, -2, 0.001, 0]);
  optimizers.adam({ learningRate: 0.1 }).update(kernel, at, { t: 1, learningRate: 0.1, gradientScale: 1 });
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
  optimizers.adam().update(kernel, at, { t: 1, learningRate: 0.1, gradientScale: 1 });
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
])('a setting outside its range is refused', (make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'OPTIMIZER_SETTING' }));
});

test('schedules, by hand', () => {
  const cosine = schedules.cosine();
  expect([0, 5, 10].map((step) => cosine(step, 10))).toEqual([1, 0.5, 0].map((value) => expect.closeTo(value, 12)));
  const linear = schedules.linear({ end: 0.5 });
  expect([0, 5, 10].map((step) => linear(step, 10))).toEqual([1, 0.75, 0.5]);
  const warmup = schedules.warmup({ share: 0.4, after: schedules.linear() });
  expect([0, 3, 4, 7].map((step) => warmup(step, 10))).toEqual([0.25, 1, 1, 0.5]);
  expect(() => schedules.warmup({ share: 1 })(0, 10)).toThrow(expect.objectContaining({ code: 'SCHEDULE_SHARE' }));
});

test('clipping brings a norm above the limit down to it', () => {
  expect(clipScale(10, 5)).toBe(0.5);
  expect(clipScale(4, 5)).toBe(1);
  expect(clipScale(4, undefined)).toBe(1);
});
