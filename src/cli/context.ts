/** @file What a command works with: the home folder, opened when first asked for, the API, output and Ctrl-C. */

import { resolve } from 'node:path';
import type { Home } from '../store/index.ts';
import type { Api } from './api.ts';
import type { Output, Stream } from './output.ts';

export interface CliContext {
  readonly json: boolean;
  readonly out: Output;
  readonly stderr: Stream;
  /** Where relative paths begin. */
  readonly folder: string;
  readonly homePath: string;
  /** Aborted by Ctrl-C; a second Ctrl-C ends the process at once. */
  readonly signal: AbortSignal;
  home(): Promise<Home>;
  /** The HTTP API: of the server that holds the home, or in this process when none does. */
  api(): Promise<Api>;
  close(): Promise<void>;
}

export interface ContextOptions {
  readonly command: string;
  readonly home: string | undefined;
  readonly json: boolean;
  readonly out: Output;
  readonly stderr: Stream;
}

export function createContext({ command, home: homeOption, json, out, stderr }: ContextOptions): CliContext {
  const homePath = resolve(homeOption ?? process.env.MOAT_HOME ?? '.moat');
  const interrupt = new AbortController();
  let home: Promise<Home> | undefined;
  let api: Promise<Api> | undefined;
  const onInterrupt = (): void => {
    if (interrupt.signal.aborted) process.exit(1);
    stderr.write('\nstopping after the current step; press Ctrl-C again to stop at once\n');
    interrupt.abort();
  };
  const listen = (): AbortSignal => {
    if (process.listenerCount('SIGINT', onInterrupt) === 0) {
      process.on('SIGINT', onInterrupt);
      process.on('SIGTERM', onInterrupt);
    }
    return interrupt.signal;
  };
  const open = (): Promise<Home> => {
    home ??= import('../store/index.ts').then(({ openHome }) => openHome(homePath, { command: `moat ${command}` }));
    return home;
  };
  return {
    json,
    out,
    stderr,
    folder: process.cwd(),
    homePath,
    get signal() {
      return listen();
    },
    home: open,
    api: () => {
      api ??= import('./api.ts').then(({ openApi }) => openApi(homePath, open));
      return api;
    },
    async close() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onInterrupt);
      await (await settled(api))?.close();
      await (await settled(home))?.close();
    },
  };
}

/** What a promise that may not exist came to; a failure was already reported where it happened. */
async function settled<T>(promise: Promise<T> | undefined): Promise<T | undefined> {
  return promise?.catch(() => undefined);
}
