/** @file Which elements of an axis a resized one reads, and with what weight, as ONNX defines it. */

/** The attributes of Resize that decide it. */
export interface ResizeMode {
  readonly coordinate_transformation_mode: string;
  readonly cubic_coeff_a: number;
  readonly exclude_outside: number;
  readonly mode: string;
  readonly nearest_mode: string;
}

export interface Line {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
  readonly mode: ResizeMode;
}

/** For each new element, the place of the old one that it copies. */
export function nearestIndex(line: Line): number[] {
  return coordinatesOf(line).map((x) => Math.min(Math.max(rounded(x, line.mode.nearest_mode), 0), line.from - 1));
}

/** The weights [to, from], row by row. */
export function interpolationMatrix(line: Line): Float32Array {
  const weights = new Float32Array(line.to * line.from);
  coordinatesOf(line).forEach((x, row) => {
    for (const [place, weight] of line.mode.mode === 'cubic' ? cubic(x, line) : linear(x, line)) {
      const column = row * line.from + Math.min(Math.max(place, 0), line.from - 1);
      weights[column] = (weights[column] as number) + weight;
    }
  });
  return weights;
}

/** Where each new element lies between the old ones. The runtime computes in float32, which decides ties. */
function coordinatesOf({ from, to, scale, mode }: Line): number[] {
  const f = Math.fround;
  const halfPixel = (i: number): number => f(f((i + 0.5) / scale) - 0.5);
  return Array.from({ length: to }, (_, i) => {
    switch (mode.coordinate_transformation_mode) {
      case 'align_corners':
        return to === 1 ? 0 : f((i * (from - 1)) / (to - 1));
      case 'asymmetric':
        return f(i / scale);
      case 'pytorch_half_pixel':
        return to > 1 ? halfPixel(i) : 0;
      case 'half_pixel_symmetric':
        return f((from / 2) * (1 - to / (scale * from)) + halfPixel(i));
      default:
        return halfPixel(i);
    }
  });
}

function rounded(x: number, mode: string): number {
  if (mode === 'floor') return Math.floor(x);
  if (mode === 'ceil') return Math.ceil(x);
  return mode === 'round_prefer_ceil' ? Math.floor(x + 0.5) : Math.ceil(x - 0.5);
}

function linear(coordinate: number, { from }: Line): [number, number][] {
  const x = Math.min(Math.max(coordinate, 0), from - 1);
  const left = Math.floor(x);
  return [
    [left, 1 - (x - left)],
    [left + 1, x - left],
  ];
}

/** Keys' cubic convolution (1981) over four elements. */
function cubic(x: number, { from, mode }: Line): [number, number][] {
  const a = mode.cubic_coeff_a;
  const first = Math.floor(x) - 1;
  const weights = [0, 1, 2, 3].map((i): [number, number] => {
    const distance = Math.abs(x - (first + i));
    const near = ((a + 2) * distance - (a + 3)) * distance * distance + 1;
    const far = ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a;
    return [first + i, distance <= 1 ? near : far];
  });
  if (mode.exclude_outside === 0) return weights;
  const inside = weights.filter(([place]) => place >= 0 && place < from);
  const total = inside.reduce((sum, [, weight]) => sum + weight, 0);
  return inside.map(([place, weight]) => [place, weight / total]);
}
