import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CallOptions, startTestServer, type TestServer } from './testing/server.ts';

const BODY_LIMIT = 1_000_000;
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ bodyLimit: BODY_LIMIT });
});

afterAll(() => server.close());

const PREDICT = '/v1/models/reviews:predict';
const row = { review: 'fine', stars: 4, shop: 'north' };
const rows = (...instances: unknown[]): CallOptions => ({ body: { instances } });
const raw = (body: string | Buffer, type = 'application/json'): CallOptions => ({ body, headers: { 'content-type': type } });
const with_ = (headers: Record<string, string>): CallOptions => ({ body: { instances: [row] }, headers });
const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

interface Case {
  readonly what: string;
  readonly method?: string;
  readonly path?: string;
  readonly send?: CallOptions;
  readonly status: number;
  readonly code?: string;
  /** Somewhere in message, why or fix. */
  readonly says?: string;
}

const refusals: readonly Case[] = [
  { what: 'text that is not JSON', send: raw('review=fine'), status: 400, code: 'HTTP_BODY_NOT_JSON' },
  { what: 'half of a JSON body', send: raw('{"instances": [{"review": '), status: 400, code: 'HTTP_BODY_NOT_JSON' },
  { what: 'an empty body', send: raw(''), status: 400, code: 'HTTP_BODY_NOT_JSON' },
  { what: 'NaN', send: raw('{"instances": [{"review": "a", "stars": NaN}]}'), status: 400, code: 'HTTP_BODY_NOT_JSON', says: 'null' },
  {
    what: 'a number beyond float64',
    send: raw('{"instances": [{"review": "a", "stars": 1e999}]}'),
    status: 400,
    code: 'HTTP_BODY_INVALID',
    says: 'stars',
  },
  {
    what: 'bytes that are not UTF-8',
    send: raw(Buffer.from([0x22, 0xff, 0xfe, 0x22])),
    status: 400,
    code: 'HTTP_BODY_NOT_JSON',
    says: 'UTF-8',
  },
  { what: 'a form', send: raw('a=b', 'application/x-www-form-urlencoded'), status: 415, code: 'HTTP_NOT_JSON_TYPE' },
  { what: 'JSON sent as text/plain', send: raw('{"instances":[]}', 'text/plain'), status: 415, code: 'HTTP_NOT_JSON_TYPE' },
  { what: 'a content type that only begins like JSON', send: raw('{}', 'application/jsonx'), status: 415, code: 'HTTP_NOT_JSON_TYPE' },
  { what: 'a content type that is no type', send: raw('{}', '%'), status: 415, code: 'HTTP_NOT_JSON_TYPE' },
  { what: 'a body that is a list', send: { body: [] }, status: 400, code: 'HTTP_BODY_INVALID' },
  { what: 'a mistyped body field', send: { body: { instance: [row] } }, status: 400, code: 'HTTP_BODY_INVALID', says: 'instances' },
  { what: 'instances that are no list', send: { body: { instances: row } }, status: 400, code: 'HTTP_BODY_INVALID', says: 'array' },
  { what: 'no instances', send: rows(), status: 400, code: 'HTTP_BODY_INVALID' },
  { what: 'an instance that is no object', send: rows('fine'), status: 400, code: 'HTTP_BODY_INVALID' },
  { what: 'a missing field', send: rows({ stars: 4 }), status: 400, says: 'review' },
  { what: 'an extra field', send: rows({ ...row, starz: 1 }), status: 400, says: 'starz' },
  { what: 'a field of the wrong type', send: rows(row, { ...row, stars: 'four' }), status: 400, says: 'stars' },
  { what: 'null where nothing was ever missing', send: rows({ ...row, review: null }), status: 400, says: 'review' },
  { what: 'an object as a value', send: rows({ ...row, review: { text: 'fine' } }), status: 400, code: 'HTTP_BODY_INVALID' },
  { what: 'nesting beyond any picture', send: rows({ ...row, stars: [[[[1]]]] }), status: 400, code: 'HTTP_BODY_INVALID' },
  { what: 'nesting 100,000 deep', send: raw(`{"instances": [{"review": ${deep(100_000)}}]}`), status: 400, code: 'HTTP_BODY_TOO_DEEP' },
  { what: 'nesting 100,000 deep in place of the body', send: raw(deep(100_000)), status: 400, code: 'HTTP_BODY_TOO_DEEP' },
  {
    what: '"constructor" as a field',
    send: rows({ ...row, constructor: { prototype: { polluted: 1 } } }),
    status: 400,
    code: 'HTTP_BODY_INVALID',
  },
  { what: '"__proto__" that holds an object', send: raw('{"instances": [{"review": "a", "__proto__": {"polluted": 1}}]}'), status: 400 },
  { what: '"__proto__" beside the instances', send: raw('{"instances": [{"review": "a"}], "__proto__": {"polluted": 1}}'), status: 400 },
  { what: 'a body over the limit', send: rows({ ...row, review: 'x'.repeat(BODY_LIMIT) }), status: 413, code: 'HTTP_BODY_TOO_LARGE' },
  {
    what: 'too many rows',
    send: rows(...Array.from({ length: 10_001 }, () => ({ review: '' }))),
    status: 413,
    code: 'PREDICT_TOO_MANY_ROWS',
  },
  { what: 'an unknown model', path: '/v1/models/review:predict', send: rows(row), status: 404, says: 'reviews' },
  { what: 'an unknown version', path: '/v1/models/reviews@9:predict', send: rows(row), status: 404 },
  { what: 'an unknown alias', path: '/v1/models/reviews@champoin:predict', send: rows(row), status: 404 },
  { what: 'a model called by a path', path: '/v1/models/..%2f..%2fetc:predict', send: rows(row), status: 404 },
  { what: 'an unknown verb', path: '/v1/models/reviews:predicts', send: rows(row), status: 404 },
  { what: 'a mistyped route', method: 'GET', path: '/v1/model', status: 404, code: 'HTTP_ROUTE_UNKNOWN', says: '/v1/models' },
  { what: 'a route by another method', method: 'DELETE', path: '/v1/models', status: 405, code: 'HTTP_METHOD_UNKNOWN', says: 'GET' },
  { what: 'a malformed escape in the path', method: 'GET', path: '/v1/models/%zz', status: 400, code: 'HTTP_MALFORMED' },
  {
    what: 'an unknown query field',
    method: 'GET',
    path: '/api/predictions?modle=a',
    status: 400,
    code: 'HTTP_QUERY_INVALID',
    says: 'model',
  },
  { what: 'a limit that is no number', method: 'GET', path: '/api/predictions?limit=many', status: 400, code: 'HTTP_QUERY_INVALID' },
  { what: 'a query field twice', method: 'GET', path: '/api/predictions?model=a&model=b', status: 400, code: 'HTTP_QUERY_INVALID' },
  { what: 'a query field called __proto__', method: 'GET', path: '/api/predictions?__proto__=1', status: 400, code: 'HTTP_QUERY_INVALID' },
  { what: 'an unknown prediction', method: 'GET', path: '/api/predictions/nothing', status: 404, code: 'PREDICTION_UNKNOWN' },
  { what: 'an unknown run', method: 'GET', path: '/api/runs/nothing', status: 404, code: 'RUN_UNKNOWN' },
  { what: 'a foreign Host', send: with_({ host: 'evil.test' }), status: 403 },
  { what: 'a foreign Host with the right port', send: with_({ host: 'evil.test:7400' }), status: 403 },
  { what: 'the right Host with another port', send: with_({ host: '127.0.0.1:1' }), status: 403 },
  { what: 'the right Host without a port', send: with_({ host: '127.0.0.1' }), status: 403 },
  { what: 'a foreign Origin', send: with_({ origin: 'http://evil.test' }), status: 403 },
  { what: 'the Origin "null" of a sandboxed page', send: with_({ origin: 'null' }), status: 403 },
  { what: 'a request of another site, as the browser says', send: with_({ 'sec-fetch-site': 'cross-site' }), status: 403 },
  { what: 'a preflight of a foreign page', method: 'OPTIONS', send: { headers: { origin: 'http://evil.test' } }, status: 403 },
  {
    what: 'a foreign Host on a route that is not there',
    method: 'GET',
    path: '/nothing',
    send: { headers: { host: 'evil.test' } },
    status: 403,
  },
];

test.each(refusals)('refuses $what', async ({ method = 'POST', path = PREDICT, send, status, code, says }) => {
  const answer = await server.call(method, path, send);
  expect(answer).toMatchObject({ status, body: { error: { code: expect.any(String), message: expect.any(String) } } });
  const { error } = answer.body;
  expect(Object.keys(error)).toEqual(['code', 'message', 'why', 'fix']);
  if (code !== undefined) expect(error.code).toBe(code);
  if (says !== undefined) expect(`${error.message} ${error.why} ${error.fix}`).toContain(says);
  expect(answer.text).not.toMatch(/\bat .*\.[jt]s:\d|node_modules|polluted|four/);
});

test('nothing was kept of what was refused, and no prototype was touched', async () => {
  expect((await server.call('GET', '/api/predictions')).body).toEqual({ items: [], next: null });
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

describe('accepted', () => {
  test('a category that training never saw is taken as "other", with a warning', async () => {
    const answer = await server.call('POST', PREDICT, rows({ ...row, shop: 'moon' }));
    expect(answer).toMatchObject({
      status: 200,
      body: { predictions: [{ label: 'true', warnings: [{ message: expect.stringContaining('shop') }] }] },
    });
  });

  test('a nullable field may be null or left out', async () => {
    const answer = await server.call('POST', PREDICT, rows({ review: 'a', stars: null }, { review: 'b' }));
    expect(answer.body.predictions).toMatchObject([{ probabilities: { true: 0.5 } }, { probabilities: { true: 0.5 } }]);
  });

  test('a column may be called __proto__', async () => {
    const answer = await server.call('POST', PREDICT, raw('{"instances": [{"review": "a", "stars": 8, "__proto__": 3}]}'));
    expect(answer).toMatchObject({ status: 200, body: { predictions: [{ label: 'true' }] } });
    const { id } = answer.body.predictions[0];
    expect((await server.call('GET', `/api/predictions/${id}`)).text).toContain('"__proto__":3');
  });
});

test('a connection closed in the middle of a body harms nobody', async () => {
  await new Promise<void>((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      const head = `POST ${PREDICT} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"inst`;
      socket.write(head, () => socket.destroy());
    });
    socket.on('close', () => resolve());
  });
  expect((await server.call('POST', PREDICT, rows(row))).status).toBe(200);
});

test('what is not HTTP is answered in the one shape', async () => {
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write('HELLO\r\n\r\n'));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
  });
  expect(answer).toContain('400 Bad Request');
  expect(answer).toContain('"code":"HTTP_MALFORMED"');
});
