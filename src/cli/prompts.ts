/** @file Questions to a person at a terminal. The only door to the prompt library. */

import { isCancel, select } from '@clack/prompts';
import { MoatError } from '../engine/errors.ts';

/** Lets a person pick one of some names; leaving the question is an error of its own. */
export async function chooseOne(question: string, names: readonly string[]): Promise<string> {
  const answer = await select({ message: question, options: names.map((name) => ({ value: name, label: name })) });
  if (!isCancel(answer)) return answer;
  throw new MoatError('nothing was chosen', {
    code: 'CANCELLED',
    kind: 'cancelled',
    why: 'the question was left',
    fix: 'run the command again',
  });
}
