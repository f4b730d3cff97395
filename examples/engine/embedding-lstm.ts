/** @file Embedding, LSTM, dense: are these reviews of food good or bad? (`examples/reviews/data`, see its NOTICE.) */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Batch, batchesOf, fit, layers, losses, optimizers, sequential, tensorOf } from 'moatml/engine';
import { claim, isSmall, percent, root, say } from './shared.ts';

const length = isSmall ? 30 : 80;
const vocabulary = isSmall ? 2_000 : 8_000;

interface Review {
  readonly words: readonly string[];
  readonly isGood: boolean;
}

const train = readReviews('food_reviews_train.csv');
const test = readReviews('food_reviews_test.csv').slice(0, isSmall ? 400 : undefined);
const ids = new Map(commonest(train, vocabulary - 2).map((word, i) => [word, i + 2]));
const batches = batchesOf(asBatch(balanced(train, isSmall ? 1_500 : Number.POSITIVE_INFINITY)), { batchSize: 32, seed: 1 });
const validation = batchesOf(asBatch(balanced(test, Number.POSITIVE_INFINITY)), { batchSize: 100, seed: 1, shuffle: false });

const net = sequential([
  layers.embedding({ vocabulary, width: 32 }),
  layers.dropout({ rate: 0.2 }),
  layers.lstm({ units: isSmall ? 16 : 64 }),
  layers.dense({ units: 1, activation: 'sigmoid' }),
]);
say(net.summary({ dtype: 'int64', shape: ['batch', length] }));
const { history } = await fit(net, batches, {
  loss: losses.binaryCrossEntropy(),
  optimizer: optimizers.adam({ learningRate: isSmall ? 1e-2 : 2e-3 }),
  epochs: isSmall ? 4 : 6,
  seed: 7,
  validation,
  earlyStopping: { patience: 2 },
  threads: 1,
  onEpoch: ({ epoch, loss, accuracy, validationAccuracy, seconds }) =>
    say(
      `epoch ${epoch}: loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}, test ${percent(validationAccuracy)}, ${seconds.toFixed(1)} s`,
    ),
});
const best = Math.max(...history.map(({ validationAccuracy }) => validationAccuracy ?? 0));
const bound = isSmall ? 0.6 : 0.75;
claim(best >= bound, `${percent(best)} of the test reviews right, half of them good (at least ${percent(bound)})`);

/** As many good ones as bad ones, so that half is what guessing gives. */
function balanced(reviews: readonly Review[], most: number): Review[] {
  const [good, bad] = [true, false].map((isGood) => reviews.filter((review) => review.isGood === isGood)) as [Review[], Review[]];
  const count = Math.min(good.length, bad.length, Math.floor(most / 2));
  return [...good.slice(0, count), ...bad.slice(0, count)];
}

/** Words as numbers, 0 before a short text, 1 for a rare word. */
function asBatch(reviews: readonly Review[]): Batch {
  const tokens = reviews.flatMap(({ words }) => {
    const kept = words.slice(0, length).map((word) => ids.get(word) ?? 1);
    return [...new Array<number>(length - kept.length).fill(0), ...kept];
  });
  return {
    x: tensorOf('int64', [reviews.length, length], tokens),
    y: tensorOf(
      'int64',
      [reviews.length],
      reviews.map(({ isGood }) => isGood),
    ),
  };
}

/** Most frequent first. */
function commonest(reviews: readonly Review[], count: number): string[] {
  const counts = new Map<string, number>();
  for (const word of reviews.flatMap(({ words }) => words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([word]) => word);
}

/** Columns product, review, score; a field in quotes may hold commas, line breaks and doubled quotes. */
function readReviews(file: string): Review[] {
  const text = readFileSync(join(root, 'examples/reviews/data', file), 'utf8');
  const rows = text.matchAll(/^([^,\n]*),("(?:[^"]|"")*"|[^,\n]*),(\w+)\r?$/gm);
  return [...rows].slice(1).map(([, , review = '', score]) => ({
    words:
      review
        .toLowerCase()
        .replaceAll('<br />', ' ')
        .match(/[a-z']+/g) ?? [],
    isGood: score === 'great',
  }));
}
