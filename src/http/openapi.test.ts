import { expect, test } from 'vitest';
import { openApi } from './openapi.ts';
import { families } from './routes.ts';

interface Operation {
  operationId: string;
  tags: string[];
  parameters: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: unknown }> };
  responses: Record<string, { description: string; content: Record<string, { schema: unknown }> }>;
  security: unknown[];
}

const document = JSON.parse(JSON.stringify(openApi(families, '1'))) as {
  openapi: string;
  info: Record<string, unknown>;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test('has what OpenAPI 3.1 requires at the top', () => {
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: expect.any(String), version: expect.any(String) } });
});

test('holds every route once, under its own operation id', () => {
  expect(operations.length).toBe(families.flatMap(({ routes }) => routes).length);
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
});

test.each(operations)('$method $path is a valid operation', ({ path, operation }) => {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  expect(operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(inPath);
  expect(document.tags.map(({ name }) => name)).toContain(operation.tags[0]);
  for (const response of Object.values(operation.responses)) {
    expect(response.description).not.toBe('');
    for (const { schema } of Object.values(response.content)) expect(schema).toBeTypeOf('object');
  }
  for (const media of Object.values(operation.requestBody?.content ?? {})) expect(media.schema).toBeTypeOf('object');
});

test('every reference leads somewhere, and every security name is declared', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1] as string);
  for (const name of references) expect(document.components.schemas).toHaveProperty(name);
  const names = operations.flatMap(({ operation }) => operation.security.flatMap((need) => Object.keys(need as object)));
  for (const name of names) expect(document.components.securitySchemes).toHaveProperty(name);
});
