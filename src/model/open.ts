/** @file Opens a sealed model: checks the file, then turns rows into predictions in chunks of a fixed size. */

import { createHash } from 'node:crypto';
import { applyPrepare, selectRows, tableOfRequest } from '../data/index.ts';
import type { Row, Table } from '../data/table.ts';
import { MoatError } from '../engine/errors.ts';
import { createSession, type Session, type Tensor } from '../engine/index.ts';
import { type ArtifactFacts, readArtifact } from './artifact.ts';
import { openFeed } from './feed.ts';
import { collect } from './outputs.ts';
import type { Predictions, Predictor } from './predictor.ts';

/** Rows that go through the graph at once. Fixed, so that the same table always meets the same sums in the same order. */
export const CHUNK_ROWS = 256;

/**
 * Opens the bytes of an artifact. Never runs anything from the file but the operators of its graph.
 *
 * @param options `threads` inside one operator; 0 or left out: as many as there are cores
 * @throws MoatError `ARTIFACT_INVALID`, `ARTIFACT_VERSION`
 */
export async function openPredictor(bytes: Uint8Array, options: { readonly threads?: number } = {}): Promise<Predictor> {
  const { facts } = readArtifact(bytes);
  const feed = openFeed(facts.input);
  const session = await createSession(bytes, threadsOption(options.threads));
  return new SealedPredictor(createHash('sha256').update(bytes).digest('hex'), facts, feed, session);
}

class SealedPredictor implements Predictor {
  readonly artifact: string;
  readonly family: string;
  readonly parameterCount: number;
  readonly signature: Predictor['signature'];
  readonly #facts: ArtifactFacts;
  readonly #feed: ReturnType<typeof openFeed>;
  readonly #session: Session;

  constructor(artifact: string, facts: ArtifactFacts, feed: ReturnType<typeof openFeed>, session: Session) {
    this.artifact = artifact;
    this.family = facts.family;
    this.parameterCount = facts.parameterCount;
    this.signature = facts.signature;
    this.#facts = facts;
    this.#feed = feed;
    this.#session = session;
  }

  tableOf(rows: readonly Row[]): Promise<Table> {
    return tableOfRequest(rows, this.signature.inputs);
  }

  async predict(table: Table, options: { readonly prepared?: boolean } = {}): Promise<Predictions> {
    const clean = options.prepared === true ? table : applyPrepare(this.#facts.prepare, table);
    const outputs: Tensor[] = [];
    const warnings: { row: number; message: string }[] = [];
    for (let from = 0; from < clean.rowCount; from += CHUNK_ROWS) {
      const to = Math.min(clean.rowCount, from + CHUNK_ROWS);
      const chunk = from === 0 && to === clean.rowCount ? clean : selectRows(clean, range(from, to));
      for (const feeds of this.#feed.of(chunk)) outputs.push(await this.#run(feeds));
      for (const { row, column } of this.#feed.unseen(chunk)) {
        warnings.push({ row: from + row, message: `"${column}" holds a category that training never saw` });
      }
    }
    const predictions = collect(this.#facts, outputs, clean.rowCount);
    return warnings.length === 0 ? predictions : { ...predictions, warnings };
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async #run(feeds: Record<string, Tensor>): Promise<Tensor> {
    const [output] = Object.values(await this.#session.run(feeds));
    if (output !== undefined) return output;
    throw new MoatError('the model gave no output', {
      code: 'ARTIFACT_INVALID',
      why: 'its graph declares none',
      fix: 'use the file as training wrote it, or train again',
    });
  }
}

function threadsOption(threads: number | undefined): { threads?: number } {
  return threads === undefined || threads === 0 ? {} : { threads };
}

function range(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, i) => from + i);
}
