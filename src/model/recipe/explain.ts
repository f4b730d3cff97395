/** @file Turns a failed schema check into one sentence for a person: which key, what is wrong, what is known. */

import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { didYouMean } from '../../engine/nearest.ts';

export interface Problem {
  readonly code: 'RECIPE_UNKNOWN_KEY' | 'RECIPE_MISSING_KEY' | 'RECIPE_VALUE';
  /** Keys and list positions down to the fault; for an unknown key the key itself is the last one. */
  readonly path: readonly (string | number)[];
  readonly why: string;
  readonly fix: string;
}

/** What of JSON Schema recipes use. */
interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

/**
 * The first problem of a value, or undefined when the schema accepts it. Where a value may take several forms, the
 * problem of the form that it comes closest to is told: the one whose fault lies deepest.
 */
export function firstProblem(schema: TSchema, value: unknown): Problem | undefined {
  if (Value.Check(schema, value)) return undefined;
  const paths = Value.Errors(schema, value)
    .filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'boolean')
    .map(({ instancePath }) => pointerSegments(instancePath));
  const deepest = paths.reduce((best, path) => (path.length > best.length ? path : best), paths[0] ?? []);
  return problemAt(schema as Shape, value, deepest);
}

function problemAt(schema: Shape, root: unknown, pointer: readonly string[]): Problem {
  let shapes = alternatives(schema);
  let value = root;
  const path: (string | number)[] = [];
  for (const segment of pointer) {
    shapes = shapes.flatMap((shape) => alternatives(childShape(shape, segment)));
    path.push(Array.isArray(value) ? Number(segment) : segment);
    value = childValue(value, segment);
  }
  const objects = shapes.filter((shape) => shape.type === 'object');
  if (isPlainObject(value) && objects.length > 0) {
    const problem = objectProblem(objects, value, path);
    if (problem !== undefined) return problem;
    // a step or a family by its name: the fault may be among its options
    for (const [key, inner] of Object.entries(value)) {
      const options = objects.flatMap((shape) => alternatives(shape.properties?.[key])).filter((shape) => shape.type === 'object');
      const within = isPlainObject(inner) && options.length > 0 ? objectProblem(options, inner, [...path, key]) : undefined;
      if (within !== undefined) return within;
    }
  }
  const expected = shapes.map(describe).filter((text, i, all) => text !== '' && all.indexOf(text) === i);
  const names = new Set(shapes.flatMap(namesOf));
  return {
    code: 'RECIPE_VALUE',
    path,
    why: `it is ${show(value)}, but must be ${expected.join(', or ')}`,
    fix: typeof value === 'string' && names.size > 0 ? didYouMean(value, names) : 'change the value, or leave the key out for its default',
  };
}

function objectProblem(
  shapes: readonly Shape[],
  value: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
): Problem | undefined {
  const isOpen = shapes.some(
    ({ patternProperties, additionalProperties }) => patternProperties !== undefined || additionalProperties !== false,
  );
  const known = [...new Set(shapes.flatMap(({ properties }) => Object.keys(properties ?? {})))];
  const unknown = isOpen ? undefined : Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    return {
      code: 'RECIPE_UNKNOWN_KEY',
      path: [...path, unknown],
      why: `the known keys here are: ${known.join(', ')}`,
      fix: didYouMean(unknown, known),
    };
  }
  // Of several forms, the one that shares a key with the value is meant.
  const meant = shapes.find(({ properties }) => Object.keys(value).some((key) => key in (properties ?? {}))) ?? shapes[0];
  const missing = meant?.required?.find((key) => value[key] === undefined);
  if (missing === undefined) return undefined;
  const about = meant?.properties?.[missing]?.description;
  return {
    code: 'RECIPE_MISSING_KEY',
    path: [...path, missing],
    why: `it has no default${about === undefined ? '' : ` (${about.charAt(0).toLowerCase()}${about.slice(1)})`}`,
    fix: `add a line "${missing}: …"`,
  };
}

function alternatives(shape: Shape | undefined): Shape[] {
  if (shape === undefined) return [];
  return shape.anyOf === undefined ? [shape] : shape.anyOf.flatMap(alternatives);
}

function childShape(shape: Shape, segment: string): Shape | undefined {
  if (shape.type === 'array') return shape.items;
  if (shape.properties !== undefined && Object.hasOwn(shape.properties, segment)) return shape.properties[segment];
  return Object.values(shape.patternProperties ?? {})[0];
}

function childValue(value: unknown, segment: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
  return (value as Record<string, unknown>)[segment];
}

/** "a whole number from 1 to 10,000", "one of: a, b", "a list of at least 1". */
function describe(shape: Shape): string {
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum !== undefined) return `one of: ${shape.enum.map(String).join(', ')}`;
  switch (shape.type) {
    case 'integer':
      return `a whole number${range(shape)}`;
    case 'number':
      return `a number${range(shape)}`;
    case 'string':
      return shape.pattern === undefined ? 'a text' : `a text that matches ${shape.pattern}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list${bounds(shape.minItems, shape.maxItems, 'entries')}`;
    case 'object': {
      const keys = Object.keys(shape.properties ?? {});
      if (keys.length === 0) return 'a mapping of names to values';
      return `a mapping with the keys ${keys.join(', ')}${bounds(shape.minProperties, shape.maxProperties, 'of them')}`;
    }
    default:
      return '';
  }
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Shape): string {
  const parts = [
    minimum === undefined ? '' : `at least ${minimum}`,
    exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`,
    maximum === undefined ? '' : `at most ${maximum}`,
    exclusiveMaximum === undefined ? '' : `below ${exclusiveMaximum}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`;
}

function bounds(least: number | undefined, most: number | undefined, what: string): string {
  if (least === undefined && most === undefined) return '';
  if (least === most) return ` (exactly ${least} ${what})`;
  if (most === undefined) return ` (at least ${least} ${what})`;
  return ` (${least ?? 0} to ${most} ${what})`;
}

function namesOf(shape: Shape): string[] {
  if (typeof shape.const === 'string') return [shape.const];
  if (shape.enum !== undefined) return shape.enum.filter((name) => typeof name === 'string');
  // A family or a step may be written as a bare name or as a mapping; a list holds either.
  if (shape.type === 'array') return alternatives(shape.items).flatMap(namesOf);
  return shape.maxProperties === 1 ? Object.keys(shape.properties ?? {}) : [];
}

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value !== null && typeof value === 'object') return 'a mapping';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `/model/0/lstm` → model, 0, lstm (RFC 6901). */
function pointerSegments(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
