/** @file The process that holds one artifact: it opens the very file that was evaluated and answers batches. All encoding and arithmetic happen here. */

import { MoatError } from '../engine/errors.ts';
import { serveChild } from '../jobs/index.ts';
import { openPredictor, type Predictor } from '../model/index.ts';
import { openBlobs } from '../store/index.ts';
import { answerBatch } from './answer-batch.ts';
import type { OpenAnswer, OpenRequest, PredictAnswer, PredictRequest } from './messages.ts';

let predictor: Predictor | undefined;

serveChild({
  handlers: {
    /** The blob store verifies the digest before a byte of the file is read as a model. */
    async open({ homePath, artifact, threads }: OpenRequest): Promise<OpenAnswer> {
      predictor = await openPredictor(await openBlobs(homePath).get(artifact), { threads });
      return { family: predictor.family };
    },
    async predict({ requests }: PredictRequest): Promise<PredictAnswer> {
      if (predictor === undefined) throw notOpenError();
      return { outcomes: await answerBatch(predictor, requests) };
    },
  },
});

function notOpenError(): MoatError {
  return new MoatError('internal: a worker was asked before it had opened a model', {
    code: 'INTERNAL',
    kind: 'internal',
    why: '"open" comes before "predict"',
    fix: 'report this',
  });
}
