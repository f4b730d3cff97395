/**
 * @file The gradient of a blocked convolution by its kernel, itself a blocked convolution: what is summed over, the samples n, takes the part of the
 * channels, dY that of the kernel, and the channels c of a block lie side by side in a row of the image.
 *
 *     dW[m, c, y, x] = Σ over n, p, q of dY[n, m, p, q] · X[n, c, y + p, x + q]
 *                    = Σ over n, p, q of K[m, n, p, q] · I[n, y + p, (x + q) · b + c]        rows of I hold b channels; dilation b
 *
 * So a row of the result is as long as all x and c of a block together, and what is read of dY serves all of them.
 */

import type { GraphBuilder } from '../../graph/builder.ts';
import type { KnownValue } from '../../graph/known.ts';
import { int64s } from '../../tensor/make.ts';
import { correlate, shiftedImages } from '../correlate.ts';
import type { Window } from '../windows.ts';
import { BLOCKED, blockedKernel, inMemory, requireBlock, sizesOf, unblocked } from './layout.ts';

/** dW, as the kernel lies. */
export function correlateBlocked(g: GraphBuilder, X: KnownValue, W: KnownValue, dY: KnownValue, windows: readonly Window[]): KnownValue {
  const b = requireBlock(g);
  const [N, C] = sizesOf(X);
  if (C < b) return correlateFewChannels(g, X, W, dY, windows);
  if (N % b !== 0) return blockedKernel(g, correlate(g, unblocked(g, X), W, unblocked(g, dY), windows, 1));
  const [M, , h, w] = sizesOf(W);
  const [, , H, width] = sizesOf(dY);
  const samplesTogether = g.transpose(g.reshape(dY, [N / b, b, M / b, H * width, b]), [2, 0, 3, 1, 4]);
  const kernel = g.reshape(samplesTogether, [M, N, H, width]);
  const products = g.one('Conv', [imageOf(g, X, windows), kernel], { kernel_shape: [H, width], dilations: [1, b] }, { domain: BLOCKED });
  return g.reshape(g.transpose(g.reshape(products, [C / b, M / b, h * w * b * b]), [1, 0, 2]), [M, C, h, w]);
}

/** I: [C / b, N, H, W · b], padded, blocked by N. */
function imageOf(g: GraphBuilder, X: KnownValue, windows: readonly Window[]): KnownValue {
  const b = requireBlock(g);
  const [N, C, H, W] = sizesOf(X);
  const [rows, columns] = windows as [Window, Window];
  const [height, width] = [H + rows.padBegin + rows.padEnd, W + columns.padBegin + columns.padEnd];
  const pads = [0, rows.padBegin, columns.padBegin * b, 0, rows.padEnd, columns.padEnd * b];
  const image = g.reshape(X, [(N * C) / b, H, W * b]);
  const padded = pads.every((count) => count === 0) ? image : g.one('Pad', [image, g.constant(int64s(pads))]);
  const samplesLast = g.transpose(g.reshape(padded, [N / b, b, C * height * width]), [0, 2, 1]);
  const samplesSecond = g.transpose(g.reshape(samplesLast, [N / b, C / b, height * width * b * b]), [1, 0, 2]);
  return g.reshape(samplesSecond, [C / b, N, height, width * b]);
}

/** Of plain images with few channels: as in ONNX's order, a product for every sample and block of maps. */
function correlateFewChannels(g: GraphBuilder, X: KnownValue, W: KnownValue, dY: KnownValue, windows: readonly Window[]): KnownValue {
  const b = requireBlock(g);
  const [M, C, h, w] = sizesOf(W);
  const perSample = g.matMul(shiftedImages(g, X, windows, sizesOf(dY).slice(2), 1), inMemory(g, dY));
  const offsetsFirst = g.reshape(g.reduceSum(perSample, [0]), [M / b, h * w, C, b]);
  return g.reshape(g.transpose(offsetsFirst, [0, 2, 1, 3]), [M, C, h, w]);
}
