/** @file A recurrent language model: an LSTM that reads a text character by character and tells the next one, measured as the Transformer beside it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchesOf, fit, layers, losses, optimizers, sequential } from 'moatml/engine';
import { claim, isSmall, root, say } from './shared.ts';
import { blocksOf, charactersOf, draw, pairBits, singleBits } from './text.ts';

const [length, units] = isSmall ? [24, 48] : [64, 256];
const files = isSmall
  ? ['LICENSE']
  : ['LICENSE', 'README.md', 'ARCHITECTURE.md', 'docs/engine.md', 'docs/data.md', 'docs/recipe.md', 'docs/monitoring.md'];
const text = files.map((file) => readFileSync(join(root, file), 'utf8').replace(/\s+/g, ' ')).join('\n');
const characters = charactersOf(text);
const split = Math.floor(0.9 * characters.numbers.length);
const [train, test] = [characters.numbers.subarray(0, split), characters.numbers.subarray(split)];

const net = sequential([
  layers.embedding({ vocabulary: characters.alphabet.length, width: isSmall ? 16 : 64 }),
  layers.lstm({ units, returnSequences: true }),
  ...(isSmall ? [] : [layers.dropout({ rate: 0.2 })]),
  layers.dense({ units: characters.alphabet.length }),
]);
say(`${text.length.toLocaleString('en-US')} characters, ${characters.alphabet.length} different ones`);
say(net.summary({ dtype: 'int64', shape: ['batch', length] }));

const { model, history } = await fit(net, batchesOf(blocksOf(train, length, isSmall ? 8 : 16), { batchSize: 32, seed: 1 }), {
  loss: losses.crossEntropy(),
  optimizer: optimizers.adam({ learningRate: isSmall ? 2e-2 : 2e-3 }),
  epochs: isSmall ? 5 : 8,
  clipNorm: 1,
  seed: 1,
  threads: 1,
  validation: batchesOf(blocksOf(test, length, length), { batchSize: 32, seed: 1, shuffle: false }),
  earlyStopping: { patience: 2 },
  onEpoch: ({ epoch, loss, validationLoss, seconds }) =>
    say(
      `epoch ${epoch}: ${(loss / Math.LN2).toFixed(3)} bits a character, test ${((validationLoss ?? 0) / Math.LN2).toFixed(3)}, ${seconds.toFixed(1)} s`,
    ),
});

const bits = Math.min(...history.map(({ validationLoss }) => validationLoss ?? Number.POSITIVE_INFINITY)) / Math.LN2;
const [single, pair] = [singleBits(train, test, characters.alphabet.length), pairBits(train, test, characters.alphabet.length)];
say(`\n${await draw(model, characters, { start: 'the ', count: isSmall ? 60 : 400, temperature: 0.8, length, seed: 1 })}\n`);
claim(
  bits < pair && pair < single,
  `${bits.toFixed(2)} bits a character on text never seen; a table of pairs ${pair.toFixed(2)}, of single characters ${single.toFixed(2)}`,
);
