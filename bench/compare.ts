/** @file Moat and its peers side by side: alternating rounds of whole training steps, the median of their ratios, and the memory they held. */

import { type NetworkName, networks } from './networks.ts';
import { moat, type Peer, type PeerProgram, startPeer } from './peer.ts';

export interface CompareOptions {
  readonly names: readonly NetworkName[];
  readonly programs: readonly PeerProgram[];
  readonly threads: number;
  readonly rounds: number;
  /** About how long one round of one program takes. */
  readonly roundMs: number;
}

/** Rounds of a peer that is slow are few: its first steps are enough to see a factor of twenty. */
const SLOW_ROUNDS = 3;

interface Side {
  readonly program: PeerProgram;
  readonly peer: Peer;
  /** Steps of a round. */
  readonly count: number;
  readonly rounds: number;
  /** Milliseconds a step, by round. */
  readonly times: number[];
  peakMiB: number;
}

export async function compare({ names, programs, threads, rounds, roundMs }: CompareOptions): Promise<void> {
  const ratios = new Map<string, Ratio[]>();
  for (const name of names) {
    const { title, batch } = networks[name]();
    console.log(`(${name}) ${title}, batch ${batch}`);
    const sides: Side[] = [];
    try {
      for (const program of [moat, ...programs]) sides.push(await warmUp(program, name, { threads, rounds, roundMs }));
      for (let round = 0; round < rounds; round++) {
        for (const side of sides) if (round < side.rounds) await measure(side);
      }
      report(sides, ratios);
    } finally {
      for (const { peer } of sides) peer.end();
    }
  }
  for (const [name, values] of ratios) {
    if (values.length < 2) continue;
    const [typical, fastest] = [values.map(({ typical }) => typical), values.map(({ fastest }) => fastest)].map(
      (each) => `geometric mean ${geometricMean(each).toFixed(2)}, lowest ${Math.min(...each).toFixed(2)}`,
    );
    console.log(`against ${name}: ${typical}; by the fastest rounds ${fastest}`);
  }
}

/** How many times as fast: the median over the rounds, and by the fastest round of each side, which a busy machine disturbs least. */
interface Ratio {
  readonly typical: number;
  readonly fastest: number;
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** The first step makes graphs and sessions; some more settle memory and caches, and tell how long a step takes. */
async function warmUp(
  program: PeerProgram,
  name: NetworkName,
  { threads, rounds, roundMs }: Pick<CompareOptions, 'threads' | 'rounds' | 'roundMs'>,
): Promise<Side> {
  const peer = await startPeer(program, name, threads);
  await peer.steps(1);
  const { ms } = await peer.steps(1);
  const isSlow = ms > roundMs;
  const trial = isSlow ? 1 : Math.ceil(roundMs / 4 / ms);
  const stepMs = isSlow ? ms : (await peer.steps(trial)).ms / trial;
  return {
    program,
    peer,
    count: Math.max(1, Math.round(roundMs / stepMs)),
    rounds: isSlow ? Math.min(SLOW_ROUNDS, rounds) : rounds,
    times: [],
    peakMiB: 0,
  };
}

async function measure(side: Side): Promise<void> {
  const { ms, peakMiB } = await side.peer.steps(side.count);
  side.times.push(ms / side.count);
  side.peakMiB = peakMiB;
}

function report([own, ...others]: readonly Side[], ratios: Map<string, Ratio[]>): void {
  if (own === undefined) return;
  console.log(`  ${own.peer.version.padEnd(42)} ${step(median(own.times))}   peak ${own.peakMiB.toFixed(0)} MiB`);
  for (const { program, peer, times, peakMiB } of others) {
    // a slow side has fewer rounds: only those that both ran stand side by side
    const both = Math.min(times.length, own.times.length);
    const each = times.slice(0, both).map((ms, round) => ms / (own.times[round] as number));
    const ratio = { typical: median(each), fastest: Math.min(...times) / Math.min(...own.times) };
    const spread = `${Math.min(...each).toFixed(2)} to ${Math.max(...each).toFixed(2)}, fastest rounds ${ratio.fastest.toFixed(2)}`;
    console.log(`  ${peer.version.padEnd(42)} ${step(median(times))}   peak ${peakMiB.toFixed(0)} MiB`);
    console.log(
      `    Moat is ${ratio.typical.toFixed(2)} times as fast (${each.length} rounds: ${spread}) and holds ${(own.peakMiB / peakMiB).toFixed(2)} of the memory`,
    );
    ratios.set(program.name, [...(ratios.get(program.name) ?? []), ratio]);
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

function step(ms: number): string {
  return `${ms < 1 ? ms.toFixed(3) : ms.toFixed(2)} ms a step`.padStart(20);
}
