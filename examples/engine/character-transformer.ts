/**
 * @file A small GPT on characters: learns to continue a text, here the reviews of `examples/reviews` or, small, the licence of this program.
 *
 * Its measure is bits a character: how many yes-or-no questions the next character costs. What a table of single characters gives (the entropy of their
 * frequencies) and a table of pairs are printed beside it.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchesOf, fit, layers, losses, optimizers, schedules, sequential } from 'moatml/engine';
import { claim, isSmall, root, say } from './shared.ts';
import { blocksOf, charactersOf, draw, pairBits, singleBits } from './text.ts';

const [length, width, heads, depth] = isSmall ? [32, 32, 2, 1] : [64, 128, 4, 4];
const text = isSmall ? readFileSync(join(root, 'LICENSE'), 'utf8').replace(/\s+/g, ' ') : reviews();
const characters = charactersOf(text);
const split = Math.floor(0.9 * characters.numbers.length);
const [train, test] = [characters.numbers.subarray(0, split), characters.numbers.subarray(split)];

const block = () => layers.transformerEncoder({ heads, hidden: 4 * width, causal: true, dropout: 0 });
const net = sequential([
  layers.embedding({ vocabulary: characters.alphabet.length, width }),
  layers.positionalEncoding(),
  ...Array.from({ length: depth }, block),
  layers.layerNorm(),
  layers.dense({ units: characters.alphabet.length }),
]);
say(`${text.length.toLocaleString('en-US')} characters, ${characters.alphabet.length} different ones`);
say(net.summary({ dtype: 'int64', shape: ['batch', length] }));

const { model, history } = await fit(net, batchesOf(blocksOf(train, length, isSmall ? 8 : 32), { batchSize: isSmall ? 16 : 32, seed: 1 }), {
  loss: losses.crossEntropy(),
  optimizer: optimizers.adamw({ learningRate: isSmall ? 1e-2 : 1e-3 }),
  schedule: schedules.warmup({ share: 0.1, after: schedules.cosine({ end: 0.1 }) }),
  epochs: isSmall ? 4 : 2,
  clipNorm: 1,
  seed: 1,
  threads: isSmall ? 1 : 2,
  validation: batchesOf(blocksOf(test, length, length), { batchSize: 32, seed: 1, shuffle: false }),
  onEpoch: ({ epoch, loss, validationLoss, seconds }) =>
    say(
      `epoch ${epoch}: ${(loss / Math.LN2).toFixed(3)} bits a character, test ${((validationLoss ?? 0) / Math.LN2).toFixed(3)}, ${seconds.toFixed(1)} s`,
    ),
});

const bits = (history.at(-1)?.validationLoss ?? Number.POSITIVE_INFINITY) / Math.LN2;
const [single, pair] = [singleBits(train, test, characters.alphabet.length), pairBits(train, test, characters.alphabet.length)];
const sample = await draw(model, characters, {
  start: isSmall ? 'the ' : 'I ',
  count: isSmall ? 60 : 400,
  temperature: 0.8,
  length,
  seed: 1,
});
say(`\n${sample}\n`);
claim(
  bits < pair && pair < single,
  `${bits.toFixed(2)} bits a character on text never seen; a table of pairs ${pair.toFixed(2)}, of single characters ${single.toFixed(2)}`,
);

function reviews(): string {
  const csv = readFileSync(join(root, 'examples/reviews/data/food_reviews_train.csv'), 'utf8');
  return csv
    .replaceAll('<br />', ' ')
    .replace(/[^\x20-\x7e\n]/g, '')
    .slice(0, 600_000);
}
