/** @file Targets that hold rows: every source of files, what packs them, and rows of a prediction request. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { readRows } from '../../src/data/read-rows.ts';
import { requireFile } from '../../src/data/sources/files.ts';
import { rowsOfCopy } from '../../src/data/sources/parquet.ts';
import { copyParquetOn } from '../../src/data/sources/parquet-copy.ts';
import { readZip, ZipFault } from '../../src/data/zip.ts';
import { MoatError } from '../../src/engine/errors.ts';
import { below, mutate, pick } from './mutate.ts';
import { contextIn, engineTarget, inContext, readStaged, stagedTarget } from './read-source.ts';
import { json } from './repairs/json.ts';
import { arrow, parquet } from './repairs/tables.ts';
import { ARROW, CSV, excelMembers, JSON_LISTS, JSONL, packedZip, parquetSamples, sqliteSample, storedMembers } from './table-samples.ts';
import { bytesOf, type Maker, type Target, VALUES } from './target.ts';
import type { Makers } from './targets.ts';

const JSON_WORDS = ['{', '}', '[', ']', '"', ':', ',', '\n', '\\u', '\\ud800', '1e', ...VALUES];
const CSV_WORDS = ['"', ',', '\n', '\r', ';', '\t', "'", '""', ...VALUES];

export const tables: Makers<'tables'> = {
  csv: (folder) => engineTarget(folder, 'csv', [...bytesOf(CSV), Buffer.from(`\uFEFF${CSV[0]}`, 'utf16le')], CSV_WORDS),
  parquet: async (folder) => ({
    ...engineTarget(
      folder,
      'parquet',
      await parquetSamples(folder),
      ['PAR1', ...VALUES],
      async (shown, { folder, temporaryFolder }, connection) => {
        const file = await requireFile(shown, folder);
        // in this process, not in one of its own: what it takes is seen here
        const copy = await copyParquetOn(connection, { path: file.path, shown, folder: temporaryFolder });
        return rowsOfCopy(copy, file, shown, '');
      },
    ),
    repair: parquet,
  }),
  json: (folder) => ({ ...stagedTarget(folder, 'json', bytesOf(JSON_LISTS), JSON_WORDS), repair: json }),
  jsonl: (folder) => ({ ...stagedTarget(folder, 'jsonl', bytesOf(JSONL), JSON_WORDS), repair: json }),
  rows: (folder) => {
    const path = join(folder, 'mutant.jsonl');
    return {
      samples: bytesOf(JSONL),
      words: JSON_WORDS,
      repair: json,
      read(bytes) {
        writeFileSync(path, bytes);
        return readRows(path);
      },
    };
  },
  arrow: (folder) => ({ ...stagedTarget(folder, 'arrow', ARROW, ['ARROW1', '\xff\xff\xff\xff']), repair: arrow }),
  excel: (folder) => excelTarget(folder),
  zip: (folder) => zipTarget(folder),
  sqlite: (folder) =>
    stagedTarget(folder, 'db', [sqliteSample(folder)], ['CREATE TABLE ', 'CREATE VIEW ', "writefile('x','y')", 'WITHOUT ROWID', ...VALUES]),
  gzip: packedTarget('csv.gz', zlib.gzipSync),
  zstd: packedTarget('csv.zst', (text) => (zlib as unknown as { zstdCompressSync(bytes: Uint8Array): Buffer }).zstdCompressSync(text)),
  idx: (folder) => idxTarget(folder),
};

/** Faults in the archive, or in a member that is then packed soundly. */
function excelTarget(folder: string): Target {
  const members = excelMembers();
  const words = [
    '<row r="',
    '<c r="',
    '/>',
    '</row>',
    '<v>',
    '&#x41;',
    '&',
    '<!--',
    '<![CDATA[',
    ' t="s"',
    ' s="9"',
    'r="ZZZ9999999"',
    ...VALUES,
  ];
  const base = stagedTarget(folder, 'xlsx', [storedMembers(members)], words);
  return {
    ...base,
    mutant(random) {
      if (random() < 0.3) return mutate(base.samples[0] as Uint8Array, random, words, base.samples);
      const changed = new Map(members);
      const name = pick(random, [...members.keys(), 'xl/worksheets/sheet1.xml', 'xl/worksheets/sheet1.xml']);
      changed.set(name, mutate(members.get(name) as Uint8Array, random, words, [...members.values()]));
      return storedMembers(changed);
    },
  };
}

const ZIP_LIMITS = { memberCount: 100, unpackedBytes: 1 << 20, ratio: 100 };

/** Archives as a workbook is one: deflated and stored members. What is at fault is said by `excel`, in the words of a workbook. */
function zipTarget(folder: string): Target {
  const path = join(folder, 'mutant.zip');
  return {
    samples: [packedZip(), storedMembers(excelMembers())],
    words: ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', '../', '\\', ...VALUES],
    async read(bytes) {
      writeFileSync(path, bytes);
      try {
        await readZip(path, () => true, ZIP_LIMITS);
      } catch (cause) {
        if (!(cause instanceof ZipFault)) throw cause;
        throw new MoatError('no archive', { code: 'ZIP', why: cause.message, fix: '' });
      }
    },
  };
}

/** Faults in the packed bytes, or in text that is then packed soundly. */
function packedTarget(extension: string, pack: (bytes: Uint8Array) => Uint8Array): Maker {
  return (folder) => {
    const texts = bytesOf(CSV);
    const base = stagedTarget(
      folder,
      extension,
      texts.map((text) => pack(text)),
      [],
    );
    return {
      ...base,
      mutant: (random) =>
        random() < 0.8
          ? mutate(pick(random, base.samples), random, [], base.samples)
          : pack(mutate(pick(random, texts), random, [','], texts)),
    };
  };
}

/** The file of images, of labels, or both at once. */
function idxTarget(folder: string): Target {
  const file = (header: readonly number[], length: number): Buffer => Buffer.concat([Buffer.from(header), Buffer.alloc(length, 3)]);
  const images = file([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2], 8);
  const labels = file([0, 0, 8, 1, 0, 0, 0, 2], 2);
  const context = contextIn(folder);
  return {
    samples: [images],
    words: [],
    mutant: (random) => {
      const which = below(random, 3);
      const [first, second] = [
        which === 1 ? images : mutate(images, random, [], [labels]),
        which === 0 ? labels : mutate(labels, random, [], [images]),
      ];
      const split = Buffer.alloc(4);
      split.writeUInt32LE(first.length);
      return Buffer.concat([split, first, second]);
    },
    read(bytes) {
      const whole = Buffer.from(bytes);
      const end = 4 + whole.readUInt32LE(0);
      writeFileSync(join(folder, 'images'), whole.subarray(4, end));
      writeFileSync(join(folder, 'labels'), whole.subarray(end));
      return inContext(context, () => readStaged({ images: 'images', labels: 'labels' }, context));
    },
  };
}
