import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIds } from './ids.ts';

test('carries the time in its first 48 bits, worked by hand', () => {
  const id = createIds(() => 0x0123456789ab)();
  expect(id).toMatch(/^01234567-89ab-7000-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('ids ascend whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 50 }), (clock) => {
      let at = 0;
      const next = createIds(() => clock[at++ % clock.length] as number);
      const ids = clock.map(next);
      return ids.every((id, i) => i === 0 || (ids[i - 1] as string) < id);
    }),
    { seed: 7 },
  );
});

test('more ids in a millisecond than the counter holds still ascend', () => {
  const next = createIds(() => 5);
  const ids = Array.from({ length: 10_000 }, next);
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(ids.length);
});
