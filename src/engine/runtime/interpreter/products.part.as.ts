/** @file Matrix products in float32 (AssemblyScript): C of m rows and n columns = A · B, or C + A · B. Strides are in bytes. */

/**
 * B has n columns of float32 one after the other; A lies as its strides say, so that its transpose needs no copy. Four rows by eight columns of C are held
 * at a time.
 */
export function product(a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, aRow: usize, aColumn: usize, adds: bool): void {
  if (n === 1 && aColumn === 4) {
    for (let i = 0; i < m; i++) {
      const sum = dot(a + <usize>i * aRow, b, k);
      const at = c + (<usize>i << 2);
      store<f32>(at, adds ? load<f32>(at) + sum : sum);
    }
    return;
  }
  const row = <usize>n << 2;
  let i = 0;
  for (; i + 4 <= m; i += 4) rows4(a + <usize>i * aRow, b, c + <usize>i * row, n, k, aRow, aColumn, row, adds);
  for (; i < m; i++) row1(a + <usize>i * aRow, b, c + <usize>i * row, n, k, aColumn, row, adds);
}

function rows4(a: usize, b: usize, c: usize, n: i32, k: i32, aRow: usize, aColumn: usize, row: usize, adds: bool): void {
  let j = 0;
  for (; j + 8 <= n; j += 8) {
    let at = a;
    let from = b + (<usize>j << 2);
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c10 = c00;
    let c11 = c00;
    let c20 = c00;
    let c21 = c00;
    let c30 = c00;
    let c31 = c00;
    for (let p = 0; p < k; p++) {
      const b0 = v128.load(from);
      const b1 = v128.load(from, 16);
      const a0 = v128.load_splat<f32>(at);
      const a1 = v128.load_splat<f32>(at + aRow);
      const a2 = v128.load_splat<f32>(at + 2 * aRow);
      const a3 = v128.load_splat<f32>(at + 3 * aRow);
      c00 = f32x4.add(c00, f32x4.mul(a0, b0));
      c01 = f32x4.add(c01, f32x4.mul(a0, b1));
      c10 = f32x4.add(c10, f32x4.mul(a1, b0));
      c11 = f32x4.add(c11, f32x4.mul(a1, b1));
      c20 = f32x4.add(c20, f32x4.mul(a2, b0));
      c21 = f32x4.add(c21, f32x4.mul(a2, b1));
      c30 = f32x4.add(c30, f32x4.mul(a3, b0));
      c31 = f32x4.add(c31, f32x4.mul(a3, b1));
      at += aColumn;
      from += row;
    }
    const to = c + (<usize>j << 2);
    put(to, c00, adds);
    put(to + 16, c01, adds);
    put(to + row, c10, adds);
    put(to + row + 16, c11, adds);
    put(to + 2 * row, c20, adds);
    put(to + 2 * row + 16, c21, adds);
    put(to + 3 * row, c30, adds);
    put(to + 3 * row + 16, c31, adds);
  }
  if (j === n) return;
  for (let i: usize = 0; i < 4; i++) rest(a + i * aRow, b, c + i * row, j, n, k, aColumn, row, adds);
}

function row1(a: usize, b: usize, c: usize, n: i32, k: i32, aColumn: usize, row: usize, adds: bool): void {
  let j = 0;
  for (; j + 16 <= n; j += 16) {
    let at = a;
    let from = b + (<usize>j << 2);
    let c0 = f32x4.splat(0);
    let c1 = c0;
    let c2 = c0;
    let c3 = c0;
    for (let p = 0; p < k; p++) {
      const own = v128.load_splat<f32>(at);
      c0 = f32x4.add(c0, f32x4.mul(own, v128.load(from)));
      c1 = f32x4.add(c1, f32x4.mul(own, v128.load(from, 16)));
      c2 = f32x4.add(c2, f32x4.mul(own, v128.load(from, 32)));
      c3 = f32x4.add(c3, f32x4.mul(own, v128.load(from, 48)));
      at += aColumn;
      from += row;
    }
    const to = c + (<usize>j << 2);
    put(to, c0, adds);
    put(to + 16, c1, adds);
    put(to + 32, c2, adds);
    put(to + 48, c3, adds);
  }
  rest(a, b, c, j, n, k, aColumn, row, adds);
}

/** The columns from `j` on of one row. */
function rest(a: usize, b: usize, c: usize, j: i32, n: i32, k: i32, aColumn: usize, row: usize, adds: bool): void {
  for (; j + 4 <= n; j += 4) {
    let at = a;
    let from = b + (<usize>j << 2);
    let sum = f32x4.splat(0);
    for (let p = 0; p < k; p++) {
      sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(at), v128.load(from)));
      at += aColumn;
      from += row;
    }
    put(c + (<usize>j << 2), sum, adds);
  }
  for (; j < n; j++) {
    let at = a;
    let from = b + (<usize>j << 2);
    let sum: f32 = 0;
    for (let p = 0; p < k; p++) {
      sum += load<f32>(at) * load<f32>(from);
      at += aColumn;
      from += row;
    }
    const to = c + (<usize>j << 2);
    store<f32>(to, adds ? load<f32>(to) + sum : sum);
  }
}

@inline
function put(to: usize, value: v128, adds: bool): void {
  v128.store(to, adds ? f32x4.add(v128.load(to), value) : value);
}

/** Σ xᵢ · yᵢ */
function dot(x: usize, y: usize, length: i32): f32 {
  let sums = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const at = <usize>i << 2;
    sums = f32x4.add(sums, f32x4.mul(v128.load(x + at), v128.load(y + at)));
  }
  let sum =
    f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1) + (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
  for (; i < length; i++) sum += load<f32>(x + (<usize>i << 2)) * load<f32>(y + (<usize>i << 2));
  return sum;
}
