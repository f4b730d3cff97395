/** @file Types of a node's outputs from those of its inputs, by the operator's own rule. */

import { MoatError } from '../errors.ts';
import { showType, unknownDim } from '../graph/dims.ts';
import type { Node, TensorType } from '../graph/graph.ts';
import type { Known } from '../graph/known.ts';
import { isWhole } from '../graph/known.ts';
import { didYouMean } from '../nearest.ts';
import { evaluate } from './evaluate.ts';
import { findOp, opTypes } from './index.ts';

/**
 * Known types of the outputs; undefined for one whose rank cannot be told, and for all when the operator is not in the table or an
 * input is itself unknown (`'unknown'`).
 * @throws MoatError when the types contradict the operator's rule; the message names the node.
 */
export function inferNode(node: Node, inputs: readonly (Known | undefined | 'unknown')[]): (Known | undefined)[] {
  const op = findOp(node);
  if (op === undefined || inputs.includes('unknown')) return node.outputs.map(() => undefined);
  const types = inputs as readonly (Known | undefined)[];
  return naming(node, types, () => {
    requireInputs(node, types, op.inputs);
    const outputs = op.infer(types, node);
    const contents = op.contents?.(types, node);
    return outputs.map((type, position) => {
      const known = nameDims(type, node.outputs[position] as string);
      if (known === undefined || position > 0) return known;
      const constant = evaluate(op, node, types, known);
      if (constant !== undefined) return constant;
      // Elements are followed by their place in a vector, so only in vectors and scalars.
      return contents && isWhole(known.dtype) && known.shape.length <= 1 ? { ...known, contents } : known;
    });
  });
}

/** @throws MoatError `OP_UNKNOWN`, offering the nearest known operators. */
export function requireOp(node: Pick<Node, 'opType' | 'domain'>): NonNullable<ReturnType<typeof findOp>> {
  const op = findOp(node);
  if (op !== undefined) return op;
  throw new MoatError(`the operator ${node.domain === '' ? '' : `${node.domain}.`}${node.opType} is not known here`, {
    code: 'OP_UNKNOWN',
    why: 'its type rule and gradient are not in the table of operators',
    fix: didYouMean(node.opType, opTypes()),
  });
}

/** Errors of a rule speak of shapes; here they learn which node they are about. */
function naming<T>(node: Node, types: readonly (Known | undefined)[], infer: () => T): T {
  try {
    return infer();
  } catch (error) {
    if (!(error instanceof MoatError)) throw error;
    const inputs = types.map((type) => (type === undefined ? '–' : showType(type))).join(', ');
    throw new MoatError(`${node.opType} node "${node.name}" does not fit its inputs (${inputs}): ${error.message}`, {
      code: error.code,
      kind: error.kind,
      why: error.why,
      fix: error.fix,
      cause: error,
    });
  }
}

function requireInputs(node: Node, types: readonly (Known | undefined)[], slots: NonNullable<ReturnType<typeof findOp>>['inputs']): void {
  const variadic = slots.at(-1)?.variadic === true;
  const missing = slots.find((slot, i) => !slot.optional && !slot.variadic && types[i] === undefined);
  if (missing === undefined && (variadic || types.length <= slots.length)) return;
  throw new MoatError(missing ? `input ${missing.name} is missing` : `${types.length} inputs were given`, {
    code: 'OP_INPUT_COUNT',
    why: `${node.opType} takes ${slots.map(({ name, optional }) => (optional ? `${name} (optional)` : name)).join(', ')}`,
    fix: 'give the inputs in this order, leaving out only optional ones',
  });
}

/** An unknown size is named after the value and axis where it first appears, so that equal texts mean equal sizes. */
function nameDims(type: TensorType | undefined, value: string): Known | undefined {
  if (type?.shape === undefined) return undefined;
  if (!type.shape.includes(unknownDim)) return type as Known;
  return { ...type, shape: type.shape.map((dim, axis) => (dim === unknownDim ? `${value}:${axis}` : dim)) };
}
