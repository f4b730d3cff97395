import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layers, losses, sequential } from '../nn/index.ts';
import { optimizers } from '../optim/index.ts';
import { tensorOf } from '../tensor/make.ts';
import { batchesOf, checkpointFile, fit as train } from './index.ts';

test('the last whole checkpoint is what is loaded, whatever a crash has left beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'moat-checkpoint-'));
  const path = join(folder, 'run.checkpoint');
  const file = checkpointFile(path);
  expect(await file.load()).toBeUndefined();
  await file.save(Uint8Array.of(1, 2));
  await file.save(Uint8Array.of(3));
  await writeFile(`${path}.unfinished`, 'half of the ne');
  expect(Array.from((await file.load()) ?? [])).toEqual([3]);
  expect(Array.from(await readFile(path))).toEqual([3]);
  await file.remove();
  expect(await readdir(folder)).toEqual([]);
});

test('a run goes on from it', async () => {
  const file = checkpointFile(join(await mkdtemp(join(tmpdir(), 'moat-checkpoint-')), 'run'));
  const batches = batchesOf(
    { x: tensorOf('float32', [6, 1], [1, 2, 3, 4, 5, 6]), y: tensorOf('float32', [6], [2, 4, 6, 8, 10, 12]) },
    { batchSize: 2, seed: 1 },
  );
  const net = sequential([layers.dense({ units: 1 })]);
  const options = { loss: losses.meanSquaredError(), optimizer: optimizers.adam(), epochs: 3, seed: 1, threads: 1 };
  const whole = await train(net, batches, options);
  const failed = train(net, batches, {
    ...options,
    checkpoint: file,
    onEpoch: ({ epoch }) => {
      if (epoch === 3) throw new Error('the power fails');
    },
  });
  await expect(failed).rejects.toThrow('the power fails');
  const resume = await file.load();
  const resumed = await train(net, batches, { ...options, ...(resume && { resume }) });
  expect(resumed.parameters).toEqual(whole.parameters);
});
