/** @file Rewrites a model of an older opset for a newer one, node by node: what is computed stays the same. */

import type { Tensor } from '../../tensor/tensor.ts';
import type { Attribute, Graph, Model, Node } from '../graph.ts';
import { inferTypes } from '../infer.ts';
import { Names } from '../names.ts';
import { readsOf } from '../passes/rename.ts';
import { defaultOpset, irVersionOf } from '../versions.ts';
import { changes, type Tools } from './changes.ts';

/**
 * The model for `opset`; as it is when it is that new already. Operators of other domains stay.
 * @throws MoatError `ONNX_UPGRADE` for an operator whose new form cannot be written
 */
export function upgradeModel(model: Model, opset = defaultOpset): Model {
  const from = model.opsets.get('') ?? opset;
  if (from >= opset) return model;
  const steps = changes.filter(({ since }) => since > from && since <= opset);
  const graph = steps.reduce((current, step) => upgradeGraph(current, step), model.graph);
  const irVersion = Math.max(model.irVersion, irVersionOf(opset));
  return { ...model, irVersion, opsets: new Map([...model.opsets, ['', opset]]), graph };
}

function upgradeGraph(graph: Graph, step: (typeof changes)[number], isInner = false): Graph {
  const names = new Names();
  names.take([...graph.inputs.map(({ name }) => name), ...graph.initializers.keys()]);
  for (const node of graph.nodes) names.take([node.name, ...node.outputs]);
  const initializers = new Map(graph.initializers);
  const read = new Set([...graph.nodes.flatMap(readsOf), ...graph.outputs.map(({ name }) => name)]);
  const known = step.needsRanks && !isInner ? inferTypes(graph) : undefined;
  const tools: Tools = {
    fresh: (hint) => names.fresh(hint),
    constant(hint: string, tensor: Tensor) {
      const name = names.fresh(hint);
      initializers.set(name, tensor);
      return name;
    },
    isRead: (name) => read.has(name),
    rankOf: (name) => known?.get(name)?.shape.length,
  };
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const inner = { ...node, attributes: new Map([...node.attributes].map(([name, value]) => [name, upgradeInner(value, step)])) };
    const rewrite = node.domain === '' && Object.hasOwn(step.rewrites, node.opType) ? step.rewrites[node.opType] : undefined;
    return rewrite === undefined ? [inner] : rewrite(inner, tools);
  });
  return { ...graph, nodes, initializers };
}

function upgradeInner(attribute: Attribute, step: (typeof changes)[number]): Attribute {
  return attribute.kind === 'graph' ? { kind: 'graph', value: upgradeGraph(attribute.value, step, true) } : attribute;
}
