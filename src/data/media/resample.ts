/** @file Another sample rate for the same sound: band-limited interpolation with a windowed sinc (Smith, *Digital Audio Resampling*). */

/** Zero crossings of the sinc on each side. */
const CROSSINGS = 16;
/** Of the lower of both Nyquist frequencies: where the filter begins to cut. */
const ROLL_OFF = 0.95;
/** More are kept by no rate in use (11,025 Hz to 16,000 Hz has 640), and would fill the memory at odd ones. */
const MOST_PLACES = 1_000;

/**
 *     y(t) = Σ x[n] · h(t − n),  h(u) = c · sinc(c · u) · Hann(u),  c = 0.95 · min(1, to / from)
 *
 * Moments repeat their place between two samples after to / gcd(from, to) of them, so h is computed once for each such place.
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const cut = ROLL_OFF * Math.min(1, to / from);
  const reach = CROSSINGS / cut;
  const result = new Float32Array(Math.max(1, Math.round((samples.length * to) / from)));
  const divisor = greatestDivisor(from, to);
  const [placeCount, period] = [to / divisor, from / divisor];
  const places: Place[] = [];
  for (let i = 0; i < result.length; i++) {
    const which = i % placeCount;
    const place = places[which] ?? placeOf((which * from) / to, cut, reach);
    if (placeCount <= MOST_PLACES) places[which] = place;
    const { first, weights } = place;
    const start = Math.floor(i / placeCount) * period + first;
    let sum = 0;
    for (let k = Math.max(0, -start); k < weights.length && start + k < samples.length; k++) {
      sum += (samples[start + k] as number) * (weights[k] as number);
    }
    result[i] = sum;
  }
  return result;
}

interface Place {
  /** The first sample within reach, from that at which the period begins. */
  readonly first: number;
  readonly weights: Float64Array;
}

function placeOf(at: number, cut: number, reach: number): Place {
  const first = Math.ceil(at - reach);
  const weights = new Float64Array(Math.floor(at + reach) - first + 1);
  for (let k = 0; k < weights.length; k++) weights[k] = kernel(at - (first + k), cut, reach);
  return { first, weights };
}

/** Euclid's; sample rates are whole numbers. */
function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function kernel(u: number, cut: number, reach: number): number {
  const window = 0.5 + 0.5 * Math.cos((Math.PI * u) / reach);
  const x = Math.PI * cut * u;
  return cut * window * (Math.abs(x) < 1e-9 ? 1 : Math.sin(x) / x);
}
