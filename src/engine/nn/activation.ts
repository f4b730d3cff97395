/** @file Activation: a function on every value, as a layer of its own. */

import { type ActivationName, activationOf } from './activations.ts';
import type { Layer } from './layer.ts';

export function activation(name: ActivationName): Layer {
  activationOf(name);
  return { kind: name, build: ({ activate }, x) => activate(name, x) };
}
