/** @file Step `winsorise`: the tails of a column are moved to quantiles that are learned on the training rows (Hyndman & Fan's type 7). */

import Type from 'typebox';
import { within } from './clip.ts';
import { nothingToLearn } from './learn.ts';
import { columnsOption, defineRowStep, eachColumn } from './step.ts';

export const winsorise = defineRowStep({
  name: 'winsorise',
  kind: 'row',
  summary:
    'Moves numbers below a low quantile of the training rows up to it, and those above a high one down to it: outliers keep their side, not their size.',
  options: Type.Object(
    {
      ...columnsOption,
      lower: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'The low quantile; left out: 0.01' })),
      upper: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'The high quantile; left out: 0.99' })),
    },
    { additionalProperties: false },
  ),
  suits: ({ type }) => type === 'number',
  refuses: ({ type }, { lower = 0.01, upper = 0.99 }) => {
    if (type !== 'number' && type !== 'integer') return 'only numbers have quantiles';
    return lower < upper ? undefined : '`lower` is not below `upper`';
  },
  async learn(columns, { lower = 0.01, upper = 0.99 }, { training }): Promise<[number, number][]> {
    if (columns.length === 0) return [];
    const [found = []] = await training.query(
      columns.flatMap(({ name }) => [lower, upper].map((q) => `quantile_cont(${training.cell(name)}, ${q})`)).join(', '),
    );
    return columns.map(({ name, type }, i) => {
      const [low, high] = [found[2 * i], found[2 * i + 1]];
      if (typeof low !== 'number' || typeof high !== 'number') throw nothingToLearn('winsorise', name);
      // a whole number stays whole
      return type === 'integer' ? [Math.floor(low), Math.ceil(high)] : [low, high];
    });
  },
  effect: (columns, _options, learned = []) => eachColumn(columns, (_, i) => within(...(learned[i] as [number, number]))),
  describe: (columns, learned = []) =>
    `kept within, as learned on the training rows: ${columns.map((name, i) => `${name} ${learned[i]?.[0]} to ${learned[i]?.[1]}`).join(', ')}`,
});
