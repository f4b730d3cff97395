/** @file Checks the parts of a request against the schemas of its route, and says what is wrong without repeating any value. */

import type { TObject, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';

export type Part = 'body' | 'query';

/** A check that returns when the value fits and throws `HTTP_BODY_INVALID` or `HTTP_QUERY_INVALID` when not. Nothing is coerced or removed. */
export function checker(schema: TSchema, part: Part): (value: unknown) => void {
  const compiled = Compile(schema);
  return (value) => {
    if (compiled.Check(value)) return;
    throw new MoatError(`the ${part === 'body' ? 'request body' : 'query'} does not fit this route`, {
      code: part === 'body' ? 'HTTP_BODY_INVALID' : 'HTTP_QUERY_INVALID',
      ...explain(compiled.Errors(value) as readonly Fault[], schema),
    });
  };
}

interface Fault {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: { readonly additionalProperties?: readonly string[]; readonly type?: string };
  readonly message: string;
}

const SEE = 'see this route in /openapi.json';

/** The first fault, told for a person; types that a union would accept are told together. */
function explain(faults: readonly Fault[], schema: TSchema): { why: string; fix: string } {
  const unknown = faults.find((fault) => fault.keyword === 'additionalProperties' && fault.instancePath === '');
  const name = unknown?.params.additionalProperties?.[0];
  if (name !== undefined) {
    const known = Object.keys((schema as TObject).properties ?? {});
    return { why: `there is no field ${JSON.stringify(name.slice(0, 80))}`, fix: didYouMean(name.slice(0, 80), known) };
  }
  const [first] = faults;
  if (first === undefined) return { why: 'it is not what the schema says', fix: SEE };
  const types = faults.filter((fault) => fault.keyword === 'type' && fault.instancePath === first.instancePath);
  const accepted = [...new Set(types.map((fault) => fault.params.type))];
  const rule = accepted.length > 1 ? `must be one of: ${accepted.join(', ')}` : first.message;
  const place = first.instancePath === '' ? 'the whole' : `at ${first.instancePath.slice(0, 200)}: it`;
  return { why: `${place} ${rule}`, fix: SEE };
}
