/** @file How a request to a child process fails when the child gave no answer. */

import { MoatError } from '../engine/errors.ts';
import type { ChildExit } from './launchers/launcher.ts';

/** `exit code 3`, `signal SIGKILL`. */
export function describeExit({ code, signal, failure }: ChildExit): string {
  if (failure !== undefined) return `could not be started: ${failure}`;
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

export function cancelledError(name: string): MoatError {
  return new MoatError(`${name} was cancelled`, {
    code: 'JOB_CANCELLED',
    kind: 'cancelled',
    why: 'it was asked to stop before it was done',
    fix: 'start it again: what it had kept until then is still there',
  });
}

export function lostError(name: string, exit: ChildExit): MoatError {
  return new MoatError(`the process of ${name} was lost`, {
    code: 'JOB_CHILD_LOST',
    kind: 'unavailable',
    why: `it ended before it answered: ${describeExit(exit)}${exit.signal === 'SIGKILL' ? ', which is also how a system ends what takes too much memory' : ''}`,
    fix: 'start it again; if that happens each time, give it less data at once or more memory',
  });
}
