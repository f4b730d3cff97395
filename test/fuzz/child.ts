/**
 * @file Reads mutants one after the other until it is done, or falls over: `child.ts TARGET SEED FROM TO PROGRESS_FILE`.
 *
 * The number of the mutant at hand stands in the progress file before it is read, so that whoever kills a child that hangs
 * knows which one it was. An error without a code ends the child with status 3 and its words on standard error.
 */

import { openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { MoatError } from '../../src/engine/errors.ts';
import { randomOf } from './mutate.ts';
import { mutantOf, openTarget, type TargetName } from './targets.ts';

const [name, seed, from, to, progress] = process.argv.slice(2) as [TargetName, string, string, string, string];
// Whatever a child leaves behind when it is killed lies in a folder that goes with it.
process.env.TMPDIR = dirname(progress);
const file = openSync(progress, 'w');
const counter = Buffer.alloc(16);
const { target, close } = await openTarget(name);

let refused = 0;
for (let i = Number(from); i < Number(to); i++) {
  counter.writeDoubleLE(i, 0);
  counter.writeDoubleLE(refused, 8);
  writeSync(file, counter, 0, 16, 0);
  try {
    await target.read(mutantOf(target, randomOf(name, seed, i)));
  } catch (error) {
    if (error instanceof MoatError && error.kind !== 'internal') refused++;
    else await fail(error);
  }
}
counter.writeDoubleLE(Number(to), 0);
counter.writeDoubleLE(refused, 8);
writeSync(file, counter, 0, 16, 0);
await close();
process.exit(0);

async function fail(error: unknown): Promise<never> {
  console.error(
    error instanceof Error ? `${error.stack}${error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : ''}` : String(error),
  );
  await close();
  process.exit(3);
}
