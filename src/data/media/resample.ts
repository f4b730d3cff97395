/** @file Another sample rate for the same sound: band-limited interpolation with a windowed sinc (Smith, *Digital Audio Resampling*). */

/** Zero crossings of the sinc on each side. */
const CROSSINGS = 16;
/** Of the lower of both Nyquist frequencies: where the filter begins to cut. */
const ROLL_OFF = 0.95;

/**
 *     y(t) = Σ x[n] · h(t − n),  h(u) = c · sinc(c · u) · Hann(u),  c = 0.95 · min(1, to / from)
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const cut = ROLL_OFF * Math.min(1, to / from);
  const reach = CROSSINGS / cut;
  const result = new Float32Array(Math.max(1, Math.round((samples.length * to) / from)));
  for (let i = 0; i < result.length; i++) {
    const at = (i * from) / to;
    let sum = 0;
    for (let n = Math.max(0, Math.ceil(at - reach)); n <= Math.min(samples.length - 1, Math.floor(at + reach)); n++) {
      sum += (samples[n] as number) * kernel(at - n, cut, reach);
    }
    result[i] = sum;
  }
  return result;
}

function kernel(u: number, cut: number, reach: number): number {
  const window = 0.5 + 0.5 * Math.cos((Math.PI * u) / reach);
  const x = Math.PI * cut * u;
  return cut * window * (Math.abs(x) < 1e-9 ? 1 : Math.sin(x) / x);
}
