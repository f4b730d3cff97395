/** @file How long it takes until a network trains: writing the graph with its gradients, making the session; and that a second batch of the same shape finds both. */

import { channelBlock, createRandom, createSession } from '../src/engine/index.ts';
import { trainingGraph } from '../src/engine/train/step-graph.ts';
import { median } from './compare.ts';
import { type NetworkName, networks } from './networks.ts';
import { moat, startPeer } from './peer.ts';

export async function sessions(names: readonly NetworkName[], threads: number): Promise<void> {
  console.log('until a network trains, median of 3: graph and gradients, session (goal: under 300 ms); first and second step of `fit`');
  for (const name of names) {
    const { network, loss, batch, rows } = networks[name]();
    const example = rows(createRandom(1), batch);
    const [graphs, made]: [number[], number[]] = [[], []];
    for (let round = 0; round < 3; round++) {
      const began = performance.now();
      const { model } = trainingGraph(network, loss, example, new Set(), await channelBlock());
      const written = performance.now();
      const session = await createSession(model, { threads });
      const ready = performance.now();
      await session.close();
      graphs.push(written - began);
      made.push(ready - written);
    }
    const peer = await startPeer(moat, name, threads);
    const [first, second] = [await peer.steps(1), await peer.steps(1)];
    peer.end();
    const [graph, session] = [median(graphs), median(made)].map((ms) => `${ms.toFixed(0)} ms`.padStart(8));
    console.log(`  (${name})`.padEnd(7), `graph ${graph}, session ${session}; steps ${first.ms.toFixed(0)} ms, ${second.ms.toFixed(2)} ms`);
  }
}
