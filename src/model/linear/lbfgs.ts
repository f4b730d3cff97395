/**
 * @file L-BFGS: minimises a smooth function from its gradients, remembering the last few steps instead of a Hessian.
 *
 * Nocedal and Wright, Numerical Optimization, 2nd edition: algorithms 7.4 (two-loop recursion) and 7.5. Steps fulfil
 * the weak Wolfe conditions by bisection, which on a smooth function always ends (Lewis and Overton, 2013).
 */

/** Writes the gradient at `w` into `gradient` and returns the value there. */
export type Objective = (w: Float64Array, gradient: Float64Array) => number;

export interface MinimizeOptions {
  readonly maxIterations: number;
  /** Ends when no entry of the gradient is larger. */
  readonly gradientTolerance: number;
  /** Ends when an iteration gains less than this share of the value. */
  readonly valueTolerance: number;
  /** Told after each iteration; what it throws ends the search. */
  readonly onIteration?: (iteration: number, value: number) => void | Promise<void>;
}

export interface Minimum {
  readonly w: Float64Array;
  readonly value: number;
  readonly iterations: number;
}

/** Pairs of steps and gradient changes that are remembered. */
const MEMORY = 6;
/** Weak Wolfe: enough decrease, and a slope that has flattened enough. */
const DECREASE = 1e-4;
const FLATTENING = 0.9;
const MOST_TRIALS = 40;

/** Searches from `start`, which is left as it is. Deterministic: the same input gives the same bits. */
export async function minimize(objective: Objective, start: Float64Array, options: MinimizeOptions): Promise<Minimum> {
  const size = start.length;
  let w = Float64Array.from(start);
  let gradient = new Float64Array(size);
  let value = objective(w, gradient);
  let trialW = new Float64Array(size);
  let trialGradient = new Float64Array(size);
  const direction = new Float64Array(size);
  const memory: Pair[] = [];

  let iteration = 0;
  while (iteration < options.maxIterations && largest(gradient) > options.gradientTolerance) {
    descend(direction, gradient, memory);
    const slope = dot(gradient, direction);
    // Without memory the length of the gradient says nothing of the distance, so the first trial goes a way of length 1.
    let step = memory.length === 0 ? 1 / Math.sqrt(dot(gradient, gradient)) : 1;
    let [low, high] = [0, Number.POSITIVE_INFINITY];
    let trialValue = value;
    let accepted = false;
    for (let trial = 0; trial < MOST_TRIALS && !accepted; trial++) {
      for (let i = 0; i < size; i++) trialW[i] = (w[i] as number) + step * (direction[i] as number);
      trialValue = objective(trialW, trialGradient);
      if (!(trialValue <= value + DECREASE * step * slope)) high = step;
      else if (dot(trialGradient, direction) < FLATTENING * slope) low = step;
      else accepted = true;
      if (!accepted) step = high === Number.POSITIVE_INFINITY ? 2 * low : (low + high) / 2;
    }
    // No better point within double precision: this is the minimum.
    if (!accepted) break;

    remember(memory, w, trialW, gradient, trialGradient);
    const gain = value - trialValue;
    [w, trialW] = [trialW, w];
    [gradient, trialGradient] = [trialGradient, gradient];
    value = trialValue;
    iteration++;
    await options.onIteration?.(iteration, value);
    if (gain <= options.valueTolerance * Math.max(Math.abs(value), 1e-12)) break;
  }
  return { w, value, iterations: iteration };
}

/** One step s = Δw with the change of the gradient y = Δg over it, and 1 / (s·y). */
interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/** direction = −H·gradient, where H is built from the remembered pairs (algorithm 7.4). */
function descend(direction: Float64Array, gradient: Float64Array, memory: readonly Pair[]): void {
  for (let i = 0; i < direction.length; i++) direction[i] = -(gradient[i] as number);
  const alphas: number[] = [];
  for (const { s, y, rho } of memory.toReversed()) {
    const alpha = rho * dot(s, direction);
    alphas.push(alpha);
    addScaled(direction, -alpha, y);
  }
  const last = memory.at(-1);
  if (last !== undefined) {
    const gamma = 1 / (last.rho * dot(last.y, last.y));
    for (let i = 0; i < direction.length; i++) direction[i] = gamma * (direction[i] as number);
  }
  for (const { s, y, rho } of memory) {
    const beta = rho * dot(y, direction);
    addScaled(direction, (alphas.pop() as number) - beta, s);
  }
}

function remember(memory: Pair[], w: Float64Array, nextW: Float64Array, gradient: Float64Array, nextGradient: Float64Array): void {
  // The oldest pair's arrays are used again: with a million weights, memory is what costs.
  const oldest = memory.length === MEMORY ? memory.shift() : undefined;
  const s = oldest?.s ?? new Float64Array(w.length);
  const y = oldest?.y ?? new Float64Array(w.length);
  for (let i = 0; i < w.length; i++) {
    s[i] = (nextW[i] as number) - (w[i] as number);
    y[i] = (nextGradient[i] as number) - (gradient[i] as number);
  }
  const curvature = dot(s, y);
  if (curvature > 0) memory.push({ s, y, rho: 1 / curvature });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function addScaled(target: Float64Array, factor: number, x: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (x[i] as number);
}

function largest(gradient: Float64Array): number {
  let most = 0;
  for (const g of gradient) most = Math.max(most, Math.abs(g));
  return most;
}
