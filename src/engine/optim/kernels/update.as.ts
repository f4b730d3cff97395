/**
 * @file The optimizer updates as SIMD loops over one flat arena (AssemblyScript; built to `update.wasm`).
 *
 * Pointers are byte offsets in the imported memory, aligned to 16; `length` counts float32 values and is a
 * multiple of 4, because every parameter is padded with zeros. No instruction is fused and the order of every
 * multiplication and addition is written down here, so the same bytes in give the same bytes out on any machine.
 */

/** Σ g², summed in float64 over four lanes that are added in one fixed order. */
export function sumOfSquares(gradient: usize, length: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let at = gradient, end = gradient + (<usize>length << 2); at < end; at += 16) {
    const g = v128.load(at);
    const g01 = f64x2.promote_low_f32x4(g);
    const g23 = f64x2.promote_low_f32x4(v128.shuffle<f32>(g, g, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(g01, g01));
    high = f64x2.add(high, f64x2.mul(g23, g23));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** p ← p − rate · (scale · g + decay · p) */
export function sgd(parameter: usize, gradient: usize, length: i32, rate: f32, scale: f32, decay: f32): void {
  const rates = f32x4.splat(rate);
  const scales = f32x4.splat(scale);
  const decays = f32x4.splat(decay);
  const bytes = <usize>length << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    const p = v128.load(parameter + at);
    const g = f32x4.add(f32x4.mul(scales, v128.load(gradient + at)), f32x4.mul(decays, p));
    v128.store(parameter + at, f32x4.sub(p, f32x4.mul(rates, g)));
  }
}

/** With g = scale · gradient + decay · p:  m ← μ · m + g;  p ← p − rate · m, or with Nesterov's look ahead p ← p − rate · (g + μ · m) */
export function momentum(
  parameter: usize,
  gradient: usize,
  moment: usize,
  length: i32,
  rate: f32,
  scale: f32,
  mu: f32,
  nesterov: i32,
  decay: f32,
): void {
  const rates = f32x4.splat(rate);
  const scales = f32x4.splat(scale);
  const mus = f32x4.splat(mu);
  const decays = f32x4.splat(decay);
  const bytes = <usize>length << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    const p = v128.load(parameter + at);
    const g = f32x4.add(f32x4.mul(scales, v128.load(gradient + at)), f32x4.mul(decays, p));
    const m = f32x4.add(f32x4.mul(mus, v128.load(moment + at)), g);
    v128.store(moment + at, settle(m));
    const step = nesterov ? f32x4.add(g, f32x4.mul(mus, m)) : m;
    v128.store(parameter + at, f32x4.sub(p, f32x4.mul(rates, step)));
  }
}

/** With g = scale · gradient:  v ← keep · v + add · g²;  p ← p − rate · g / (√v + ε). RMSprop keeps α and adds 1 − α, Adagrad keeps and adds all. */
export function squares(
  parameter: usize,
  gradient: usize,
  moment: usize,
  length: i32,
  rate: f32,
  scale: f32,
  keep: f32,
  add: f32,
  epsilon: f32,
): void {
  const rates = f32x4.splat(rate);
  const scales = f32x4.splat(scale);
  const keeps = f32x4.splat(keep);
  const adds = f32x4.splat(add);
  const epsilons = f32x4.splat(epsilon);
  const bytes = <usize>length << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    const g = f32x4.mul(scales, v128.load(gradient + at));
    const v = f32x4.add(f32x4.mul(keeps, v128.load(moment + at)), f32x4.mul(adds, f32x4.mul(g, g)));
    v128.store(moment + at, settle(v));
    const step = f32x4.div(f32x4.mul(rates, g), f32x4.add(f32x4.sqrt(v), epsilons));
    v128.store(parameter + at, f32x4.sub(v128.load(parameter + at), step));
  }
}

/**
 *     m ← β₁ · m + (1 − β₁) · g
 *     v ← β₂ · v + (1 − β₂) · g²
 *     p ← keep · p − rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
 *
 * with g already times `scale`. `keep` is 1 for Adam and 1 − rate · λ for AdamW; `inverse1` is 1 / (1 − β₁ᵗ), `inverse2` is 1 / (1 − β₂ᵗ).
 */
export function adam(
  parameter: usize,
  gradient: usize,
  moment1: usize,
  moment2: usize,
  length: i32,
  rate: f32,
  scale: f32,
  beta1: f64,
  beta2: f64,
  epsilon: f32,
  inverse1: f32,
  inverse2: f32,
  keep: f32,
): void {
  const rates = f32x4.splat(rate * inverse1);
  const scales = f32x4.splat(scale);
  const betas1 = f32x4.splat(<f32>beta1);
  const rest1 = f32x4.splat(<f32>(1 - beta1));
  const betas2 = f32x4.splat(<f32>beta2);
  const rest2 = f32x4.splat(<f32>(1 - beta2));
  const epsilons = f32x4.splat(epsilon);
  const inverses2 = f32x4.splat(inverse2);
  const keeps = f32x4.splat(keep);
  const bytes = <usize>length << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    const g = f32x4.mul(scales, v128.load(gradient + at));
    const m = f32x4.add(f32x4.mul(betas1, v128.load(moment1 + at)), f32x4.mul(rest1, g));
    const v = f32x4.add(f32x4.mul(betas2, v128.load(moment2 + at)), f32x4.mul(rest2, f32x4.mul(g, g)));
    v128.store(moment1 + at, settle(m));
    v128.store(moment2 + at, settle(v));
    const step = f32x4.div(f32x4.mul(rates, m), f32x4.add(f32x4.sqrt(f32x4.mul(v, inverses2)), epsilons));
    v128.store(parameter + at, f32x4.sub(f32x4.mul(keeps, v128.load(parameter + at)), step));
  }
}

/**
 * The direction of LAMB in the place of the gradient: m and v as in `adam`, and
 *
 *     g ← (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε) + decay · p
 */
export function lambDirection(
  parameter: usize,
  gradient: usize,
  moment1: usize,
  moment2: usize,
  length: i32,
  scale: f32,
  beta1: f64,
  beta2: f64,
  epsilon: f32,
  inverse1: f32,
  inverse2: f32,
  decay: f32,
): void {
  const scales = f32x4.splat(scale);
  const betas1 = f32x4.splat(<f32>beta1);
  const rest1 = f32x4.splat(<f32>(1 - beta1));
  const betas2 = f32x4.splat(<f32>beta2);
  const rest2 = f32x4.splat(<f32>(1 - beta2));
  const epsilons = f32x4.splat(epsilon);
  const inverses1 = f32x4.splat(inverse1);
  const inverses2 = f32x4.splat(inverse2);
  const decays = f32x4.splat(decay);
  const bytes = <usize>length << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    const g = f32x4.mul(scales, v128.load(gradient + at));
    const m = f32x4.add(f32x4.mul(betas1, v128.load(moment1 + at)), f32x4.mul(rest1, g));
    const v = f32x4.add(f32x4.mul(betas2, v128.load(moment2 + at)), f32x4.mul(rest2, f32x4.mul(g, g)));
    v128.store(moment1 + at, settle(m));
    v128.store(moment2 + at, settle(v));
    const step = f32x4.div(f32x4.mul(m, inverses1), f32x4.add(f32x4.sqrt(f32x4.mul(v, inverses2)), epsilons));
    v128.store(gradient + at, f32x4.add(step, f32x4.mul(decays, v128.load(parameter + at))));
  }
}

/** With g = scale · gradient:  p ← keep · p − rate · sign(β₁ · m + (1 − β₁) · g);  m ← β₂ · m + (1 − β₂) · g */
export function lion(
  parameter: usize,
  gradient: usize,
  moment: usize,
  length: i32,
  rate: f32,
  scale: f32,
  beta1: f64,
  beta2: f64,
  keep: f32,
): void {
  const rates = f32x4.splat(rate);
  const scales = f32x4.splat(scale);
  const betas1 = f32x4.splat(<f32>beta1);
  const rest1 = f32x4.splat(<f32>(1 - beta1));
  const betas2 = f32x4.splat(<f32>beta2);
  const rest2 = f32x4.splat(<f32>(1 - beta2));
  const keeps = f32x4.splat(keep);
  const zeros = f32x4.splat(0);
  const bytes = <usize>length << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    const g = f32x4.mul(scales, v128.load(gradient + at));
    const m = v128.load(moment + at);
    const c = f32x4.add(f32x4.mul(betas1, m), f32x4.mul(rest1, g));
    // a step of the rate's length either way, none where c is 0
    const up = v128.and(f32x4.gt(c, zeros), rates);
    const down = v128.and(f32x4.lt(c, zeros), rates);
    v128.store(moment + at, settle(f32x4.add(f32x4.mul(betas2, m), f32x4.mul(rest2, g))));
    v128.store(parameter + at, f32x4.sub(f32x4.mul(keeps, v128.load(parameter + at)), f32x4.sub(up, down)));
  }
}

/** x ← min(max(x, −limit), limit) */
export function clampValues(values: usize, length: i32, limit: f32): void {
  const high = f32x4.splat(limit);
  const low = f32x4.splat(-limit);
  for (let at = values, end = values + (<usize>length << 2); at < end; at += 16) {
    v128.store(at, f32x4.min(f32x4.max(v128.load(at), low), high));
  }
}

/** sum ← sum + scale · x */
export function addScaled(sum: usize, values: usize, length: i32, scale: f32): void {
  const scales = f32x4.splat(scale);
  const bytes = <usize>length << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(sum + at, f32x4.add(v128.load(sum + at), f32x4.mul(scales, v128.load(values + at))));
  }
}

/** y ← scale · x */
export function setScaled(target: usize, values: usize, length: i32, scale: f32): void {
  const scales = f32x4.splat(scale);
  const bytes = <usize>length << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(target + at, f32x4.mul(scales, v128.load(values + at)));
  }
}

/** a ← (1 − weight) · a + weight · x */
export function moveTowards(average: usize, values: usize, length: i32, weight: f32): void {
  const weights = f32x4.splat(weight);
  const rest = f32x4.splat(1 - weight);
  const bytes = <usize>length << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(average + at, f32x4.add(f32x4.mul(rest, v128.load(average + at)), f32x4.mul(weights, v128.load(values + at))));
  }
}

/** What has decayed below 1e-30 becomes 0: subnormal numbers change no parameter and cost a hundred times as much. */
@inline
function settle(x: v128): v128 {
  return v128.and(x, f32x4.gt(f32x4.abs(x), f32x4.splat(1e-30)));
}
