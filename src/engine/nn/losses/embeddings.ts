/** @file What the losses over embeddings share: the vectors of a row, which stand on the axis after the batch. */

import { MoatError } from '../../errors.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import { showType } from '../../graph/dims.ts';
import type { KnownValue } from '../../graph/known.ts';
import type { NetworkOutput } from '../trace.ts';

/** One [batch, width] for each role, from an output of [batch, roles, width]. @throws MoatError `LOSS_SHAPE` */
export function vectorsOf<Roles extends readonly string[]>(
  g: GraphBuilder,
  loss: string,
  { output }: NetworkOutput,
  roles: Readonly<Roles>,
): { [Role in keyof Roles]: KnownValue } {
  const { shape } = output.type;
  if (shape.length !== 3 || shape[1] !== roles.length) {
    throw new MoatError(`${loss} cannot read ${showType(output.type)}`, {
      code: 'LOSS_SHAPE',
      why: `it compares ${roles.join(', ')}: the network's output must be [batch, ${roles.length}, width]`,
      fix: 'apply one encoder to inputs of [batch, roles, …], or join the vectors on axis 1',
    });
  }
  return roles.map((_, i) => g.gather(output, g.constant(i, 'int64'), 1)) as { [Role in keyof Roles]: KnownValue };
}
