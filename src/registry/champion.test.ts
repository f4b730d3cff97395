import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Candidate, type CandidateKind, chooseChampion, type Estimate } from './champion.ts';

type Interval = readonly [value: number, low: number, high: number];

function candidate(
  name: string,
  kind: CandidateKind,
  accuracy: number | null,
  against: Readonly<Record<string, Interval>> = {},
): Candidate {
  const estimate = (value: number | null, low: number | null = null, high: number | null = null): Estimate => {
    return { metric: 'accuracy', direction: 'higher', value, low, high };
  };
  return {
    name,
    kind,
    metrics: [estimate(accuracy)],
    differences: new Map(Object.entries(against).map(([other, interval]) => [other, [estimate(...interval)]])),
  };
}

test('the network loses to the simple model, and the reasons say by how much', () => {
  const choice = chooseChampion([
    candidate('majority', 'baseline', 0.5),
    candidate('linear', 'simple', 0.82, { majority: [0.32, 0.28, 0.36], lstm: [0.05, 0.02, 0.08] }),
    candidate('lstm', 'network', 0.77, { majority: [0.27, 0.23, 0.31] }),
  ]);
  expect(choice.winner).toBe('linear');
  expect(choice.reasons).toEqual([
    'chosen by accuracy on validation (higher is better): linear 0.82, lstm 0.77, majority 0.5',
    'linear against lstm: +0.05 (95 % interval +0.02 to +0.08), clearly better',
    'linear against majority: +0.32 (95 % interval +0.28 to +0.36), clearly better',
    'no network is worth its cost here: none is clearly better than linear',
  ]);
});

test('the simpler one is preferred when the rows cannot tell', () => {
  const choice = chooseChampion([
    candidate('majority', 'baseline', 0.5),
    candidate('lstm', 'network', 0.83, { linear: [0.01, -0.01, 0.03], majority: [0.33, 0.3, 0.36] }),
    candidate('linear', 'simple', 0.82, { majority: [0.32, 0.28, 0.36] }),
  ]);
  expect(choice.winner).toBe('linear');
  expect(choice.reasons[1]).toBe(
    'lstm measured best, by +0.01 (95 % interval −0.01 to +0.03), which includes zero: the rows do not tell it from linear, so the simpler one is preferred',
  );
});

test('the network wins when it is clearly better', () => {
  const lstm = candidate('lstm', 'network', 0.9, { linear: [0.08, 0.05, 0.11], majority: [0.4, 0.3, 0.5] });
  expect(chooseChampion([candidate('majority', 'baseline', 0.5), candidate('linear', 'simple', 0.82), lstm]).winner).toBe('lstm');
});

test('a baseline never wins over what beats it, even if the best one does not', () => {
  const choice = chooseChampion([
    candidate('majority', 'baseline', 0.5),
    candidate('linear', 'simple', 0.6, { majority: [0.1, 0.05, 0.15] }),
    candidate('mlp', 'network', 0.62, { majority: [0.12, -0.02, 0.2], linear: [0.02, -0.05, 0.09] }),
  ]);
  expect(choice.winner).toBe('linear');
});

test('a baseline wins only when nothing measured better, and that is said', () => {
  const linear = (value: number, difference: Interval): Candidate => candidate('linear', 'simple', value, { majority: difference });
  const beaten = chooseChampion([candidate('majority', 'baseline', 0.6), linear(0.59, [-0.01, -0.03, 0.01])]);
  expect(beaten.winner).toBe('majority');
  expect(beaten.reasons.at(-1)).toContain('nothing beats the baseline majority');
  // four validation rows tell nothing apart, and yet a baseline, which looks at no input, is not to be preferred
  const unclear = chooseChampion([candidate('majority', 'baseline', 0.5), linear(1, [0.5, 0, 1])]);
  expect(unclear.winner).toBe('linear');
  expect(unclear.reasons.join('\n')).toContain('not clearly different');
});

test('a metric of which less is better', () => {
  const less = (one: Candidate): Candidate => {
    const turn = (estimate: Estimate): Estimate => ({ ...estimate, metric: 'mae', direction: 'lower' });
    return {
      ...one,
      metrics: one.metrics.map(turn),
      differences: new Map([...one.differences].map(([name, list]) => [name, list.map(turn)])),
    };
  };
  const candidates = [candidate('mean', 'baseline', 9), candidate('linear', 'simple', 4, { mean: [-5, -6, -4] })].map(less);
  expect(chooseChampion(candidates).winner).toBe('linear');
});

test('without intervals the best value wins', () => {
  expect(chooseChampion([candidate('linear', 'simple', 0.8), candidate('mlp', 'network', 0.81)]).winner).toBe('mlp');
});

test('a candidate without a value cannot win, and none at all is refused', () => {
  expect(chooseChampion([candidate('linear', 'simple', null), candidate('mlp', 'network', 0.5)]).winner).toBe('mlp');
  const refusal = expect.objectContaining({ code: 'CHAMPION_NO_CANDIDATE' });
  expect(() => chooseChampion([candidate('linear', 'simple', null)])).toThrow(refusal);
  expect(() => chooseChampion([])).toThrow(refusal);
});

test('the order in which candidates are given does not matter', () => {
  const kind = fc.constantFrom<CandidateKind>('baseline', 'simple', 'network');
  const value = fc.double({ min: 0, max: 1, noNaN: true });
  const spread = fc.double({ min: 0, max: 0.5, noNaN: true });
  const models = fc.uniqueArray(fc.record({ kind, value }), { minLength: 1, maxLength: 5, selector: (one) => one.value });
  fc.assert(
    fc.property(models, spread, fc.integer(), (drawn, width, turn) => {
      const candidates = drawn.map((one, i) => {
        const against = drawn.map((other, j): [string, Interval] => {
          const difference = one.value - other.value;
          return [`m${j}`, [difference, difference - width, difference + width]];
        });
        return candidate(`m${i}`, one.kind, one.value, Object.fromEntries(against));
      });
      const at = Math.abs(turn) % candidates.length;
      const turned = [...candidates.slice(at), ...candidates.slice(0, at)];
      expect(chooseChampion(turned)).toEqual(chooseChampion(candidates));
    }),
    { seed: 2 },
  );
});
