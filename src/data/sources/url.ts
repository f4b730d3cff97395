/** @file A file on another machine, `{ url: https://… }`: fetched through the guarded door into a temporary folder, and read as what its name says. */

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MoatError } from '../../engine/errors.ts';
import { fetchGuarded, type Network } from '../../security/index.ts';
import type { UrlSpec } from '../dataset.ts';
import type { Source } from './source.ts';

/** A source for what the given sources read, on hosts that `MOAT_REMOTE_HOSTS` names. */
export function urlOf(inner: readonly Source[], network?: Network): Source {
  return {
    name: 'url',
    summary:
      '`{ url: https://host/file.csv }`: any of these files on a host that the owner allows in MOAT_REMOTE_HOSTS; off unless that is set.',
    accepts: (spec) => typeof spec !== 'string' && 'url' in spec,
    async read(spec, context) {
      const { url } = spec as UrlSpec;
      const name = fileNameOf(url);
      const source = inner.find((candidate) => candidate.accepts(name));
      if (!source) throw unknownFormat();
      const folder = await mkdtemp(join(context.temporaryFolder, 'fetched-'));
      const hash = createHash('sha256');
      let bytes = 0;
      const body = async function* (): AsyncGenerator<Uint8Array> {
        for await (const chunk of fetchGuarded(url, { hosts: allowedHosts(), ...LIMITS }, network)) {
          bytes += chunk.length;
          hash.update(chunk);
          yield chunk;
        }
      };
      await pipeline(Readable.from(body()), createWriteStream(join(folder, name), { flags: 'wx', mode: 0o600 }));
      const rows = await source.read(name, { ...context, folder });
      const [contents] = rows.files;
      const { origin, pathname } = new URL(url);
      return { ...rows, files: [{ path: `${origin}${pathname}`, bytes, sha256: hash.digest('hex'), facts: { ...contents?.facts } }] };
    },
  };
}

const LIMITS = { bytes: 2 ** 30, idleMs: 10_000, wholeMs: 10 * 60_000 };

/** The owner's list, separated by commas; where it is not set, nothing may be read. */
function allowedHosts(): string[] {
  return (process.env.MOAT_REMOTE_HOSTS ?? '')
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');
}

/** The last name of the path, of plain characters: it becomes a file here. */
function fileNameOf(url: string): string {
  const last = URL.canParse(url) ? (new URL(url).pathname.split('/').at(-1) ?? '') : '';
  return last
    .replace(/%[\da-f]{2}/gi, '_')
    .replace(/[^\w.-]/g, '_')
    .replace(/^\.+/, '')
    .slice(-100);
}

function unknownFormat(): MoatError {
  return new MoatError('the address names no format that Moat reads', {
    code: 'DATA_FORMAT_UNKNOWN',
    kind: 'unsupported_media',
    why: 'its path ends in none of .csv, .tsv, .json, .jsonl, .parquet, .arrow, .xlsx, .sqlite, with .gz or .zst behind it or without',
    fix: 'name the file itself, or download it and name that',
  });
}
