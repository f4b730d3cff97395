/** @file Data: collect, understand, clean, split; what the other stages and users of the library may call. */

export { applyPrepare } from './apply-prepare.ts';
export { type DatasetSummary, findDataset, listDatasets, versionOfId } from './catalog.ts';
export { COLUMN_TYPES, columnKinds } from './columns/index.ts';
export {
  type Breach,
  type ContractReport,
  checkContract,
  describeBreach,
} from './contract/check.ts';
export { type Contract, contractPath, contractSchema, findContract, parseContract } from './contract/contract.ts';
export { writeContract } from './contract/init.ts';
export type {
  ColumnSchema,
  DataSpec,
  DatasetVersion,
  Example,
  Field,
  FittedStep,
  JsonValue,
  Part,
  PartContent,
  SourceRecord,
  SourceSpec,
  StepReport,
  Warning,
} from './dataset.ts';
export { LISTED_CATEGORIES, PARTS } from './dataset.ts';
export { type FoldPlan, planFolds } from './folds.ts';
export { type ImportOptions, importDataset } from './import.ts';
export { inspectSource } from './inspect.ts';
export { tableOfRequest } from './media/request.ts';
export { readPart, readPartChunks } from './parts.ts';
export type { Found } from './personal/finder.ts';
export { type FindOptions, findPersonal, PERSONAL_KINDS, type PersonalKind, personalFinders } from './personal/index.ts';
export { type PrepareOptions, prepareDataset, previewPreparation } from './prepare.ts';
export type { DuplicateCounts } from './profile/duplicates.ts';
export { renderProfile } from './profile/page/render.ts';
export { type ColumnProfile, type Profile, profileDataset } from './profile/profile.ts';
export type { ClassBalance, TargetProfile } from './profile/target.ts';
export { readRows } from './read-rows.ts';
export { rowsOfTable, tableFromRows } from './rows.ts';
export { type ReadColumns, readColumn, samplePart } from './sample.ts';
export { type DeclaredType, type DeclaredTypes, declaredType } from './schema.ts';
export { openShuffled, type ShuffledRows } from './shuffled.ts';
export { sources } from './sources/index.ts';
export { type SplitSpec, splitSchema } from './split.ts';
export { type CleanSpec, cleanSchema, readStep, type StepSpec, steps } from './steps/index.ts';
export type { Column, ColumnType, ImageColumn, NumericColumn, Row, StringColumn, Table } from './table.ts';
export {
  bytesPerRow,
  columnLength,
  columnOf,
  concatTables,
  isMedia,
  isMissing,
  isNumeric,
  isPixels,
  isString,
  selectCells,
  selectRows,
  tableOf,
} from './table-ops.ts';
export {
  openTokenizer,
  type Tokenizer,
  type TokenizerName,
  type TokenizerOptions,
  type TokenizerTrainer,
  tokenizerKinds,
  tokenizerTrainer,
  trainTokenizer,
} from './tokenizers/index.ts';
export { diffVersions, type RowDiff, type VersionDiff } from './versions/diff.ts';
export { type Movement, WORTH_A_LOOK } from './versions/movement.ts';
export { isNestedTooDeeply, LONGEST_YAML } from './yaml-depth.ts';
