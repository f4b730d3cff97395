/** @file What a recipe is once it was read: complete, every default filled in. */

import type { CleanSpec, DataSpec, DeclaredTypes, SplitSpec } from '../../data/index.ts';
import type { FamilyOptions } from '../families/family.ts';
import type { Training } from './training.ts';

/** A model family by name, with all its options. */
export interface ModelChoice {
  readonly family: string;
  readonly options: FamilyOptions;
}

/** A complete recipe. Plain data: it travels as JSON and is stored with the run. */
export interface Recipe {
  readonly name: string;
  readonly data: DataSpec;
  readonly columns: DeclaredTypes;
  readonly target: string;
  readonly positive?: string;
  readonly split: SplitSpec;
  readonly clean: CleanSpec;
  readonly model: 'auto' | readonly ModelChoice[];
  readonly train: Training;
  readonly evaluate: {
    readonly metrics: readonly string[];
    readonly slices: readonly string[];
    readonly bootstrap: { readonly samples: number; readonly seed: number };
  };
  readonly gate: readonly string[];
}
