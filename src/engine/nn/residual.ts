/** @file Residual (He et al. 2016): y = shortcut(x) + layers(x); the shortcut is x itself unless one is given, such as a convolution of kernel 1. */

import { MoatError } from '../errors.ts';
import { sameShape, showType } from '../graph/dims.ts';
import type { KnownValue } from '../graph/known.ts';
import type { Layer, LayerContext } from './layer.ts';

export interface ResidualOptions {
  /** What x goes through where the layers change its shape. */
  readonly shortcut?: Layer | readonly Layer[];
}

/** The layers inside are numbered as in a network: `residual_1/conv2d_1`. */
export function residual(layers: Layer | readonly Layer[], { shortcut = [] }: ResidualOptions = {}): Layer {
  return {
    kind: 'residual',
    build(context, x) {
      const run = numbered(context);
      const y = run(layers, x);
      const beside = run(shortcut, x);
      if (!sameShape(y.type.shape, beside.type.shape)) throw otherShape(context.name, beside, y);
      return context.g.add(beside, y);
    },
  };
}

/** Runs layers one after the other, each under its kind and a number. */
function numbered({ inner }: LayerContext): (layers: Layer | readonly Layer[], x: KnownValue) => KnownValue {
  const counts = new Map<string, number>();
  return (layers, x) =>
    [layers].flat().reduce((value, layer) => {
      const count = (counts.get(layer.kind) ?? 0) + 1;
      counts.set(layer.kind, count);
      return inner(`${layer.kind}_${count}`, layer, value);
    }, x);
}

function otherShape(name: string, beside: KnownValue, y: KnownValue): MoatError {
  return new MoatError(`${name} cannot add ${showType(beside.type)} and ${showType(y.type)}`, {
    code: 'LAYER_SHAPE',
    why: 'what goes around the layers must have the shape of what comes out of them',
    fix: 'give a shortcut that changes the shape alike, such as conv2d({ filters, kernel: 1, stride })',
  });
}
