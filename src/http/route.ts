/** @file What a route is: one entry of the table, from which come the handler, the checks of the input, the policy and the page of the API description. */

import { type Static, type TObject, type TSchema, Type } from 'typebox';
import type { Services } from './services.ts';

/**
 * Who may call a route: `public` tells that the server lives and what it serves, `predict` asks a model, `read` shows what is
 * stored, `change` alters state and needs the token.
 */
export type Policy = 'public' | 'predict' | 'read' | 'change';

/** A request whose parts have passed the schemas of its route. */
export interface CheckedRequest<Path extends string = string, Query = unknown, Body = unknown> {
  readonly params: ParamsOf<Path>;
  readonly query: Query;
  readonly body: Body;
}

/** The names in braces of a path: `/v1/models/{model}:predict` has `{ model: string }`. */
export type ParamsOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name]: string } & ParamsOf<Rest>
  : unknown;

interface RouteSpec<Path extends string, Query extends TObject, Body extends TSchema> {
  readonly method: 'GET' | 'POST';
  /** As in an OpenAPI document; a parameter is one segment, and may be followed by a literal such as `:predict`. */
  readonly path: Path;
  readonly policy: Policy;
  /** One sentence for the API description. */
  readonly summary: string;
  readonly query?: Query;
  readonly body?: Body;
  /** What a 200 answer looks like. */
  readonly response: TSchema;
  /** Media type of the answer, JSON unless said otherwise; anything else is answered as text. */
  readonly produces?: string;
  handle(request: CheckedRequest<Path, Static<Query>, Static<Body>>, services: Services): unknown;
}

/** A route with the types of its parts forgotten: what the app and the API description read. */
export interface Route extends Omit<RouteSpec<string, TObject, TSchema>, 'handle'> {
  handle(request: CheckedRequest<string, never, never>, services: Services): unknown;
}

/** Declares a route. The schemas give the handler its types. */
export function route<const Path extends string, Query extends TObject, Body extends TSchema>(spec: RouteSpec<Path, Query, Body>): Route {
  // the app calls `handle` with nothing but what passed the schemas of this very spec
  return spec as unknown as Route;
}

/** Routes that belong together: a protocol, or a kind of thing under `/api`. */
export interface RouteFamily {
  readonly name: string;
  readonly routes: readonly Route[];
  /** Where a protocol prescribes how an error looks. Holds for everything under the prefix, unknown routes too. */
  readonly errors?: { readonly prefix: string; readonly schema: TSchema; shape(error: ErrorFields): unknown };
}

export interface ErrorFields {
  readonly code: string;
  readonly message: string;
  readonly why: string;
  readonly fix: string;
}

const errorFields = { code: Type.String(), message: Type.String(), why: Type.String(), fix: Type.String() };

/** The one shape of an error. */
export const ErrorSchema = Type.Object({ error: Type.Object(errorFields) });

/** The fields of an error beside one that a protocol prescribes. */
export const errorFieldSchemas = errorFields;
