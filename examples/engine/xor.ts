/**
 * @file Exclusive or: the perceptron of 1958 cannot learn it, however long it tries; a network with one hidden layer can.
 *
 *     perceptron rule (Rosenblatt):   w ← w + (y − [w·x + b ≥ 0]) · x
 */

import { batchesOf, createSession, fit, layers, losses, optimizers, sequential, type Tensor, tensorOf } from 'moatml/engine';
import { claim, say } from './shared.ts';

const points = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;
const tables = { or: [0, 1, 1, 1], and: [0, 0, 0, 1], 'exclusive or': [0, 1, 1, 0] } as const;

/** Passes over the four points until all are right; the number of passes, or undefined when it gave up. */
function perceptron(targets: readonly number[], passes: number): number | undefined {
  let [w1, w2, b] = [0, 0, 0];
  for (let pass = 1; pass <= passes; pass++) {
    let mistakes = 0;
    for (const [i, [x1, x2]] of points.entries()) {
      const error = (targets[i] as number) - (w1 * x1 + w2 * x2 + b >= 0 ? 1 : 0);
      if (error === 0) continue;
      mistakes += 1;
      [w1, w2, b] = [w1 + error * x1, w2 + error * x2, b + error];
    }
    if (mistakes === 0) return pass;
  }
  return undefined;
}

for (const [name, targets] of Object.entries(tables))
  say(`perceptron, ${name}: ${perceptron(targets, 10_000) ?? 'still wrong after 10,000'} passes`);
claim(
  perceptron(tables.or, 100) !== undefined && perceptron(tables.and, 100) !== undefined,
  'the perceptron rule learns or, and it learns and',
);
claim(perceptron(tables['exclusive or'], 10_000) === undefined, 'it never learns exclusive or: no straight line parts the points');

const x = tensorOf('float32', [4, 2], points.flat());
const y = tensorOf('float32', [4], tables['exclusive or']);
const net = sequential([layers.dense({ units: 4, activation: 'tanh' }), layers.dense({ units: 1, activation: 'sigmoid' })]);
const { model, history } = await fit(net, batchesOf({ x, y }, { batchSize: 4, seed: 1 }), {
  loss: losses.binaryCrossEntropy(),
  optimizer: optimizers.adam({ learningRate: 0.05 }),
  epochs: 400,
  seed: 4,
  threads: 1,
});
const session = await createSession(model);
const { output } = (await session.run({ x })) as { output: Tensor<'float32'> };
await session.close();
say(
  `network 2-4-1: loss ${history[0]?.loss.toFixed(3)} → ${history.at(-1)?.loss.toFixed(3)}, answers ${Array.from(output.data, (p) => p.toFixed(3)).join(' ')}`,
);
claim(String(Array.from(output.data, Math.round)) === '0,1,1,0', 'one hidden layer of four units learns it');
