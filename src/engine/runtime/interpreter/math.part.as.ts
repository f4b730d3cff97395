/**
 * @file Elementary functions on four float32 at once (AssemblyScript), after Cephes (Moshier, netlib.org/cephes/single): within 2 units in the last place.
 * Infinities and NaN go in and come out as IEEE 754 has them.
 */

@inline
function all(x: f32): v128 {
  return f32x4.splat(x);
}

/** eˣ = 2ⁿ · eʳ with n = round(x / ln 2), |r| ≤ ln 2 / 2, and a polynomial for eʳ */
export function exp(x: v128): v128 {
  x = f32x4.min(f32x4.max(x, all(-104)), all(89)); // beyond are 0 and infinity
  const n = f32x4.nearest(f32x4.mul(x, all(1.44269504088896341)));
  let r = f32x4.sub(x, f32x4.mul(n, all(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, all(-2.12194440e-4)));
  let y = all(1.9875691500e-4);
  y = f32x4.add(f32x4.mul(y, r), all(1.3981999507e-3));
  y = f32x4.add(f32x4.mul(y, r), all(8.3334519073e-3));
  y = f32x4.add(f32x4.mul(y, r), all(4.1665795894e-2));
  y = f32x4.add(f32x4.mul(y, r), all(1.6666665459e-1));
  y = f32x4.add(f32x4.mul(y, r), all(5.0000001201e-1));
  y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(y, r), r), r), all(1));
  // 2ⁿ in two factors: n = 128 and n = −140 have no exponent of their own
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** ln x = e · ln 2 + ln m with x = 2ᵉ · m, √½ ≤ m < √2, and a polynomial for ln m */
export function log(x: v128): v128 {
  const isTiny = f32x4.lt(x, all(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, all(8388608)), x, isTiny); // 2²³, so that subnormal numbers have an exponent
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(scaled, 23), i32x4.splat(126)));
  e = f32x4.sub(e, v128.and(isTiny, all(23)));
  let m = v128.or(v128.and(scaled, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const isLow = f32x4.lt(m, all(0.707106781186547524));
  e = f32x4.sub(e, v128.and(isLow, all(1)));
  m = f32x4.sub(f32x4.add(m, v128.and(isLow, m)), all(1));
  const z = f32x4.mul(m, m);
  let y = all(7.0376836292e-2);
  y = f32x4.add(f32x4.mul(y, m), all(-1.1514610310e-1));
  y = f32x4.add(f32x4.mul(y, m), all(1.1676998740e-1));
  y = f32x4.add(f32x4.mul(y, m), all(-1.2420140846e-1));
  y = f32x4.add(f32x4.mul(y, m), all(1.4249322787e-1));
  y = f32x4.add(f32x4.mul(y, m), all(-1.6668057665e-1));
  y = f32x4.add(f32x4.mul(y, m), all(2.0000714765e-1));
  y = f32x4.add(f32x4.mul(y, m), all(-2.4999993993e-1));
  y = f32x4.add(f32x4.mul(y, m), all(3.3333331174e-1));
  y = f32x4.mul(f32x4.mul(y, m), z);
  y = f32x4.sub(f32x4.add(y, f32x4.mul(e, all(-2.12194440e-4))), f32x4.mul(z, all(0.5)));
  const finite = f32x4.add(f32x4.add(m, y), f32x4.mul(e, all(0.693359375)));
  const high = v128.bitselect(x, finite, f32x4.ge(x, all(Infinity)));
  const low = v128.bitselect(all(-Infinity), all(NaN), f32x4.eq(x, all(0)));
  return v128.bitselect(high, low, f32x4.gt(x, all(0)));
}

/** ln(1 + t) for 0 ≤ t ≤ 1. What rounding 1 + t lost is put back (Higham 2002, section 1.14.1). */
@inline
function logOfOneMore(t: v128): v128 {
  const u = f32x4.add(all(1), t);
  const rest = f32x4.sub(u, all(1));
  return v128.bitselect(t, f32x4.mul(log(u), f32x4.div(t, rest)), f32x4.eq(rest, all(0)));
}

/** ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|) */
export function softplus(x: v128): v128 {
  return f32x4.add(f32x4.max(x, all(0)), logOfOneMore(exp(f32x4.neg(f32x4.abs(x)))));
}

/** 1 / (1 + e⁻ˣ) */
export function sigmoid(x: v128): v128 {
  return f32x4.div(all(1), f32x4.add(all(1), exp(f32x4.neg(x))));
}

/** A polynomial near 0, where 1 − 2 / (e²ˣ + 1) would cancel. */
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const far = f32x4.sub(all(1), f32x4.div(all(2), f32x4.add(exp(f32x4.add(size, size)), all(1))));
  const z = f32x4.mul(x, x);
  let y = all(-5.70498872745e-3);
  y = f32x4.add(f32x4.mul(y, z), all(2.06390887954e-2));
  y = f32x4.add(f32x4.mul(y, z), all(-5.37397155531e-2));
  y = f32x4.add(f32x4.mul(y, z), all(1.33314422036e-1));
  y = f32x4.add(f32x4.mul(y, z), all(-3.33332819422e-1));
  const near = f32x4.add(f32x4.mul(f32x4.mul(y, z), x), x);
  const signed = v128.or(far, v128.and(x, all(-0.0)));
  return v128.bitselect(near, signed, f32x4.lt(size, all(0.625)));
}
