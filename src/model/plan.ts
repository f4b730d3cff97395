/** @file Which families a recipe trains on given columns: its own list, or with `auto` a baseline, the simple model and a fitting network. */

import { Value } from 'typebox/value';
import type { ColumnSchema } from '../data/index.ts';
import { MoatError } from '../engine/errors.ts';
import type { Family, FamilyOptions } from './families/family.ts';
import { familyNamed } from './families/index.ts';
import type { Task } from './predictor.ts';
import type { Recipe } from './recipe/recipe.ts';

export interface Candidate {
  readonly family: Family;
  readonly options: FamilyOptions;
}

/**
 * The families to train, in order. A baseline stands first also when the recipe does not name one: every number needs
 * something to be compared with.
 *
 * @param columns the inputs, without the target
 * @throws MoatError `FAMILY_UNSUITED` when a named family cannot learn from these columns
 */
export function planCandidates(recipe: Pick<Recipe, 'model'>, columns: readonly ColumnSchema[], task: Task): Candidate[] {
  const inputs = columns.filter(({ name }) => name !== task.target);
  const named =
    recipe.model === 'auto'
      ? ['linear', networkFor(inputs)].map((name) => withDefaults(name))
      : recipe.model.map(({ family, options }) => ({ family: familyNamed(family), options }));
  const candidates = named.some(({ family }) => family.kind === 'baseline') ? named : [withDefaults('majority'), ...named];
  for (const { family } of candidates) requireSuited(family, inputs, task);
  return candidates;
}

function networkFor(columns: readonly ColumnSchema[]): string {
  const types = columns.filter(({ type }) => type !== 'id').map(({ type }) => type);
  if (types.length === 1 && (types[0] === 'image' || types[0] === 'audio')) return 'cnn';
  if (types.length === 1 && types[0] === 'text') return 'lstm';
  return 'mlp';
}

function withDefaults(name: string): Candidate {
  const family = familyNamed(name);
  return { family, options: Value.Default(family.options, {}) as FamilyOptions };
}

function requireSuited(family: Family, columns: readonly ColumnSchema[], task: Task): void {
  const verdict = family.suits(columns, task);
  if (verdict === true) return;
  throw new MoatError(`the family ${family.name} cannot learn from these columns`, {
    code: 'FAMILY_UNSUITED',
    kind: 'usage',
    why: verdict,
    fix: 'declare the column types in the recipe, or let `model: auto` choose a family',
  });
}
