/** @file Starts the process that holds one artifact, and speaks with it. */

import { MoatError } from '../engine/errors.ts';
import { compiledEntry, describeExit, spawnChild } from '../jobs/index.ts';
import { crashedError, type Worker } from './endpoint.ts';
import type { OpenAnswer, OpenRequest, PredictAnswer, PredictRequest } from './messages.ts';

/** Settles when the artifact is open. Errors: `SERVE_WORKER_CRASHED` when the process is lost, and what opening says of the file. */
export async function launchWorker(name: string, opening: OpenRequest): Promise<Worker> {
  const child = spawnChild({ entry: compiledEntry(import.meta.url, './worker.ts'), name: `the worker of ${name}` });
  try {
    await child.request<OpenAnswer>('open', opening);
  } catch (error) {
    await child.kill();
    throw error instanceof MoatError && error.code === 'JOB_CHILD_LOST' ? crashedError(name, error.why) : error;
  }
  return {
    exited: child.exited.then(describeExit),
    async predict(requests) {
      const payload: PredictRequest = { requests };
      return (await child.request<PredictAnswer>('predict', payload)).outcomes;
    },
    close: () => child.kill(), // it holds nothing that is not on disk
    kill: () => void child.kill(),
  };
}
