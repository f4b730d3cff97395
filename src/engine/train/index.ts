/** @file Training: batches, `fit`, and what it leaves. */

export { type Batch, type Batches, type BatchOptions, type BatchSource, batchesOf, takeRows } from './batches.ts';
export { type CheckpointFile, checkpointFile } from './checkpoint-file.ts';
export { createDeviceTrainer, type DeviceTrainer, type DeviceTrainerOptions } from './device-trainer.ts';
export { fit } from './fit.ts';
export { biasesAndNorms, type ParameterGroup } from './groups.ts';
export type { CheckpointOptions, CurrentNetwork, FitOptions, StepEvent } from './options.ts';
export type { EpochRecord } from './progress.ts';
export { type ShiftOptions, shiftImages } from './shift-images.ts';
export type { Trained } from './trained.ts';
export { createTrainer, type StepResult, type Trainer, type TrainerOptions } from './trainer.ts';
