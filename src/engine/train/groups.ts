/** @file Groups of parameters by name: which are frozen, which learn slower, which do not decay. */

import { MoatError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import type { ParameterSpec } from '../nn/trace.ts';

/** Settings for the parameters whose names match. */
export interface ParameterGroup {
  /** Names, where `*` stands for any characters: every bias is matched by an asterisk and `/b`, a layer by its name and `/*`. */
  readonly parameters: string | readonly string[];
  /** Times the learning rate; 1 unless said otherwise. */
  readonly learningRateFactor?: number;
  /** Times the optimizer's weight decay; 1 unless said otherwise, 0 for none. */
  readonly weightDecayFactor?: number;
  /** Keeps them as they begin: no gradient is computed, and no optimizer state is kept. */
  readonly frozen?: boolean;
}

/** What usually does not decay: the biases of all layers, and the scales and offsets of normalisations. */
export const biasesAndNorms: readonly string[] = ['*/b', '*/scale', '*/offset'];

/** Parameters of the same settings. */
export interface TrainedGroup {
  readonly parameters: readonly ParameterSpec[];
  readonly learningRateFactor: number;
  readonly weightDecayFactor: number;
}

export interface GroupedParameters {
  readonly trained: readonly TrainedGroup[];
  readonly frozen: readonly ParameterSpec[];
}

/**
 * Where several groups match a parameter, each setting is that of the last one that has it.
 * @throws MoatError `GROUP_MATCHES_NOTHING`, `GROUP_SETTING`, `TRAIN_ALL_FROZEN`
 */
export function groupParameters(parameters: readonly ParameterSpec[], groups: readonly ParameterGroup[]): GroupedParameters {
  for (const group of groups) requireSettings(group, parameters);
  const trained = new Map<string, TrainedGroup & { parameters: ParameterSpec[] }>();
  const frozen: ParameterSpec[] = [];
  for (const parameter of parameters) {
    const own = groups.filter((group) => matches(group, parameter.name));
    const settings = Object.assign({ learningRateFactor: 1, weightDecayFactor: 1, frozen: false }, ...own) as Required<ParameterGroup>;
    if (settings.frozen) {
      frozen.push(parameter);
      continue;
    }
    const { learningRateFactor, weightDecayFactor } = settings;
    const key = `${learningRateFactor} ${weightDecayFactor}`;
    const group = trained.get(key) ?? { parameters: [], learningRateFactor, weightDecayFactor };
    group.parameters.push(parameter);
    trained.set(key, group);
  }
  if (frozen.length > 0 && trained.size === 0) throw allFrozen();
  return { trained: [...trained.values()], frozen };
}

/** Whether a name is one of the names or patterns. */
export function matches({ parameters }: Pick<ParameterGroup, 'parameters'>, name: string): boolean {
  return [parameters].flat().some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
  });
}

function requireSettings(group: ParameterGroup, parameters: readonly ParameterSpec[]): void {
  for (const setting of ['learningRateFactor', 'weightDecayFactor'] as const) {
    const value = group[setting];
    if (value === undefined || (Number.isFinite(value) && value >= 0)) continue;
    throw new MoatError(`a group of parameters cannot have ${setting} = ${value}`, {
      code: 'GROUP_SETTING',
      why: 'a factor must be at least 0',
      fix: 'give 0 for none of it, 1 for the usual',
    });
  }
  if (parameters.some(({ name }) => matches(group, name))) return;
  const patterns = [group.parameters].flat();
  throw new MoatError(`no parameter matches ${patterns.map((pattern) => `"${pattern}"`).join(' or ')}`, {
    code: 'GROUP_MATCHES_NOTHING',
    why: 'the settings of that group would change nothing',
    fix: didYouMean(
      patterns[0] ?? '',
      parameters.map(({ name }) => name),
    ),
  });
}

function allFrozen(): MoatError {
  return new MoatError('there is nothing to train: every parameter is frozen', {
    code: 'TRAIN_ALL_FROZEN',
    why: 'the patterns of the frozen groups match all names',
    fix: 'make them narrower, or add a later group with frozen: false for what shall learn',
  });
}
