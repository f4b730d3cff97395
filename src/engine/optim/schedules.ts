/** @file Learning rate schedules: the factor on the optimizer's learning rate at a step. */

import { MoatError } from '../errors.ts';

/** Factor for the update number `step` (from 0) of `steps` in all. */
export type Schedule = (step: number, steps: number) => number;

/** The same rate throughout. */
const constant = (): Schedule => () => 1;

/** Half a cosine from 1 down to `end` (Loshchilov & Hutter 2017, without restarts). */
const cosine =
  ({ end = 0 }: { readonly end?: number } = {}): Schedule =>
  (step, steps) =>
    end + (1 - end) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, step / Math.max(1, steps))));

/** A straight line from 1 down to `end`. */
const linear =
  ({ end = 0 }: { readonly end?: number } = {}): Schedule =>
  (step, steps) =>
    1 + (end - 1) * Math.min(1, step / Math.max(1, steps));

/** Rises in a straight line over `share` of all steps, then follows `after` over the rest. */
function warmup({ share, after = constant() }: { readonly share: number; readonly after?: Schedule }): Schedule {
  requireShare(share);
  return (step, steps) => {
    const warmupSteps = Math.round(share * steps);
    return step < warmupSteps ? (step + 1) / warmupSteps : after(step - warmupSteps, steps - warmupSteps);
  };
}

export const schedules = { constant, cosine, linear, warmup } as const;

function requireShare(share: number): void {
  if (share >= 0 && share < 1) return;
  throw new MoatError(`a warmup over a share of ${share} of all steps is not possible`, {
    code: 'SCHEDULE_SHARE',
    why: 'the share must be at least 0 and below 1, so that some steps remain after it',
    fix: 'choose for example 0.1: a tenth of all steps',
  });
}
