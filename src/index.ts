/** @file The public surface of the library. The engine, the data and the evaluation have entry points of their own. */

export { type Command, type CommandEntry, commands, type Outcome, runCommandLine } from './cli/index.ts';
export type { Column, ColumnType, DatasetVersion, Profile, Row, Table } from './data/index.ts';
export { findDataset, importDataset, listDatasets, prepareDataset, profileDataset, readPart, rowsOfTable } from './data/index.ts';
export { MoatError } from './engine/errors.ts';
export { type Evaluation, evaluatePredictions, renderReport } from './evaluate/index.ts';
export { startServer } from './http/index.ts';
export { openPredictor, type Predictions, type Predictor, parseRecipe, type Recipe, type Signature, type Task } from './model/index.ts';
export { addLabels, checkModel, liveMetrics } from './monitor/index.ts';
export { listModels, promote, resolveVersion, rollback } from './registry/index.ts';
export { evaluationOf, type RunResult, readRecipe, resumeRun, type StoredEvaluation, trainRecipe } from './runs/index.ts';
export { ensureToken } from './security/index.ts';
export { createServing } from './serve/index.ts';
export { type Home, openHome } from './store/index.ts';
