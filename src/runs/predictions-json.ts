/** @file Predictions as JSON and back: doubles survive JSON without loss, so an equal text is an equal number. */

import type { Predictions } from '../model/index.ts';

interface PredictionsJson {
  readonly rowCount: number;
  readonly probabilities?: readonly number[];
  readonly labels?: readonly string[];
  readonly values?: readonly number[];
}

export function predictionsToJson(predictions: Predictions): PredictionsJson {
  const { rowCount, probabilities, labels, values } = predictions;
  return {
    rowCount,
    ...(probabilities && { probabilities: [...probabilities] }),
    ...(labels && { labels }),
    ...(values && { values: [...values] }),
  };
}

export function predictionsFromJson(json: PredictionsJson): Predictions {
  const { rowCount, probabilities, labels, values } = json;
  return {
    rowCount,
    ...(probabilities && { probabilities: Float64Array.from(probabilities) }),
    ...(labels && { labels }),
    ...(values && { values: Float64Array.from(values) }),
  };
}
