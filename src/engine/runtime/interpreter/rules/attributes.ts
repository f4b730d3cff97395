/** @file Attributes and constants of a node as plain values. */

import type { Node } from '../../../graph/graph.ts';
import type { Tensor } from '../../../tensor/tensor.ts';

export function intOf({ attributes }: Node, name: string, fallback: number): number {
  const attribute = attributes.get(name);
  return attribute?.kind === 'int' ? Number(attribute.value) : fallback;
}

export function floatOf({ attributes }: Node, name: string, fallback: number): number {
  const attribute = attributes.get(name);
  return attribute?.kind === 'float' ? attribute.value : fallback;
}

export function stringOf({ attributes }: Node, name: string): string | undefined {
  const attribute = attributes.get(name);
  return attribute?.kind === 'string' ? attribute.value : undefined;
}

export function intsOf({ attributes }: Node, name: string): number[] | undefined {
  const attribute = attributes.get(name);
  return attribute?.kind === 'ints' ? attribute.value.map(Number) : undefined;
}

export function numbersOf(tensor: Tensor | undefined): number[] | undefined {
  return tensor && Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}
