/** @file Starts a child process of this Node on this machine. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildExit, Launcher } from './launcher.ts';

/**
 * The child speaks over a private pipe; what it prints goes to the error output of the parent, so that it never mixes
 * into a result. Flags of the parent's own Node (a debugger's port, a loader) are not handed down.
 */
export const local: Launcher = ({ entry, env }) => {
  const child = fork(fileURLToPath(entry), [], { env, execArgv: [], serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, failure: error.message });
    });
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    pid: child.pid,
    exited,
    send: (message) =>
      new Promise((resolve) => {
        if (!child.connected) resolve(false);
        else child.send(message, (error) => resolve(error === null));
      }),
    onMessage: (listener) => void child.on('message', listener),
    kill: () => void child.kill('SIGKILL'),
  };
};
