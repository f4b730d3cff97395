/** @file Axes and strides of tensors that lie in memory row by row, and their reduction to the three axes that an instruction has. */

import type { Three } from './instructions.ts';

/** Values between neighbours along each axis. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  return strides;
}

/** The strides with which a tensor of one shape is read as another that it is broadcast to. */
export function broadcastStrides(shape: readonly number[], to: readonly number[]): number[] {
  const own = stridesOf(shape);
  const lead = to.length - shape.length;
  return to.map((_, axis) => (axis < lead || shape[axis - lead] === 1 ? 0 : (own[axis - lead] as number)));
}

export interface Walk {
  readonly sizes: Three;
  /** By operand. */
  readonly strides: readonly Three[];
}

/** The same walk over as few axes as it takes; undefined when three are too few. */
export function threeAxes(shape: readonly number[], strides: readonly (readonly number[])[]): Walk | undefined {
  const axes: { size: number; steps: number[] }[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const steps = strides.map((own) => own[axis] as number);
    const last = axes.at(-1);
    if (last?.steps.every((step, i) => step === (steps[i] as number) * size)) axes[axes.length - 1] = { size: last.size * size, steps };
    else axes.push({ size, steps });
  });
  if (axes.length > 3) return undefined;
  // A single value is an axis too, along which nothing is repeated.
  if (axes.length === 0) axes.push({ size: 1, steps: strides.map(() => 1) });
  while (axes.length < 3) axes.unshift({ size: 1, steps: strides.map(() => 0) });
  return {
    sizes: axes.map(({ size }) => size) as unknown as Three,
    strides: strides.map((_, i) => axes.map(({ steps }) => steps[i]) as unknown as Three),
  };
}
