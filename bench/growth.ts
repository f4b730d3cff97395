/** @file That the cost of a step grows no faster than the batch, the length and the depth: each doubled twice, everything else as it is. */

import { median } from './compare.ts';
import type { NetworkName } from './networks.ts';
import { moat, type PeerSizes, startPeer } from './peer.ts';

/** Attention compares every place with every other, so its part of (e) grows with the square of the length: length is shown on the LSTM. */
const rows: readonly (readonly [title: string, NetworkName, keyof PeerSizes, readonly number[]])[] = [
  ['(b) MLP, batch', 'b', 'batch', [64, 128, 256]],
  ['(d) CNN, batch', 'd', 'batch', [32, 64, 128]],
  ['(e) Transformer, batch', 'e', 'batch', [16, 32, 64]],
  ['(c) LSTM, length', 'c', 'length', [40, 80, 160]],
  ['(e) Transformer, length', 'e', 'length', [32, 64, 128]],
  ['(b) MLP, depth', 'b', 'depth', [2, 4, 8]],
  ['(f) GPT, depth', 'f', 'depth', [2, 4, 8]],
];

/** The three sizes take turns, so that a slow moment of the machine falls on all of them. */
export async function growth(threads: number, rounds: number): Promise<void> {
  console.log('milliseconds a step, and the factor for each doubling (2.00 is linear)');
  for (const [title, name, size, values] of rows) {
    const peers = await Promise.all(values.map((value) => startPeer(moat, name, threads, { [size]: value })));
    for (const peer of peers) await peer.steps(3);
    const times = values.map((): number[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [i, peer] of peers.entries()) times[i]?.push((await peer.steps(4)).ms / 4);
    }
    for (const peer of peers) peer.end();
    const each = times.map(median);
    const factors = each.slice(1).map((ms, i) => `× ${(ms / (each[i] ?? Number.NaN)).toFixed(2)}`);
    const cells = values.map((value, i) => `${value}: ${each[i]?.toFixed(2)}`.padEnd(14));
    console.log(`  ${title.padEnd(24)} ${cells.join(' ')} ${factors.join('  ')}`);
  }
}
