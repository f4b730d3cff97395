/** @file The OpenAPI 3.1 description, made from the route table: its schemas are JSON Schema 2020-12, which is what OpenAPI 3.1 speaks. */

import { ErrorSchema, type Route, type RouteFamily } from './route.ts';

/** A document with one operation a route. Every path, parameter, body and answer comes from the table, so that it cannot say otherwise. */
export function openApi(families: readonly RouteFamily[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const family of families) {
    for (const route of family.routes) {
      const operations = paths[route.path] ?? {};
      paths[route.path] = operations;
      operations[route.method.toLowerCase()] = operation(route, family);
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Moat',
      version,
      description: 'Models that were trained, proved and are watched here.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: families.map(({ name }) => ({ name })),
    paths,
    components: {
      schemas: { Error: ErrorSchema },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Shown at the first start; needed for whatever changes state.' },
      },
    },
  };
}

function operation(route: Route, family: RouteFamily): Record<string, unknown> {
  const produces = route.produces?.split(';')[0] ?? 'application/json';
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[^A-Za-z0-9]+/g, '_')}`.replace(/_$/, ''),
    summary: route.summary,
    tags: [family.name],
    parameters: parametersOf(route),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
    responses: {
      200: { description: route.summary, content: { [produces]: { schema: route.response } } },
      default: {
        description: 'What failed, why, what to do, and a stable code',
        content: { 'application/json': { schema: errorSchema(route.path, family) } },
      },
    },
    security: route.policy === 'change' ? [{ token: [] }] : [],
  };
}

function parametersOf(route: Route): unknown[] {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  const inPath = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const required: readonly string[] = (route.query as { required?: readonly string[] } | undefined)?.required ?? [];
  const inQuery = Object.entries(route.query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
  return [...inPath, ...inQuery];
}

function errorSchema(path: string, { errors }: RouteFamily): unknown {
  const isOwn = errors !== undefined && path.startsWith(errors.prefix);
  return isOwn ? errors.schema : { $ref: '#/components/schemas/Error' };
}
