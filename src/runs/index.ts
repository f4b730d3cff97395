/** @file Runs: from a recipe to a registered model version, and what was measured on the way. */

export { evaluateOn, evaluationOf } from './evaluate.ts';
export type { StoredEvaluation } from './evaluations.ts';
export { readRecipe } from './read-recipe.ts';
export { measuredRows } from './rows.ts';
export type { CandidateResult, Choice, RunResult, RunStatus } from './run.ts';
export { previewRecipe, type RunOptions, resumeRun, trainRecipe } from './train.ts';
