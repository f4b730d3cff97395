import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom, philox } from './random.ts';

test('Philox4x32-10 gives the published words (Random123 kat_vectors)', () => {
  const out = new Uint32Array(4);
  philox(out, [0, 0, 0, 0], [0, 0]);
  expect([...out]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  philox(out, [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]);
  expect([...out]).toEqual([0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]);
});

test('continues from its state, wherever it stopped', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(50), (seed, drawn) => {
      const random = createRandom(seed);
      for (let i = 0; i < drawn; i++) random.uniform();
      const resumed = createRandom(JSON.parse(JSON.stringify(random.state())));
      expect(Array.from({ length: 9 }, resumed.normal)).toEqual(Array.from({ length: 9 }, random.normal));
    }),
  );
});

test('a fork depends on seed and label alone', () => {
  const [random, other] = [createRandom(3), createRandom(3)];
  other.uniform();
  expect(random.fork('layer').uniform()).toBe(other.fork('layer').uniform());
  const first = ['a', 'b', 'layer', 1, 2].map((label) => random.fork(label).uniform());
  expect(new Set([...first, random.uniform()]).size).toBe(6);
});

test('a permutation holds every number once', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(200), (seed, n) => {
      expect([...createRandom(seed).permutation(n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    }),
  );
});

test('uniform and normal have the moments of their distributions', () => {
  const random = createRandom(1);
  const uniform = Array.from({ length: 20_000 }, random.uniform);
  const normal = Array.from({ length: 20_000 }, random.normal);
  const mean = (items: number[]): number => items.reduce((a, b) => a + b, 0) / items.length;
  expect(mean(uniform)).toBeCloseTo(0.5, 2);
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...uniform)).toBeLessThan(1);
  expect(mean(normal)).toBeCloseTo(0, 1);
  expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
});
