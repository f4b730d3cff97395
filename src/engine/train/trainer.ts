/** @file `createTrainer`: training step by step, for loops that `fit` does not know: two networks against each other, an input that is improved. */

import { differentiate } from '../autodiff/differentiate.ts';
import { MoatError } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Model } from '../graph/graph.ts';
import { type InputTypes, inputTypes, type Network } from '../nn/network.ts';
import { type ParameterSpec, trace } from '../nn/trace.ts';
import { type Optimizer, optimizers, type ScheduleMoment } from '../optim/index.ts';
import { createSession, type Session } from '../runtime/session.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batch, isTensor, rowsOf, tensorsOf } from './batches.ts';
import { groupParameters, type ParameterGroup } from './groups.ts';
import { firstNotFinite, notFinite } from './not-finite.ts';
import { beginning } from './progress.ts';
import { trainingRunner } from './runner.ts';
import { type Losses, lossGraph } from './step-graph.ts';
import { targetsByName } from './targets.ts';
import { Updater } from './update.ts';
import { Weights } from './weights.ts';

export interface TrainerOptions {
  /** Types of the inputs; the first axis may be called `batch`. */
  readonly input: InputTypes;
  readonly loss: Losses;
  /** Adam unless said otherwise. */
  readonly optimizer?: Optimizer;
  /** Keys the first values of the parameters and the dropout masks. */
  readonly seed: number;
  readonly threads?: number;
  /** As in `fit`: what is frozen, learns slower, does not decay. */
  readonly groups?: readonly ParameterGroup[];
  readonly clipNorm?: number;
  readonly clipValue?: number;
}

export interface StepResult {
  /** Mean over the batch, before the update. */
  readonly loss: number;
  /** The share of right predictions; undefined for a loss that counts none. */
  readonly accuracy?: number;
}

export interface Trainer {
  /** Updates so far. */
  readonly steps: number;
  /** Parameters and states as they stand, by name: views of the memory that training works in, so writing to them changes the network. */
  readonly parameters: Readonly<Record<string, Tensor<'float32'>>>;
  /**
   * One batch, one update. `learningRateFactor` multiplies the learning rate of this step: a schedule of your own.
   * @throws MoatError `TRAIN_NOT_FINITE`, before the update
   */
  step(batch: Batch, learningRateFactor?: number): Promise<StepResult>;
  /**
   * The loss of a batch and its gradients by float inputs, each in the shape of the input; nothing is updated. Without dropout and with fixed
   * statistics, as the network is saved. `by` names the inputs; all float ones unless said otherwise.
   */
  inputGradients(
    batch: Batch,
    by?: readonly string[],
  ): Promise<{ readonly loss: number; readonly gradients: Readonly<Record<string, Tensor>> }>;
  /** What the network gives, by output name (`output` where there is one), with the weights as they stand. */
  predict(x: Batch['x']): Promise<Record<string, Tensor>>;
  /** Copies of the weights as plain ONNX. */
  model(): Model;
  /** Frees the memory of the runtime. */
  close(): Promise<void>;
}

/** A trainer of a network whose parameters begin as `fit` would begin them. @throws MoatError `GROUP_…`, `TRAIN_ALL_FROZEN` */
export function createTrainer(network: Network, options: TrainerOptions): Trainer {
  return new StepTrainer(network, options);
}

class StepTrainer implements Trainer {
  readonly #network: Network;
  readonly #options: TrainerOptions;
  readonly #weights: Weights;
  readonly #updater: Updater;
  readonly #training: ReturnType<typeof trainingRunner>;
  readonly #sessions = new Map<string, Promise<Session>>();
  #steps = 0;
  #learningRateFactor = 1;

  constructor(network: Network, options: TrainerOptions) {
    const { input, loss, optimizer = optimizers.adam(), seed, threads, groups: given = [] } = options;
    const groups = groupParameters(network.parameters(input), given);
    const frozen = new Set(groups.frozen.map(({ name }) => name));
    this.#network = network;
    this.#options = options;
    this.#weights = new Weights({ groups, states: network.states(input), optimizer, averaging: undefined, accumulates: false, seed });
    this.#training = trainingRunner({ network, loss, weights: this.#weights, frozen, seed, threads });
    const schedule = { name: 'own', settings: {}, factor: () => this.#learningRateFactor };
    this.#updater = new Updater(this.#weights, groups.trained, { ...options, optimizer, epochs: 1, schedule });
  }

  get steps(): number {
    return this.#steps;
  }

  get parameters(): Trainer['parameters'] {
    return this.#weights.inputs;
  }

  async step(batch: Batch, learningRateFactor = 1): Promise<StepResult> {
    const { loss, correct, targets } = await this.#training.run(batch, this.#steps);
    if (!Number.isFinite(loss) || !Number.isFinite(this.#updater.gradientNorm())) await this.#stopNotFinite(batch, loss);
    this.#weights.keepStates();
    this.#learningRateFactor = learningRateFactor;
    const progress = { ...beginning, step: this.#steps, pending: { batches: 1, rows: rowsOf(batch) } };
    this.#updater.update(progress, { step: this.#steps, steps: Number.POSITIVE_INFINITY, epoch: 0, losses: [] } satisfies ScheduleMoment);
    this.#steps += 1;
    return { loss, ...(correct !== undefined && { accuracy: correct / targets }) };
  }

  async inputGradients(batch: Batch, by = floatInputs(batch.x)): ReturnType<Trainer['inputGradients']> {
    const names = [...by];
    const session = await this.#sessionFor(`gradients ${names} ${shapesOf(batch.x)} ${shapesOf(batch.y)}`, () =>
      differentiate(lossGraph(this.#network, this.#options.loss, batch, false).model, { loss: 'loss', wrt: names }),
    );
    const feeds = { ...this.#weights.inputs, ...byName(batch.x), ...targetsByName(batch.y) };
    const results = await session.run(feeds, ['loss', ...names.map((name) => `grad:${name}`)]);
    const gradients = names.map((name) => [name, results[`grad:${name}`] as Tensor] as const);
    return { loss: (results.loss as Tensor<'float32'>).data[0] as number, gradients: Object.fromEntries(gradients) };
  }

  async predict(x: Batch['x']): Promise<Record<string, Tensor>> {
    const session = await this.#sessionFor('predict', () => this.#predictionGraph());
    return session.run({ ...this.#weights.inputs, ...byName(x) });
  }

  model(): Model {
    const { input, seed } = this.#options;
    return this.#network.build({ input, seed, parameters: this.#weights.values() });
  }

  async close(): Promise<void> {
    const sessions = await Promise.allSettled(this.#sessions.values());
    this.#sessions.clear();
    for (const session of sessions) if (session.status === 'fulfilled') await session.value.close();
    await this.#training.close();
  }

  #sessionFor(key: string, modelOf: () => Model): Promise<Session> {
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const { threads } = this.#options;
    const made = createSession(modelOf(), threads === undefined ? {} : { threads });
    this.#sessions.set(key, made);
    return made;
  }

  /** The network with its weights as inputs. */
  #predictionGraph(): Model {
    const g = new GraphBuilder({ name: 'prediction' });
    const place = ({ name, shape }: ParameterSpec) => g.input(name, { dtype: 'float32', shape });
    const { outputs } = trace(this.#network, g, { inputs: inputTypes(this.#options.input), isTraining: false, place });
    for (const [name, { output }] of Object.entries(outputs)) g.output(output, name);
    return g.model();
  }

  async #stopNotFinite(batch: Batch, loss: number): Promise<never> {
    const { graph, feeds } = this.#training.inspect(batch, this.#steps);
    const first = await firstNotFinite(graph.model, feeds).catch(() => undefined); // a fault of the search must not hide the finding
    const what = Number.isFinite(loss) ? 'a gradient is not finite' : `the loss became ${loss}`;
    throw notFinite({ step: this.#steps + 1, epoch: 1, batch: this.#steps + 1, what }, first);
  }
}

function byName(x: Batch['x']): Readonly<Record<string, Tensor>> {
  return isTensor(x) ? { x } : x;
}

function floatInputs(x: Batch['x']): string[] {
  const names = Object.entries(byName(x)).flatMap(([name, { dtype }]) => (dtype === 'float32' || dtype === 'float64' ? [name] : []));
  if (names.length > 0) return names;
  throw new MoatError('there is no input to take gradients by', {
    code: 'TRAIN_NO_FLOAT_INPUT',
    why: 'every input holds whole numbers, by which there is no derivative',
    fix: 'give the input in float32, or begin the network behind the embedding',
  });
}

function shapesOf(tensors: Batch['x']): string {
  return tensorsOf(tensors)
    .map(({ dtype, shape }) => `${dtype}[${shape}]`)
    .join();
}
