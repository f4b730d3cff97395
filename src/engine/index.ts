/** @file The engine: build, read, differentiate, run and train ONNX graphs. */

export { type CheckGradientsOptions, checkGradients, type GradientComparison } from './autodiff/check-gradients.ts';
export { type DifferentiateOptions, differentiate } from './autodiff/differentiate.ts';
export { type ErrorFacts, type ErrorKind, MoatError, toMoatError } from './errors.ts';
export { type ConvOptions, GraphBuilder, type Operand } from './graph/builder.ts';
export { checkGraph } from './graph/check.ts';
export type { Attribute, Dim, Graph, LocalFunction, Model, Node, TensorType, Value } from './graph/graph.ts';
export { inferShapes } from './graph/infer.ts';
export type { Known, KnownValue } from './graph/known.ts';
export { type DecodeOptions, decodeModel } from './graph/onnx/decode.ts';
export { type EncodeOptions, encodeModel } from './graph/onnx/encode.ts';
export type { ExternalReader, ExternalWriter } from './graph/onnx/external-data.ts';
export { printGraph } from './graph/print.ts';
export {
  type ActivationName,
  type Apply,
  activations,
  attention,
  countParameters,
  type Initialiser,
  type InputTypes,
  initialisers,
  type Layer,
  type LayerContext,
  type Loss,
  layers,
  losses,
  type Network,
  network,
  type Outputs,
  type State,
  sequential,
} from './nn/index.ts';
export { type Averaging, averages, type Optimizer, optimizers, type Schedule, type ScheduleMoment, schedules } from './optim/index.ts';
export { channelBlock } from './runtime/channel-block.ts';
export { externalDataIn } from './runtime/external-files.ts';
export type { Provider } from './runtime/providers.ts';
export { createSession, type Session, type SessionOptions } from './runtime/session.ts';
export { asFloat32, toFloat16 } from './tensor/float16.ts';
export { int64s, scalar, tensorOf } from './tensor/make.ts';
export { createRandom, type Random, type RandomState } from './tensor/random.ts';
export { product } from './tensor/shape.ts';
export type { DataByDType, DType, Tensor } from './tensor/tensor.ts';
export {
  type Batch,
  type Batches,
  type BatchOptions,
  type BatchSource,
  batchesOf,
  biasesAndNorms,
  type CheckpointFile,
  type CheckpointOptions,
  type CurrentNetwork,
  checkpointFile,
  createDeviceTrainer,
  createTrainer,
  type DeviceTrainer,
  type DeviceTrainerOptions,
  type EpochRecord,
  type FitOptions,
  fit,
  type ParameterGroup,
  type ShiftOptions,
  type StepEvent,
  type StepResult,
  shiftImages,
  type Trained,
  type Trainer,
  type TrainerOptions,
  takeRows,
} from './train/index.ts';
export type { AdapterOptions } from './tune/adapters.ts';
export { type FineTunedNetwork, type FineTuneOptions, fineTune } from './tune/fine-tune.ts';
export type { NamePattern } from './tune/patterns.ts';
export type { WeightRecord } from './tune/summary.ts';
export { type ReadSafetensorsOptions, readSafetensors, type Safetensors, writeSafetensors } from './weights/safetensors.ts';
export { toFloat32 } from './weights/to-float32.ts';
export { type WeightSource, type WeightsOptions, withWeights } from './weights/with-weights.ts';
