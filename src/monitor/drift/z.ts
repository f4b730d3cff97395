/**
 * @file Two-proportion z-test with the pooled share: whether a property, such as a missing value, has become more or less frequent.
 *
 *     z = (p₂ − p₁) / √(p(1 − p)(1/m + 1/n))
 */

import { normalTwoSided } from '../distributions.ts';
import type { Measure } from './measure.ts';

export const z: Measure = {
  title: 'z-test of shares',
  takes: ['share'],
  decides: 'p_value',
  limit: 0.05,
  compare(reference, current) {
    if (reference.kind !== 'share' || current.kind !== 'share') throw new Error('internal: z compares shares');
    const [m, n] = [reference.rowCount, current.rowCount];
    const pooled = (reference.count + current.count) / (m + n);
    const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / m + 1 / n));
    if (deviation === 0) return { value: 0, pValue: 1 };
    const value = (current.count / n - reference.count / m) / deviation;
    return { value, pValue: normalTwoSided(value) };
  },
};
