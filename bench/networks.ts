/**
 * @file The networks that the benchmark trains: what they are here, and batches of random numbers for them. `peers/` holds the same networks
 * in PyTorch and TensorFlow.js.
 */

import {
  type Batch,
  type createRandom,
  type KnownValue,
  type Layer,
  type Loss,
  layers,
  losses,
  type Network,
  network,
  product,
  sequential,
  type Tensor,
  tensorOf,
} from '../src/engine/index.ts';

const { conv2d, dense, embedding, flatten, layerNorm, lstm, maxPool2d, multiHeadAttention, reshape } = layers;

export interface BenchNetwork {
  readonly title: string;
  readonly network: Network;
  readonly loss: Loss;
  /** Rows of a step. */
  readonly batch: number;
  /** One batch of random rows. */
  rows(random: Random, batch: number): Batch;
}

type Random = ReturnType<typeof createRandom>;

/** What grows in the table of costs. */
export interface Sizes {
  readonly length?: number;
  readonly depth?: number;
}

export const networks = {
  a: perceptron,
  a2: tabular,
  b: mlp,
  c: sentiment,
  d: cnn,
  e: encoder,
  f: characterGpt,
} as const satisfies Record<string, (sizes?: Sizes) => BenchNetwork>;

export type NetworkName = keyof typeof networks;

function perceptron(): BenchNetwork {
  return {
    title: 'perceptron 3-4-2',
    network: sequential([dense({ units: 4, activation: 'sigmoid' }), dense({ units: 2 })]),
    loss: losses.crossEntropy(),
    batch: 32,
    rows: (random, batch) => ({ x: normal(random, batch, 3), y: whole(random, 2, batch) }),
  };
}

function tabular(): BenchNetwork {
  return {
    title: 'tabular MLP 20-32-1',
    network: sequential([dense({ units: 32, activation: 'relu' }), dense({ units: 1, activation: 'sigmoid' })]),
    loss: losses.binaryCrossEntropy(),
    batch: 32,
    rows: (random, batch) => ({ x: normal(random, batch, 20), y: whole(random, 2, batch) }),
  };
}

function mlp({ depth = 2 }: Sizes = {}): BenchNetwork {
  const hidden = Array.from({ length: depth }, () => dense({ units: 512, activation: 'relu' }));
  return {
    title: `MLP 784-${'512-'.repeat(depth)}10`,
    network: sequential([...hidden, dense({ units: 10 })]),
    loss: losses.crossEntropy(),
    batch: 128,
    rows: (random, batch) => ({ x: normal(random, batch, 784), y: whole(random, 10, batch) }),
  };
}

function sentiment({ length = 80 }: Sizes = {}): BenchNetwork {
  return {
    title: `Embedding-LSTM(64), length ${length}`,
    network: sequential([embedding({ vocabulary: 10_000, width: 32 }), lstm({ units: 64 }), dense({ units: 1, activation: 'sigmoid' })]),
    loss: losses.binaryCrossEntropy(),
    batch: 32,
    rows: (random, batch) => ({ x: whole(random, 10_000, batch, length), y: whole(random, 2, batch) }),
  };
}

function cnn(): BenchNetwork {
  const block = (filters: number) => [conv2d({ filters, kernel: 3, activation: 'relu' }), maxPool2d()];
  const head = [flatten(), dense({ units: 128, activation: 'relu' }), dense({ units: 10 })];
  return {
    title: 'CNN conv32-conv64-dense128 on 28×28',
    network: sequential([reshape({ shape: [1, 28, 28] }), ...block(32), ...block(64), ...head]),
    loss: losses.crossEntropy(),
    batch: 64,
    rows: (random, batch) => ({ x: normal(random, batch, 784), y: whole(random, 10, batch) }),
  };
}

/** Blocks with the normalisation after each sum, relu between the two dense layers, learned positions; the mean over the places is classified. */
function encoder({ length = 64, depth = 2 }: Sizes = {}): BenchNetwork {
  return {
    title: `Transformer encoder, ${depth} layers, width 128, length ${length}`,
    network: network((apply, { x }, g) => {
      let h = g.add(apply(embedding({ vocabulary: 1000, width: 128 }), x as KnownValue), apply(positions(length, 128), x as KnownValue));
      for (let i = 0; i < depth; i++) h = apply(layers.transformerEncoder({ heads: 4, hidden: 512, dropout: 0 }), h);
      return apply(dense({ units: 2 }), g.reduceMean(h, [1]));
    }),
    loss: losses.crossEntropy(),
    batch: 32,
    rows: (random, batch) => ({ x: whole(random, 1000, batch, length), y: whole(random, 2, batch) }),
  };
}

/** Blocks with the normalisation before each part, gelu, learned positions; the next character is predicted at every place. */
function characterGpt({ length = 64, depth = 4 }: Sizes = {}): BenchNetwork {
  return {
    title: `character GPT, ${depth} layers, width 128, block ${length}`,
    network: network((apply, { x }, g) => {
      let h = g.add(apply(embedding({ vocabulary: 65, width: 128 }), x as KnownValue), apply(positions(length, 128), x as KnownValue));
      for (let i = 0; i < depth; i++) {
        h = g.add(h, apply(multiHeadAttention({ heads: 4, causal: true }), apply(layerNorm(), h)));
        h = g.add(h, apply(dense({ units: 128 }), apply(dense({ units: 512, activation: 'gelu' }), apply(layerNorm(), h))));
      }
      return apply(dense({ units: 65 }), apply(layerNorm(), h));
    }),
    loss: losses.crossEntropy(),
    batch: 12,
    rows: (random, batch) => ({ x: whole(random, 65, batch, length), y: whole(random, 65, batch, length) }),
  };
}

/** A learned vector for every place. */
function positions(length: number, width: number): Layer {
  return {
    kind: 'positions',
    build: ({ parameter }) =>
      parameter('table', [length, width], (shape, random) => Float32Array.from({ length: product(shape) }, () => 0.02 * random.normal())),
  };
}

function normal(random: Random, ...shape: number[]): Tensor {
  return tensorOf(
    'float32',
    shape,
    Array.from({ length: product(shape) }, () => random.normal()),
  );
}

function whole(random: Random, below: number, ...shape: number[]): Tensor {
  return tensorOf(
    'int64',
    shape,
    Array.from({ length: product(shape) }, () => random.int(below)),
  );
}
