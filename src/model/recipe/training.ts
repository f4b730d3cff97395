/** @file The `train` section of a recipe: how families are trained. A value left at `auto` is the family's own. */

import { Type } from 'typebox';
import { optimizers } from '../../engine/index.ts';

/** How to train. `auto` stands for the family's own value (docs/recipe.md lists them). */
export interface Training {
  readonly epochs: number | 'auto';
  readonly batchSize: number | 'auto';
  /** Epochs without a better validation loss before a network stops; 0 never stops early. */
  readonly earlyStopping: number;
  readonly optimizer: 'auto' | keyof typeof optimizers;
  readonly learningRate: number | 'auto';
  readonly seed: number;
  /** Threads inside one operator; 0 is as many as there are cores. */
  readonly threads: number;
  /** Simple models are trained once more on train and validation after their settings were chosen. */
  readonly refit: boolean;
}

const auto = Type.Literal('auto');

/** All that the engine has: each needs no more than a learning rate. */
const OPTIMIZERS = Object.keys(optimizers) as (keyof typeof optimizers)[];

export const trainingSchema = Type.Object(
  {
    epochs: Type.Union([auto, Type.Integer({ minimum: 1, maximum: 10_000 })], {
      default: 'auto',
      description: 'Passes of a network over the training rows',
    }),
    batchSize: Type.Union([auto, Type.Integer({ minimum: 1, maximum: 65_536 })], {
      default: 'auto',
      description: 'Rows in one step of a network',
    }),
    earlyStopping: Type.Integer({
      default: 5,
      minimum: 0,
      maximum: 1000,
      description: 'Epochs without a better validation loss before a network stops and its best epoch is kept; 0: never',
    }),
    optimizer: Type.Union([auto, Type.Enum(OPTIMIZERS)], {
      default: 'auto',
      description: 'How a network is updated; each with its own settings beside the learning rate',
    }),
    learningRate: Type.Union([auto, Type.Number({ exclusiveMinimum: 0, maximum: 100 })], {
      default: 'auto',
      description: 'Step size of the optimizer',
    }),
    seed: Type.Integer({ default: 7, minimum: 0, maximum: 4_294_967_295, description: 'Seed of initial weights, order of rows, dropout' }),
    threads: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 1024,
      description: 'Threads inside one operator; 0: as many as there are cores',
    }),
    refit: Type.Boolean({
      default: true,
      description: 'Train simple models once more on train and validation together, after their settings were chosen on validation',
    }),
  },
  { additionalProperties: false, default: {}, description: 'How to train; auto is the own value of each family' },
);
