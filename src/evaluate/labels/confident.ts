/**
 * @file Confident learning: which labels are probably wrong, from probabilities that were made without them.
 *
 * Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 70 (2021). With the given
 * label ỹ of each of n rows and its out-of-sample probabilities p̂:
 *
 *     t_j    = mean of p̂_j over the rows with ỹ = j                          the threshold of class j
 *     C[i][j] = number of rows with ỹ = i whose most probable class among those with p̂_l ≥ t_l is j    the confident joint
 *     Q[i][j] = C[i][j] / Σ_j C[i][j] · |ỹ = i| / n                          calibrated to the counts of the given labels
 *
 * n · Q[i][j] rows with label i are really j. Which ones: by noise rate, those with the largest margin p̂_j − p̂_i for each pair;
 * by class, the n · Σ_{j≠i} Q[i][j] with the smallest p̂_i; `both` asks for both; by self-confidence, as many
 * rows as all of Q off its diagonal says, with the smallest p̂ of their label, whatever their class: the best order where labels
 * are wrong uniformly at random. By these rules a row whose label is its most probable class is never an issue. `posterior` is
 * another idea: it asks how labels went wrong (noise.ts), and tells the rows whose label is least probable given that.
 */

import { estimateNoise, trueProbabilities } from './noise.ts';

export type Pruning = 'posterior' | 'noise_rate' | 'class' | 'both' | 'self_confidence';

export interface LabelIssue {
  /** Index of the row. */
  readonly row: number;
  /** Class indices. */
  readonly given: number;
  readonly suggested: number;
  /** Probability of the given and of the suggested class: the model's, by `posterior` that of the true label. */
  readonly givenProbability: number;
  readonly suggestedProbability: number;
}

export interface ConfidentJoint {
  /** t_j of each class; 1 for a class without rows. */
  readonly thresholds: Float64Array;
  /** Q, row-major: estimated share of all rows with given label i and true label j. */
  readonly joint: Float64Array;
}

/** `probabilities` is rows × classes, row-major, and no row of it was made by a model that has seen that row's label. */
export function confidentJoint(given: Int32Array, probabilities: Float64Array, classCount: number): ConfidentJoint {
  const counts = new Float64Array(classCount);
  const thresholds = new Float64Array(classCount);
  given.forEach((label, row) => {
    counts[label] = (counts[label] as number) + 1;
    thresholds[label] = (thresholds[label] as number) + (probabilities[row * classCount + label] as number);
  });
  for (let j = 0; j < classCount; j++) thresholds[j] = counts[j] === 0 ? 1 : (thresholds[j] as number) / (counts[j] as number);

  const joint = new Float64Array(classCount * classCount);
  given.forEach((label, row) => {
    let best = -1;
    for (let j = 0; j < classCount; j++) {
      const p = probabilities[row * classCount + j] as number;
      if (p >= (thresholds[j] as number) && (best < 0 || p > (probabilities[row * classCount + best] as number))) best = j;
    }
    if (best >= 0) joint[label * classCount + best] = (joint[label * classCount + best] as number) + 1;
  });
  for (let i = 0; i < classCount; i++) {
    const line = joint.subarray(i * classCount, (i + 1) * classCount);
    const sum = line.reduce((total, count) => total + count, 0);
    // A class of which no row is confident is taken to be right.
    if (sum === 0) line[i] = 1;
    const scale = (counts[i] as number) / (given.length * Math.max(1, sum));
    for (let j = 0; j < classCount; j++) line[j] = (line[j] as number) * scale;
  }
  return { thresholds, joint };
}

/** The labels that are probably wrong, the surest first: by the margin of the suggested class over the given one. */
export function labelIssues(
  given: Int32Array,
  probabilities: Float64Array,
  classCount: number,
  pruning: Pruning = 'posterior',
): LabelIssue[] {
  const isPosterior = pruning === 'posterior';
  const judged = isPosterior
    ? trueProbabilities(given, probabilities, classCount, estimateNoise(given, probabilities, classCount))
    : probabilities;
  const p = (row: number, label: number): number => judged[row * classCount + label] as number;
  const pruned = isPosterior
    ? byPosterior(given, p)
    : prunings[pruning](given, confidentJoint(given, probabilities, classCount).joint, classCount, p);
  const issues: LabelIssue[] = [];
  for (const row of pruned) {
    const label = given[row] as number;
    let suggested = label;
    // of the posterior the given label may still be the most probable one: the next is suggested then
    for (let j = 0; j < classCount; j++) {
      if (isPosterior && j === label) continue;
      if (suggested === label ? isPosterior || p(row, j) > p(row, label) : p(row, j) > p(row, suggested)) suggested = j;
    }
    if (suggested === label) continue;
    issues.push({ row, given: label, suggested, givenProbability: p(row, label), suggestedProbability: p(row, suggested) });
  }
  const surest = ({ givenProbability, suggestedProbability }: LabelIssue): number =>
    isPosterior ? -givenProbability : suggestedProbability - givenProbability;
  return issues.sort((a, b) => surest(b) - surest(a) || a.row - b.row);
}

type Probability = (row: number, label: number) => number;

const prunings: {
  readonly [P in Exclude<Pruning, 'posterior'>]: (
    given: Int32Array,
    joint: Float64Array,
    classCount: number,
    p: Probability,
  ) => Set<number>;
} = {
  noise_rate: byNoiseRate,
  class: byClass,
  both: (...facts) => intersection(byNoiseRate(...facts), byClass(...facts)),
  self_confidence: bySelfConfidence,
};

export const PRUNINGS = ['posterior', ...Object.keys(prunings)] as readonly Pruning[];

/** As many rows as are wrong by their posterior, those first that most probably are. */
function byPosterior(given: Int32Array, p: Probability): Set<number> {
  const wrong = given.reduce((sum, label, row) => sum + 1 - p(row, label), 0);
  const rows = Array.from(given.keys()).sort((a, b) => p(a, given[a] as number) - p(b, given[b] as number) || a - b);
  return new Set(rows.slice(0, Math.round(wrong)));
}

function bySelfConfidence(given: Int32Array, joint: Float64Array, classCount: number, p: Probability): Set<number> {
  const wrong = joint.reduce((sum, share, at) => (Math.floor(at / classCount) === at % classCount ? sum : sum + share), 0);
  const rows = Array.from(given.keys()).sort((a, b) => p(a, given[a] as number) - p(b, given[b] as number) || a - b);
  return new Set(rows.slice(0, Math.round(given.length * wrong)));
}

function byNoiseRate(given: Int32Array, joint: Float64Array, classCount: number, p: Probability): Set<number> {
  const rowsOf = rowsByLabel(given, classCount);
  const found = new Set<number>();
  for (let i = 0; i < classCount; i++) {
    for (let j = 0; j < classCount; j++) {
      const size = i === j ? 0 : Math.round(given.length * (joint[i * classCount + j] as number));
      if (size === 0) continue;
      const byMargin = (rowsOf[i] as number[]).toSorted((a, b) => p(b, j) - p(b, i) - (p(a, j) - p(a, i)) || a - b);
      for (const row of byMargin.slice(0, size)) found.add(row);
    }
  }
  return found;
}

function byClass(given: Int32Array, joint: Float64Array, classCount: number, p: Probability): Set<number> {
  const found = new Set<number>();
  rowsByLabel(given, classCount).forEach((rows, i) => {
    const line = joint.subarray(i * classCount, (i + 1) * classCount);
    const size = Math.round(given.length * line.reduce((sum, share, j) => (j === i ? sum : sum + share), 0));
    for (const row of rows.toSorted((a, b) => p(a, i) - p(b, i) || a - b).slice(0, size)) found.add(row);
  });
  return found;
}

function rowsByLabel(given: Int32Array, classCount: number): number[][] {
  const rows = Array.from({ length: classCount }, (): number[] => []);
  given.forEach((label, row) => {
    rows[label]?.push(row);
  });
  return rows;
}

function intersection(a: ReadonlySet<number>, b: ReadonlySet<number>): Set<number> {
  return new Set([...a].filter((row) => b.has(row)));
}
