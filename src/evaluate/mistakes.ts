/** @file Where the model is worst: the wrong rows it was surest of, or the values furthest off. */

import { type ClassSample, confidences, type Sample, type ValueSample } from './sample.ts';

export type Mistake =
  | {
      readonly kind: 'class';
      /** Row number in the evaluated table, from 0. */
      readonly row: number;
      readonly truth: string;
      readonly predicted: string;
      /** Probability given to the wrong class. */
      readonly confidence: number;
    }
  | { readonly kind: 'value'; readonly row: number; readonly truth: number; readonly predicted: number };

/** Worst first; rows equally bad in the order of the table. */
export function worstMistakes(sample: Sample, limit: number): Mistake[] {
  return sample.kind === 'classes' ? surestWrong(sample, limit) : furthestOff(sample, limit);
}

function surestWrong(sample: ClassSample, limit: number): Mistake[] {
  const confidence = confidences(sample);
  const name = (index: number | undefined): string => sample.task.classes[index as number] as string;
  return positions(sample.rowCount)
    .filter((at) => sample.truth[at] !== sample.predicted[at])
    .sort((a, b) => (confidence[b] as number) - (confidence[a] as number) || a - b)
    .slice(0, limit)
    .map((at) => ({
      kind: 'class',
      row: sample.rows[at] as number,
      truth: name(sample.truth[at]),
      predicted: name(sample.predicted[at]),
      confidence: confidence[at] as number,
    }));
}

function furthestOff(sample: ValueSample, limit: number): Mistake[] {
  const off = sample.truth.map((y, at) => Math.abs((sample.predicted[at] as number) - y));
  return positions(sample.rowCount)
    .filter((at) => (off[at] as number) > 0)
    .sort((a, b) => (off[b] as number) - (off[a] as number) || a - b)
    .slice(0, limit)
    .map((at) => ({
      kind: 'value',
      row: sample.rows[at] as number,
      truth: sample.truth[at] as number,
      predicted: sample.predicted[at] as number,
    }));
}

const positions = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
