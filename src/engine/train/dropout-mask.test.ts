import { expect, test } from 'vitest';
import { fillDropoutMask } from './dropout-mask.ts';

test('keeps the asked share, scaled so that the expectation stays', () => {
  const mask = new Float32Array(100_003);
  fillDropoutMask(mask, 0.2, { seed: 7, step: 3, layer: 'dropout_1' });
  expect(new Set(mask)).toEqual(new Set([0, 1.25]));
  const mean = mask.reduce((sum, value) => sum + value, 0) / mask.length;
  expect(Math.abs(mean - 1)).toBeLessThan(4 * 1.25 * Math.sqrt((0.2 * 0.8) / mask.length)); // four standard errors
});

test('is a function of seed, step and layer alone', () => {
  const maskOf = (seed: number, step: number, layer: string): string => {
    const mask = new Float32Array(64);
    fillDropoutMask(mask, 0.5, { seed, step, layer });
    return mask.join();
  };
  expect(maskOf(1, 2, 'a')).toBe(maskOf(1, 2, 'a'));
  expect(new Set([maskOf(1, 2, 'a'), maskOf(2, 2, 'a'), maskOf(1, 3, 'a'), maskOf(1, 2, 'b')]).size).toBe(4);
});
