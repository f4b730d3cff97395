/**
 * @file The log-mel spectrogram: how loud each band of pitch is at each moment.
 *
 *     X = FFT(Hann · samples)          window of 25 ms, a moment every 10 ms
 *     power[k] = |X[k]|² / (Σ Hann / 2)²     a sine of full scale has 1
 *     band[m] = Σ triangle[m][k] · power[k]  centres evenly spaced in mel = 2595 · log10(1 + f / 700) (O'Shaughnessy 1987)
 *     byte = 255 · (dB + 80) / 80, dB = 10 · log10(band), held within −80 and 0 dB
 */

import FFT from 'fft.js';

/** Hz. Speech and machines have what matters below half of it. */
export const SAMPLE_RATE = 16_000;
export const BANDS = 64;
export const FRAME_SECONDS = 0.01;

const HOP = SAMPLE_RATE * FRAME_SECONDS;
const WINDOW = 400;
const FFT_SIZE = 512;
const LOWEST_HZ = 20;
const QUIETEST_DB = -80;

const fft = new FFT(FFT_SIZE);
const hann = Float64Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW));
const fullScale = (hann.reduce((sum, weight) => sum + weight, 0) / 2) ** 2;
const triangles = makeTriangles();

/** `[BANDS, frames]` bytes, the lowest band first; moments beyond the samples are silent. */
export function logMel(samples: Float32Array, frames: number): Uint8Array {
  const bytes = new Uint8Array(BANDS * frames);
  const windowed = new Array<number>(FFT_SIZE).fill(0);
  const spectrum = fft.createComplexArray();
  const power = new Float64Array(FFT_SIZE / 2 + 1);
  for (let frame = 0; frame < frames && frame * HOP < samples.length; frame++) {
    for (let i = 0; i < WINDOW; i++) windowed[i] = (samples[frame * HOP + i] ?? 0) * (hann[i] as number);
    fft.realTransform(spectrum, windowed);
    for (let k = 0; k < power.length; k++) {
      power[k] = ((spectrum[2 * k] as number) ** 2 + (spectrum[2 * k + 1] as number) ** 2) / fullScale;
    }
    for (const [band, { first, weights }] of triangles.entries()) {
      const sum = weights.reduce((total, weight, i) => total + weight * (power[first + i] as number), 0);
      const decibel = Math.max(QUIETEST_DB, Math.min(0, 10 * Math.log10(sum)));
      bytes[band * frames + frame] = Math.round(255 * (1 - decibel / QUIETEST_DB));
    }
  }
  return bytes;
}

/** The bins that a band listens to, with their weights. A band narrower than a bin takes the two bins beside its centre. */
function makeTriangles(): { readonly first: number; readonly weights: readonly number[] }[] {
  const [low, high] = [melOf(LOWEST_HZ), melOf(SAMPLE_RATE / 2)];
  const edges = Array.from({ length: BANDS + 2 }, (_, i) => (hertzOf(low + ((high - low) * i) / (BANDS + 1)) * FFT_SIZE) / SAMPLE_RATE);
  return Array.from({ length: BANDS }, (_, band) => {
    const centre = edges[band + 1] as number;
    const [left, right] = [Math.min(edges[band] as number, centre - 1), Math.max(edges[band + 2] as number, centre + 1)];
    const first = Math.max(0, Math.ceil(left));
    const last = Math.min(FFT_SIZE / 2, Math.floor(right));
    const weights = Array.from({ length: last - first + 1 }, (_, i) => {
      const bin = first + i;
      return Math.max(0, bin <= centre ? (bin - left) / (centre - left) : (right - bin) / (right - centre));
    });
    return { first, weights };
  });
}

function melOf(hertz: number): number {
  return 2595 * Math.log10(1 + hertz / 700);
}

function hertzOf(mel: number): number {
  return 700 * (10 ** (mel / 2595) - 1);
}
