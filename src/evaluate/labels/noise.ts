/**
 * @file How labels went wrong, and so how probably each one did: a noise matrix, estimated on the rows that the model is surest of.
 *
 *     T[j][i] = P(given label i | true label j)
 *     p̃ = Tᵀ p                                      what a model of the given labels says, p what is true
 *     P(true j | x, given i) = T[j][i] · p_j / p̃_i
 *
 * The rows for which p̃_j is highest are taken to be of class j ("anchors": Liu and Tao, "Classification with noisy labels by
 * importance reweighting", 2016; Patrini et al., "Making deep neural networks robust to label noise", CVPR 2017), so the labels
 * that they were given are a sample of T[j]. Where a class has no sure rows, its own uncertainty is taken for noise: the matrix is an
 * upper estimate. Where the classes do not differ by more than chance, one rate of noise stands for all of them.
 */

export interface NoiseModel {
  /** T, row-major by the true label; its rows sum to 1. */
  readonly transition: Float64Array;
  /** Whether one rate was taken for all classes. */
  readonly isUniform: boolean;
}

/** Share of the rows with a label that are its anchors. */
const ANCHOR_SHARE = 0.03;
const FEWEST_ANCHORS = 20;
/** A class whose labels are mostly wrong cannot be told from another one. */
const HIGHEST_RATE = 0.49;

/** `probabilities` is rows × classes, row-major, and no row of it was made by a model that has seen that row's label. */
export function estimateNoise(given: Int32Array, probabilities: Float64Array, classCount: number): NoiseModel {
  const counts = Array.from({ length: classCount }, (_, j) => anchorLabels(given, probabilities, classCount, j));
  const sizes = counts.map((labels) => labels.reduce((sum, n) => sum + n, 0));
  // A rate of 0 would trust labels whatever the model says: half a wrong label is added.
  const wrong = counts.map((labels, j) => (sizes[j] as number) - (labels[j] as number) + 0.5);
  const rates = wrong.map((n, j) => Math.min(HIGHEST_RATE, n / ((sizes[j] as number) + 1)));
  const all = sizes.reduce((sum, n) => sum + n + 1, 0);
  const rate = Math.min(HIGHEST_RATE, wrong.reduce((sum, n) => sum + n, 0) / all);
  const spread = wrong.reduce(
    (sum, n, j) => sum + (n - ((sizes[j] as number) + 1) * rate) ** 2 / (((sizes[j] as number) + 1) * rate * (1 - rate)),
    0,
  );
  const isUniform = spread <= chiSquareLimit(classCount - 1);
  const transition = new Float64Array(classCount * classCount);
  for (let j = 0; j < classCount; j++) {
    const own = isUniform ? rate : (rates[j] as number);
    for (let i = 0; i < classCount; i++) {
      const share = isUniform ? 1 / (classCount - 1) : shareOf(counts[j] as Float64Array, i, j, classCount);
      transition[j * classCount + i] = i === j ? 1 - own : own * share;
    }
  }
  return { transition, isUniform };
}

/** P(true j | x, given) of each row, row-major. */
export function trueProbabilities(
  given: Int32Array,
  probabilities: Float64Array,
  classCount: number,
  { transition }: NoiseModel,
): Float64Array {
  const inverse = inverted(transition, classCount);
  const posterior = new Float64Array(probabilities.length);
  given.forEach((label, row) => {
    const at = row * classCount;
    let sum = 0;
    for (let j = 0; j < classCount; j++) {
      let p = 0; // (T⁻ᵀ p̃)_j
      for (let i = 0; i < classCount; i++) p += (inverse[i * classCount + j] as number) * (probabilities[at + i] as number);
      // what is clipped keeps a trace of p̃, so that rows stay in its order
      p = Math.max(0, p) + 1e-9 * (probabilities[at + j] as number);
      posterior[at + j] = (transition[j * classCount + label] as number) * p;
      sum += posterior[at + j] as number;
    }
    for (let j = 0; j < classCount; j++) posterior[at + j] = sum > 0 ? (posterior[at + j] as number) / sum : Number(j === label);
  });
  return posterior;
}

/** How often each label was given to the rows that are surest of class j. */
function anchorLabels(given: Int32Array, probabilities: Float64Array, classCount: number, j: number): Float64Array {
  const p = (row: number): number => probabilities[row * classCount + j] as number;
  const count = given.reduce((sum, label) => sum + Number(label === j), 0);
  const rows = Array.from(given.keys()).sort((a, b) => p(b) - p(a) || a - b);
  const labels = new Float64Array(classCount);
  for (const row of rows.slice(0, Math.max(FEWEST_ANCHORS, Math.round(ANCHOR_SHARE * count)))) {
    const label = given[row] as number;
    labels[label] = (labels[label] as number) + 1;
  }
  return labels;
}

/** Of the wrong labels of class j those that say i; evenly where none was seen. */
function shareOf(labels: Float64Array, i: number, j: number, classCount: number): number {
  const wrong = labels.reduce((sum, n, k) => (k === j ? sum : sum + n), 0);
  return wrong === 0 ? 1 / (classCount - 1) : (labels[i] as number) / wrong;
}

/** The value that chi-square passes once in a hundred times, by Wilson and Hilferty (1931). */
function chiSquareLimit(degrees: number): number {
  const part = 2 / (9 * degrees);
  return degrees * (1 - part + 2.326 * Math.sqrt(part)) ** 3;
}

/** Gauss–Jordan with the largest pivot. A matrix whose diagonal outweighs its rows has an inverse. */
function inverted(matrix: Float64Array, size: number): Float64Array {
  const rows: Float64Array[] = Array.from({ length: size }, (_, i) =>
    Float64Array.from({ length: 2 * size }, (_v, k) => (k < size ? (matrix[i * size + k] as number) : Number(k - size === i))),
  );
  for (let k = 0; k < size; k++) {
    let best = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(rows[i]?.[k] as number) > Math.abs(rows[best]?.[k] as number)) best = i;
    [rows[k], rows[best]] = [rows[best] as Float64Array, rows[k] as Float64Array];
    const pivotRow = rows[k] as Float64Array;
    const pivot = pivotRow[k] as number;
    for (let c = 0; c < 2 * size; c++) pivotRow[c] = (pivotRow[c] as number) / pivot;
    for (const [i, row] of rows.entries()) {
      const factor = row[k] as number;
      if (i === k || factor === 0) continue;
      for (let c = 0; c < 2 * size; c++) row[c] = (row[c] as number) - factor * (pivotRow[c] as number);
    }
  }
  return Float64Array.from({ length: size * size }, (_, at) => rows[Math.floor(at / size)]?.[size + (at % size)] as number);
}
