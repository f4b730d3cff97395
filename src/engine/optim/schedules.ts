/** @file Learning rate schedules: the factor on the optimizer's learning rate at a step. */

import { MoatError } from '../errors.ts';

/** Where training stands before a step. */
export interface ScheduleMoment {
  /** Updates done so far. */
  readonly step: number;
  /** Updates in all. Reading it is refused (`SCHEDULE_LENGTH`) where the data are a stream whose length is not known. */
  readonly steps: number;
  /** Whole epochs done so far. */
  readonly epoch: number;
  /** The loss of each of them, of validation where there is one. */
  readonly losses: readonly number[];
}

/** A function of where training stands alone, so that a resumed run goes on with the same rates. */
export interface Schedule {
  readonly name: string;
  /** So that a checkpoint of other settings is recognised. */
  readonly settings: Readonly<Record<string, unknown>>;
  factor(moment: ScheduleMoment): number;
}

/** The same rate throughout. */
const constant = (): Schedule => ({ name: 'constant', settings: {}, factor: () => 1 });

/** Times `factor` after every `everyEpochs` epochs (PyTorch's StepLR). */
function step({ everyEpochs, factor = 0.1 }: { readonly everyEpochs: number; readonly factor?: number }): Schedule {
  requireSetting('step', 'everyEpochs', everyEpochs, Number.isInteger(everyEpochs) && everyEpochs >= 1, 'a whole number of at least 1');
  requireSetting('step', 'factor', factor, factor > 0, 'above 0');
  return { name: 'step', settings: { everyEpochs, factor }, factor: ({ epoch }) => factor ** Math.floor(epoch / everyEpochs) };
}

/** Half a cosine from 1 down to `end` (Loshchilov & Hutter 2017, without restarts). */
const cosine = ({ end = 0 }: { readonly end?: number } = {}): Schedule => ({
  name: 'cosine',
  settings: { end },
  factor: (moment) => end + (1 - end) * 0.5 * (1 + Math.cos(Math.PI * shareDone(moment))),
});

/** A straight line from 1 down to `end`. */
const linear = ({ end = 0 }: { readonly end?: number } = {}): Schedule => ({
  name: 'linear',
  settings: { end },
  factor: (moment) => 1 + (end - 1) * shareDone(moment),
});

/**
 * Up from 1 / `start` to 1 over `share` of all steps, then down to 1 / (`start` · `end`), both along half cosines (Smith & Topin 2018, in PyTorch's
 * form: the rate of the optimizer is the highest; the momentum stays as it is). Share 0.3, start 25, end 10,000 unless said otherwise.
 */
function oneCycle({
  share = 0.3,
  start = 25,
  end = 1e4,
}: {
  readonly share?: number;
  readonly start?: number;
  readonly end?: number;
} = {}) {
  requireShare('oneCycle', share);
  requireSetting('oneCycle', 'start', start, start >= 1, 'at least 1');
  requireSetting('oneCycle', 'end', end, end >= 1, 'at least 1');
  const between = (from: number, to: number, done: number): number => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * done));
  return {
    name: 'oneCycle',
    settings: { share, start, end },
    factor({ step, steps }) {
      const [top, last] = [share * steps - 1, steps - 1];
      if (top > 0 && step <= top) return between(1 / start, 1, step / top);
      return between(1, 1 / (start * end), Math.min(1, (step - top) / (last - top)));
    },
  } satisfies Schedule;
}

/** Rises in a straight line over `share` of all steps, or over a number of `steps`, then follows `after` over the rest. */
function warmup(options: { readonly share?: number; readonly steps?: number; readonly after?: Schedule }): Schedule {
  const { share = 0.1, steps: fixed, after = constant() } = options;
  if (fixed === undefined) requireShare('warmup', share);
  else requireSetting('warmup', 'steps', fixed, Number.isInteger(fixed) && fixed >= 0, 'a whole number of at least 0');
  return {
    name: 'warmup',
    settings: { ...(fixed === undefined ? { share } : { steps: fixed }), after: [after.name, after.settings] },
    factor(moment) {
      const rise = fixed ?? Math.round(share * moment.steps);
      if (moment.step < rise) return (moment.step + 1) / rise;
      const { step, epoch, losses } = moment;
      return after.factor({
        step: step - rise,
        get steps() {
          return moment.steps - rise;
        },
        epoch,
        losses,
      });
    },
  };
}

/**
 * Times `factor` whenever `patience` epochs in a row have not lowered the best loss by a share of `threshold` (PyTorch's ReduceLROnPlateau):
 * factor 0.1, patience 10, threshold 1e-4 unless said otherwise. It follows the validation loss where there is one.
 */
function plateau({ factor = 0.1, patience = 10, threshold = 1e-4 }: PlateauOptions = {}): Schedule {
  requireSetting('plateau', 'factor', factor, factor > 0 && factor < 1, 'above 0 and below 1');
  requireSetting('plateau', 'patience', patience, Number.isInteger(patience) && patience >= 0, 'a whole number of at least 0');
  requireSetting('plateau', 'threshold', threshold, threshold >= 0, 'at least 0');
  return {
    name: 'plateau',
    settings: { factor, patience, threshold },
    factor({ losses }) {
      let [best, waited, reductions] = [Number.POSITIVE_INFINITY, 0, 0];
      for (const loss of losses) {
        const isBetter = loss < best - (Number.isFinite(best) ? threshold * Math.abs(best) : 0);
        if (isBetter) best = loss;
        waited = isBetter ? 0 : waited + 1;
        if (waited > patience) [waited, reductions] = [0, reductions + 1];
      }
      return factor ** reductions;
    },
  };
}

interface PlateauOptions {
  readonly factor?: number;
  readonly patience?: number;
  readonly threshold?: number;
}

export const schedules = { constant, step, cosine, linear, oneCycle, warmup, plateau } as const;

/** From 0 to 1. */
function shareDone({ step, steps }: ScheduleMoment): number {
  return Math.min(1, step / Math.max(1, steps));
}

function requireShare(schedule: string, share: number): void {
  if (share >= 0 && share < 1) return;
  throw new MoatError(`a ${schedule} over a share of ${share} of all steps is not possible`, {
    code: 'SCHEDULE_SHARE',
    why: 'the share must be at least 0 and below 1, so that some steps remain after it',
    fix: 'choose for example 0.1: a tenth of all steps',
  });
}

function requireSetting(schedule: string, name: string, value: number, isValid: boolean, range: string): void {
  if (isValid && Number.isFinite(value)) return;
  throw new MoatError(`${schedule} cannot work with ${name} = ${value}`, {
    code: 'SCHEDULE_SETTING',
    why: `${name} must be ${range}`,
    fix: `give ${name} a value in that range, or leave it out for the default`,
  });
}
