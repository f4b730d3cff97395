/** @file One update of the parameters from the gradients in the arena: accumulated, clipped, scheduled, group by group, and averaged. */

import { clipScale, type ScheduleMoment, type Sections, schedules } from '../optim/index.ts';
import type { GroupRange } from './arena.ts';
import type { TrainedGroup } from './groups.ts';
import type { FitOptions } from './options.ts';
import { nonePending, type Progress } from './progress.ts';
import type { Weights } from './weights.ts';

export class Updater {
  readonly #weights: Weights;
  /** Each with where the optimizer finds it. */
  readonly #groups: readonly (TrainedGroup & { readonly sections: Sections })[];
  readonly #options: FitOptions;
  /** Of the gradients as they stand, where that is known. */
  #norm: number | undefined;

  constructor(weights: Weights, groups: readonly TrainedGroup[], options: FitOptions) {
    this.#weights = weights;
    this.#groups = groups.map((group, i) => ({ ...group, sections: weights.sectionsOf(weights.arena.groups[i] as GroupRange) }));
    this.#options = options;
  }

  /** The norm of the gradients of the last batch, which is not finite when one of them is not. */
  gradientNorm(): number {
    const { kernel, length, at } = this.#weights.arena;
    this.#norm = Math.sqrt(kernel.sumOfSquares(at('gradients'), length));
    return this.#norm;
  }

  /** Adds the gradients of a batch of so many rows to those that wait. Without accumulation they stay where they are. */
  add(rows: number): void {
    if ((this.#options.accumulate ?? 1) === 1) return;
    const { kernel, length, at } = this.#weights.arena;
    kernel.addScaled(at('accumulated'), at('gradients'), length, rows);
  }

  /** Whether enough batches wait. */
  isDue({ batches }: Progress['pending']): boolean {
    return batches >= (this.#options.accumulate ?? 1);
  }

  /** Updates the parameters, and says what that changes of the progress. */
  update({ step, epochStep, epoch, pending, averaged }: Progress, moment: ScheduleMoment): Partial<Progress> {
    const { optimizer, schedule = schedules.constant(), averaging } = this.#options;
    this.#collect(pending.rows);
    const gradientScale = this.#clip();
    const learningRate = optimizer.learningRate * schedule.factor(moment);
    for (const { learningRateFactor, weightDecayFactor, sections } of this.#groups) {
      const own = { t: step + 1, learningRate: learningRate * learningRateFactor, gradientScale, weightDecayFactor };
      optimizer.update(this.#weights.arena.kernel, sections, own);
    }
    const count = averaging?.every === 'step' ? this.average(epoch + 1, averaged) : averaged;
    return { step: step + 1, epochStep: epochStep + 1, pending: nonePending, averaged: count };
  }

  /** Adds the weights to the average where its rule says so, and counts. Epochs count from 1. */
  average(epoch: number, count: number): number {
    const weight = this.#options.averaging?.weight({ epoch, count }) ?? 0;
    if (weight === 0) return count;
    this.#weights.average(weight);
    return count + 1;
  }

  /** The mean over the rows of all batches that wait becomes the gradient. */
  #collect(rows: number): void {
    if ((this.#options.accumulate ?? 1) === 1) return;
    const { kernel, length, at, sections } = this.#weights.arena;
    kernel.setScaled(at('gradients'), at('accumulated'), length, 1 / rows);
    sections.accumulated?.fill(0);
    this.#norm = undefined;
  }

  #clip(): number {
    const { clipValue, clipNorm } = this.#options;
    const { kernel, length, at } = this.#weights.arena;
    if (clipValue !== undefined) {
      kernel.clampValues(at('gradients'), length, clipValue);
      this.#norm = undefined;
    }
    return clipNorm === undefined ? 1 : clipScale(this.#norm ?? this.gradientNorm(), clipNorm);
  }
}
