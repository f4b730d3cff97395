import { expect, test } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { tensorOf } from '../tensor/make.ts';
import { checkGradients } from './check-gradients.ts';

function absolute() {
  const g = new GraphBuilder();
  const x = g.input('x', { dtype: 'float32', shape: [2] });
  const w = g.initializer('w', tensorOf('float32', [2], [2, 3]));
  g.output(g.mul(g.abs(x), w), 'loss');
  return g.model();
}

test('agrees where the gradient is right, in float64, for inputs and initializers', async () => {
  const results = await checkGradients(absolute(), { loss: 'loss', wrt: ['x', 'w'], inputs: { x: tensorOf('float32', [2], [1, -2]) } });
  expect(results.map(({ name, agrees, precision }) => ({ name, agrees, precision }))).toEqual([
    { name: 'x', agrees: true, precision: 'float64' },
    { name: 'w', agrees: true, precision: 'float64' },
  ]);
});

test('disagrees where no derivative exists: the slope of |x| near 0 is not the slope at that point', async () => {
  const [result] = await checkGradients(absolute(), { loss: 'loss', wrt: ['x'], inputs: { x: tensorOf('float32', [2], [1e-5, 1e-5]) } });
  expect(result?.agrees).toBe(false);
});
