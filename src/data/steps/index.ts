/** @file The table of cleaning steps, and the reading of the recipe's `clean` list. */

import Type, { type TSchema } from 'typebox';
import Value from 'typebox/value';
import { MoatError } from '../../engine/errors.ts';
import { didYouMean } from '../../engine/nearest.ts';
import type { JsonValue } from '../dataset.ts';
import { clip } from './clip.ts';
import { derive } from './derive.ts';
import { dropColumns } from './drop-columns.ts';
import { dropDuplicates } from './drop-duplicates.ts';
import { dropTrainRowsInTest } from './drop-train-rows-in-test.ts';
import { filter } from './filter.ts';
import { fixTypes } from './fix-types.ts';
import { foldCase } from './fold-case.ts';
import { foldSpaces } from './fold-spaces.ts';
import { htmlToText } from './html-to-text.ts';
import { impute } from './impute.ts';
import { join } from './join.ts';
import { map } from './map.ts';
import { redact } from './redact.ts';
import { resample } from './resample.ts';
import type { Step } from './step.ts';
import { trim } from './trim.ts';
import { unicodeNormalise } from './unicode-normalise.ts';
import { winsorise } from './winsorise.ts';

/** One row a step; a new one is its file and its line here. */
export const steps: readonly Step[] = [
  fixTypes,
  trim,
  foldSpaces,
  foldCase,
  unicodeNormalise,
  htmlToText,
  redact,
  map,
  impute,
  clip,
  winsorise,
  derive,
  join,
  dropColumns,
  filter,
  dropDuplicates,
  dropTrainRowsInTest,
  resample,
];

/** A step as a recipe names it: `drop_duplicates`, or `{ impute: { column: Income, with: median } }`. */
export type StepSpec = string | { readonly [step: string]: JsonValue };
export type CleanSpec = readonly StepSpec[];

export const stepSchema: TSchema = Type.Union([
  ...steps.map((step) => Type.Literal(step.name, { description: step.summary })),
  ...steps.map((step) => Type.Object({ [step.name]: step.options }, { additionalProperties: false, description: step.summary })),
]);

/** The recipe's `clean`. */
export const cleanSchema: TSchema = Type.Array(stepSchema, { default: [], description: 'Cleaning steps, in their order' });

/** The step of that name; an unknown one is refused with the nearest known ones. */
export function stepOf(name: string): Step {
  const step = steps.find((candidate) => candidate.name === name);
  if (step) return step;
  throw new MoatError(`there is no cleaning step "${name}"`, {
    code: 'STEP_UNKNOWN',
    why: 'the recipe names it under `clean`',
    fix: didYouMean(
      name,
      steps.map((candidate) => candidate.name),
    ),
  });
}

/** A step of a recipe with its options checked. */
export function readStep(spec: StepSpec): { readonly step: Step; readonly options: JsonValue } {
  const [name, given] = typeof spec === 'string' ? [spec, {}] : (Object.entries(spec)[0] ?? ['', {}]);
  if (typeof spec !== 'string' && Object.keys(spec).length !== 1) {
    throw new MoatError('a cleaning step has one name', {
      code: 'STEP_FORM',
      why: `${Object.keys(spec).length} names stand in one item of \`clean\``,
      fix: 'write a name, or { name: options }, for instance - impute: { column: Income, with: median }',
    });
  }
  const step = stepOf(name);
  const options = given ?? {};
  const errors = Value.Errors(step.options, options);
  if (errors.length === 0) return { step, options };
  const known = Object.keys((step.options as unknown as { properties: object }).properties);
  const extra = errors.find((error) => error.keyword === 'additionalProperties')?.params.additionalProperties[0];
  throw new MoatError(`the options of the step ${name} are not right`, {
    code: 'STEP_OPTIONS',
    why: extra === undefined ? reasonOf(errors) : `there is no option "${extra}"`,
    fix: extra === undefined ? `its options are: ${known.join(', ') || 'none'}` : didYouMean(extra, known),
  });
}

/** `with must be one of mean, median`, or the first complaint of the schema. */
function reasonOf(errors: ReturnType<typeof Value.Errors>): string {
  const allowed = errors.flatMap((error) => (error.keyword === 'const' ? [String(error.params.allowedValue)] : []));
  const [first] = errors;
  const option = first?.instancePath.slice(1) || 'they';
  return allowed.length > 0 ? `${option} must be one of ${allowed.join(', ')}` : `${option} ${first?.message}`;
}
