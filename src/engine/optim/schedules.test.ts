import { expect, test } from 'vitest';
import { type Schedule, schedules } from './index.ts';

const at = (schedule: Schedule, step: number, steps: number): number => schedule.factor({ step, steps, epoch: 0, losses: [] });
const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12));

test('cosine and linear, by hand', () => {
  expect([0, 5, 10].map((step) => at(schedules.cosine(), step, 10))).toEqual(close([1, 0.5, 0]));
  expect([0, 5, 10].map((step) => at(schedules.linear({ end: 0.5 }), step, 10))).toEqual([1, 0.75, 0.5]);
});

test('warmup rises over a share or a number of steps, and what follows has the rest for its own', () => {
  const share = schedules.warmup({ share: 0.4, after: schedules.linear() });
  expect([0, 3, 4, 7].map((step) => at(share, step, 10))).toEqual([0.25, 1, 1, 0.5]);
  const fixed = schedules.warmup({ steps: 2, after: schedules.linear() });
  expect([0, 1, 2, 6].map((step) => at(fixed, step, 10))).toEqual([0.5, 1, 1, 0.5]);
});

test('steps go down with the epochs', () => {
  const { factor } = schedules.step({ everyEpochs: 2, factor: 0.5 });
  expect([0, 1, 2, 5].map((epoch) => factor({ step: 0, steps: 1, epoch, losses: [] }))).toEqual([1, 1, 0.5, 0.25]);
});

test('one cycle goes from a 25th up to 1 and down to nearly nothing', () => {
  const cycle = schedules.oneCycle({ share: 0.3 });
  const factors = Array.from({ length: 11 }, (_, step) => at(cycle, step, 10));
  expect(factors[0]).toBeCloseTo(1 / 25, 12);
  expect(factors[2]).toBeCloseTo(1, 12);
  expect(factors[9]).toBeCloseTo(1 / 250_000, 12);
  expect(factors.slice(3).every((factor, i) => factor <= (factors[i + 2] as number))).toBe(true);
});

test('plateau waits for as many epochs as its patience, then goes down and waits again', () => {
  const { factor } = schedules.plateau({ factor: 0.1, patience: 1, threshold: 0 });
  const after = (...losses: number[]) => factor({ step: 0, steps: 1, epoch: losses.length, losses });
  expect([after(), after(1), after(1, 2), after(1, 2, 2), after(1, 2, 2, 0.5), after(1, 2, 2, 0.5, 1, 1)]).toEqual(
    close([1, 1, 1, 0.1, 0.1, 0.01]),
  );
});

test('a setting outside its range is refused', () => {
  expect(() => schedules.warmup({ share: 1 })).toThrow(expect.objectContaining({ code: 'SCHEDULE_SHARE' }));
  expect(() => schedules.plateau({ factor: 1 })).toThrow(expect.objectContaining({ code: 'SCHEDULE_SETTING' }));
  expect(() => schedules.step({ everyEpochs: 0 })).toThrow(expect.objectContaining({ code: 'SCHEDULE_SETTING' }));
});
