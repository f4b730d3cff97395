/** @file Rewrites that keep what a graph computes and make it smaller. Each is followed by a check of the graph. */

import { checkGraph } from '../check.ts';
import type { Graph } from '../graph.ts';
import { dropDead } from './drop-dead.ts';
import { dropIdentities } from './drop-identities.ts';
import { foldShapes } from './fold-shapes.ts';
import { mergeEqual } from './merge-equal.ts';
import { mergeProducts } from './merge-products.ts';

const passes: readonly ((graph: Graph) => Graph)[] = [foldShapes, dropIdentities, mergeEqual, mergeProducts, dropDead];

/** The graph after all passes, in their order. */
export function simplify(graph: Graph): Graph {
  return passes.reduce((current, pass) => {
    const next = pass(current);
    checkGraph(next);
    return next;
  }, graph);
}
