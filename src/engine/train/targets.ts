/** @file Which loss reads which output and which target. */

import { MoatError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import type { Loss } from '../nn/losses/index.ts';
import type { NetworkOutput } from '../nn/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batch, isTensor } from './batches.ts';

/** The names of the graph inputs that targets come in by: `target`, or `target:<output>`. */
export function targetsByName(y: Batch['y']): Record<string, Tensor> {
  if (isTensor(y)) return { target: y };
  return Object.fromEntries(Object.entries(y).map(([output, tensor]) => [`target:${output}`, tensor]));
}

export interface LossPart {
  /** In the graph. */
  readonly name: string;
  readonly target: string;
  readonly loss: Loss;
  readonly output: NetworkOutput;
}

/**
 * One part for each loss. A single loss reads the only output; losses by name read the outputs of those names.
 * @throws MoatError `LOSS_OUTPUT` for a loss without its output or target
 */
export function lossesByOutput(
  loss: Loss | Readonly<Record<string, Loss>>,
  outputs: Readonly<Record<string, NetworkOutput>>,
  targets: readonly string[],
): LossPart[] {
  const names = Object.keys(outputs);
  if (isLoss(loss)) {
    const [only, ...others] = names;
    if (only === undefined || others.length > 0) throw oneOfMany(names);
    const target = targets.length === 1 ? (targets[0] as string) : 'target';
    requireTarget(only, target, targets);
    return [{ name: loss.name, target, loss, output: outputs[only] as NetworkOutput }];
  }
  return Object.entries(loss).map(([name, own]) => {
    const output = outputs[name];
    if (output === undefined) throw noOutput(name, names);
    const target = `target:${name}`;
    requireTarget(name, target, targets);
    return { name: `${own.name}_${name}`, target, loss: own, output };
  });
}

/** What tells one loss, or several, from others: for checkpoints. */
export function identityOf(loss: Loss | Readonly<Record<string, Loss>>): string {
  const of = ({ name, settings }: Loss): string => (settings === undefined ? name : JSON.stringify([name, settings]));
  return isLoss(loss)
    ? of(loss)
    : Object.entries(loss)
        .map(([output, own]) => `${output}: ${of(own)}`)
        .join(', ');
}

function isLoss(loss: Loss | Readonly<Record<string, Loss>>): loss is Loss {
  return typeof loss.build === 'function';
}

function requireTarget(output: string, target: string, targets: readonly string[]): void {
  if (targets.includes(target)) return;
  throw new MoatError(`there is no target for the output "${output}"`, {
    code: 'LOSS_OUTPUT',
    why: `the batches have ${targets.length === 0 ? 'no targets' : targets.map((name) => `"${name.replace('target:', '')}"`).join(', ')}`,
    fix: 'give y as one tensor for a single loss, or as tensors by the names of the outputs for several',
  });
}

function oneOfMany(outputs: readonly string[]): MoatError {
  return new MoatError(`one loss cannot read ${outputs.length} outputs`, {
    code: 'LOSS_OUTPUT',
    why: `the network gives ${outputs.map((name) => `"${name}"`).join(', ')}`,
    fix: 'give a loss for each by name, such as { price: losses.huber(), kind: losses.crossEntropy() }',
  });
}

function noOutput(name: string, outputs: readonly string[]): MoatError {
  return new MoatError(`there is no output "${name}" for its loss`, {
    code: 'LOSS_OUTPUT',
    why: 'every loss reads the output of its name',
    fix: didYouMean(name, outputs),
  });
}
