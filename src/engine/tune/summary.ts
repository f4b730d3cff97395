/** @file What a fine-tuned network trains and what it leaves, as a table for people. */

import { showShape } from '../graph/dims.ts';
import { grouped, table } from '../nn/summary.ts';
import { countParameters, type ParameterSpec } from '../nn/trace.ts';

/** A float tensor of the model. */
export interface WeightRecord {
  readonly name: string;
  readonly shape: readonly number[];
  /** `adapted`: frozen, with an adapter beside it. `constant`: no weight, such as the statistics of a normalisation, a bound, or a single number. */
  readonly role: 'trained' | 'adapted' | 'frozen' | 'constant';
}

/** Every trained tensor on a line of its own; what is frozen or constant as a count. */
export function tuneSummary(records: readonly WeightRecord[], parameters: readonly ParameterSpec[]): string {
  const trained = parameters.map((spec) => ['trained', spec.name, showShape(spec.shape), grouped(countParameters([spec]))]);
  const kept = (['adapted', 'frozen', 'constant'] as const).flatMap((role) => {
    const own = records.filter((record) => record.role === role);
    return own.length === 0 ? [] : [[role, namesOf(own), '', grouped(countParameters(own))]];
  });
  const inModel = records.filter(({ role }) => role !== 'constant' && role !== 'trained');
  const count = countParameters(parameters);
  const total = count + countParameters(inModel);
  const share = ((100 * count) / total).toFixed(1);
  return table([
    ['', 'tensor', 'shape', 'numbers'],
    ...trained,
    ...kept,
    ['trained', `${share} % of ${grouped(total)}`, '', grouped(count)],
  ]);
}

/** How many, and the first few. */
function namesOf(records: readonly WeightRecord[]): string {
  const shown = records.slice(0, 3).map(({ name }) => name);
  return `${records.length}: ${shown.join(', ')}${records.length > shown.length ? ', …' : ''}`;
}
