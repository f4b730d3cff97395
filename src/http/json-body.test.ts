import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBody } from './json-body.ts';

test('reads what JSON.stringify writes, whatever stands in its strings', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = JSON.stringify(value);
      expect(parseBody(Buffer.from(text))).toEqual(JSON.parse(text));
    }),
    { seed: 7 },
  );
});

test('brackets and quotes in a string are not nesting', () => {
  const text = `${'['.repeat(100)}\\"${'{'.repeat(100)}`;
  expect(parseBody(Buffer.from(JSON.stringify({ text })))).toEqual({ text });
});

test('32 deep is read and 33 deep is refused', () => {
  const nested = (depth: number) => Buffer.from(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  expect(() => parseBody(nested(32))).not.toThrow();
  expect(() => parseBody(nested(33))).toThrow(expect.objectContaining({ code: 'HTTP_BODY_TOO_DEEP' }));
});
