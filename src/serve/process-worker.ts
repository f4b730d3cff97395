/** @file Starts the process that holds one artifact, and speaks with it. */

import { compiledEntry, spawnChild } from '../jobs/index.ts';
import { crashedError, type Worker } from './endpoint.ts';
import type { OpenAnswer, OpenRequest, PredictAnswer, PredictRequest } from './messages.ts';

/** Settles when the artifact is open. Errors: `SERVE_WORKER_CRASHED` when the process is lost, and what opening says of the file. */
export async function launchWorker(name: string, opening: OpenRequest): Promise<Worker> {
}
