/** @file Trains the candidates of a recipe one after the other, keeping each as soon as it is done. */

import type { ColumnSchema, DatasetVersion, ShuffledRows } from '../data/index.ts';
import type { Table } from '../data/table.ts';
import {
  type Candidate,
  type Checkpoint,
  type Predictions,
  planCandidates,
  type Recipe,
  type Task,
  type TrainedCandidate,
} from '../model/index.ts';
import type { BlobStore } from '../store/index.ts';
import type { Saved, TrainMessage } from './messages.ts';
import { predictionsFromJson, predictionsToJson } from './predictions-json.ts';
import { sampleNotes } from './rows.ts';

/** A trained candidate whose artifact lies in the blob store. */
export interface KeptCandidate extends Omit<TrainedCandidate, 'artifact'> {
  /** Unique in its run: the family, with a number behind it when the recipe lists the family more than once. */
  readonly name: string;
  readonly kind: Candidate['family']['kind'];
  /** Blob. */
  readonly artifact: string;
  readonly validation: Predictions;
}

export interface TrainingInput {
  readonly recipe: Recipe;
  readonly version: DatasetVersion;
  readonly task: Task;
  readonly train: Table;
  /** All training rows, when `train` is a sample of them. */
  readonly stream?: ShuffledRows;
  readonly validation: Table;
  readonly blobs: BlobStore;
  readonly saved: Readonly<Record<string, Saved>>;
  readonly tell: (message: TrainMessage) => void;
  readonly signal: AbortSignal;
}

/** Candidates that an earlier attempt of the run has finished are taken as they are. */
export async function trainCandidates(input: TrainingInput): Promise<KeptCandidate[]> {
  const inputs = input.version.columns.filter(({ name }) => name !== input.task.target);
  const kept: KeptCandidate[] = [];
  for (const { name, candidate } of named(planCandidates(input.recipe, inputs, input.task))) {
    const saved = input.saved[name];
    kept.push(saved?.state === 'trained' ? await readKept(input.blobs, saved.blob) : await trainOne(input, inputs, name, candidate));
  }
  return kept;
}

async function trainOne(
  input: TrainingInput,
  columns: readonly ColumnSchema[],
  name: string,
  { family, options }: Candidate,
): Promise<KeptCandidate> {
  const { recipe, blobs, tell } = input;
  const learned = family.kind === 'network' ? (input.stream?.rowCount ?? input.train.rowCount) : input.train.rowCount;
  tell({ kind: 'note', family: name, text: `training on ${learned.toLocaleString('en')} rows` });
  const { artifact, ...trained } = await family.train({
    ...(input.stream && { stream: input.stream }),
    task: input.task,
    columns,
    ...(input.version.inputs && { inputs: input.version.inputs }),
    train: input.train,
    validation: input.validation,
    options,
    training: recipe.train,
    seed: recipe.train.seed,
    threads: recipe.train.threads,
    onProgress: (event) => tell({ ...event, family: name }),
    checkpoint: checkpointOf(input, name),
    signal: input.signal,
    prepare: input.version.prepare,
  });
  const notes = [...trained.notes, ...notesOnSamples(input, family.kind)];
  const candidate: KeptCandidate = { ...trained, notes, name, kind: family.kind, artifact: await blobs.put(artifact) };
  tell({ kind: 'saved', candidate: name, state: 'trained', epoch: trained.history.length, blob: await keep(blobs, candidate) });
  return candidate;
}

/** What was learned or chosen on a sample is said. */
function notesOnSamples({ stream, train, version }: TrainingInput, kind: Candidate['family']['kind']): string[] {
  if (stream === undefined) return sampleNotes(version, ['validation', 'test']);
  const [sample, all] = [train.rowCount.toLocaleString('en'), stream.rowCount.toLocaleString('en')];
  const learned =
    kind === 'network'
      ? `encoders learned from a seeded sample of ${sample} of ${all} training rows, the network from all`
      : `trained on a seeded sample of ${sample} of ${all} training rows`;
  return [learned, ...sampleNotes(version, ['validation', 'test'])];
}

function checkpointOf({ blobs, saved, tell }: TrainingInput, name: string): Checkpoint {
  return {
    async load() {
      const state = saved[name];
      return state === undefined ? undefined : blobs.get(state.blob);
    },
    async save(state, { epoch }) {
      tell({ kind: 'saved', candidate: name, state: 'partial', epoch, blob: await blobs.put(state) });
    },
  };
}

function named(candidates: readonly Candidate[]): { name: string; candidate: Candidate }[] {
  const seen = new Map<string, number>();
  return candidates.map((candidate) => {
    const count = (seen.get(candidate.family.name) ?? 0) + 1;
    seen.set(candidate.family.name, count);
    return { name: count === 1 ? candidate.family.name : `${candidate.family.name}-${count}`, candidate };
  });
}

async function keep(blobs: BlobStore, candidate: KeptCandidate): Promise<string> {
  const json = { ...candidate, validation: predictionsToJson(candidate.validation) };
  return blobs.put(new TextEncoder().encode(JSON.stringify(json)));
}

async function readKept(blobs: BlobStore, hash: string): Promise<KeptCandidate> {
  const json = JSON.parse(new TextDecoder().decode(await blobs.get(hash)));
  return { ...json, validation: predictionsFromJson(json.validation) };
}
