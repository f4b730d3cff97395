/**
 * @file Reads mutants as it is told to, or falls over: `child.ts PROGRESS_FILE`, with a `Task` a message.
 *
 * The number of the mutant at hand stands in the progress file before it is read, so that whoever kills a child that hangs
 * knows which one it was. An error without a code ends the child with status 3 and its words on standard error. One child reads
 * the mutants of many parsers: to start takes longer than some thousand mutants.
 */

import { openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { MoatError } from '../../src/engine/errors.ts';
import { randomOf } from './mutate.ts';
import type { Task } from './reader.ts';
import { mutantOf, openTarget } from './targets.ts';

const [progress = ''] = process.argv.slice(2);
// Whatever a child leaves behind when it is killed lies in a folder that goes with it.
process.env.TMPDIR = dirname(progress);
const file = openSync(progress, 'w');
const counter = Buffer.alloc(16);

process.on('message', (task: Task) => {
  void readMutants(task).then(() => process.send?.('done'), fail);
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function readMutants({ name, mutantsOf = name, seed, from, to }: Task): Promise<void> {
  const { target, close } = await openTarget(name);
  let refused = 0;
  for (let i = from; i < to; i++) {
    tell(i, refused);
    try {
      await target.read(mutantOf(target, randomOf(mutantsOf, seed, i)));
    } catch (error) {
      if (!(error instanceof MoatError) || error.kind === 'internal') throw error;
      refused++;
    }
  }
  tell(to, refused);
  await close();
}

function tell(index: number, refused: number): void {
  counter.writeDoubleLE(index, 0);
  counter.writeDoubleLE(refused, 8);
  writeSync(file, counter, 0, counter.length, 0);
}

function fail(error: unknown): void {
  console.error(
    error instanceof Error ? `${error.stack}${error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : ''}` : String(error),
  );
  process.exit(3);
}
