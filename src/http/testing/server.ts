/** @file A server for tests: a home in a temporary folder, the fake model, and workers in this process. */

import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureToken } from '../../security/index.ts';
import { createServing, type Serving } from '../../serve/index.ts';
import { fakeWorker, registerFake } from '../../serve/testing/fake-model.ts';
import { type Home, openHome } from '../../store/index.ts';
import { type App, createApp } from '../app.ts';
import { createMetrics } from '../metrics.ts';

export interface TestServer {
  readonly home: Home;
  readonly serving: Serving;
  readonly app: App;
  readonly port: number;
  readonly token: string;
  call(method: string, path: string, options?: CallOptions): Promise<TestAnswer>;
  close(): Promise<void>;
}

export interface CallOptions {
  /** Sent as JSON, or as it is when it is text or bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; null when it is not. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever an answer holds
  readonly body: any;
}

/** `reviews` has the versions 1 (champion) and 2; its predictions are worked by hand in fake-model.ts. */
export async function startTestServer(options: { readonly bodyLimit?: number } = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'moat-http-'));
  const home = await openHome(join(folder, 'home'), { command: 'test' });
  await registerFake(home, 'reviews');
  await registerFake(home, 'reviews');
  const { token } = await ensureToken(home);
  const serving = await createServing(home, {}, async () => fakeWorker());
  const now = () => new Date();
  const app = createApp({ home, serving, metrics: createMetrics(serving), now, host: '127.0.0.1', port: 0, ...options });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    home,
    serving,
    app,
    port,
    token: token as string,
    call: (method, path, call) => send(port, method, path, call),
    async close() {
      await app.close();
      await serving.close();
      await home.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** node:http rather than fetch, which would not send a foreign Host. */
function send(port: number, method: string, path: string, { body, headers = {} }: CallOptions = {}): Promise<TestAnswer> {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  const payload = body === undefined ? undefined : isRaw ? body : JSON.stringify(body);
  const typed = payload === undefined || headers['content-type'] !== undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, method, path, headers: { ...typed, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parse(text) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
