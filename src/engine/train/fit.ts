/** @file `fit`: trains a network on batches, so that it can be watched, stopped and resumed exactly. */

import { MoatError } from '../errors.ts';
import { host } from '../host/index.ts';
import type { Network } from '../nn/network.ts';
import { countParameters } from '../nn/trace.ts';
import type { Batches, BatchSource } from './batches.ts';
import type { RunIdentity } from './checkpoint.ts';
import { type GroupedParameters, groupParameters } from './groups.ts';
import type { FitOptions } from './options.ts';
import { featureTypes } from './step-graph.ts';
import { firstBatch, sourceOf } from './stream.ts';
import { identityOf } from './targets.ts';
import { type Trained, trainedOf } from './trained.ts';
import { TrainingRun } from './training-run.ts';
import { Weights } from './weights.ts';

/**
 * Trains `network` on batches. The same seed, data, options and number of threads give byte-identical weights on one machine,
 * also when the run was stopped and resumed from a checkpoint in between.
 *
 * @throws MoatError `TRAIN_NOT_FINITE` when a loss or gradient is NaN or infinite, `TRAIN_CANCELLED` when the signal aborts,
 * `CHECKPOINT_…` when `resume` does not fit, `TRAIN_NO_BATCHES` when there is nothing to train on, `TRAIN_OPTION`, `GROUP_…`, `LOSS_OUTPUT`.
 */
export async function fit(network: Network, source: BatchSource, options: FitOptions): Promise<Trained> {
  requireOptions(options);
  const batches = sourceOf(source);
  const example = await firstBatch(batches);
  const input = featureTypes(example.x);
  const parameters = network.parameters(input);
  const groups = groupParameters(parameters, options.groups ?? []);
  const { optimizer, averaging, seed, accumulate = 1 } = options;
  const states = network.states(input);
  const weights = new Weights({ groups, states, optimizer, averaging, accumulates: accumulate > 1, seed });
  const modelOf = (values: ReadonlyMap<string, Float32Array>) =>
    network.build({ input: featureTypes(example.x, 'batch'), seed, parameters: values });
  const run = new TrainingRun({
    network,
    batches,
    options,
    groups,
    weights,
    identity: identify(batches, options, groups, weights),
    modelOf,
  });
  if (options.resume !== undefined) run.restore(options.resume);

  const { stopped, progress } = await run.train();
  const trained = weights.values();
  return trainedOf({
    model: modelOf(trained),
    parameters: trained,
    parameterCount: countParameters(parameters),
    history: progress.history,
    stopped,
    ...(progress.best && { bestEpoch: progress.best.epoch }),
  });
}

/** Everything that a resumed run must share with the one that it goes on from. */
function identify(batches: Batches, options: FitOptions, { trained, frozen }: GroupedParameters, weights: Weights): RunIdentity {
  const { optimizer, schedule, averaging, clipNorm, clipValue, accumulate = 1 } = options;
  const named = (part: { name: string; settings: unknown } | undefined): string =>
    part ? JSON.stringify([part.name, part.settings]) : 'none';
  const isKept = options.checkpoint !== undefined || options.resume !== undefined;
  const shapes = [...trained.flatMap(({ parameters }) => parameters), ...frozen].map(({ name, shape }) => ({ name, shape }));
  const factors = trained.map(({ parameters, learningRateFactor, weightDecayFactor }) => [
    parameters.length,
    learningRateFactor,
    weightDecayFactor,
  ]);
  return {
    parameters: shapes,
    settings: {
      loss: identityOf(options.loss),
      optimizer: JSON.stringify([optimizer.name, optimizer.learningRate, optimizer.settings]),
      schedule: named(schedule),
      averaging: named(averaging),
      clipping: `${clipNorm ?? 'none'}, ${clipValue ?? 'none'}`,
      accumulate: String(accumulate),
      groups: JSON.stringify(factors),
      frozen:
        frozen.length === 0 || !isKept ? 'none' : digestOf(frozen.map(({ name }) => weights.inputs[name]?.data ?? new Float32Array())),
      seed: String(options.seed),
      batchCount: String(batches.batchCount ?? 'unknown'),
      rowCount: String(batches.rowCount ?? 'unknown'),
    },
  };
}

function digestOf(parts: readonly Float32Array[]): string {
  const hash = host.createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function requireOptions({ epochs, accumulate = 1, clipNorm = 1, clipValue = 1 }: FitOptions): void {
  require('epochs', epochs, Number.isInteger(epochs) && epochs >= 1, 'a whole number of at least 1');
  require('accumulate', accumulate, Number.isInteger(accumulate) && accumulate >= 1, 'a whole number of at least 1');
  require('clipNorm', clipNorm, clipNorm > 0, 'above 0');
  require('clipValue', clipValue, clipValue > 0, 'above 0');
}

function require(option: string, value: number, isValid: boolean, range: string): void {
  if (isValid) return;
  throw new MoatError(`fit cannot work with ${option} = ${value}`, {
    code: 'TRAIN_OPTION',
    why: `${option} must be ${range}`,
    fix: `give ${option} a value in that range, or leave it out`,
  });
}
