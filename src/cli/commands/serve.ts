/** @file `moat serve`: the champions answer over HTTP until Ctrl-C. */

import { once } from 'node:events';
import { startServer } from '../../http/index.ts';
import { ensureToken } from '../../security/index.ts';
import type { Command } from '../command.ts';
import { numberOption } from '../program.ts';

export const serve: Command = {
  arguments: [],
  options: [
    { flags: '--port <number>', summary: 'default 7400; 0 takes any free one' },
    { flags: '--host <address>', summary: 'a loopback address; default 127.0.0.1' },
  ],
  examples: [
    'moat serve',
    'curl -s localhost:7400/v1/models/reviews:predict -H \'content-type: application/json\' -d \'{"instances":[{"review":"Best coffee"}]}\'',
  ],
  async run(input, context) {
    const home = await context.home();
    const port = numberOption(input, 'port', { min: 0, max: 65_535 });
    const host = input.option('host');
    const { path } = await ensureToken(home);
    const { signal } = context;
    const server = await startServer(home, { ...(port !== undefined && { port }), ...(host !== undefined && { host }) });
    context.out.line(`serving on ${server.url}   (Ctrl-C ends it)`);
    context.out.line(`what changes state needs the token in ${path}`);
    if (!signal.aborted) await once(signal, 'abort');
    await server.close();
    return { result: { url: server.url }, print: (out) => out.line('stopped; everything that was answered is kept') };
  },
};
