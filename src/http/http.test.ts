import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from './app.ts';
import { createMetrics } from './metrics.ts';
import { families } from './routes.ts';
import { startServer } from './server.ts';
import { startTestServer, type TestServer } from './testing/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

const row = { review: 'fine', stars: 6, shop: 'north' };
const authorised = () => ({ authorization: `Bearer ${server.token}` });
const predict = async (...instances: unknown[]) => (await server.call('POST', '/v1/models/reviews:predict', { body: { instances } })).body;

test('KServe V1: models, readiness, predictions', async () => {
  expect((await server.call('GET', '/v1/models')).body).toEqual({ models: ['reviews'] });
  expect((await server.call('GET', '/v1/models/reviews')).body).toEqual({ name: 'reviews', ready: true, version: 1 });
  expect(await predict(row, { ...row, stars: 0 })).toEqual({
    predictions: [
      { id: expect.any(String), label: 'true', probabilities: { false: 0.25, true: 0.75 } },
      { id: expect.any(String), label: 'false', probabilities: { false: 1, true: 0 } },
    ],
    model: 'reviews',
    version: 1,
  });
});

test('Open Inference Protocol: health, metadata, readiness', async () => {
  expect((await server.call('GET', '/v2')).body).toMatchObject({ name: 'moat', extensions: [] });
  expect((await server.call('GET', '/v2/health/live')).body).toEqual({ live: true });
  expect((await server.call('GET', '/v2/health/ready')).body).toEqual({ ready: true });
  expect((await server.call('GET', '/v2/models/reviews')).body).toMatchObject({
    name: 'reviews',
    versions: ['1', '2'],
    platform: 'onnx_onnxv1',
  });
  expect((await server.call('GET', '/v2/models/reviews/versions/2/ready')).body).toEqual({ name: 'reviews', ready: true });
});

test('Open Inference Protocol: infer echoes the id, honours outputs, and agrees with V1', async () => {
  const inputs = [
    { name: 'review', datatype: 'BYTES', shape: [2], data: ['a', 'b'] },
    { name: 'stars', datatype: 'FP64', shape: [2, 1], data: [[6], [null]] },
  ];
  const body = { id: 'my request', inputs, outputs: [{ name: 'probabilities' }] };
  const answer = await server.call('POST', '/v2/models/reviews/versions/2/infer', { body });
  expect(answer.body).toEqual({
    model_name: 'reviews',
    model_version: '2',
    id: 'my request',
    outputs: [
      { name: 'probabilities', datatype: 'FP64', shape: [2, 2], data: [0.25, 0.75, 0.5, 0.5], parameters: { classes: '["false","true"]' } },
    ],
  });
});

test('Open Inference Protocol: an error is a text, with the fields of ours beside it', async () => {
  const { status, body } = await server.call('GET', '/v2/models/review');
  expect(status).toBe(404);
  expect(body).toEqual({
    error: expect.any(String),
    code: expect.any(String),
    message: expect.any(String),
    why: expect.any(String),
    fix: expect.any(String),
  });
  expect((await server.call('GET', '/v2/nothing')).body.error).toBeTypeOf('string');
});

test('every route that changes state refuses a request without the token, and one with a wrong token', async () => {
  const changing = families.flatMap(({ routes }) => routes).filter(({ policy }) => policy === 'change');
  expect(changing.length).toBeGreaterThan(3);
  for (const { method, path } of changing) {
    const url = path.replaceAll(/\{\w+\}/g, 'reviews');
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Basic ${server.token}` }]) {
      expect(await server.call(method, url, { body: {}, headers })).toMatchObject({
        status: 401,
        body: { error: { code: 'HTTP_TOKEN_NEEDED' } },
      });
    }
  }
});

test('predictions are listed newest first, page by page', async () => {
  const { predictions } = await predict(row, row, row);
  const ids = predictions.map(({ id }: { id: string }) => id).toReversed();
  const first = (await server.call('GET', '/api/predictions?limit=2&model=reviews')).body;
  expect(first.items.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
  const second = (await server.call('GET', `/api/predictions?limit=2&before=${first.next}`)).body;
  expect(second.items[0].id).toBe(ids[2]);
  expect((await server.call('GET', `/api/predictions/${ids[0]}`)).body).toMatchObject({
    model: 'reviews',
    version: 1,
    input: row,
    actual: null,
  });
});

test('labels join their predictions', async () => {
  const { predictions } = await predict(row);
  const labels = [{ prediction: predictions[0].id, label: true }];
  const answer = await server.call('POST', '/api/labels', { body: { labels }, headers: authorised() });
  expect(answer.body).toEqual({ added: 1, unchanged: 0, replaced: 0 });
  expect((await server.call('GET', `/api/predictions/${predictions[0].id}`)).body.actual).toBe('true');
});

test('monitors tell live metrics and alerts', async () => {
  const { body } = await server.call('GET', '/api/monitors/reviews');
  expect(body).toMatchObject({ model: 'reviews', version: 1, live: { predictions: expect.any(Number) }, lastCheck: null, alerts: [] });
});

test('runs and models are shown', async () => {
  const { body } = await server.call('GET', '/api/runs?limit=1');
  expect(body.items).toHaveLength(1);
  const next = await server.call('GET', `/api/runs?limit=1&before=${encodeURIComponent(body.next)}`);
  expect(next.body.items[0].id).not.toBe(body.items[0].id);
  expect((await server.call('GET', `/api/runs/${body.items[0].id}`)).body).toMatchObject({ status: 'finished', recipe: {}, metrics: [] });
  expect((await server.call('GET', '/api/models')).body.items).toEqual([
    { model: 'reviews', latest: 2, aliases: { challenger: 2, champion: 1 } },
  ]);
});

test('promote moves the champion and rollback brings it back, both at once in effect', async () => {
  const to = await server.call('POST', '/api/models/reviews/promote', { body: { version: 2, reason: 'better' }, headers: authorised() });
  expect(to.body).toMatchObject({ version: 2, alias: 'champion', previous: 1 });
  expect((await predict(row)).version).toBe(2);
  const back = await server.call('POST', '/api/models/reviews/rollback', { body: {}, headers: authorised() });
  expect(back.body).toMatchObject({ version: 1, previous: 2 });
  expect((await predict(row)).version).toBe(1);
});

test('Prometheus reads every promised name', async () => {
  const { text, headers } = await server.call('GET', '/metrics');
  expect(headers['content-type']).toContain('text/plain');
  const names = ['requests_total', 'request_duration_seconds', 'queue_duration_seconds', 'pending_requests', 'batch_size'];
  for (const name of names) expect(text).toContain(`moat_inference_${name}`);
  for (const name of ['moat_drift_score', 'moat_live_metric', 'moat_labels_joined_total']) expect(text).toContain(`# TYPE ${name} `);
  expect(text).toMatch(/moat_inference_requests_total\{model="reviews",version="1",code="200"\} \d+/);
});

test('the page is static, escapes names, and no page may run a script or be framed', async () => {
  const { text, headers } = await server.call('GET', '/');
  expect(headers['content-type']).toContain('text/html');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(text).toContain('reviews');
  expect(text).not.toContain('<script');
});

test('a route without a policy does not start', () => {
  const { home, serving } = server;
  const bare = { name: 'bare', routes: [{ method: 'GET', path: '/x', summary: '', response: {}, handle: () => 1 }] };
  const options = { home, serving, metrics: createMetrics(serving), now: () => new Date(), host: '127.0.0.1', port: 1 };
  expect(() => createApp(options, [bare as never])).toThrow(expect.objectContaining({ code: 'HTTP_ROUTE_WITHOUT_POLICY' }));
});

test('a port in use and an address that is not loopback are refused with what to do', async () => {
  await expect(startServer(server.home, { port: server.port, startChampions: false })).rejects.toMatchObject({
    code: 'SERVE_PORT_IN_USE',
    fix: expect.stringContaining('--port'),
  });
  await expect(startServer(server.home, { host: '0.0.0.0' })).rejects.toMatchObject({ code: 'SERVE_HOST_NOT_LOOPBACK' });
});

test('a server takes any free port, announces itself, answers, and closes', async () => {
  const announced: string[] = [];
  const home = { ...server.home, announce: (url: string) => void announced.push(url) };
  const one = await startServer(home, { port: 0, startChampions: false });
  expect(announced).toEqual([one.url]);
  expect(await (await fetch(`${one.url}/livez`)).json()).toEqual({ status: 'ok' });
  await one.close();
  await expect(fetch(`${one.url}/livez`)).rejects.toThrow();
});
