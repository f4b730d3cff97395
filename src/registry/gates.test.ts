import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkGates, parseGate } from './gates.ts';

const names = ['accuracy', 'f1_macro', 'ece'];

test.each([
  ['f1_macro >= 0.80', { metric: 'f1_macro', operator: '>=', limit: 0.8 }],
  ['accuracy>baseline', { metric: 'accuracy', operator: '>', limit: 'baseline' }],
  ['  ece  <=  1e-1 ', { metric: 'ece', operator: '<=', limit: 0.1 }],
  ['ece < champion', { metric: 'ece', operator: '<', limit: 'champion' }],
  ['accuracy > -.5', { metric: 'accuracy', operator: '>', limit: -0.5 }],
])('%j is a gate', (text, gate) => {
  expect(parseGate(text, names)).toEqual({ text, ...gate });
});

test.each([
  ['', 'GATE_SYNTAX', 'at character 1: a metric is expected', 'begin with'],
  ['>= 0.8', 'GATE_SYNTAX', 'at character 1: a metric is expected', 'begin with'],
  ['acuracy >= 0.8', 'GATE_METRIC_UNKNOWN', 'at character 1', 'did you mean "accuracy"?'],
  ['__proto__ >= 0.8', 'GATE_METRIC_UNKNOWN', 'at character 1', 'accuracy'],
  ['accuracy 0.8', 'GATE_SYNTAX', 'at character 10: a comparison is expected', '>=, >, <=, <'],
  ['accuracy == 0.8', 'GATE_SYNTAX', 'at character 10: a comparison is expected', '>=, >, <=, <'],
  ['accuracy >= ', 'GATE_SYNTAX', 'at character 13: a limit is expected', '"baseline" or "champion"'],
  ['accuracy >= basline', 'GATE_SYNTAX', 'at character 13: a limit is expected', 'did you mean "baseline"?'],
  ['accuracy >= 0,8', 'GATE_SYNTAX', 'at character 13: a limit is expected', 'end with a number'],
  ['accuracy >= NaN', 'GATE_SYNTAX', 'at character 13: a limit is expected', 'end with a number'],
  ['accuracy >= 0.8 and ece < 0.1', 'GATE_SYNTAX', 'at character 17: nothing more is expected', 'one comparison'],
])('%j is refused with %s %s', (text, code, why, fix) => {
  const refusal = expect.objectContaining({ code, why: expect.stringContaining(why), fix: expect.stringContaining(fix) });
  expect(() => parseGate(text, names)).toThrow(refusal);
});

test('any text is a gate or is refused with a position', () => {
  const text = fc.stringMatching(/^[\s\w><=.é\n]{0,40}$/);
  fc.assert(
    fc.property(text, (written) => {
      try {
        parseGate(written, names);
      } catch (error) {
        expect(error).toMatchObject({ why: expect.stringMatching(/^at character [1-9]/) });
      }
    }),
    { seed: 3, numRuns: 500 },
  );
});

const numbers = {
  candidate: { accuracy: 0.81, ece: 0.04, f1_macro: null },
  baseline: { accuracy: 0.5, ece: 0.02 },
  champion: { accuracy: 0.81 },
};

test.each([
  ['accuracy >= 0.81', true, 'accuracy 0.81, wanted >= 0.81: passed'],
  ['accuracy > 0.81', false, 'accuracy 0.81, wanted > 0.81: failed'],
  ['accuracy > baseline', true, 'accuracy 0.81, wanted > baseline 0.5: passed'],
  ['ece <= baseline', false, 'ece 0.04, wanted <= baseline 0.02: failed'],
  ['accuracy > champion', false, 'accuracy 0.81, wanted > champion 0.81: failed'],
  ['ece < champion', false, 'ece 0.04, wanted < champion, which has no value: failed'],
  ['f1_macro >= 0.1', false, 'f1_macro is undefined, wanted >= 0.1: failed'],
])('%s: %s', (gate, passed, sentence) => {
  expect(checkGates([gate], numbers)).toEqual([expect.objectContaining({ gate, passed, sentence })]);
});

test('the first version has no champion to be better than', () => {
  expect(checkGates(['accuracy > champion'], { candidate: numbers.candidate })).toMatchObject([{ passed: true, left: 0.81, right: null }]);
});

test('a gate against a baseline that was not trained fails', () => {
  expect(checkGates(['accuracy > baseline'], { candidate: numbers.candidate })).toMatchObject([{ passed: false, right: null }]);
});
