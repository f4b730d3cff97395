/**
 * @file ONNX's own conformance models through this engine: each is read, written, and must compute the same to the bit; and where it takes and
 * gives floats, its gradients are compared with central differences. Prints what came of every model, and ends with an error when one went wrong.
 *
 *     npm run test:conformance                  # the models of Debian's libonnx-testdata
 *     npm run test:conformance -- FOLDER [WORD]  # any folder of such models; those whose name holds the word
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { decodeTensor } from '../src/engine/graph/onnx/decode-tensor.ts';
import {
  checkGradients,
  createSession,
  decodeModel,
  encodeModel,
  type GradientComparison,
  inferShapes,
  MoatError,
  type Model,
  type Node,
  product,
  type Session,
  scalar,
  type Tensor,
} from '../src/engine/index.ts';

type Outcome = 'ok' | 'refused' | 'not run' | 'wrong';
interface Finding {
  readonly outcome: Outcome;
  /** A few words by which findings are counted. */
  readonly what: string;
}

const [folder = '/usr/share/libonnx-testdata/data', word = ''] = process.argv.slice(2);
if (!existsSync(folder)) {
  console.log(`needs libonnx-testdata: there is no ${folder} (Debian: apt-get install libonnx-testdata)`);
  process.exit(0);
}

/** Among more, differences cross a kink somewhere. */
const MOST_ELEMENTS = 100_000;

/** Whose own kernel does not give the outputs that come with the model. */
const runtimeDiffers = ['test_maxunpool_export_with_output_shape'];

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => basename(file) === 'model.onnx' && file.includes(word))
  .sort();
const counts = { 'read and written': new Map<string, string[]>(), gradients: new Map<string, string[]>() };
for (const file of files) {
  const path = join(folder, file);
  const name = basename(dirname(file));
  const { model, bytes, finding } = await roundTrip(path);
  count('read and written', finding, name);
  if (model !== undefined && bytes !== undefined) count('gradients', await gradients(model, inputsOf(path, model)), name);
}

let wrong = 0;
for (const [title, found] of Object.entries(counts)) {
  console.log(`\n${title}`);
  for (const [what, names] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const isWrong = what.startsWith('wrong');
    if (isWrong) wrong += names.length;
    console.log(
      `${String(names.length).padStart(6)}  ${what}${isWrong ? `: ${names.join(' ')}` : word === '' ? '' : `: ${names.slice(0, 9).join(' ')}`}`,
    );
  }
}
console.log(`\n${files.length} models, ${wrong} wrong`);
if (wrong > 0) process.exitCode = 1;

function count(title: keyof typeof counts, { outcome, what }: Finding, name: string): void {
  const key = `${outcome}: ${what}`;
  counts[title].set(key, [...(counts[title].get(key) ?? []), name]);
}

/** Decoded, encoded and decoded again it is the same model, and what was encoded computes what the file computes. */
async function roundTrip(path: string): Promise<{ model?: Model; bytes?: Uint8Array; finding: Finding }> {
  const file = readFileSync(path);
  let model: Model;
  try {
    model = decodeModel(file, { upgrade: true });
  } catch (error) {
    return { finding: failure(error) };
  }
  try {
    const bytes = encodeModel(model);
    if (show(decodeModel(bytes)) !== show(model)) return { model, finding: { outcome: 'wrong', what: 'another model after writing' } };
    const written = await createSession(bytes, { threads: 1 }).catch((error: MoatError) => error);
    if (written instanceof Error) return { model, finding: { outcome: 'not run', what: `${written.code}, as of the file itself` } };
    const inputs = inputsOf(path, model);
    if (inputs === undefined) return { model, bytes, finding: { outcome: 'not run', what: 'inputs that are no tensors' } };
    const original = await createSession(file, { threads: 1 }).catch((error: MoatError) => error);
    const same = original instanceof Error ? await likeStored(written, inputs, path) : await alike(original, written, inputs);
    await written.close();
    if (!same && runtimeDiffers.includes(basename(dirname(path))))
      return { model, bytes, finding: { outcome: 'not run', what: 'the runtime itself computes something else' } };
    if (!same) return { model, bytes, finding: { outcome: 'wrong', what: 'other outputs after writing' } };
    return {
      model,
      bytes,
      finding: {
        outcome: 'ok',
        what: original instanceof Error ? 'written for a newer opset, outputs as stored' : 'same outputs to the bit',
      },
    };
  } catch (error) {
    return { model, finding: { outcome: 'wrong', what: `writing fails: ${words(error)}` } };
  }
}

async function gradients(model: Model, inputs: Record<string, Tensor> | undefined): Promise<Finding> {
  if (model.graph.nodes.some(draws)) return { outcome: 'not run', what: 'it draws random numbers' };
  if (inputs === undefined) return { outcome: 'not run', what: 'inputs that are no tensors' };
  const wrt = Object.keys(inputs).filter((name) => isSmooth(inputs[name] as Tensor));
  try {
    const typed = inferShapes(model).graph;
    const floats = typed.outputs.filter(({ type }) => type?.dtype === 'float32' || type?.dtype === 'float64');
    if (wrt.some((name) => (inputs[name] as Tensor).data.length > MOST_ELEMENTS))
      return { outcome: 'not run', what: 'so many elements that some stand at a tie' };
    if (wrt.length === 0 || floats.length === 0) return { outcome: 'not run', what: 'no floats to differentiate' };
    const weighed = weigh(
      model,
      floats.map(({ name, type }) => [name, type?.dtype as 'float32']),
    );
    const results = [];
    const refusals: MoatError[] = [];
    for (const name of wrt) {
      try {
        results.push(await compare(weighed, name, inputs));
      } catch (error) {
        if (!(error instanceof MoatError) || !isRefusal(error)) throw error;
        refusals.push(error);
      }
    }
    const off = results.filter(isOff);
    if (off.length > 0)
      return {
        outcome: 'wrong',
        what: `gradient ${off.map(({ name, analytic, numeric, precision }) => `${name} ${analytic.toPrecision(4)} for ${numeric.toPrecision(4)} ${precision}`).join(', ')}`,
      };
    if (results.length === 0) return failure(refusals[0]);
    return { outcome: 'ok', what: `agrees in ${results[0]?.precision}` };
  } catch (error) {
    return failure(error);
  }
}

/** A wrong gradient is off everywhere; one that is off near a kink agrees a little further on. */
async function compare(model: Model, name: string, inputs: Record<string, Tensor>): Promise<GradientComparison> {
  const at = async (shift: number): Promise<GradientComparison> => {
    const options = { loss: 'moat:loss', wrt: [name], inputs: moved(name, inputs, shift) };
    return (await checkGradients(fixed(model, name, inputs), options))[0] as GradientComparison;
  };
  let comparison = await at(0.003);
  for (const shift of [0.011, 0.04]) if (isOff(comparison)) comparison = await at(shift);
  return comparison;
}

function isOff({ agrees, numeric, relativeError }: GradientComparison): boolean {
  return !agrees && relativeError > 1e-4 && Number.isFinite(numeric) && Math.abs(numeric) > 1e-6;
}

/** Σ y² + y/2 over all float outputs: every element gets a gradient of its own. */
function weigh(model: Model, outputs: readonly (readonly [string, 'float32' | 'float64'])[]): Model {
  const node = (opType: string, inputs: readonly string[], output: string, attributes: Node['attributes'] = new Map()): Node => ({
    name: output,
    opType,
    domain: '',
    inputs,
    outputs: [output],
    attributes,
  });
  const { graph } = model;
  const initializers = new Map(graph.initializers);
  const nodes = outputs.flatMap(([name, dtype], i) => {
    initializers.set(`moat:half${i}`, scalar(0.5, dtype));
    const sum = node('ReduceSum', [`moat:weighed${i}`], `moat:sum${i}`, new Map([['keepdims', { kind: 'int', value: 0n }]]));
    const last = dtype === 'float32' ? 'Identity' : 'Cast';
    return [
      node('Mul', [name, name], `moat:square${i}`),
      node('Mul', [name, `moat:half${i}`], `moat:part${i}`),
      node('Add', [`moat:square${i}`, `moat:part${i}`], `moat:weighed${i}`),
      sum,
      node(last, [`moat:sum${i}`], `moat:single${i}`, last === 'Cast' ? new Map([['to', { kind: 'int', value: 1n }]]) : new Map()),
    ];
  });
  const total = node(
    'Sum',
    outputs.map((_, i) => `moat:single${i}`),
    'moat:loss',
  );
  const loss = { name: 'moat:loss', type: undefined };
  return { ...model, graph: { ...graph, nodes: [...graph.nodes, ...nodes, total], initializers, outputs: [...graph.outputs, loss] } };
}

function draws({ opType, inputs }: Node): boolean {
  return opType.startsWith('Random') || opType === 'Bernoulli' || opType === 'Multinomial' || (opType === 'Dropout' && inputs.length === 3);
}

/** The model with every input but one written in it, as exporters write indices, sizes and masks. */
function fixed(model: Model, name: string, inputs: Record<string, Tensor>): Model {
  const { graph } = model;
  const others = Object.entries(inputs).filter(([other]) => other !== name);
  const initializers = new Map([...graph.initializers, ...others]);
  return { ...model, graph: { ...graph, inputs: graph.inputs.filter((input) => input.name === name), initializers } };
}

/** Moved a little off whole numbers, where many of the given inputs lie on kinks and ties. */
function moved(name: string, inputs: Record<string, Tensor>, shift: number): Record<string, Tensor> {
  const tensor = inputs[name] as Tensor<'float32'>;
  const data = tensor.data.map((value, i) => value + shift * (0.6 + 0.4 * Math.sin(1 + 7 * i)) * (0.1 + Math.abs(value)));
  return { [name]: { ...tensor, data } };
}

/** The first set of inputs that comes with a model, by name; undefined when one of them is no tensor. */
function inputsOf(path: string, { graph }: Model): Record<string, Tensor> | undefined {
  const set = join(dirname(path), 'test_data_set_0');
  const named = graph.inputs.map(({ name }, i): [string, Tensor] | undefined => {
    try {
      return [name, decodeTensor(readFileSync(join(set, `input_${i}.pb`))).tensor];
    } catch {
      return undefined;
    }
  });
  const given = named.filter((entry) => entry !== undefined);
  const isWhole = graph.inputs.every(({ name }) => graph.initializers.has(name) || given.some(([other]) => other === name));
  return isWhole ? Object.fromEntries(given) : undefined;
}

function isSmooth({ dtype, shape }: Tensor): boolean {
  return (dtype === 'float32' || dtype === 'float64') && product(shape) > 0;
}

/** Both sessions give the same bits, or the runtime refuses both. */
async function alike(original: Session, written: Session, inputs: Record<string, Tensor>): Promise<boolean> {
  const [a, b] = [await outputsOf(original, inputs), await outputsOf(written, inputs)];
  await original.close();
  return a === b;
}

/** A model of an old opset, which is written for a newer one, gives the outputs that come with it. */
async function likeStored(session: Session, inputs: Record<string, Tensor>, path: string): Promise<boolean> {
  const results = await session.run(inputs);
  return session.outputs.every(({ name }, i) => {
    const stored = decodeTensor(readFileSync(join(dirname(path), 'test_data_set_0', `output_${i}.pb`))).tensor;
    const [a, b] = [results[name] as Tensor, stored].map(({ data }) => Array.from(data as ArrayLike<number>, Number));
    return (
      a?.length === b?.length &&
      a?.every((value, k) => Object.is(value, b?.[k]) || Math.abs(value - (b?.[k] ?? 0)) <= 1e-3 * (1 + Math.abs(value)))
    );
  });
}

async function outputsOf(session: Session, inputs: Record<string, Tensor>): Promise<string> {
  try {
    return show(await session.run(inputs));
  } catch (error) {
    return `refused: ${words(error)}`;
  }
}

function isRefusal({ code }: MoatError): boolean {
  return code.startsWith('GRADIENT_') || code === 'GRAPH_RANK_UNKNOWN';
}

function failure(error: unknown): Finding {
  if (error instanceof MoatError && (isRefusal(error) || error.code.startsWith('ONNX_'))) {
    return { outcome: 'refused', what: `${error.code} ${error.message.slice(0, 90).replace(/".*?"/g, '…')}` };
  }
  return { outcome: 'wrong', what: words(error) };
}

function words(error: unknown): string {
  const { code, message, why, stack } = error as Partial<MoatError>;
  return `${code ?? stack?.split('\n')[1]?.trim() ?? ''} ${message?.slice(0, 160)} (${String(why).slice(0, 160)})`;
}

/** Everything of a value, to the bit. */
function show(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (item instanceof Map) return [...item];
    if (typeof item === 'bigint') return `${item}n`;
    if (ArrayBuffer.isView(item)) return Buffer.from(item.buffer, item.byteOffset, item.byteLength).toString('base64');
    return item;
  });
}
