/** @file The registry: model versions, the aliases that lead to them, and the rules by which one of them answers. */

export { aliasLog, type LoggedMove, type MoveOptions, promote, rollback } from './aliases.ts';
export { type Candidate, type CandidateKind, type ChampionChoice, chooseChampion, type Estimate } from './champion.ts';
export { checkGates, type Gate, type GateNumbers, type GateOperator, type GateOutcome, parseGate } from './gates.ts';
export { type Lineage, type LineageDataset, lineageOf } from './lineage.ts';
export type { AliasMove } from './move-alias.ts';
export { parseReference, type Reference } from './reference.ts';
export {
  listModels,
  listVersions,
  type ModelSummary,
  type ModelVersion,
  type NewVersion,
  type RegisteredVersion,
  registerVersion,
  resolveVersion,
} from './versions.ts';
