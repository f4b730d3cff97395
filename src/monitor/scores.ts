/** @file What is watched of the predictions: how sure they are, how often each class is named, which values come out. */

import type { Predictions, Task } from '../model/predictor.ts';
import { categories, numbers } from './feature.ts';
import type { NamedFeature } from './watch.ts';

/** Two classes: the probability of the positive one; more: of the predicted one; and the shares of the classes. Regression: the values. */
export function watchScores(task: Task, { rowCount, probabilities, labels, values }: Predictions): NamedFeature[] {
  if (task.kind === 'regression') return [{ name: 'predicted value', feature: numbers(values ?? []) }];
  const width = task.classes.length;
  const indexOf = new Map(task.classes.map((name, index) => [name, index]));
  const rows = Array.from({ length: rowCount }, (_, row) => row);
  const scoreAt = (row: number): number => {
    const index = task.kind === 'binary' ? task.classes.indexOf(task.positive) : (indexOf.get(labels?.[row] ?? '') ?? -1);
    return probabilities?.[row * width + index] ?? Number.NaN;
  };
  return [
    { name: task.kind === 'binary' ? 'probability of the positive class' : 'confidence', feature: numbers(rows.map(scoreAt)) },
    { name: 'predicted classes', feature: categories(labels ?? []) },
  ];
}
