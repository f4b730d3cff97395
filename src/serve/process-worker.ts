/** @file Starts the process that holds one artifact, and speaks with it. */

import { compiledEntry, spawnChild } from '../jobs/index.ts';
import type { Worker } from './endpoint.ts';
import type { OpenAnswer, OpenRequest, PredictAnswer } from './messages.ts';
