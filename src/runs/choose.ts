/** @file Chooses the champion of a run on the validation rows. */

import type { Table } from '../data/table.ts';
import { evaluatePredictions } from '../evaluate/index.ts';
import { type Recipe, type Task, truthOf } from '../model/index.ts';
import { chooseChampion } from '../registry/index.ts';
import type { KeptCandidate } from './candidates.ts';
import type { Choice } from './run.ts';

export interface Chosen extends Choice {
  /** Metric values on validation, by candidate name. */
  readonly validation: ReadonlyMap<string, Readonly<Record<string, number | null>>>;
}

/** Compares every candidate with every other one on the same validation rows; the rule is the registry's. */
export function choose(input: {
  readonly recipe: Recipe;
  readonly task: Task;
  readonly validation: Table;
  readonly candidates: readonly KeptCandidate[];
  /** Whether `validation` are all rows, predicted out of fold. */
  readonly isOutOfFold?: boolean;
}): Chosen {
  const { recipe, task, candidates } = input;
  const truth = truthOf(input.validation, task);
  const evaluations = candidates.map((candidate) => ({
    candidate,
    evaluation: evaluatePredictions({
      task,
      truth,
      predictions: candidate.validation,
      metrics: recipe.evaluate.metrics,
      ...recipe.evaluate.bootstrap,
      baselines: candidates.filter((other) => other !== candidate).map((other) => ({ name: other.name, predictions: other.validation })),
    }),
  }));
  const { winner, reasons } = chooseChampion(
    evaluations.map(({ candidate, evaluation }) => ({
      name: candidate.name,
      kind: candidate.kind,
      metrics: evaluation.metrics,
      differences: new Map(evaluation.comparisons.map(({ name, differences }) => [name, differences])),
    })),
    input.isOutOfFold === true ? 'all rows, out of fold' : 'validation',
  );
  const validation = new Map(
    evaluations.map(({ candidate, evaluation }) => [
      candidate.name,
      Object.fromEntries(evaluation.metrics.map(({ metric, value }) => [metric, value])),
    ]),
  );
  return { winner, reasons, validation };
}
