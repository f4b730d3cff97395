/** @file Batches of rows in an order that depends on the seed and the epoch alone, so that training resumes in the middle of an epoch. */

import { MoatError } from '../errors.ts';
import { createRandom } from '../tensor/random.ts';
import { product } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Rows of features and their targets; the first axis of every tensor is the row. */
export interface Batch {
  /** One tensor, or tensors by input name for a network with several inputs. */
  readonly x: Tensor | Readonly<Record<string, Tensor>>;
  /** One tensor, or tensors by output name for a network with several outputs. */
  readonly y: Tensor | Readonly<Record<string, Tensor>>;
}

/**
 * Where batches come from: `Batches`, or anything that can be iterated again for every epoch and gives the same batches each time. Such a stream
 * may be of unknown length; a resumed run reads and drops what it has seen.
 */
export type BatchSource = Batches | Iterable<Batch> | AsyncIterable<Batch>;

/** A source of batches. The same epoch must give the same batches every time it is asked for. */
export interface Batches {
  /** Of an epoch; left out where it is not known. */
  readonly batchCount?: number;
  readonly rowCount?: number;
  /** The batches of an epoch (from 0) in order, beginning with number `fromBatch` (0 unless said otherwise). */
  epoch(epoch: number, fromBatch?: number): Iterable<Batch> | AsyncIterable<Batch>;
}

export interface BatchOptions {
  readonly batchSize: number;
  /** Keys the order of the rows together with the epoch. */
  readonly seed: number;
  /** Whether every epoch has an order of its own; true unless said otherwise. Validation data needs none. */
  readonly shuffle?: boolean;
  /** Leaves out the last batch of an epoch where it would be smaller; another order puts other rows there. */
  readonly dropRemainder?: boolean;
}

/** Batches over tensors in memory; the last batch holds what remains. */
export function batchesOf(
  { x, y }: Batch,
  { batchSize, seed, shuffle = true, dropRemainder = false }: BatchOptions,
): Batches & { readonly batchCount: number; readonly rowCount: number } {
  const rowCount = rowsOf({ y });
  requireRows([...tensorsOf(x), ...tensorsOf(y)], rowCount, batchSize);
  const batchCount = dropRemainder ? Math.floor(rowCount / batchSize) : Math.ceil(rowCount / batchSize);
  return {
    batchCount,
    rowCount: dropRemainder ? batchCount * batchSize : rowCount,
    *epoch(epoch, fromBatch = 0) {
      const order = shuffle ? createRandom(seed).fork(`epoch ${epoch}`).permutation(rowCount) : undefined;
      for (let batch = fromBatch; batch < batchCount; batch++) {
        const from = batch * batchSize;
        const to = Math.min(rowCount, from + batchSize);
        const rows = order?.subarray(from, to) ?? Uint32Array.from({ length: to - from }, (_, i) => from + i);
        yield { x: mapTensors(x, (tensor) => takeRows(tensor, rows)), y: mapTensors(y, (tensor) => takeRows(tensor, rows)) };
      }
    },
  };
}

/** The tensors of `x` or `y`, whether it is one or several. */
export function tensorsOf(tensors: Batch['x']): Tensor[] {
  return isTensor(tensors) ? [tensors] : Object.values(tensors);
}

/** Whether `x` or `y` is one tensor rather than tensors by name. */
export function isTensor(tensors: Batch['x']): tensors is Tensor {
  return typeof tensors.dtype === 'string';
}

/** How many rows a batch has. */
export function rowsOf({ y }: Pick<Batch, 'y'>): number {
  return tensorsOf(y)[0]?.shape[0] ?? 0;
}

/** The given rows of a tensor, in their order. */
export function takeRows(tensor: Tensor, rows: Uint32Array): Tensor {
  const [, ...rowShape] = tensor.shape;
  const width = product(rowShape);
  const shape = [rows.length, ...rowShape];
  if (tensor.dtype === 'string') {
    const data = Array.from(rows).flatMap((row) => tensor.data.slice(row * width, (row + 1) * width));
    return { dtype: tensor.dtype, shape, data };
  }
  const data = tensor.data.slice(0, 0);
  const Data = data.constructor as new (length: number) => typeof data;
  const taken = new Data(rows.length * width);
  rows.forEach((row, i) => {
    taken.set(tensor.data.subarray(row * width, (row + 1) * width) as never, i * width);
  });
  return { dtype: tensor.dtype, shape, data: taken } as Tensor;
}

function mapTensors(tensors: Batch['x'], take: (tensor: Tensor) => Tensor): Batch['x'] {
  return isTensor(tensors) ? take(tensors) : Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, take(tensor)]));
}

function requireRows(tensors: readonly Tensor[], rowCount: number, batchSize: number): void {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new MoatError(`batches of ${batchSize} rows are not possible`, {
      code: 'BATCH_SIZE',
      why: 'the batch size must be a whole number of at least 1',
      fix: 'choose for example 32',
    });
  }
  const counts = tensors.map((tensor) => tensor.shape[0] ?? 0);
  if (rowCount > 0 && counts.every((count) => count === rowCount)) return;
  throw new MoatError('the features and the targets cannot be made into batches', {
    code: 'BATCH_ROWS',
    why: rowCount === 0 ? 'there are no rows' : `the tensors have ${counts.join(', ')} rows, the targets last`,
    fix: 'give every tensor one entry a row on its first axis, in the same order',
  });
}
