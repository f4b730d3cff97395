/**
 * @file TensorFlow.js's side of the benchmark: the networks of ../networks.ts, trained with Adam, as many steps at a time as it is told.
 *
 *     node bench/peers/tfjs.mjs NETWORK THREADS
 *
 * Reads numbers of steps from standard input, one a line; answers each with a line of JSON, as moat.ts does. The WebAssembly backend lacks
 * the kernels of some gradients. Those of a convolution and of an embedding, which would take a minute a step in JavaScript, are written here
 * with operations that the backend has; for others the kernel of the JavaScript backend stands in, and the answer says so.
 */

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');

const [name, threads] = process.argv.slice(2);
wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
wasm.setThreadsCount(Number(threads));
await tf.setBackend('wasm');

/** Kernels that only the JavaScript backend has, run on its tensors: the values are copied there and back. */
const borrowed = new Set();
for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('cpu')) {
  if (tf.getKernel(kernelName, 'wasm') !== undefined) continue;
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc({ inputs, attrs, backend }) {
      borrowed.add(kernelName);
      const cpu = tf.findBackend('cpu');
      const made = [];
      const there = (info) => {
        const dataId = cpu.write(backend.readSync(info.dataId), info.shape, info.dtype);
        made.push(dataId);
        return { ...info, dataId };
      };
      const outputs = kernelFunc({
        inputs: Object.fromEntries(Object.entries(inputs).map(([key, info]) => [key, there(info)])),
        attrs,
        backend: cpu,
      });
      const back = (info) => {
        const values = cpu.readSync(info.dataId);
        made.push(info.dataId);
        return { ...info, dataId: backend.write(values, info.shape, info.dtype) };
      };
      const results = Array.isArray(outputs) ? outputs.map(back) : back(outputs);
      for (const dataId of new Set(made)) cpu.disposeData(dataId);
      return results;
    },
  });
}

const { dense, lstm, layerNormalization } = tf.layers;
const whole = (shape, below) => tf.randomUniform(shape, 0, below, 'int32', 1);
const classes = (z, y) => tf.losses.softmaxCrossEntropy(tf.oneHot(y.flatten(), z.shape.at(-1)), z.reshape([-1, z.shape.at(-1)]));
const binary = (z, y) => tf.losses.sigmoidCrossEntropy(y.cast('float32'), z.squeeze([1]));

/** network, loss, features of a batch, targets of a batch */
const networks = {
  a: [
    () => row([3], dense({ units: 4, activation: 'sigmoid' }), dense({ units: 2 })),
    classes,
    () => tf.randomNormal([32, 3]),
    () => whole([32], 2),
  ],
  a2: [
    () => row([20], dense({ units: 32, activation: 'relu' }), dense({ units: 1 })),
    binary,
    () => tf.randomNormal([32, 20]),
    () => whole([32], 2),
  ],
  b: [
    () => row([784], dense({ units: 512, activation: 'relu' }), dense({ units: 512, activation: 'relu' }), dense({ units: 10 })),
    classes,
    () => tf.randomNormal([128, 784]),
    () => whole([128], 10),
  ],
  c: [sentiment, binary, () => whole([32, 80], 10_000), () => whole([32], 2)],
  d: [cnn, classes, () => tf.randomNormal([64, 784]), () => whole([64], 10)],
  e: [encoder, classes, () => whole([32, 64], 1000), () => whole([32], 2)],
  f: [characterGpt, classes, () => whole([12, 64], 65), () => whole([12, 64], 65)],
};

function row(inputShape, first, ...others) {
  const input = tf.input({ shape: inputShape });
  const model = tf.model({ inputs: input, outputs: others.reduce((x, layer) => layer.apply(x), first.apply(input)) });
  return (x) => model.apply(x, { training: true });
}

function sentiment() {
  const table = embedding(10_000, 32);
  const rest = row([80, 32], lstm({ units: 64, recurrentInitializer: 'glorotUniform' }), dense({ units: 1 }));
  return (x) => rest(table(x));
}

/** Its gradient: the rows of the gradient of the result, added up at the indices that they were read by. */
function embedding(vocabulary, width) {
  const table = tf.variable(tf.randomUniform([vocabulary, width], -0.05, 0.05));
  return (x) => {
    const rowsOf = tf.customGrad((table) => ({
      value: tf.gather(table, x),
      gradFunc: (dy) => tf.scatterND(x.reshape([-1, 1]), dy.reshape([-1, width]), table.shape),
    }));
    return rowsOf(table);
  };
}

function cnn() {
  const kernel = (given, filters) => tf.variable(tf.randomUniform([3, 3, given, filters], -0.1, 0.1));
  const blocks = [kernel(1, 32), kernel(32, 64)].map((W) => ({ W, b: tf.variable(tf.zeros([W.shape[3]])) }));
  const [hidden, head] = [dense({ units: 128, activation: 'relu' }), dense({ units: 10 })];
  return (x) => {
    const images = blocks.reduce(
      (h, { W, b }) => tf.maxPool(tf.relu(tf.add(convolve(h, W), b)), 2, 2, 'valid'),
      x.reshape([-1, 28, 28, 1]),
    );
    return head.apply(hidden.apply(images.reshape([-1, 7 * 7 * 64])));
  };
}

/** 3 × 3 with padding. Its gradient by the kernel: for each of the nine places in it, the shifted image times the gradient of the result. */
const convolve = tf.customGrad((x, W, save) => {
  save([x, W]);
  const gradFunc = (dy, [x, W]) => {
    const [batch, height, width, given] = x.shape;
    const padded = tf.pad(x, [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
    const rows = dy.reshape([-1, W.shape[3]]);
    const at = (i, j) => tf.matMul(tf.slice(padded, [0, i, j, 0], [batch, height, width, given]).reshape([-1, given]), rows, true, false);
    const places = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => at(i, j)));
    return [tf.conv2dTranspose(dy, W, x.shape, 1, 'same'), tf.stack(places).reshape(W.shape)];
  };
  return { value: tf.conv2d(x, W, 1, 'same'), gradFunc };
});

function encoder() {
  const table = embedding(1000, 128);
  const places = tf.variable(tf.randomNormal([64, 128], 0, 0.02));
  const blocks = [0, 1].map(() => {
    const [attend, norm1, raise, lower, norm2] = [
      attention(false),
      layerNormalization(),
      dense({ units: 512, activation: 'relu' }),
      dense({ units: 128 }),
      layerNormalization(),
    ];
    return (x) => {
      const a = norm1.apply(tf.add(x, attend(x)));
      return norm2.apply(tf.add(a, lower.apply(raise.apply(a))));
    };
  });
  const head = dense({ units: 2 });
  return (x) => head.apply(blocks.reduce((h, each) => each(h), tf.add(table(x), places)).mean(1));
}

function characterGpt() {
  const table = embedding(65, 128);
  const places = tf.variable(tf.randomNormal([64, 128], 0, 0.02));
  const blocks = [0, 1, 2, 3].map(() => {
    const [norm1, attend, norm2, raise, lower] = [
      layerNormalization(),
      attention(true),
      layerNormalization(),
      dense({ units: 512 }),
      dense({ units: 128 }),
    ];
    return (x) => {
      const h = tf.add(x, attend(norm1.apply(x)));
      return tf.add(h, lower.apply(gelu(raise.apply(norm2.apply(h)))));
    };
  });
  const [norm, head] = [layerNormalization(), dense({ units: 65 })];
  return (x) => head.apply(norm.apply(blocks.reduce((h, each) => each(h), tf.add(table(x), places))));
}

/** Four heads over 128 columns; one product for the queries, keys and values. */
function attention(causal) {
  const [project, output] = [dense({ units: 384 }), dense({ units: 128 })];
  const hidden = tf.tidy(() => tf.keep(tf.sub(1, tf.linalg.bandPart(tf.ones([64, 64]), -1, 0)).mul(-1e9)));
  return (x) => {
    const [batch, length] = x.shape;
    const heads = (part) => part.reshape([batch, length, 4, 32]).transpose([0, 2, 1, 3]);
    const [q, k, v] = tf.split(project.apply(x), 3, -1).map(heads);
    const scores = tf.matMul(q, k, false, true).div(Math.sqrt(32));
    const weights = tf.softmax(causal ? tf.add(scores, hidden) : scores);
    return output.apply(tf.matMul(weights, v).transpose([0, 2, 1, 3]).reshape([batch, length, 128]));
  };
}

function gelu(x) {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

const [make, lossOf, features, targets] = networks[name];
const network = make();
const batches = Array.from({ length: 8 }, () => [features(), targets()]);
const optimizer = tf.train.adam();
console.log(JSON.stringify({ version: `TensorFlow.js ${tf.version.tfjs} wasm`, threads: wasm.getThreadsCount() }));

let step = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const [began, beganCpu] = [performance.now(), process.cpuUsage()];
  let loss = Number.NaN;
  for (let i = 0; i < Number(line); i++) {
    const [x, y] = batches[step++ % batches.length];
    loss = tf.tidy(() => optimizer.minimize(() => lossOf(network(x), y), true).dataSync()[0]);
  }
  const { user, system } = process.cpuUsage(beganCpu);
  const answer = {
    ms: performance.now() - began,
    cpuMs: (user + system) / 1000,
    loss,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    borrowed: [...borrowed],
  };
  console.log(JSON.stringify(answer));
}
