/** @file The HTTP API as the commands call it: of the server that holds the home, or of one that lives as long as the command. */

import { readFile } from 'node:fs/promises';
import { MoatError } from '../engine/errors.ts';
import { startServer } from '../http/index.ts';
import { ensureToken, tokenPath } from '../security/index.ts';
import { type Home, readHolder } from '../store/index.ts';

export interface Api {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  close(): Promise<void>;
}

/** A command beside `moat serve` talks to it: two processes never hold one home. */
export async function openApi(homePath: string, openHome: () => Promise<Home>): Promise<Api> {
  const holder = await readHolder(homePath);
  if (holder?.url !== undefined) return client(holder.url, homePath, async () => undefined);
  const home = await openHome();
  await ensureToken(home);
  const server = await startServer(home, { port: 0, startChampions: false });
  return client(server.url, homePath, () => server.close());
}

function client(url: string, homePath: string, close: () => Promise<void>): Api {
  return {
    get: (path) => call(url, path, { method: 'GET' }),
    async post(path, body) {
      const token = (await readFile(tokenPath(homePath), 'utf8')).trim();
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      return call(url, path, { method: 'POST', headers, body: JSON.stringify(body) });
    },
    close,
  };
}

async function call<T>(url: string, path: string, request: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url + path, request);
  } catch (error) {
    throw new MoatError(`the server at ${url} does not answer`, {
      code: 'API_UNREACHABLE',
      kind: 'unavailable',
      why: (error as Error).cause instanceof Error ? ((error as Error).cause as Error).message : (error as Error).message,
      fix: 'look whether "moat serve" still runs; when it has ended, run this command again',
      cause: error,
    });
  }
  const answer = (await response.json()) as T & { error?: Parameters<typeof MoatError.fromJSON>[0] };
  if (answer.error !== undefined) throw MoatError.fromJSON({ ...answer.error, kind: answer.error.kind ?? 'invalid' });
  return answer;
}
