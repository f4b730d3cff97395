/** @file What a run is and what it ends with. */

import type { FoldPlan, StepReport, Warning } from '../data/index.ts';
import type { Evaluation } from '../evaluate/index.ts';
import type { Task } from '../model/index.ts';
import type { GateOutcome } from '../registry/index.ts';

export type RunStatus = 'running' | 'interrupted' | 'finished' | 'failed' | 'cancelled';

/** One trained model of a run, with what it measured. */
export interface CandidateResult {
  /** The family, numbered when the recipe lists it more than once. */
  readonly name: string;
  readonly family: string;
  readonly kind: 'baseline' | 'simple' | 'network';
  readonly parameterCount: number;
  /** Blob of the sealed file. */
  readonly artifact: string;
  readonly seconds: number;
  readonly notes: readonly string[];
  /** Metric values on the validation rows: what the choice is made on. */
  readonly validation: Readonly<Record<string, number | null>>;
  /** Measured once on the test rows, after the choice: value and 95 % interval of each metric. */
  readonly measured: Evaluation['metrics'];
}

export interface Choice {
  readonly winner: string;
  readonly reasons: readonly string[];
}

/** What a finished run left behind. */
export interface RunResult {
  readonly run: string;
  readonly name: string;
  readonly task: Task;
  readonly dataset: {
    readonly name: string;
    readonly version: string;
    readonly parts: Readonly<Record<string, number>>;
    /** Where it is cross-validated. */
    readonly folds?: FoldPlan;
    readonly steps: readonly StepReport[];
    readonly warnings: readonly Warning[];
  };
  readonly candidates: readonly CandidateResult[];
  readonly choice: Choice;
  /** What the last measurement was made on; without test rows validation or, cross-validated, all rows out of fold, which the report says. */
  readonly test: {
    readonly part: 'test' | 'validation' | 'out-of-fold';
    readonly rowCount: number;
    /** The champion's metrics corrected for the choice, where it was made on the rows that measure it. */
    readonly afterChoice?: Evaluation['metrics'];
  };
  readonly gates: readonly GateOutcome[];
  readonly model: { readonly name: string; readonly version: number; readonly alias: string; readonly artifact: string };
  /** Id of the stored evaluation of the champion. */
  readonly evaluation: string;
  readonly seconds: number;
}
