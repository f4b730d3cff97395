/** @file STFT: the discrete Fourier transform of windows that slide over a signal. */

import { MoatError } from '../errors.ts';
import { int } from '../graph/attributes.ts';
import { unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known } from '../graph/known.ts';
import { scalar, tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { transform } from './dft.ts';
import { numbersOf } from './rules.ts';

export const STFT = defineOp({
  type: 'STFT',
  inputs: ['signal', 'frame_step', 'window?', 'frame_length?'],
  outputs: ['output'],
  attributes: { onesided: int(1) },
  infer({ signal, frame_step, window, frame_length }, { onesided }) {
    const { count, length } = framesOf(signal, frame_step, window, frame_length);
    const bins = typeof length !== 'number' ? unknownDim : onesided ? Math.floor(length / 2) + 1 : length;
    return { output: { dtype: signal.dtype, shape: [signal.shape[0] as Dim, count, bins, 2] } };
  },
  // Frames gathered from the signal, times the window, transformed.
  lower(g, { signal, frame_step, window, frame_length }, { onesided }) {
    const { count, length, step } = framesOf(signal.type, frame_step.type, window?.type, frame_length?.type);
    if (typeof count !== 'number' || typeof length !== 'number') throw dynamicFrames();
    const places = Array.from({ length: count * length }, (_, i) => Math.floor(i / length) * step + (i % length));
    const whole = signal.type.shape.length === 2 ? g.unsqueeze(signal, [2]) : signal;
    const frames = g.gather(whole, g.constant(tensorOf('int64', [count, length], places)), 1);
    const weighed = window === undefined ? frames : g.mul(frames, g.unsqueeze(window, [1]));
    return { output: transform(g, weighed, 2, false, onesided !== 0) };
  },
  samples: [
    { signal: [2, 10, 1], frame_step: scalar(3, 'int64'), window: [4] },
    { signal: [1, 9, 1], frame_step: scalar(2, 'int64'), frame_length: scalar(5, 'int64'), attributes: { onesided: 0 } },
  ],
});

function framesOf(
  signal: Known,
  frameStep: Known,
  window: Known | undefined,
  frameLength: Known | undefined,
): { count: Dim; length: Dim; step: number } {
  const step = numbersOf(frameStep)?.[0];
  const length = (frameLength && numbersOf(frameLength)?.[0]) ?? window?.shape[0] ?? unknownDim;
  const size = signal.shape[1];
  if (typeof size !== 'number' || typeof length !== 'number' || step === undefined) return { count: unknownDim, length, step: 1 };
  return { count: Math.floor((size - length) / step) + 1, length, step };
}

function dynamicFrames(): MoatError {
  return new MoatError('the frames of an STFT are known only at run time', {
    code: 'GRADIENT_DYNAMIC_LENGTH',
    why: 'they are written out for the gradient, which takes their number and length',
    fix: 'fix the length of the signal in the inputs of the model; the batch may vary',
  });
}
