/**
 * @file Small graphs without ONNX Runtime: their values lie in one WebAssembly memory, and one call runs all nodes. A call to ONNX Runtime takes ten
 * microseconds and more before it computes, and half of one for every node; a small network computes for five in all.
 */

import { MoatError } from '../../errors.ts';
import type { Model } from '../../graph/graph.ts';
import { host } from '../../host/index.ts';
import { loadWasm, reservedBytes } from '../../host/wasm.ts';
import { arrayTypes } from '../../tensor/make.ts';
import { product } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { type Instruction, WORDS } from './instructions.ts';
import { type Place, type Program, programOf } from './program.ts';

export interface Interpreter {
  /**
   * Writes the outputs that are asked for into the tensors given.
   * @throws MoatError `SESSION_RUN` for an index that is out of range
   */
  run(feeds: Readonly<Record<string, Tensor>>, fetches: Readonly<Record<string, Tensor>>): Promise<unknown>;
  close(): Promise<void>;
}

/** Of multiply-adds and values. Beyond it ONNX Runtime is faster, by its threads and wider vectors. */
const MOST_WORK = 1_000_000;

/** An interpreter for the model; undefined where an operator is beyond it, or the work worth ONNX Runtime. */
export function createInterpreter(model: Model): Interpreter | undefined {
  const program = programOf(model, reservedBytes);
  return program === undefined || program.work > MOST_WORK ? undefined : new ProgramInterpreter(program);
}

/** So long it may keep timers and sockets waiting, which get their turn between two runs. */
const LONGEST_TURN_MS = 4;

interface Exports {
  run(program: number, count: number): number;
}

class ProgramInterpreter implements Interpreter {
  readonly #program: Program;
  readonly #exports: Exports;
  readonly #inputs: readonly { readonly name: string; readonly view: View }[];
  readonly #outputs: ReadonlyMap<string, View>;
  readonly #first: number;
  #turnBegan = performance.now();

  constructor(program: Program) {
    const { once, each, end } = program;
    const bytes = 4 * WORDS * (once.length + each.length);
    const { exports, buffer } = loadWasm<Exports>('interpreter', end + bytes);
    this.#program = program;
    this.#exports = exports;
    this.#inputs = [...program.inputs].map(([name, place]) => ({ name, view: viewOf(buffer, place, place.dtype) }));
    this.#outputs = new Map([...program.outputs].map(([name, place]) => [name, viewOf(buffer, place, 'float32')]));
    for (const { at, tensor } of program.constants) {
      viewOf(buffer, { at, shape: tensor.shape }, 'float32').set(Float32Array.from(tensor.data as ArrayLike<number>, Number));
    }
    write(buffer, end, once);
    this.#first = write(buffer, end + 4 * WORDS * once.length, each);
    exports.run(end, once.length);
  }

  async run(feeds: Readonly<Record<string, Tensor>>, fetches: Readonly<Record<string, Tensor>>): Promise<void> {
    if (performance.now() - this.#turnBegan > LONGEST_TURN_MS) {
      await host.turn();
      this.#turnBegan = performance.now();
    }
    for (const { name, view } of this.#inputs) view.set((feeds[name] as Tensor).data as never);
    const failed = this.#exports.run(this.#first, this.#program.each.length);
    if (failed >= 0) throw outOfRange(this.#program, failed);
    for (const name of Object.keys(fetches)) ((fetches[name] as Tensor).data as Float32Array).set(this.#outputs.get(name) as Float32Array);
  }

  async close(): Promise<void> {}
}

type View = Float32Array | BigInt64Array | Int32Array | Uint8Array;

function viewOf(buffer: ArrayBuffer, { at, shape }: Pick<Place, 'at' | 'shape'>, dtype: 'float32'): Float32Array;
function viewOf(buffer: ArrayBuffer, { at, shape }: Pick<Place, 'at' | 'shape'>, dtype: Place['dtype']): View;
function viewOf(buffer: ArrayBuffer, { at, shape }: Pick<Place, 'at' | 'shape'>, dtype: Place['dtype']): View {
  const Values = arrayTypes[dtype as 'float32' | 'int64' | 'int32' | 'bool'];
  return new Values(buffer, at, product(shape));
}

/** Writes a program, and says where. */
function write(buffer: ArrayBuffer, at: number, instructions: readonly Instruction[]): number {
  const words = new Int32Array(buffer, at, WORDS * instructions.length);
  instructions.forEach((instruction, i) => {
    words.set(instruction, WORDS * i);
  });
  return at;
}

function outOfRange({ nodes }: Program, failed: number): MoatError {
  const { name, opType } = nodes[failed] as Program['nodes'][number];
  const isInput = opType === 'input';
  return new MoatError('running the model failed', {
    code: 'SESSION_RUN',
    why: isInput ? `input "${name}" holds a number beyond 16,777,216` : `an index of ${opType} "${name}" is out of range`,
    fix: 'check the values of the inputs: a class or a category must be below the number that the network was made for',
  });
}
