/** @file A builder that continues an existing graph. */

import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { inferTypes } from '../graph/infer.ts';

/** A builder that holds the graph's inputs, initializers and nodes, with everything known of their types, and none of its outputs yet. */
export function rebuild(graph: Graph, opset: number, channelBlock?: number): GraphBuilder {
  const g = new GraphBuilder({ name: graph.name, opset, channelBlock });
  g.adopt(graph, inferTypes(graph));
  for (const node of graph.nodes) g.append(node);
  return g;
}
