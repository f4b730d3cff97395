/** @file Starts and stops the server of a home folder. */

import { MoatError } from '../engine/errors.ts';
import { ensureToken } from '../security/index.ts';
import { createServing, type ServingOptions } from '../serve/index.ts';
import type { Home } from '../store/index.ts';
import { type App, createApp } from './app.ts';
import { createMetrics } from './metrics.ts';

export interface ServerOptions extends ServingOptions {
  /** 7400 unless said otherwise; 0 takes any free port. */
  readonly port?: number;
  /** 127.0.0.1 unless said otherwise. Only loopback addresses are taken: there is no TLS here. */
  readonly host?: string;
}

export interface Server {
  /** As in `http://127.0.0.1:7400`. */
  readonly url: string;
  /** Takes no more requests, answers those that came, ends the workers. The home stays open. */
  close(): Promise<void>;
}

/** A client that has not sent its request, or not read its answer, this long after the server was told to stop is cut off. */
const DRAIN_MS = 10_000;

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** Serves the home until it is closed, and announces the address to other processes. Errors: `SERVE_PORT_IN_USE`, `SERVE_HOST_NOT_LOOPBACK`. */
export async function startServer(home: Home, options: ServerOptions = {}): Promise<Server> {
  const { port = 7400, host = '127.0.0.1', now = () => new Date() } = options;
  if (!LOOPBACK.includes(host)) throw notLoopbackError(host);
  await ensureToken(home);
  const serving = await createServing(home, options);
  const metrics = createMetrics(serving);
  const app = createApp({ home, serving, metrics, now, host, port });
  try {
    const url = await listen(app, host, port);
    home.announce(url);
    return {
      url,
      async close() {
        const impatience = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
        await app.close();
        clearTimeout(impatience);
        await serving.close();
      },
    };
  } catch (error) {
    await serving.close();
    throw error;
  }
}

async function listen(app: App, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'EADDRINUSE') throw portInUseError(host, port);
    if (code === 'EACCES') throw portForbiddenError(port);
    throw error;
  }
  const address = app.server.address() as { port: number };
  return `http://${host === '::1' ? '[::1]' : host}:${address.port}`;
}

function portInUseError(host: string, port: number): MoatError {
  return new MoatError(`cannot listen on ${host}:${port}`, {
    code: 'SERVE_PORT_IN_USE',
    kind: 'conflict',
    why: 'another program listens on this port',
    fix: `choose another port, as in --port ${port + 1}, or stop the other program`,
  });
}

function portForbiddenError(port: number): MoatError {
  return new MoatError(`cannot listen on port ${port}`, {
    code: 'SERVE_PORT_FORBIDDEN',
    kind: 'forbidden',
    why: 'this system reserves the port for privileged programs',
    fix: 'choose a port of 1024 or above',
  });
}

function notLoopbackError(host: string): MoatError {
  return new MoatError(`cannot listen on ${host.slice(0, 80)}`, {
    code: 'SERVE_HOST_NOT_LOOPBACK',
    kind: 'usage',
    why: 'predictions and data would travel unencrypted, and reading them needs no token',
    fix: `choose one of: ${LOOPBACK.join(', ')}; let others in through an SSH tunnel`,
  });
}
