/** @file The public surface of the stage that turns a recipe into a trained model. */

export { ARTIFACT_VERSION, type ArtifactFacts, type InputSpec, readArtifact, sealArtifact } from './artifact.ts';
export type {
  Checkpoint,
  Family,
  FamilyOptions,
  TrainContext,
  TrainedCandidate,
  TrainProgress,
} from './families/family.ts';
export { families, familyNamed } from './families/index.ts';
export { CHUNK_ROWS, openPredictor } from './open.ts';
export { type Candidate, planCandidates } from './plan.ts';
export type { Field, Predictions, Predictor, Signature, Task, TaskKind } from './predictor.ts';
export { parseRecipe } from './recipe/parse.ts';
export type { ModelChoice, Recipe } from './recipe/recipe.ts';
export { recipeSchema } from './recipe/schema.ts';
export { recipeJsonSchema, showRecipe } from './recipe/show.ts';
export type { Training } from './recipe/training.ts';
export { type Truth, taskOf, truthOf } from './task.ts';
