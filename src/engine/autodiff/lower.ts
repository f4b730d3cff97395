/** @file Replaces operators whose gradient is that of simpler ones (LSTM, …) by those simpler ones. */

import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { inferTypes } from '../graph/infer.ts';
import { findOp } from '../ops/index.ts';
import type { Active } from './active.ts';

/** The graph with every active node that is written by lowering replaced; repeated until none is left. */
export function lowerNodes(graph: Graph, opset: number, activeOf: (graph: Graph) => Active): Graph {
  for (let current = graph; ; ) {
    const chosen = new Set([...activeOf(current).nodes, ...current.nodes.filter(isOutdated)].filter(isLowered));
    if (chosen.size === 0) return current;
    current = lowerOnce(current, opset, chosen);
  }
}

function lowerOnce(graph: Graph, opset: number, chosen: ReadonlySet<Node>): Graph {
  const g = new GraphBuilder({ name: graph.name, opset });
  g.adopt(graph, inferTypes(graph));
  for (const node of graph.nodes) {
    const rule = chosen.has(node) ? findOp(node)?.rule : undefined;
    if (rule?.kind !== 'lowering') {
      g.append(node);
      continue;
    }
    const inputs = node.inputs.map((name) => (name === '' ? undefined : g.valueOf(name)));
    const outputs = g.scope(node.name, () => rule.build(g, node, inputs));
    node.outputs.forEach((name, i) => {
      const source = outputs[i];
      if (name === '' || source === undefined) return;
      g.append({
        name: `${node.name}/${name}`,
        opType: 'Identity',
        domain: '',
        inputs: [source.name],
        outputs: [name],
        attributes: new Map(),
      });
    });
  }
  for (const output of graph.outputs) g.keepOutput(output);
  return g.build();
}

/** BatchNormalization in training, as it was written until opset 13, means nothing in later ones. */
function isOutdated({ opType, domain, outputs, attributes }: Node): boolean {
  return opType === 'BatchNormalization' && domain === '' && outputs.length > 1 && !attributes.has('training_mode');
}

function isLowered(node: Node): boolean {
  return findOp(node)?.rule.kind === 'lowering';
}
