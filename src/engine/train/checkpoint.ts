/**
 * @file A checkpoint: everything that a run needs to go on as if it had never stopped, in one array of bytes.
 *
 *     "MOATCKPT" | version u32 | header length u32 | header as JSON | sections of float32 | SHA-256 of all before it
 *
 * Numbers are little-endian. Random numbers need no state of their own: they are functions of seed, epoch and step.
 */

import { MoatError } from '../errors.ts';
import { host } from '../host/index.ts';
import type { Progress } from './progress.ts';

/** What the checkpoint must fit: another network, optimizer or data would make nonsense of it. */
export interface RunIdentity {
  /** Names and shapes of the parameters that are trained, in the order of the sections, and of the states. */
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Everything else that must be the same, as text by what it is. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface Checkpoint {
  readonly progress: Progress;
  /** Flat sections by name: those of the arena, the states, their averages, the best weights. */
  readonly sections: Readonly<Record<string, Float32Array>>;
}

export function encodeCheckpoint({ progress, sections }: Checkpoint, identity: RunIdentity): Uint8Array {
  const hash = host.createHash('sha256'); // first: a browser has none, and says so
  const entries = Object.entries(sections);
  const shapes = entries.map(([name, values]) => ({ name, length: values.length }));
  const header = Buffer.from(JSON.stringify({ identity, progress, sections: shapes } satisfies Header));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.write(MAGIC, 'latin1');
  prefix.writeUInt32LE(VERSION, MAGIC.length);
  prefix.writeUInt32LE(header.length, MAGIC.length + 4);
  const body = entries.map(([, values]) => Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  const bytes = Buffer.concat([prefix, header, ...body]);
  return Buffer.concat([bytes, hash.update(bytes).digest()]);
}

/** @throws MoatError `CHECKPOINT_CORRUPT`, `CHECKPOINT_VERSION`, `CHECKPOINT_OTHER_NETWORK`, `CHECKPOINT_OTHER_RUN`. */
export function decodeCheckpoint(bytes: Uint8Array, identity: RunIdentity): Checkpoint {
  const hash = host.createHash('sha256');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.length - DIGEST_BYTES;
  if (end < PREFIX_BYTES || buffer.toString('latin1', 0, MAGIC.length) !== MAGIC) throw corrupt('it does not begin like a checkpoint');
  const version = buffer.readUInt32LE(MAGIC.length);
  if (version !== VERSION) throw otherVersion(version);
  if (!hash.update(buffer.subarray(0, end)).digest().equals(buffer.subarray(end))) throw corrupt('its digest is not that of its bytes');
  let at = PREFIX_BYTES + buffer.readUInt32LE(MAGIC.length + 4);
  const header = readHeader(buffer.toString('utf8', PREFIX_BYTES, at));
  requireSame(header.identity, identity);
  const floats = header.sections.reduce((sum, { length }) => sum + length, 0);
  if (at + floats * Float32Array.BYTES_PER_ELEMENT !== end) throw corrupt('its sections are not as long as its header says');
  const sections = header.sections.map(({ name, length }) => {
    const from = at;
    at += length * Float32Array.BYTES_PER_ELEMENT;
    return [name, new Float32Array(Uint8Array.from(buffer.subarray(from, at)).buffer)] as const;
  });
  return { progress: header.progress, sections: Object.fromEntries(sections) };
}

interface Header {
  readonly identity: RunIdentity;
  readonly progress: Progress;
  readonly sections: readonly { readonly name: string; readonly length: number }[];
}

/** A digest shows damage, not who wrote the file: the header is believed only where it is one. */
function readHeader(text: string): Header {
  try {
    const header = JSON.parse(text) as Header;
    const { identity, progress, sections } = header;
    const hasIdentity =
      identity.parameters.every(({ name, shape }) => typeof name === 'string' && Array.isArray(shape)) && isRecord(identity.settings);
    const hasSections = sections.every(({ name, length }) => typeof name === 'string' && Number.isSafeInteger(length) && length >= 0);
    if (hasIdentity && hasSections && isRecord(progress)) return header;
  } catch {
    // said below
  }
  throw corrupt('its header is none that this program writes');
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const MAGIC = 'MOATCKPT';
const VERSION = 2;
const PREFIX_BYTES = MAGIC.length + 8;
const DIGEST_BYTES = 32;

function requireSame(found: RunIdentity, expected: RunIdentity): void {
  if (JSON.stringify(found.parameters) !== JSON.stringify(expected.parameters)) {
    const show = ({ parameters }: RunIdentity): string => parameters.map(({ name, shape }) => `${name}[${shape}]`).join(', ');
    throw new MoatError('the checkpoint belongs to another network', {
      code: 'CHECKPOINT_OTHER_NETWORK',
      kind: 'conflict',
      why: `it holds ${show(found)}; this network has ${show(expected)}`,
      fix: 'resume with the network that the checkpoint was taken from, or begin without it',
    });
  }
  const names = Object.keys({ ...found.settings, ...expected.settings });
  const different = names.filter((name) => found.settings[name] !== expected.settings[name]);
  if (different.length === 0) return;
  throw new MoatError('the checkpoint belongs to another run', {
    code: 'CHECKPOINT_OTHER_RUN',
    kind: 'conflict',
    why: different.map((name) => `${name} was ${found.settings[name]} and is now ${expected.settings[name]}`).join('; '),
    fix: 'resume with the settings and the data that the checkpoint was taken with, or begin without it',
  });
}

function corrupt(why: string): MoatError {
  return new MoatError('the checkpoint cannot be read', {
    code: 'CHECKPOINT_CORRUPT',
    why,
    fix: 'use an earlier checkpoint, or begin without one',
  });
}

function otherVersion(version: number): MoatError {
  return new MoatError('the checkpoint cannot be read', {
    code: 'CHECKPOINT_VERSION',
    why: `it has version ${version} of the format; this program knows version ${VERSION}`,
    fix: 'resume with the version of Moat that wrote it, or begin without it',
  });
}
