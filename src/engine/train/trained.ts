/** @file What training leaves: the model as plain ONNX, its parameters, and how it went. */

import type { Model } from '../graph/graph.ts';
import { encodeModel } from '../graph/onnx/encode.ts';
import { host } from '../host/index.ts';
import type { EpochRecord } from './progress.ts';

export interface Trained {
  /** Ready for `createSession`, `encodeModel` and any other ONNX runtime; the batch size is open. */
  readonly model: Model;
  /** Values by name of parameters and of states such as running means: `network.build({ …, parameters })` makes other models of them. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly parameterCount: number;
  readonly history: readonly EpochRecord[];
  /** Why training ended: all epochs done, no more improvement, or the time budget used up. */
  readonly stopped: 'epochs' | 'early' | 'time';
  /** The epoch (from 1) whose weights these are, where early stopping chose it. */
  readonly bestEpoch?: number;
  /** Writes the model as an ONNX file. */
  save(path: string): Promise<void>;
}

export function trainedOf(facts: Omit<Trained, 'save'>): Trained {
  return { ...facts, save: (path) => host.files.writeFile(path, encodeModel(facts.model)) };
}
