import { expect, test } from 'vitest';
import { answerBatch } from './answer-batch.ts';
import { fakePredictor } from './testing/fake-model.ts';

const row = (stars: number | null, more = {}) => ({ review: 'x', stars, shop: 'north', ...more });

test('requests of one batch get their own rows, worked by hand', async () => {
  const outcomes = await answerBatch(fakePredictor(), [[row(8)], [row(0), row(null)]]);
  expect(outcomes).toEqual([
    { answers: [{ label: 'true', probabilities: { false: 0, true: 1 } }] },
    {
      answers: [
        { label: 'false', probabilities: { false: 1, true: 0 } },
        { label: 'true', probabilities: { false: 0.5, true: 0.5 } },
      ],
    },
  ]);
});

test('a warning goes to the row that it is about', async () => {
  const outcomes = await answerBatch(fakePredictor(), [[row(8)], [row(8), row(8, { shop: 'west' })]]);
  const warned = outcomes.map((outcome) => 'answers' in outcome && outcome.answers.map(({ warnings }) => warnings?.length ?? 0));
  expect(warned).toEqual([[0], [0, 1]]);
});

test('a bad request is refused alone', async () => {
  const outcomes = await answerBatch(fakePredictor(), [[row(8)], [{ stars: 'many' }], [row(0)]]);
  expect(outcomes).toMatchObject([{ answers: [{ label: 'true' }] }, { error: { kind: 'invalid' } }, { answers: [{ label: 'false' }] }]);
});

test('a row that makes the model fail does not fail the batch', async () => {
  const predictor = fakePredictor();
  const poisoned = {
    ...predictor,
    predict: async (table: Parameters<typeof predictor.predict>[0]) => {
      const stars = table.columns.find(({ name }) => name === 'stars') as { values: Float64Array };
      if (stars.values.includes(7)) throw new Error('the runtime gave up');
      return predictor.predict(table);
    },
  };
  const outcomes = await answerBatch(poisoned, [[row(8)], [row(7)], [row(0)]]);
  expect(outcomes).toMatchObject([{ answers: [{ label: 'true' }] }, { error: { code: 'INTERNAL' } }, { answers: [{ label: 'false' }] }]);
});
