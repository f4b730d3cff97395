/** @file How many channels this machine's convolutions take side by side. */

import type ort from 'onnxruntime-node';
import { GraphBuilder } from '../graph/builder.ts';
import { encodeModel } from '../graph/onnx/encode.ts';
import { host } from '../host/index.ts';
import { BLOCKED } from '../ops/blocked/layout.ts';

let found: Promise<number | undefined> | undefined;

/** 16 or 8, by the width of the processor's instructions; undefined where the runtime has no such layout. Found out once. */
export function channelBlock(): Promise<number | undefined> {
  found ??= measure().catch(() => undefined);
  return found;
}

/** More than any block has. */
const CHANNELS = 64;

/** Lays out an image of two places whose values are their own positions: where the second value of the first channel lands, a block has ended. */
async function measure(): Promise<number | undefined> {
  if (host.name !== 'node') return undefined;
  const g = new GraphBuilder({ name: 'layout' });
  const image = g.input('image', { dtype: 'float32', shape: [1, CHANNELS, 1, 2] });
  g.output(g.one('ReorderInput', [image], {}, { domain: BLOCKED }), 'blocks');
  const session = await host.ort.InferenceSession.create(encodeModel(g.model()), { executionProviders: [host.cpu], logSeverityLevel: 4 });
  const values = Float32Array.from({ length: 2 * CHANNELS }, (_, i) => i);
  const results = await session.run({ image: new host.ort.Tensor('float32', values, [1, CHANNELS, 1, 2]) });
  await session.release();
  const block = ((results.blocks as ort.Tensor).data as Float32Array).indexOf(1);
  return block > 1 && CHANNELS % block === 0 ? block : undefined;
}
