import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SparseBuilder, type SparseMatrix } from '../encoders/sparse.ts';
import { calibrate } from './calibrate.ts';
import { minimize } from './lbfgs.ts';
import { type LinearKind, linearObjective, linearOutputs } from './objective.ts';

const precise = { maxIterations: 500, gradientTolerance: 1e-10, valueTolerance: 0 };

test('the minimum of a bowl, and of the banana that Rosenbrock made', async () => {
  const bowl = await minimize(
    ([x = 0, y = 0], gradient) => {
      gradient.set([2 * (x - 3), 20 * (y + 1)]);
      return (x - 3) ** 2 + 10 * (y + 1) ** 2;
    },
    Float64Array.of(0, 0),
    precise,
  );
  expect([...bowl.w]).toEqual([expect.closeTo(3, 8), expect.closeTo(-1, 8)]);
  const banana = await minimize(
    ([x = 0, y = 0], gradient) => {
      gradient.set([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]);
      return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    },
    Float64Array.of(-1.2, 1),
    precise,
  );
  expect([...banana.w]).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
});

test('ridge regression worked by hand', async () => {
  // x = (−1, 0, 1), y = (1, 3, 5), C = 1: the bias is the mean 3, and w = Σxy / (Σx² + 1/C) = 4 / 3.
  const features = dense([[-1], [0], [1]]);
  const { w } = await minimize(
    linearObjective({ kind: 'ridge', features, targets: [1, 3, 5], outputs: 1 }, 1),
    new Float64Array(2),
    precise,
  );
  expect([...w]).toEqual([expect.closeTo(4 / 3, 7), expect.closeTo(3, 7)]);
});

test('two classes without features: the bias is the log-odds', async () => {
  const features = dense([[0], [0], [0], [0]]);
  const { w } = await minimize(
    linearObjective({ kind: 'logistic', features, targets: [0, 1, 1, 1], outputs: 1 }, 1),
    new Float64Array(2),
    precise,
  );
  expect(w[1]).toBeCloseTo(Math.log(3), 6);
});

test('gradients agree with central differences, whatever the data', () => {
  const value = fc.double({ min: -2, max: 2, noNaN: true });
  const rows = fc.array(fc.tuple(value, value, value), { minLength: 2, maxLength: 6 });
  const kinds: readonly [LinearKind, number][] = [
    ['logistic', 1],
    ['softmax', 3],
    ['ridge', 1],
  ];
  fc.assert(
    fc.property(rows, fc.array(value, { minLength: 12, maxLength: 12 }), fc.constantFrom(...kinds), (cells, start, [kind, outputs]) => {
      const features = dense(cells);
      const targets = cells.map((_, row) => row % (kind === 'softmax' ? 3 : 2));
      const objective = linearObjective({ kind, features, targets, outputs }, 0.7);
      const w = Float64Array.from(start.slice(0, 4 * outputs));
      const gradient = new Float64Array(w.length);
      objective(w, gradient);
      const scratch = new Float64Array(w.length);
      for (let i = 0; i < w.length; i++) {
        const at = (shift: number) =>
          objective(
            Float64Array.from(w, (x, j) => (j === i ? x + shift : x)),
            scratch,
          );
        expect(gradient[i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 6);
      }
    }),
    { seed: 7, numRuns: 60 },
  );
});

test('the same start gives the same bits', async () => {
  const features = dense(Array.from({ length: 20 }, (_, i) => [Math.sin(i), Math.cos(3 * i), i / 20]));
  const targets = Array.from({ length: 20 }, (_, i) => i % 3);
  const fitOnce = () => minimize(linearObjective({ kind: 'softmax', features, targets, outputs: 3 }, 2), new Float64Array(12), precise);
  expect((await fitOnce()).w).toEqual((await fitOnce()).w);
});

test('scores that are three times too unsure get the scale 3, and keep their order', () => {
  // One in four of the rows with a log-odds of ln 3 is wrong: that is what the scale must lead to.
  const scores = Float64Array.from({ length: 40 }, (_, row) => (row % 2 === 0 ? Math.log(3) / 3 : -Math.log(3) / 3));
  const targets = Array.from({ length: 40 }, (_, row) => (row % 8 < 2 ? (row + 1) % 2 : row % 2)).map((target) => 1 - target);
  const right = targets.filter((target, row) => target === 1 - (row % 2)).length;
  expect(right / targets.length).toBe(0.75);
  expect(calibrate({ kind: 'logistic', outputs: 1, targets }, scores).scale).toBeCloseTo(3, 2);
});

test('scores are x·W + b', () => {
  const features = dense([
    [1, 2],
    [0, 3],
  ]);
  expect([...linearOutputs(features, Float64Array.of(10, 20, 1, 2, 5, 6), 2)]).toEqual([17, 30, 8, 12]);
});

function dense(rows: readonly (readonly number[])[]): SparseMatrix {
  const builder = new SparseBuilder(rows[0]?.length ?? 0);
  for (const row of rows) {
    for (const [index, value] of row.entries()) builder.add(index, value);
    builder.endRow();
  }
  return builder.build();
}
