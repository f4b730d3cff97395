/**
 * @file A generative adversarial network (Goodfellow et al. 2014) on digits: one network invents them from noise, another tells them from real ones, and each
 * learns from the other. A classifier, trained on real digits alone, says which classes came out.
 *
 *     D learns to say 1 for real and 0 for invented            loss of D: binary cross-entropy
 *     G learns to make D say 1 for what it invents             its gradient: D's gradient by its input, carried on into G
 */

import {
  type Batch,
  batchesOf,
  createRandom,
  createTrainer,
  fit,
  type Loss,
  layers,
  losses,
  optimizers,
  sequential,
  type Tensor,
  tensorOf,
} from 'moatml/engine';
import { argMax, claim, type Digits, isSmall, percent, readDigits, say } from './shared.ts';

/** Small: every second pixel, fewer units. */
const side = isSmall ? 14 : 28;
const pixels = side * side;
const noise = isSmall ? 16 : 64;
const batchSize = 64;
const epochs = isSmall ? 20 : 6;
const { dense, dropout } = layers;

const digits = readDigits('train', isSmall ? 8_000 : 60_000);
const real = { x: asFloats(digits), y: digits.y };
const wide = isSmall ? 128 : 256;

const generator = sequential([
  dense({ units: wide / 2, activation: 'relu' }),
  dense({ units: wide, activation: 'relu' }),
  dense({ units: pixels, activation: 'sigmoid' }),
]);
const discriminator = sequential([
  dense({ units: wide, activation: 'silu' }),
  dropout({ rate: isSmall ? 0.3 : 0.5 }),
  dense({ units: wide / 2, activation: 'silu' }),
  dropout({ rate: isSmall ? 0.3 : 0.5 }),
  dense({ units: 1, activation: 'sigmoid' }),
]);

/** Σ output · d: its gradient by the output is d, a gradient that came from behind. */
const through: Loss = { name: 'through', build: (g, { output }, d) => ({ loss: g.reduceSum(g.mul(output, d)) }) };

const optimizer = optimizers.adam({ learningRate: 1e-3, beta1: 0.5 });
const G = createTrainer(generator, { input: { dtype: 'float32', shape: ['batch', noise] }, loss: through, optimizer, seed: 1, threads: 1 });
const D = createTrainer(discriminator, {
  input: { dtype: 'float32', shape: ['batch', pixels] },
  loss: losses.binaryCrossEntropy(),
  optimizer,
  seed: 2,
  threads: 1,
});

const random = createRandom(3);
const toldApart = tensorOf('float32', [2 * batchSize], [...new Array(batchSize).fill(0.9), ...new Array(batchSize).fill(0)]);
const allReal = tensorOf('float32', [batchSize], new Array(batchSize).fill(1));

for (let epoch = 0; epoch < epochs; epoch++) {
  const sums = { D: 0, G: 0, steps: 0 };
  for (const { x } of batchesOf(real, { batchSize, seed: 4 }).epoch(epoch) as Iterable<Batch & { x: Tensor<'float32'> }>) {
    if (x.shape[0] !== batchSize) continue;
    const { loss } = await D.step({ x: together(x, await invent(noiseOf(batchSize))), y: toldApart });
    const z = noiseOf(batchSize);
    const judged = await D.inputGradients({ x: await invent(z), y: allReal });
    await G.step({ x: z, y: judged.gradients.x as Tensor });
    sums.D += loss;
    sums.G += judged.loss;
    sums.steps += 1;
  }
  say(`epoch ${epoch + 1}: D ${(sums.D / sums.steps).toFixed(3)}, G ${(sums.G / sums.steps).toFixed(3)}`);
}

// Which digits are they? Asked of a network that has never seen an invented one.
const judge = sequential([dense({ units: 128, activation: 'relu' }), dense({ units: 10, activation: 'softmax' })]);
const held = isSmall ? readDigits('t10k', 1_000) : readDigits('t10k', 10_000);
const { history, parameters } = await fit(judge, batchesOf(real, { batchSize, seed: 5 }), {
  loss: losses.crossEntropy(),
  optimizer: optimizers.adam({ learningRate: 2e-3 }),
  epochs: 3,
  seed: 5,
  threads: 1,
  validation: batchesOf({ x: asFloats(held), y: held.y }, { batchSize: 500, seed: 1, shuffle: false }),
});
const classifier = createTrainer(judge, { input: { dtype: 'float32', shape: ['batch', pixels] }, loss: losses.crossEntropy(), seed: 5 });
for (const [name, values] of parameters) classifier.parameters[name]?.data.set(values);

const invented = await invent(noiseOf(5_000));
const { output } = (await classifier.predict(invented)) as { output: Tensor<'float32'> };
const classes = argMax(output);
const sure = classes.map((digit, row) => (output.data[row * 10 + digit] as number) > 0.7);
const counts = Array.from({ length: 10 }, (_, digit) => classes.filter((found, row) => found === digit && sure[row]).length);
await Promise.all([G, D, classifier].map((trainer) => trainer.close()));

show(counts.map((_, digit) => classes.findIndex((found, row) => found === digit && sure[row])));
say(
  `the classifier is right on ${percent(history.at(-1)?.validationAccuracy)} of real test digits; of 5,000 invented ones it is sure of ${counts.reduce((a, b) => a + b)}`,
);
say(counts.map((count, digit) => `${digit}: ${count}`).join('   '));
claim(
  counts.every((count) => count > 0),
  'all ten classes appear',
);

/** Digits that G makes of noise. */
async function invent(z: Tensor): Promise<Tensor<'float32'>> {
  return (await G.predict(z)).output as Tensor<'float32'>;
}

function noiseOf(rows: number): Tensor<'float32'> {
  return tensorOf(
    'float32',
    [rows, noise],
    Array.from({ length: rows * noise }, () => random.normal()),
  );
}

function together(a: Tensor<'float32'>, b: Tensor<'float32'>): Tensor<'float32'> {
  const data = new Float32Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return tensorOf('float32', [2 * batchSize, pixels], data);
}

/** From 0 to 1; small ones are means of four pixels. */
function asFloats({ x, y }: Digits): Tensor<'float32'> {
  const step = 28 / side;
  const data = new Float32Array(y.data.length * pixels);
  for (let i = 0; i < data.length; i++) {
    const [image, row, column] = [Math.floor(i / pixels), Math.floor((i % pixels) / side), i % side];
    for (let k = 0; k < step * step; k++) {
      const pixel = 784 * image + 28 * (step * row + Math.floor(k / step)) + step * column + (k % step);
      data[i] = (data[i] as number) + (x.data[pixel] as number) / (255 * step * step);
    }
  }
  return tensorOf('float32', [y.data.length, pixels], data);
}

/** Invented digits side by side, one of each class. */
function show(rows: readonly number[]): void {
  const shades = ' .:-=+*#%@';
  const shade = (value: number): string => shades[Math.min(9, Math.floor(value * 10))] as string;
  for (let line = 0; line < side; line += 2) {
    const cells = rows.map((row) =>
      Array.from({ length: side }, (_, column) =>
        row < 0 ? ' ' : shade(invented.data[row * pixels + line * side + column] as number),
      ).join(''),
    );
    say(cells.join(' '));
  }
}
