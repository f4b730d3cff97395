#!/usr/bin/env node
/** @file The `moat` command. */

import { createRequire } from 'node:module';
import { commands } from './commands/index.ts';
import { runCommandLine } from './program.ts';

// a reader that has seen enough, such as `head`, closes the pipe; that is no failure
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { version } = createRequire(import.meta.url)('moatml/package.json') as { version: string };
process.exitCode = await runCommandLine(commands, process.argv.slice(2), version, process);
