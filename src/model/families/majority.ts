/** @file majority: the baseline that looks at nothing: always the shares of the classes, or the mean of the target. */

import { Type } from 'typebox';
import { GraphBuilder, type Model } from '../../engine/index.ts';
import { INPUT } from '../feed.ts';
import { truthOf } from '../task.ts';
import type { Family } from './family.ts';
import { predictSealed, seal, targetScale } from './shared.ts';

export const majority: Family = {
  name: 'majority',
  kind: 'baseline',
  summary: 'Always the share of each class among the training rows, or the mean of a numeric target',
  suits: () => true,
  options: Type.Object({}, { additionalProperties: false, default: {} }),

  async train(context) {
    const started = performance.now();
    const truth = truthOf(context.train, context.task);
    const target = truth.kind === 'values' ? targetScale(truth.values) : undefined;
    const constants =
      truth.kind === 'values' || context.task.kind === 'regression' ? [0] : sharesOf(truth.index, context.task.classes.length);
    const parameterCount = constants.length;
    const artifact = seal(
      context,
      'majority',
      { model: constantModel(constants), parameterCount, input: { kind: 'none' }, ...(target === undefined ? {} : { target }) },
      { rows: context.train.rowCount },
    );
    return {
      family: 'majority',
      artifact,
      parameterCount,
      history: [],
      seconds: (performance.now() - started) / 1000,
      notes: [],
      validation: await predictSealed(artifact, context.validation, context.threads),
    };
  },
};

function sharesOf(index: Int32Array, classCount: number): number[] {
  const shares = new Array<number>(classCount).fill(0);
  for (const place of index) shares[place] = (shares[place] as number) + 1 / index.length;
  return shares;
}

/** Y = 0 · x + constants: the same row for every row of x. */
function constantModel(constants: readonly number[]): Model {
  const g = new GraphBuilder({ name: 'majority' });
  const x = g.input(INPUT, { dtype: 'float32', shape: ['batch', 1] });
  const row = g.initializer('constants', { dtype: 'float32', shape: [1, constants.length], data: Float32Array.from(constants) });
  g.output(g.add(g.mul(x, 0), row), 'output');
  return g.model();
}
