/** @file Reads a recipe: YAML or an object in, a complete recipe out, every fault answered with its key, line and the nearest known name. */

import { Value } from 'typebox/value';
import { type Document, isMap, isPair, LineCounter, parseDocument } from 'yaml';
import { isNestedTooDeeply, LONGEST_YAML, splitSchema } from '../../data/index.ts';
import { MoatError } from '../../engine/errors.ts';
import { families, familyNamed } from '../families/index.ts';
import { firstProblem, type Problem } from './explain.ts';
import type { ModelChoice, Recipe } from './recipe.ts';
import { recipeSchema } from './schema.ts';

/** Enough for anchors in honest use, far too few for a "billion laughs". */
const MOST_ALIASES = 50;
const TOO_DEEP = 'it is nested too deeply';

type Locate = (path: Problem['path']) => string;

/**
 * Reads and completes a recipe.
 *
 * @param input YAML text (JSON is YAML too), or an object with the same keys.
 * @param options `file` is named in errors.
 * @throws MoatError `RECIPE_YAML`, `RECIPE_UNKNOWN_KEY`, `RECIPE_MISSING_KEY`, `RECIPE_VALUE`
 */
export function parseRecipe(input: string | object, options: { readonly file?: string } = {}): Recipe {
  const file = options.file ?? 'the recipe';
  const { value, locate } =
    typeof input === 'string' ? readYaml(input, file) : { value: structuredClone(input) as unknown, locate: noLine };
  const problem = firstProblem(recipeSchema, withDefaults(value));
  if (problem !== undefined) throw recipeError(problem, `${file}${locate(problem.path)}`);
  const { model, ...rest } = withDefaults(value) as Omit<Recipe, 'model'> & { readonly model: WrittenModel };
  return { ...rest, model: model === 'auto' ? model : [model].flat().map(completeChoice) };
}

type WrittenChoice = string | Readonly<Record<string, unknown>>;
type WrittenModel = WrittenChoice | readonly WrittenChoice[];

function completeChoice(choice: WrittenChoice): ModelChoice {
  const [name, given] = typeof choice === 'string' ? [choice, undefined] : (Object.entries(choice)[0] as [string, unknown]);
  const { options } = familyNamed(name);
  return { family: name, options: Value.Default(options, given ?? {}) as ModelChoice['options'] };
}

/** Fills defaults in; whatever is wrong is left as it is for the check to find. */
function withDefaults(value: unknown): unknown {
  const written = structuredClone(value);
  // before the others: whether `test` is written or filled in makes a difference
  if (isRecord(written)) written.split = withSplitDefaults(written.split ?? 'auto');
  const filled = Value.Default(recipeSchema, written);
  if (!isRecord(filled) || filled.model === undefined) return filled;
  // the choices stand in a union, into which defaults do not reach by themselves
  const model = Array.isArray(filled.model) ? filled.model.map(withFamilyDefaults) : withFamilyDefaults(filled.model);
  return { ...filled, model };
}

/** Who says how large the test part is wants one. */
function withSplitDefaults(split: unknown): unknown {
  if (split !== 'auto' && !isRecord(split)) return split;
  const given = split === 'auto' ? {} : split;
  return Value.Default(splitSchema, { ...(given.test !== undefined && { folds: 'none' }), ...given });
}

function withFamilyDefaults(choice: unknown): unknown {
  if (!isRecord(choice)) return choice;
  return Object.fromEntries(
    Object.entries(choice).map(([name, given]) => {
      const family = families.find((known) => known.name === name);
      return [name, family === undefined || !(given === null || isRecord(given)) ? given : Value.Default(family.options, given ?? {})];
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readYaml(text: string, file: string): { value: unknown; locate: Locate } {
  if (text.length > LONGEST_YAML) {
    throw yamlError(file, `it has ${text.length} characters, more than the ${LONGEST_YAML} that a recipe may have`);
  }
  if (isNestedTooDeeply(text)) throw yamlError(file, TOO_DEEP);
  const lines = new LineCounter();
  const document = documentOf(text, file, lines);
  // A tag that is not of the core schema is only a warning to the parser; here it is a fault.
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) {
    throw yamlError(`${file} (line ${lines.linePos(fault.pos[0]).line})`, fault.message.split('\n')[0] as string, fault);
  }
  try {
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown, locate: (path) => lineOf(document, lines, path) };
  } catch (error) {
    throw yamlError(file, error instanceof Error ? error.message : String(error), error);
  }
}

/** The parser calls itself for every level, and so ends in a `RangeError` where there are thousands. */
function documentOf(text: string, file: string, lineCounter: LineCounter): Document {
  try {
    return parseDocument(text, { lineCounter, schema: 'core', version: '1.2', uniqueKeys: true, stringKeys: true });
  } catch (error) {
    throw yamlError(file, error instanceof RangeError ? TOO_DEEP : (error as Error).message, error);
  }
}

const noLine: Locate = () => '';

/** " (line 7)" of a key, or of the nearest thing above it that is written down. */
function lineOf(document: Document, lines: LineCounter, path: Problem['path']): string {
  for (let depth = path.length; depth > 0; depth--) {
    const offset = offsetOf(document, path.slice(0, depth));
    if (offset !== undefined) return ` (line ${lines.linePos(offset).line})`;
  }
  return '';
}

function offsetOf(document: Document, path: Problem['path']): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isPair(item) && String(item.key) === last);
    const key = pair?.key as { range?: [number, number, number] } | undefined;
    return key?.range?.[0];
  }
  const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
  return node?.range?.[0];
}

function recipeError(problem: Problem, where: string): MoatError {
  const key = problem.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  const name = key.replace(/^\./, '');
  const message = {
    RECIPE_UNKNOWN_KEY: `${where} has an unknown key "${name}"`,
    RECIPE_MISSING_KEY: `${where} lacks "${name}"`,
    RECIPE_VALUE: name === '' ? `${where} is not a recipe` : `${where} has a wrong value for "${name}"`,
  }[problem.code];
  return new MoatError(message, { code: problem.code, kind: 'usage', why: problem.why, fix: problem.fix });
}

function yamlError(file: string, why: string, cause?: unknown): MoatError {
  return new MoatError(`cannot read ${file} as YAML`, {
    code: 'RECIPE_YAML',
    kind: 'usage',
    why,
    fix: 'correct the text there; docs/recipe.md shows a whole recipe',
    cause,
  });
}
