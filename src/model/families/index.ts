/** @file The table of model families. A new one is a file here and a line in the table. */

import { MoatError } from '../../engine/errors.ts';
import { didYouMean } from '../../engine/nearest.ts';
import { cnn } from './cnn.ts';
import type { Family } from './family.ts';
import { linear } from './linear.ts';
import { lstm } from './lstm.ts';
import { majority } from './majority.ts';
import { mlp } from './mlp.ts';
import { transformer } from './transformer.ts';

export const families: readonly Family[] = [majority, linear, mlp, cnn, lstm, transformer];

/** @throws MoatError `FAMILY_UNKNOWN` with the nearest known name */
export function familyNamed(name: string): Family {
  const family = families.find((candidate) => candidate.name === name);
  if (family !== undefined) return family;
  const names = families.map((candidate) => candidate.name);
  throw new MoatError(`there is no model family "${name}"`, {
    code: 'FAMILY_UNKNOWN',
    kind: 'usage',
    why: `the families are: ${names.join(', ')}`,
    fix: didYouMean(name, names),
  });
}
