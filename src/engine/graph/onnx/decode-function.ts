/** @file Reads an operator that a model defines itself. */

import type { Attribute, LocalFunction, Node } from '../graph.ts';
import { type Context, decodeAttribute, decodeNode, named, standardDomain } from './decode-graph.ts';
import { bounded, readMessage } from './fields.ts';

export function decodeFunction(wire: Uint8Array, context: Context): LocalFunction {
  let [name, domain] = ['', ''];
  const { items: inputs, take: takeInput } = bounded<string>('inputs of a function');
  const { items: outputs, take: takeOutput } = bounded<string>('outputs of a function');
  const { items: nodes, take: takeNode } = bounded<Node>('nodes');
  const defaults = new Map<string, Attribute>();
  readMessage(wire, (field) => {
    if (field.number === 1) name = field.text();
    if (field.number === 4) takeInput(field.text());
    if (field.number === 5) takeOutput(field.text());
    if (field.number === 7) takeNode(decodeNode(field.bytes(), context));
    if (field.number === 10) domain = standardDomain(field.text());
    if (field.number === 11) defaults.set(...decodeAttribute(field.bytes(), context));
  });
  return { name, domain, inputs, outputs, nodes: named(nodes), defaults, wire };
}
