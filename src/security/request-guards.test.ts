import { expect, test } from 'vitest';
import { checkRequest } from './request-guards.ts';

const address = { host: '127.0.0.1', port: 7400 };
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];
const own = ['Host', '127.0.0.1:7400'];

/** The code of the refusal, or `accepted`. */
function outcome(method: string, rawHeaders: readonly string[], { url = '/v1/models', at = address } = {}): string {
  try {
    checkRequest({ method, url, rawHeaders }, at);
    return 'accepted';
  } catch (error) {
    expect(error).toMatchObject({ kind: 'forbidden' });
    return (error as { code: string }).code;
  }
}

const foreignHosts = [
  'evil.test',
  'evil.test:7400',
  '127.0.0.1',
  '127.0.0.1:80',
  '127.0.0.1:7401',
  '127.0.0.1:07400',
  '127.0.0.1:7400.',
  '127.0.0.1.:7400',
  '127.1:7400',
  '0x7f.1:7400',
  '0177.0.0.1:7400',
  '2130706433:7400',
  '0.0.0.0:7400',
  'localhost.:7400',
  'LOCALHOST:7400',
  'localhost',
  'user@localhost:7400',
  'localhost:7400@evil.test',
  'localhost:7400, evil.test',
  'localhost:7400/',
  '[::]:7400',
  '[::ffff:127.0.0.1]:7400',
  '[0:0:0:0:0:0:0:1]:7400',
  '::1:7400',
  '',
  ' ',
  '__proto__',
];

test.each(foreignHosts)('the host %j is not ours, by any method', (host) => {
  expect(methods.map((method) => outcome(method, ['Host', host]))).toEqual(methods.map(() => 'HTTP_HOST_REFUSED'));
});

test.each(['127.0.0.1:7400', 'localhost:7400', '[::1]:7400'])('the host %j is ours', (host) => {
  expect(methods.map((method) => outcome(method, ['hOST', host]))).toEqual(methods.map(() => 'accepted'));
});

test('a Host must be there once, and the target be a path', () => {
  expect(outcome('GET', [])).toBe('HTTP_HOST_REFUSED');
  expect(outcome('GET', [...own, 'Host', 'evil.test'])).toBe('HTTP_HOST_REFUSED');
  expect(outcome('GET', [...own, ...own])).toBe('HTTP_HOST_REFUSED');
  expect(outcome('GET', own, { url: 'http://evil.test/' })).toBe('HTTP_HOST_REFUSED');
  expect(outcome('CONNECT', own, { url: 'evil.test:443' })).toBe('HTTP_HOST_REFUSED');
  expect(outcome('GET', own, { url: '*' })).toBe('HTTP_HOST_REFUSED');
  expect(outcome('OPTIONS', own, { url: '*' })).toBe('accepted');
});

test('browsers leave out port 80', () => {
  const at = { host: '127.0.0.1', port: 80 };
  expect(outcome('GET', ['Host', 'localhost'], { at })).toBe('accepted');
  expect(outcome('POST', ['Host', 'localhost', 'Origin', 'http://localhost'], { at })).toBe('accepted');
});

const foreignOrigins = [
  'null',
  'http://evil.test',
  'http://evil.test:7400',
  'https://127.0.0.1:7400',
  'http://127.0.0.1',
  'http://127.0.0.1:7400/',
  'http://127.0.0.1:7400.evil.test',
  'HTTP://127.0.0.1:7400',
  'file://',
  '',
];

test.each(foreignOrigins)('the origin %j is refused, by any method', (origin) => {
  expect(methods.map((method) => outcome(method, [...own, 'Origin', origin]))).toEqual(methods.map(() => 'HTTP_ORIGIN_REFUSED'));
});

test('our own origin is accepted once', () => {
  const origin = ['Origin', 'http://127.0.0.1:7400'];
  expect(outcome('POST', [...own, ...origin])).toBe('accepted');
  expect(outcome('POST', [...own, ...origin, ...origin])).toBe('HTTP_ORIGIN_REFUSED');
});

const navigation = ['Sec-Fetch-Mode', 'navigate', 'Sec-Fetch-Dest', 'document'];
const cookie = ['Cookie', 'session=x'];

test.each([
  // method, headers beside Host, outcome
  ['POST', ['Sec-Fetch-Site', 'same-origin'], 'accepted'],
  ['POST', ['Sec-Fetch-Site', 'none'], 'accepted'],
  ['POST', ['Sec-Fetch-Site', 'same-site'], 'HTTP_CROSS_SITE'],
  ['POST', ['Sec-Fetch-Site', 'cross-site'], 'HTTP_CROSS_SITE'],
  ['POST', ['Sec-Fetch-Site', 'something new'], 'HTTP_CROSS_SITE'],
  ['POST', ['Sec-Fetch-Site', 'cross-site', ...navigation], 'HTTP_CROSS_SITE'],
  ['GET', ['Sec-Fetch-Site', 'cross-site'], 'HTTP_CROSS_SITE'],
  ['GET', ['Sec-Fetch-Site', 'cross-site', 'Sec-Fetch-Mode', 'no-cors', 'Sec-Fetch-Dest', 'image'], 'HTTP_CROSS_SITE'],
  ['GET', ['Sec-Fetch-Site', 'cross-site', 'Sec-Fetch-Mode', 'navigate', 'Sec-Fetch-Dest', 'iframe'], 'HTTP_CROSS_SITE'],
  ['GET', ['Sec-Fetch-Site', 'cross-site', ...navigation], 'accepted'],
  ['GET', cookie, 'accepted'],
  ['DELETE', cookie, 'HTTP_CROSS_SITE'],
  ['DELETE', [...cookie, 'Origin', 'http://localhost:7400'], 'accepted'],
  ['DELETE', [...cookie, 'Sec-Fetch-Site', 'same-origin'], 'accepted'],
  ['DELETE', [], 'accepted'],
])('%s with %j: %s', (method, headers, expected) => {
  expect(outcome(method, [...own, ...headers])).toBe(expected);
});
