import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { allDone, twoAtOnce } from './together.ts';

test('two at a time, and the results in the order of the items', async () => {
  let [running, most] = [0, 0];
  const results = await twoAtOnce([3, 1, 4, 1, 5], async (turns) => {
    most = Math.max(most, ++running);
    for (let i = 0; i < turns; i++) await nextTurn();
    running--;
    return 10 * turns;
  });
  expect(results).toEqual([30, 10, 40, 10, 50]);
  expect(most).toBe(2);
  expect(await twoAtOnce([], async () => 1)).toEqual([]);
});

test('an error is told when the other work has ended', async () => {
  let hasEnded = false;
  const slow = async () => {
    for (let i = 0; i < 5; i++) await nextTurn();
    hasEnded = true;
  };
  await expect(allDone([Promise.reject(new Error('first')), slow()])).rejects.toThrow('first');
  expect(hasEnded).toBe(true);
});
