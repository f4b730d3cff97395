/** @file One side of the benchmark as a process of its own, which trains as many steps as it is told and then waits: `peers/` holds the programs. */

import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { NetworkName } from './networks.ts';

export interface Answer {
  readonly ms: number;
  readonly cpuMs: number;
  readonly loss: number;
  /** Most memory that the process has held so far. */
  readonly peakMiB: number;
}

export interface Peer {
  /** As it names itself, with its version. */
  readonly version: string;
  steps(count: number): Promise<Answer>;
  /** Ends the process. */
  end(): void;
}

export interface PeerProgram {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** What to do to have it; undefined where it is there. */
  readonly missing?: string;
}

/** Size 0 is the one that the network has. */
export interface PeerSizes {
  readonly batch?: number;
  readonly length?: number;
  readonly depth?: number;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const moat: PeerProgram = { name: 'Moat', command: process.execPath, args: ['--import', 'tsx', here('peers/moat.ts')] };

/** The programs that Moat is compared with, whether they are installed or not. */
export function otherPrograms(): PeerProgram[] {
  const python = '/usr/bin/python3';
  const hasTorch = spawnSync(python, ['-c', 'import torch']).status === 0;
  return [
    {
      name: 'PyTorch',
      command: python,
      args: [here('peers/pytorch.py')],
      ...(!hasTorch && { missing: `apt install python3-torch (Debian; it is run with ${python})` }),
    },
    {
      name: 'tfjs wasm',
      command: process.execPath,
      args: [here('peers/tfjs.mjs')],
      ...(!hasPackage('@tensorflow/tfjs-backend-wasm') && { missing: 'npm i --no-save @tensorflow/tfjs @tensorflow/tfjs-backend-wasm' }),
    },
  ];
}

/** Starts the program on a network; it is ready when its first steps are asked for. */
export async function startPeer(program: PeerProgram, network: NetworkName, threads: number, sizes: PeerSizes = {}): Promise<Peer> {
  const { batch = 0, length = 0, depth = 0 } = sizes;
  const args = [...program.args, network, ...[threads, batch, length, depth].map(String)];
  const child = spawn(program.command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: plainEnvironment(threads) });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${program.name} ended on network ${network}`);
      if (value.startsWith('{')) return JSON.parse(value);
    }
  };
  const { version } = (await answer()) as { version: string };
  return {
    version,
    async steps(count) {
      child.stdin.write(`${count}\n`);
      return (await answer()) as Answer;
    },
    end() {
      child.kill();
    },
  };
}

/**
 * No setting of this shell may hold a peer back: which kernels its libraries take is theirs to choose. Two settings help PyTorch severalfold, and
 * hold for every side: memory that was freed stays with the process, since fresh pages cost much on a virtual machine, and threads of OpenMP that
 * have nothing to do sleep, since they stand in the way of OpenBLAS's.
 */
function plainEnvironment(threads: number): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(OPENBLAS|OMP|MKL|DNNL|ATEN|MALLOC)_/.test(name));
  return {
    ...Object.fromEntries(kept),
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
    OMP_WAIT_POLICY: 'PASSIVE',
    MALLOC_TRIM_THRESHOLD_: KEPT_BYTES,
    MALLOC_MMAP_THRESHOLD_: KEPT_BYTES,
    MALLOC_TOP_PAD_: TOP_BYTES,
  };
}

/** No more than this goes back to the system, and this much is asked for at a time. */
const [KEPT_BYTES, TOP_BYTES] = ['4000000000', '400000000'];

function hasPackage(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
