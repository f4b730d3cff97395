/** @file What can go wrong when layers are put together, said with the name of the layer. */

import { MoatError } from '../errors.ts';
import { showShape, showType } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import { didYouMean } from '../nearest.ts';
import { valuesIn } from './values.ts';

/** Runs `build`; a refusal of shapes by an operator inside becomes one of the layer, with what it was given. */
export function shapeAtFault<T>(layer: string, inputs: readonly unknown[], build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof MoatError) || !error.code.startsWith('SHAPE_')) throw error;
    const given = inputs.flatMap(valuesIn).map(({ type }) => showType(type));
    throw new MoatError(`${layer} cannot read ${given.join(' and ')}`, {
      code: 'LAYER_SHAPE',
      why: `${error.message}: ${error.why}`,
      fix: error.fix,
      cause: error,
    });
  }
}

export function missingInput(name: string, given: readonly string[]): MoatError {
  return new MoatError(`the network reads an input "${name}" that it is not given`, {
    code: 'NETWORK_INPUTS',
    why: `its inputs are ${given.map((input) => `"${input}"`).join(', ')}`,
    fix: given.length === 0 ? 'give the types of its inputs by name' : didYouMean(name, given),
  });
}

export function otherShape(parameter: string, first: readonly Dim[], now: readonly Dim[]): MoatError {
  return new MoatError(`the parameter ${parameter} cannot be shared`, {
    code: 'LAYER_SHARED_SHAPE',
    why: `the layer was applied before with ${showShape(first)}, and needs ${showShape(now)} for this input`,
    fix: 'give it inputs of the same sizes, or make a second layer, which has parameters of its own',
  });
}

export function notApplied(layer: string, other: string, parameter: string): MoatError {
  return new MoatError(`${layer} cannot use the parameter "${parameter}" of a layer ${other}`, {
    code: 'LAYER_NOT_APPLIED',
    why: `that layer has no such parameter, or was not applied in this network before`,
    fix: `apply the very same ${other} layer first`,
  });
}
