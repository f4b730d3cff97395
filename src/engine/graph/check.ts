/** @file Whether a graph is valid: run after everything that builds or rewrites one. */

import { MoatError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import type { Graph } from './graph.ts';

/**
 * Every name is made once, every node comes after the nodes that it reads, and every output exists.
 * @param outer names that a sub-graph may read from the graphs around it
 * @throws MoatError `GRAPH_INVALID` naming the node and the value
 */
export function checkGraph(graph: Graph, outer: ReadonlySet<string> = new Set()): void {
  const defined = new Set<string>();
  const define = (name: string, by: string): void => {
    if (name === '') return;
    if (defined.has(name)) throw invalid(`"${name}" is made twice, the second time by ${by}`, 'every value has one origin', graph);
    defined.add(name);
  };
  const visible = (name: string): boolean => name === '' || defined.has(name) || outer.has(name);

  for (const { name } of graph.inputs) define(name, 'an input of the graph');
  // An initializer may stand for an input of the same name: its default value.
  for (const name of graph.initializers.keys()) if (!defined.has(name)) define(name, 'an initializer');

  for (const node of graph.nodes) {
    const missing = node.inputs.find((name) => !visible(name));
    if (missing !== undefined) {
      const why = graph.nodes.some((other) => other.outputs.includes(missing))
        ? 'the node that makes it comes later, or the graph has a cycle'
        : `nothing makes it; ${didYouMean(missing, defined)}`;
      throw invalid(`${node.opType} node "${node.name}" reads "${missing}" which is not there yet`, why, graph);
    }
    for (const attribute of node.attributes.values()) {
      if (attribute.kind === 'graph') checkGraph(attribute.value, new Set([...outer, ...defined]));
    }
    for (const name of node.outputs) define(name, `${node.opType} node "${node.name}"`);
  }

  const lost = graph.outputs.find(({ name }) => !visible(name));
  if (lost !== undefined) throw invalid(`nothing makes the output "${lost.name}"`, didYouMean(lost.name, defined), graph);
}

function invalid(what: string, why: string, graph: Graph): MoatError {
  return new MoatError(`graph "${graph.name}" is not valid: ${what}`, {
    code: 'GRAPH_INVALID',
    why,
    fix: 'export the model again, or correct the code that built the graph',
  });
}
