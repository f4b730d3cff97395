/** @file Runs a model: the only door to ONNX Runtime. */

import type ort from 'onnxruntime-node';
import { MoatError } from '../errors.ts';
import { showType } from '../graph/dims.ts';
import type { Model, TensorType, Value } from '../graph/graph.ts';
import { decodeModel } from '../graph/onnx/decode.ts';
import { encodeModel } from '../graph/onnx/encode.ts';
import { host } from '../host/index.ts';
import { didYouMean } from '../nearest.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';
import { externalPlacesIn } from './external-files.ts';
import { type Optimization, optimizationOf } from './optimization.ts';
import { type Provider, unavailable } from './providers.ts';

export interface SessionOptions {
  /** Threads inside an operator; as many as the machine has cores by default. Results may differ in the last place between thread counts. */
  readonly threads?: number;
  /** Where the model runs; the processor unless said otherwise. */
  readonly provider?: Provider;
  /**
   * Of a path: whether weights may lie in other files of the model's own folder. The runtime reads them itself, so that they may be larger than the
   * 2 GiB of one file.
   */
  readonly externalData?: boolean;
}

/** A model made ready to run. `run` blocks the thread that calls it while it computes. */
export interface Session {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /**
   * Computes outputs from inputs.
   * @param fetches names of the outputs wanted (all by default), or tensors by output name that the results are written into without a copy
   * @throws MoatError `SESSION_INPUT` for a missing, unknown or misshapen input, `SESSION_OUTPUT`, `SESSION_RUN`, `SESSION_CLOSED`
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches?: readonly string[] | Readonly<Record<string, Tensor>>,
  ): Promise<Record<string, Tensor>>;
  /** Frees the memory of the runtime. */
  close(): Promise<void>;
}

/**
 * Makes a model ready to run.
 * @param source a model, the bytes of an ONNX file, or the path of one
 * @throws MoatError `ONNX_…` for a file that is no model, `SESSION_CREATE` for one that the runtime refuses,
 *   `PROVIDER_UNAVAILABLE` where the provider is not installed, saying what to install
 */
export async function createSession(source: Model | Uint8Array | string, options: SessionOptions = {}): Promise<Session> {
  const bytes = typeof source === 'string' ? await readModelFile(source) : source;
  // Reading the bytes first refuses hostile files and names of other files before the runtime sees them.
  const folder = typeof source === 'string' && options.externalData === true ? host.path.dirname(source) : undefined;
  const places = folder === undefined ? {} : { externalData: externalPlacesIn(folder) };
  const model = bytes instanceof Uint8Array ? decodeModel(bytes, places) : bytes;
  const file = folder === undefined ? bytes : (source as string);
  const encoded = typeof file === 'string' || file instanceof Uint8Array ? file : encodeModel(withoutInnerTypes(model));
  const { provider = 'cpu' } = options;
  const session = await create(encoded, options, optimizationOf(model)).catch(async (error: unknown) => {
    if (provider !== 'cpu' && (await runsOnCpu(encoded))) throw unavailable(provider, error);
    throw refused(error);
  });
  return new RuntimeSession(session, model);
}

function create(
  encoded: Uint8Array | string,
  { threads, provider = 'cpu' }: SessionOptions,
  optimization: Optimization = { graphOptimizationLevel: 'all' },
): Promise<ort.InferenceSession> {
  return host.ort.InferenceSession.create(encoded as Uint8Array, {
    executionProviders: [provider === 'cpu' ? host.cpu : provider],
    executionMode: 'sequential',
    ...optimization,
    logSeverityLevel: 3,
    ...(threads !== undefined && host.name === 'node' && { intraOpNumThreads: threads }),
  });
}

/** Whether it is the provider that is missing, and not the model that is refused. */
async function runsOnCpu(encoded: Uint8Array | string): Promise<boolean> {
  const session = await create(encoded, {}).catch(() => undefined);
  await session?.release();
  return session !== undefined;
}

class RuntimeSession implements Session {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly #inputTypes: ReadonlyMap<string, TensorType | undefined>;
  readonly #outputNames: ReadonlySet<string>;
  /** Inputs with a default value may be left out. */
  readonly #defaults: ReadonlySet<string>;
  /** The runtime's view of a tensor that is passed again and again, such as a parameter. */
  readonly #views = new WeakMap<Tensor, ort.Tensor>();
  #session: ort.InferenceSession | undefined;

  constructor(session: ort.InferenceSession, { graph }: Model) {
    this.#session = session;
    this.inputs = graph.inputs;
    this.outputs = graph.outputs;
    this.#inputTypes = new Map(graph.inputs.map(({ name, type }) => [name, type]));
    this.#outputNames = new Set(graph.outputs.map(({ name }) => name));
    this.#defaults = new Set(graph.initializers.keys());
  }

  async run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches?: readonly string[] | Readonly<Record<string, Tensor>>,
  ): Promise<Record<string, Tensor>> {
    const session = this.#session;
    if (session === undefined) throw closed();
    this.#checkFeeds(feeds);
    const wanted = fetches ?? [...this.#outputNames];
    const names = isNames(wanted) ? wanted : Object.keys(wanted);
    this.#checkFetches(names);
    const view = (tensor: Tensor): ort.Tensor => this.#view(tensor);
    const targets = isNames(wanted) || !host.writesInPlace ? names : mapValues(wanted, view);
    try {
      const results = await session.run(mapValues(feeds, view), targets);
      if (isNames(wanted)) return mapValues(results, ofRuntime);
      if (!host.writesInPlace) for (const name of names) copyInto(wanted[name] as Tensor, ofRuntime(results[name] as ort.Tensor));
      return { ...wanted };
    } catch (error) {
      throw failed(error);
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.release();
  }

  #view(tensor: Tensor): ort.Tensor {
    const known = this.#views.get(tensor);
    if (known !== undefined) return known;
    const view = toRuntime(tensor);
    this.#views.set(tensor, view);
    return view;
  }

  #checkFeeds(feeds: Readonly<Record<string, Tensor>>): void {
    for (const name of Object.keys(feeds)) {
      const tensor = feeds[name] as Tensor;
      if (!this.#inputTypes.has(name)) throw badInput(`the model has no input "${name}"`, didYouMean(name, this.#inputTypes.keys()));
      const type = this.#inputTypes.get(name);
      if (type !== undefined && !fits(tensor, type)) {
        throw badInput(`input "${name}" does not take ${showType(tensor)}`, `give a tensor of ${showType(type)}`);
      }
    }
    for (const name of this.#inputTypes.keys()) {
      if (!Object.hasOwn(feeds, name) && !this.#defaults.has(name))
        throw badInput(`input "${name}" is missing`, 'give a tensor for every input of the model');
    }
  }

  #checkFetches(names: readonly string[]): void {
    const unknown = names.find((name) => !this.#outputNames.has(name));
    if (unknown === undefined) return;
    throw new MoatError(`the model has no output "${unknown}"`, {
      code: 'SESSION_OUTPUT',
      why: 'only declared outputs can be fetched',
      fix: didYouMean(unknown, this.#outputNames),
    });
  }
}

/** The same names with other values; a call passes so many tensors that a plain loop is felt. */
function mapValues<A, B>(record: Readonly<Record<string, A>>, of: (value: A) => B): Record<string, B> {
  const mapped: Record<string, B> = {};
  for (const name of Object.keys(record)) mapped[name] = of(record[name] as A);
  return mapped;
}

function copyInto(target: Tensor, result: Tensor): void {
  (target.data as Float32Array).set(result.data as Float32Array);
}

function isNames(fetches: readonly string[] | Readonly<Record<string, Tensor>>): fetches is readonly string[] {
  return Array.isArray(fetches);
}

function fits(tensor: Tensor, type: TensorType): boolean {
  if (tensor.dtype !== type.dtype) return false;
  const { shape } = type;
  if (shape === undefined) return true;
  return shape.length === tensor.shape.length && shape.every((dim, axis) => typeof dim === 'string' || dim === tensor.shape[axis]);
}

/** What ONNX Runtime has no JavaScript tensors of. */
const withoutForm: ReadonlySet<DType> = new Set([
  'bfloat16',
  'complex64',
  'complex128',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'float8e8m0',
  'float4e2m1',
]);

function toRuntime(tensor: Tensor): ort.Tensor {
  if (withoutForm.has(tensor.dtype)) {
    throw new MoatError(`a ${tensor.dtype} tensor cannot be passed to the runtime`, {
      code: 'SESSION_DTYPE',
      why: 'ONNX Runtime has no JavaScript form of it',
      fix: 'cast to float32 in the graph, at its inputs and outputs',
    });
  }
  return new host.ort.Tensor(tensor.dtype as ort.Tensor.Type, tensor.data as ort.Tensor.DataType, tensor.shape);
}

function ofRuntime(tensor: ort.Tensor): Tensor {
  const dtype = tensor.type as DType;
  const data = tensor.data;
  // Newer Node versions give 16-bit floats as Float16Array; here they are words.
  const words = dtype === 'float16' && ArrayBuffer.isView(data) ? new Uint16Array(data.buffer, data.byteOffset, tensor.size) : data;
  return { dtype, shape: tensor.dims, data: words } as Tensor;
}

/** Types of inner values are for readers; the runtime works them out itself. */
function withoutInnerTypes(model: Model): Model {
  return { ...model, graph: { ...model.graph, types: new Map() } };
}

async function readModelFile(path: string): Promise<Uint8Array> {
  return host.files.readFile(path).catch((error: unknown) => {
    const code = (error as { code?: string }).code;
    throw new MoatError(`cannot read the model file ${path}`, {
      code: 'SESSION_FILE',
      kind: code === 'ENOENT' ? 'not_found' : 'invalid',
      why: code === 'ENOENT' ? 'there is no such file' : String(code),
      fix: 'check the path',
      cause: error,
    });
  });
}

function badInput(what: string, fix: string): MoatError {
  return new MoatError(what, { code: 'SESSION_INPUT', why: 'inputs must have the names, dtypes and shapes that the model declares', fix });
}

function closed(): MoatError {
  return new MoatError('this session is closed', {
    code: 'SESSION_CLOSED',
    why: 'close() has freed its memory',
    fix: 'create a new session',
  });
}

function refused(cause: unknown): MoatError {
  return new MoatError('the runtime refuses this model', {
    code: 'SESSION_CREATE',
    why: cause instanceof Error ? cause.message : String(cause),
    fix: 'check the model with onnx.checker, or export it again for another opset',
    cause,
  });
}

function failed(cause: unknown): MoatError {
  return new MoatError('running the model failed', {
    code: 'SESSION_RUN',
    why: cause instanceof Error ? cause.message : String(cause),
    fix: 'check the shapes and values of the inputs: sizes of the same name must be equal, indices must be in range',
    cause,
  });
}
