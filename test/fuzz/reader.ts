/** @file A process that reads mutants and may be killed: what it was at when it ended, and what it took until then. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TargetName } from './targets.ts';

/** Mutants `from` up to `to` of a seed. */
export interface Task {
  readonly name: TargetName;
  /** Whose mutants they are; left out, those of `name`. */
  readonly mutantsOf?: TargetName;
  readonly seed: string;
  readonly from: number;
  readonly to: number;
}

export interface Limits {
  /** Of the child's own processor time for one mutant: other work on the machine is no hang. */
  readonly hangMs: number;
  readonly rssBytes: number;
  /** Of the child's processor time for all mutants; ends the task, with however many were read by then. */
  readonly budgetMs: number;
}

export type Fault = 'crash' | 'hang' | 'memory' | 'untyped error';

export interface Outcome {
  /** The mutant at hand when the task ended. */
  readonly index: number;
  readonly refused: number;
  readonly what?: Fault;
  readonly words: string;
  readonly peakRssBytes: number;
  readonly isTimeUp: boolean;
  /** Since it began with its first mutant. */
  readonly cpuMs: number;
}

/** Started with its first task, and anew after a task that it did not survive. */
export class Reader {
  #child: ChildProcess | undefined;
  #words = '';
  readonly #folder = mkdtempSync(join(MEMORY, 'moat-fuzz-'));
  readonly #progress = join(this.#folder, 'progress');

  async read(task: Task, limits: Limits): Promise<Outcome> {
    this.#child ??= await this.#start();
    const child = this.#child;
    this.#words = '';
    writeFileSync(this.#progress, Buffer.alloc(0));
    const state = { what: undefined as Fault | undefined, isTimeUp: false, index: -1, cpuMs: 0, peak: 0, beganMs: Number.NaN, usedMs: 0 };
    const watch = setInterval(() => {
      const usage = usageOf(child.pid as number);
      const { index } = readProgress(this.#progress);
      if (!usage || index < 0) return;
      if (Number.isNaN(state.beganMs)) state.beganMs = usage.cpuMs;
      if (index !== state.index) Object.assign(state, { index, cpuMs: usage.cpuMs });
      state.peak = Math.max(state.peak, usage.rssBytes);
      state.usedMs = usage.cpuMs - state.beganMs;
      if (index >= task.to) return;
      if (usage.cpuMs - state.cpuMs > limits.hangMs) state.what = 'hang';
      else if (usage.rssBytes > limits.rssBytes) state.what = 'memory';
      else if (state.usedMs > limits.budgetMs) state.isTimeUp = true;
      if (state.what || state.isTimeUp) child.kill('SIGKILL');
    }, WATCH_MS);
    child.send(task);
    const end = await endOf(child);
    clearInterval(watch);
    const { index, refused } = readProgress(this.#progress);
    if (end !== 'done') await this.#discard();
    const what = state.what ?? (end === 'done' || state.isTimeUp ? undefined : end === UNTYPED ? 'untyped error' : 'crash');
    return {
      index: Math.max(index, task.from),
      refused,
      words: this.#words,
      peakRssBytes: state.peak,
      isTimeUp: state.isTimeUp,
      cpuMs: state.usedMs,
      ...(what && { what }),
    };
  }

  async close(): Promise<void> {
    this.#child?.disconnect();
    await this.#discard();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<ChildProcess> {
    const child = spawn(process.execPath, [...FLAGS, ...SCRIPT, this.#progress], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#words = (this.#words + text).slice(-4_000);
    });
    const first = await endOf(child);
    if (first !== 'ready') throw new Error(`internal: the reader of mutants does not start: ${this.#words}`);
    return child;
  }

  async #discard(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    // 'close' does not come where the parent ended the channel
    if (child && child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve));
  }
}

/**
 * A decoder in WebAssembly takes much memory at once, so rubbish is collected with every few mutants: threads that help with
 * that take more time than they save where a reader runs on each processor.
 */
const FLAGS = ['--max-old-space-size=512', '--single-threaded-gc'];
/** `npm run fuzz` compiles the fuzzer: where TypeScript is compiled on its way, each `import()` of a decoder takes two milliseconds. */
const SCRIPT = import.meta.url.endsWith('.ts')
  ? ['--import', 'tsx', fileURLToPath(new URL('./child.ts', import.meta.url))]
  : [fileURLToPath(new URL('./child.js', import.meta.url))];
/** Files of mutants need no disk. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const WATCH_MS = 50;
/** With which a child ends at an error without a code. */
const UNTYPED = 3;

/** The next message of a child, or the status with which it ends; null when it was killed. */
function endOf(child: ChildProcess): Promise<string | number | null> {
  return new Promise((resolve) => {
    const onMessage = (message: unknown): void => {
      child.off('close', onClose);
      resolve(message as string);
    };
    const onClose = (status: number | null): void => {
      child.off('message', onMessage);
      resolve(status);
    };
    child.once('message', onMessage);
    child.once('close', onClose);
  });
}

/** −1 until the child has begun with the first mutant. */
function readProgress(path: string): { readonly index: number; readonly refused: number } {
  const bytes = readFileSync(path);
  return bytes.length === 16 ? { index: bytes.readDoubleLE(0), refused: bytes.readDoubleLE(8) } : { index: -1, refused: 0 };
}

/** Processor time and resident size of a process, as Linux tells them. */
function usageOf(pid: number): { readonly cpuMs: number; readonly rssBytes: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS, rssBytes: Number(fields[21]) * PAGE_BYTES };
  } catch {
    return undefined;
  }
}

const TICK_MS = 10;
const PAGE_BYTES = 4_096;
