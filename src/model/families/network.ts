/** @file Trains any network family: one loop from a plan (layers, inputs, defaults) to a sealed artifact, with checkpoints on the way. */

import { selectRows } from '../../data/index.ts';
import type { Table } from '../../data/table.ts';
import {
  type Batches,
  createRandom,
  fit,
  type Layer,
  layers,
  losses,
  type Optimizer,
  optimizers,
  type Schedule,
  sequential,
  type Tensor,
  type TensorType,
} from '../../engine/index.ts';
import type { ArtifactFacts, InputSpec } from '../artifact.ts';
import type { Task } from '../predictor.ts';
import { truthOf } from '../task.ts';
import type { TrainContext, TrainedCandidate } from './family.ts';
import { predictSealed, seal, targetScale } from './shared.ts';
import { type Rows, streamedBatches } from './streamed.ts';

/** What a network family decides. */
export interface NetworkPlan {
  readonly family: string;
  readonly input: InputSpec;
  /** Of the network's input, without the batch. */
  readonly type: TensorType & { readonly shape: readonly number[] };
  /** All layers but the last, which the task decides. */
  readonly layers: readonly Layer[];
  /** The same layers as a person reads them. */
  readonly drawing: string;
  readonly defaults: NetworkDefaults;
  /** Changes the training batches a little in every epoch, the same way whenever that epoch is asked for. */
  readonly augment?: (batches: Batches) => Batches;
  /** The rows of a table as the network reads them; what it answers gives some of them in any order, again and again. */
  rowsOf(table: Table): Rows;
  /** The same for rows that are met once: none is encoded before it is asked for. Left out where `rowsOf` of a few rows does as well. */
  rowsOnce?(table: Table): Rows;
}

/** The family's own values for what the recipe leaves at `auto`. */
export interface NetworkDefaults {
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: keyof typeof optimizers;
  readonly learningRate: number;
  readonly schedule?: Schedule;
  readonly clipNorm?: number;
}

/** A killed run loses at most this much. */
const CHECKPOINT_SECONDS = 10;

export async function trainNetwork(context: TrainContext, plan: NetworkPlan): Promise<TrainedCandidate> {
  const started = performance.now();
  const { task, training, seed, threads, signal, onProgress } = context;
  const { family, defaults } = plan;
  const optimizer = chosen(training.optimizer, defaults.optimizer);
  const settings = {
    epochs: chosen(training.epochs, defaults.epochs),
    batchSize: chosen(training.batchSize, defaults.batchSize),
    optimizer,
    // The family's rate is that of its own optimizer; another one begins with a rate of its own.
    learningRate: chosen(
      training.learningRate,
      optimizer === defaults.optimizer ? defaults.learningRate : optimizers[optimizer]().learningRate,
    ),
  };
  const target = scaleOf(context);
  const network = sequential([...plan.layers, outputLayer(task)]);
  const drawing = `${plan.drawing} → ${outputDrawing(task)}`;
  onProgress({ kind: 'note', family, text: drawing });
  const plain =
    context.stream === undefined
      ? batchesOver(plan, context.train, targetsOf(context.train, task, target), settings.batchSize, seed)
      : streamedBatches(context.stream, settings.batchSize, (table) => ({ x: rowsOnce(plan, table), y: targetsOf(table, task, target) }));
  const batches = plan.augment?.(plain) ?? plain;
  const validation = batchesOver(plan, context.validation, targetsOf(context.validation, task, target), 256, undefined);
  const resume = await context.checkpoint.load();

  const trained = await fit(network, batches, {
    loss: lossOf(task),
    optimizer: optimizerOf(settings.optimizer, settings.learningRate),
    epochs: settings.epochs,
    seed,
    ...(threads === 0 ? {} : { threads }),
    ...(context.validation.rowCount === 0 ? {} : { validation }),
    ...(defaults.schedule === undefined ? {} : { schedule: defaults.schedule }),
    ...(defaults.clipNorm === undefined ? {} : { clipNorm: defaults.clipNorm }),
    ...(training.earlyStopping === 0 ? {} : { earlyStopping: { patience: training.earlyStopping } }),
    ...(resume === undefined ? {} : { resume }),
    ...(signal === undefined ? {} : { signal }),
    checkpoint: { everySeconds: CHECKPOINT_SECONDS, everyEpochs: 1, save: context.checkpoint.save },
    onStep: (event) => onProgress({ kind: 'step', family, ...event }),
    onEpoch: (event) => onProgress({ kind: 'epoch', family, epochs: settings.epochs, ...event }),
  });

  const artifact = seal(
    context,
    family,
    { model: trained.model, parameterCount: trained.parameterCount, input: plan.input, ...(target === undefined ? {} : { target }) },
    { rows: context.stream?.rowCount ?? context.train.rowCount, ...settings },
  );
  return {
    family,
    artifact,
    parameterCount: trained.parameterCount,
    history: trained.history,
    seconds: (performance.now() - started) / 1000,
    notes: [drawing],
    validation: await predictSealed(artifact, context.validation, threads),
  };
}

function chosen<T>(value: T | 'auto', own: T): T {
  return value === 'auto' ? own : value;
}

function scaleOf({ train, task }: TrainContext): ArtifactFacts['target'] {
  const truth = truthOf(train, task);
  return truth.kind === 'values' ? targetScale(truth.values) : undefined;
}

function outputDrawing(task: Task): string {
  if (task.kind === 'regression') return 'Dense(1)';
  return task.kind === 'binary' ? 'Dense(1, sigmoid)' : `Dense(${task.classes.length}, softmax)`;
}

function outputLayer(task: Task): Layer {
  switch (task.kind) {
    case 'binary':
      return layers.dense({ units: 1, activation: 'sigmoid' });
    case 'multiclass':
      return layers.dense({ units: task.classes.length, activation: 'softmax' });
    case 'regression':
      return layers.dense({ units: 1 });
  }
}

function lossOf({ kind }: Task) {
  return { binary: losses.binaryCrossEntropy, multiclass: losses.crossEntropy, regression: losses.meanSquaredError }[kind]();
}

function optimizerOf(name: NetworkDefaults['optimizer'], learningRate: number): Optimizer {
  return optimizers[name]({ learningRate });
}

/** Class indices as int32 for the multiclass loss, else float32: 1 for the positive class, or the standardised value. */
function targetsOf(table: Table, task: Task, scale: ArtifactFacts['target']): (rows: Uint32Array) => Tensor {
  if (table.rowCount === 0) return () => ({ dtype: 'float32', shape: [0], data: new Float32Array() });
  const truth = truthOf(table, task);
  if (task.kind === 'multiclass' && truth.kind === 'classes') {
    return (rows) => ({ dtype: 'int32', shape: [rows.length], data: Int32Array.from(rows, (row) => truth.index[row] as number) });
  }
  const { mean, deviation } = scale ?? { mean: 0, deviation: 1 };
  const numbers = truth.kind === 'classes' ? truth.index : truth.values.map((value) => (value - mean) / deviation);
  return (rows) => ({ dtype: 'float32', shape: [rows.length, 1], data: Float32Array.from(rows, (row) => numbers[row] as number) });
}

function rowsOnce(plan: NetworkPlan, table: Table): Rows {
  return plan.rowsOnce?.(table) ?? ((rows) => plan.rowsOf(selectRows(table, rows))(inOrder(rows.length)));
}

function inOrder(rowCount: number): Uint32Array {
  return Uint32Array.from({ length: rowCount }, (_, row) => row);
}

/** Batches made when they are asked for, so that wide rows are never all written out; without a seed in their own order. */
function batchesOver(
  plan: NetworkPlan,
  table: Table,
  targets: (rows: Uint32Array) => Tensor,
  batchSize: number,
  seed: number | undefined,
): Batches {
  const { rowCount } = table;
  const features = rowCount === 0 ? undefined : plan.rowsOf(table);
  const batchCount = Math.ceil(rowCount / batchSize);
  return {
    rowCount,
    batchCount,
    *epoch(epoch, fromBatch = 0) {
      if (features === undefined) return;
      const order = seed === undefined ? inOrder(rowCount) : createRandom(seed).fork(`rows of epoch ${epoch}`).permutation(rowCount);
      for (let batch = fromBatch; batch < batchCount; batch++) {
        const rows = order.subarray(batch * batchSize, Math.min(rowCount, (batch + 1) * batchSize));
        yield { x: features(rows), y: targets(rows) };
      }
    },
  };
}
