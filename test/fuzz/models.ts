/** @file Targets that hold models: ONNX, the artifact in it, safetensors, checkpoints. */

import { createHash } from 'node:crypto';
import { decodeModel, readSafetensors, tensorOf, writeSafetensors } from '../../src/engine/index.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, type RunIdentity } from '../../src/engine/train/checkpoint.ts';
import { readArtifact } from '../../src/model/artifact.ts';
import { mutate, type Random } from './mutate.ts';
import { protobuf, safetensors as safetensorsHeader } from './repairs/models.ts';
import { repositoryFile, type Target, VALUES } from './target.ts';
import type { Makers } from './targets.ts';

export const models: Makers<'models'> = {
  onnx: () => ({ samples: [artifact()], words: VALUES, repair: protobuf, read: (bytes) => decodeModel(bytes) }),
  artifact: () => ({ samples: [artifact()], words: ['"', '}', ...VALUES], repair: protobuf, read: readArtifact }),
  safetensors: () => ({
    samples: [safetensors()],
    words: ['"F32"', '"shape"', '[', ']', '-1', ...VALUES],
    repair: safetensorsHeader,
    read: (bytes) => readSafetensors(bytes),
  }),
  checkpoint: () => checkpointTarget(),
};

function artifact(): Uint8Array {
  return repositoryFile('src/model/fixtures/linear-v1.onnx');
}

function safetensors(): Uint8Array {
  return writeSafetensors(
    new Map([
      ['w', tensorOf('float32', [2, 2], [1, 2, 3, 4])],
      ['b', tensorOf('float32', [1], [0.5])],
    ]),
    new Map([['made', 'here']]),
  );
}

const DIGEST_BYTES = 32;

/** Faults in the bytes, which the digest shows, or in bytes that are then given their digest. */
function checkpointTarget(): Target {
  const identity: RunIdentity = { parameters: [{ name: 'w', shape: [2, 2] }], settings: { seed: '7' } };
  const progress = { step: 3, epoch: 1 } as unknown as Checkpoint['progress'];
  const sample = encodeCheckpoint({ progress, sections: { w: Float32Array.of(1, 2, 3, 4), m: Float32Array.of(0.5) } }, identity);
  const words = ['"name":', '"length":-1', '"sections":', '{', '}', '[', ']', 'MOATCKPT', ...VALUES];
  return {
    samples: [sample],
    words,
    mutant(random: Random) {
      if (random() < 0.2) return mutate(sample, random, words, [sample]);
      const body = mutate(sample.subarray(0, sample.length - DIGEST_BYTES), random, words, [sample]);
      return Buffer.concat([body, createHash('sha256').update(body).digest()]);
    },
    read: (bytes) => decodeCheckpoint(bytes, identity),
  };
}
