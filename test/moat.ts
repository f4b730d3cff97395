/** @file Runs `moat` for tests: the compiled command in a process of its own, or the command line in this process. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { commands, runCommandLine } from '../src/cli/index.ts';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a command in a folder; nothing is a terminal. */
export function start(folder: string, ...words: string[]): ChildProcess {
  return spawn(process.execPath, [main, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
}

export async function moat(folder: string, ...words: string[]): Promise<Finished> {
  return finished(start(folder, ...words));
}

export async function finished(child: ChildProcess): Promise<Finished> {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, ...output };
}

export type Typed = Finished;

/** A command line run in this process, on the home of a folder, with what it printed. Quicker than a process of its own. */
export async function typed(folder: string, ...words: string[]): Promise<Typed> {
  const output = { stdout: '', stderr: '' };
  const collect = (name: keyof typeof output) =>
    new Writable({
      write(chunk, _encoding, done) {
        output[name] += String(chunk);
        done();
      },
    });
  const exitCode = await runCommandLine(commands, [...words, '--home', join(folder, '.moat')], '0.0.0', {
    stdout: collect('stdout'),
    stderr: collect('stderr'),
  });
  return { exitCode, ...output };
}
