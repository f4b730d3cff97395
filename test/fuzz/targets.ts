/** @file The parsers that read what strangers made: valid small files of each, and how each is called. */

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import * as Arrow from 'apache-arrow';
import sharp from 'sharp';
import { parseContract } from '../../src/data/contract/contract.ts';
import type { SourceSpec } from '../../src/data/dataset.ts';
import { readExpression } from '../../src/data/expression/expression.ts';
import { workbookMembers } from '../../src/data/fixtures/workbook.ts';
import { inspectSource } from '../../src/data/inspect.ts';
import { audioFiles } from '../../src/data/media/audio.ts';
import { imageFiles } from '../../src/data/media/image.ts';
import { type MediaKind, UnreadableMedia } from '../../src/data/media/media-kind.ts';
import { mediaIn } from '../../src/data/media/store.ts';
import { toneOf, wavOf } from '../../src/data/media/testing/wav.ts';
import { sourceOf } from '../../src/data/sources/index.ts';
import type { Staged } from '../../src/data/sources/source.ts';
import type { StagedChunk } from '../../src/data/sources/stage.ts';
import type { Column } from '../../src/data/table.ts';
import { storedZip } from '../../src/data/zip.ts';
import { MoatError } from '../../src/engine/errors.ts';
import { decodeModel, readSafetensors, tensorOf, writeSafetensors } from '../../src/engine/index.ts';
import { readArtifact } from '../../src/model/artifact.ts';
import { parseRecipe } from '../../src/model/recipe/parse.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { below, mutate, pick, type Random } from './mutate.ts';

export interface Target {
  readonly name: string;
  /** Valid files, and words of the format that a mutant may get. */
  readonly samples: readonly Uint8Array[];
  readonly words: readonly string[];
  /** One mutant; where it is left out, a sample with faults in its bytes. */
  mutant?(random: Random): Uint8Array;
  /** Reads it; a refusal is a `MoatError`. */
  read(bytes: Uint8Array): Promise<unknown> | unknown;
}

/** Readers of our own, and libraries that we call on bytes. Rows that a reader yields are drained, not staged. */
const READERS = [
  'csv',
  'json',
  'jsonl',
  'arrow',
  'excel',
  'sqlite',
  'gzip',
  'idx',
  'image',
  'audio',
  'expression',
  'contract',
  'recipe',
  'onnx',
  'artifact',
  'safetensors',
] as const;
/** The same files through all of an import: DuckDB, types, and a Parquet file of what came out. Each opens an engine of its own. */
const IMPORTS = ['import-csv', 'import-jsonl', 'import-parquet', 'import-arrow', 'import-excel', 'import-sqlite', 'import-gzip'] as const;

/** Besides these there is `planted`, whose faults a campaign must find. */
export const TARGETS = [...READERS, ...IMPORTS] as const;
export type TargetName = (typeof TARGETS)[number] | 'planted';

/** Opens a target with a folder of its own; `close` removes it. */
export async function openTarget(name: TargetName): Promise<{ readonly target: Target; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `moat-fuzz-${name}-`));
  return { target: await makers[name](folder), close: () => rm(folder, { recursive: true, force: true }) };
}

/** The bytes of mutant number `index`, which a seed and a parser make the same on every machine. */
export function mutantOf(target: Target, random: Random): Uint8Array {
  return target.mutant?.(random) ?? mutate(pick(random, target.samples), random, target.words, target.samples);
}

const VALUES = [
  'NaN',
  'null',
  '-0',
  '1e999',
  '0x10',
  '__proto__',
  'constructor',
  '\0',
  '\uFEFF',
  '\u2028',
  '😀',
  '9'.repeat(40),
  '=cmd|"/c calc"!A1',
];
const CSV = [
  'id,name,amount,when\n1,"Ann, ""A""",1.5,2024-01-02\n2,Bob,,2024-02-30\n3,"two\nlines",-7,\n',
  'a;b;c\r\n1;x;2,5\r\n2;y;3,5\r\n',
  'text\tlabel\nhello world\tgood\nbad thing\tbad\n',
];
const JSONL = ['{"a":1,"b":{"c":"x","d":[1,2]},"e":null}\n{"a":2.5,"b":{"c":"y"},"e":true}\n{"a":12345678901234567890}\n'];
const RECIPE = readFileSync(new URL('../../docs/recipe.md', import.meta.url), 'utf8');

const bytesOf = (texts: readonly string[]): Uint8Array[] => texts.map((text) => Buffer.from(text));

/** A source of rows, read from a file with its ending. */
function fileTarget(name: string, folder: string, extension: string, samples: readonly Uint8Array[], words: readonly string[]): Target {
  const path = `mutant.${extension}`;
  return {
    name,
    samples,
    words,
    async read(bytes) {
      await writeFile(join(folder, path), bytes);
      return readOnly(path, folder);
    },
  };
}

/** What a source reads and yields, without an engine to stage it in. */
async function readOnly(spec: SourceSpec, folder: string): Promise<unknown> {
  const temporaryFolder = await mkdtemp(join(folder, 'read-'));
  try {
    return await sourceOf(spec).read(spec, { folder, temporaryFolder, media: mediaIn(temporaryFolder), stage: drain });
  } finally {
    await rm(temporaryFolder, { recursive: true, force: true });
  }
}

async function drain(chunks: AsyncIterable<StagedChunk> | Iterable<StagedChunk>): Promise<Staged> {
  let [rowCount, width] = [0, 0];
  for await (const chunk of chunks) {
    rowCount += chunk[0]?.length ?? 0;
    width = Math.max(width, chunk.length);
  }
  return { from: '', reach: [], rowCount, width };
}

/** The same mutants, imported. */
async function imported(folder: string, extension: string, reader: Target | Promise<Target>): Promise<Target> {
  const target = await reader;
  const path = `mutant.${extension}`;
  return {
    ...target,
    name: `import-${target.name}`,
    async read(bytes) {
      await writeFile(join(folder, path), bytes);
      return inspectSource(path, folder);
    },
  };
}

const makers: { readonly [N in TargetName]: (folder: string) => Target | Promise<Target> } = {
  csv: (folder) =>
    fileTarget(
      'csv',
      folder,
      'csv',
      [...bytesOf(CSV), Buffer.from(`\uFEFF${CSV[0]}`, 'utf16le')],
      ['"', ',', '\n', '\r', ';', '\t', "'", '""', ...VALUES],
    ),
  json: (folder) => fileTarget('json', folder, 'json', bytesOf(JSONL.map((text) => `[${text.trim().split('\n').join(',')}]`)), JSON_WORDS),
  jsonl: (folder) => fileTarget('jsonl', folder, 'jsonl', bytesOf(JSONL), JSON_WORDS),
  'import-csv': (folder) => imported(folder, 'csv', makers.csv(folder)),
  'import-jsonl': (folder) => imported(folder, 'jsonl', makers.jsonl(folder)),
  'import-parquet': async (folder) =>
    imported(folder, 'parquet', fileTarget('parquet', folder, 'parquet', await parquetSamples(folder), ['PAR1', ...VALUES])),
  'import-arrow': (folder) => imported(folder, 'arrow', makers.arrow(folder)),
  'import-excel': (folder) => imported(folder, 'xlsx', makers.excel(folder)),
  'import-sqlite': (folder) => imported(folder, 'db', makers.sqlite(folder)),
  'import-gzip': (folder) => imported(folder, 'csv.gz', makers.gzip(folder)),
  arrow: (folder) => fileTarget('arrow', folder, 'arrow', arrowSamples(), ['ARROW1', '\xff\xff\xff\xff']),
  excel: (folder) => excelTarget(folder),
  sqlite: (folder) => sqliteTarget(folder),
  gzip: (folder) => gzipTarget(folder),
  idx: (folder) => idxTarget(folder),
  image: async () => mediaTarget(imageFiles, await pictures(), [8, 8, 3]),
  audio: () => mediaTarget(audioFiles, sounds(), [64, 10, 1]),
  expression: () => ({
    name: 'expression',
    samples: bytesOf(EXPRESSIONS),
    words: ['(', ')', ' + ', ' and ', ' in (', ',', '`', "'", '"', '- ', 'not ', 'if(', 'missing', '2024-01-01', ...VALUES],
    read(bytes) {
      const { sql, reads, valueAt } = readExpression(new TextDecoder().decode(bytes), EXPRESSION_COLUMNS);
      sql?.(reads.map((_, i) => `c${i}`));
      valueAt(reads.map((name) => EXPRESSION_CELLS.find((column) => column.name === name) as Column))(0);
    },
  }),
  contract: () => ({
    name: 'contract',
    samples: bytesOf(CONTRACTS),
    words: ['&a', '*a', '<<: ', '- ', ': ', '{', '[', '|\n', 'min: ', 'pattern: ', ...VALUES],
    read: (bytes) => parseContract(new TextDecoder().decode(bytes), 'x.contract.yaml'),
  }),
  recipe: () => ({
    name: 'recipe',
    samples: bytesOf([...RECIPE.matchAll(/```yaml\n(name:[\s\S]*?)```/g)].map(([, text = '']) => text)),
    words: ['&a', '*a', '!!js/function', '<<: ', '- ', ': ', '{', '[', '|\n', '? ', '%YAML 1.1\n---\n', '\t', '"', ...VALUES],
    read: (bytes) => parseRecipe(new TextDecoder().decode(bytes)),
  }),
  onnx: () => ({ name: 'onnx', samples: [artifact()], words: [], read: decodeModel }),
  artifact: () => ({ name: 'artifact', samples: [artifact()], words: ['"', '}', ...VALUES], read: readArtifact }),
  planted: () => ({ name: 'planted', samples: [], words: [], mutant: (random) => Buffer.of(below(random, 12)), read: plantedFault }),
  safetensors: () => ({
    name: 'safetensors',
    samples: [safetensors()],
    words: ['"F32"', '"shape"', '[', ']', '-1', ...VALUES],
    read: (bytes) => readSafetensors(bytes),
  }),
};

const JSON_WORDS = ['{', '}', '[', ']', '"', ':', ',', '\n', '\\u', '\\ud800', '1e', ...VALUES];

async function parquetSamples(folder: string): Promise<Uint8Array[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const queries = [
    "SELECT i AS a, 'w' || i AS b, i / 3 AS c, {'x': i, 'y': [i]} AS s, TIMESTAMP '2024-01-01' + INTERVAL (i) DAY AS t FROM range(20) r(i)",
    "SELECT i % 3 AS a, CASE WHEN i % 2 = 0 THEN 'x' END AS b FROM range(300) r(i)",
  ];
  const samples: Uint8Array[] = [];
  for (const [i, query] of queries.entries()) {
    for (const compression of ['uncompressed', 'zstd']) {
      const path = join(folder, `sample-${i}-${compression}.parquet`);
      await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet, COMPRESSION ${compression})`);
      samples.push(readFileSync(path));
    }
  }
  connection.closeSync();
  instance.closeSync();
  return samples;
}

function arrowSamples(): Uint8Array[] {
  const table = new Arrow.Table({
    a: Arrow.vectorFromArray([1n, null, 3n], new Arrow.Int64()),
    b: Arrow.vectorFromArray(['x', 'yy', null], new Arrow.Utf8()),
    c: Arrow.vectorFromArray(['p', 'q', 'p'], new Arrow.Dictionary(new Arrow.Utf8(), new Arrow.Int8())),
    d: Arrow.vectorFromArray([[1, 2], [], null], new Arrow.List(new Arrow.Field('item', new Arrow.Float32(), true))),
    e: Arrow.vectorFromArray([{ z: 1 }, null, { z: 2 }], new Arrow.Struct([new Arrow.Field('z', new Arrow.Int32(), true)])),
    f: Arrow.vectorFromArray([true, false, null], new Arrow.Bool()),
  });
  return [Arrow.tableToIPC(table, 'file'), Arrow.tableToIPC(table, 'stream')];
}

/** Faults in the archive, or in a member that is then packed soundly. */
function excelTarget(folder: string): Target {
  const rows = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>
<row r="2"><c r="A2"><v>1.5</v></c><c r="B2" s="1"><v>45000</v></c></row><row r="4"><c r="A4" t="b"><v>1</v></c><c r="B4" t="e"><v>#N/A</v></c></row>`;
  const members = workbookMembers({ S: rows }, ['a']);
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
  const base = fileTarget('excel', folder, 'xlsx', [storedZip(members)], words);
  return {
    ...base,
    mutant(random) {
      if (random() < 0.3) return mutate(base.samples[0] as Uint8Array, random, words, base.samples);
      const changed = new Map(members);
      const name = pick(random, [...members.keys(), 'xl/worksheets/sheet1.xml', 'xl/worksheets/sheet1.xml']);
      changed.set(name, mutate(members.get(name) as Uint8Array, random, words, [...members.values()]));
      return storedZip(changed);
    },
  };
}

function sqliteTarget(folder: string): Target {
  const path = join(folder, 'sample.sqlite');
  const database = openSqlite(path);
  database.exec(`PRAGMA page_size = 512; CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB, e AS (a + 1));
    CREATE INDEX i ON t(b); INSERT INTO t(b, c, d) VALUES ('x', 1.5, x'00'), ('深圳', NULL, NULL), ('${'long '.repeat(300)}', -1e9, 7)`);
  database.close();
  return fileTarget(
    'sqlite',
    folder,
    'db',
    [readFileSync(path)],
    ['CREATE TABLE ', 'CREATE VIEW ', "writefile('x','y')", 'WITHOUT ROWID', ...VALUES],
  );
}

/** Faults in the packed bytes, or in text that is then packed soundly. */
function gzipTarget(folder: string): Target {
  const texts = bytesOf(CSV);
  const base = fileTarget(
    'gzip',
    folder,
    'csv.gz',
    texts.map((text) => gzipSync(text)),
    [],
  );
  return {
    ...base,
    mutant: (random) =>
      random() < 0.8
        ? mutate(pick(random, base.samples), random, [], base.samples)
        : gzipSync(mutate(pick(random, texts), random, [','], texts)),
  };
}

/** The file of images, of labels, or both at once. */
function idxTarget(folder: string): Target {
  const file = (header: readonly number[], length: number): Buffer => Buffer.concat([Buffer.from(header), Buffer.alloc(length, 3)]);
  const images = file([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2], 8);
  const labels = file([0, 0, 8, 1, 0, 0, 0, 2], 2);
  const spec: SourceSpec = { images: 'images', labels: 'labels' };
  return {
    name: 'idx',
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
    async read(bytes) {
      const whole = Buffer.from(bytes);
      const end = 4 + whole.readUInt32LE(0);
      await writeFile(join(folder, 'images'), whole.subarray(4, end));
      await writeFile(join(folder, 'labels'), whole.subarray(end));
      return readOnly(spec, folder);
    },
  };
}

const EXPRESSIONS = [
  "if(amount > 3 and not is_missing(name), round(amount / (amount + 1)), days_between(at, '2024-05-01'))",
  "concat(lower(name), `two words`) = 'x' or amount in (1, 2.5, -3) and starts_with(name, 'it''s')",
];
const EXPRESSION_CELLS: readonly Column[] = [
  { name: 'amount', type: 'number', values: Float64Array.of(2.5) },
  { name: 'name', type: 'category', values: ['Ann'] },
  { name: 'two words', type: 'text', values: ['a b'] },
  { name: 'at', type: 'time', values: Float64Array.of(1.7e12) },
];
const EXPRESSION_COLUMNS = EXPRESSION_CELLS.map(({ name, type }) => ({ name, type }));

const CONTRACTS = [
  'dataset: orders\non_breach: warn\nrows: { min: 1, max: 1000 }\ncolumns:\n  id: { type: id, unique: true }\n  amount: { min: 0, max: 9.5, nulls: 0.1 }\n  kind: { allowed: [a, "b", 3, true], longest: 5, pattern: "[a-z]+" }\n  at: { earliest: 2024-01-01, newest_within_days: 7 }\n',
];

/** Files of one kind of media; one that cannot be read is left out of an import by this error. */
function mediaTarget(kind: MediaKind, samples: readonly Uint8Array[], shape: readonly number[]): Target {
  return {
    name: kind.type,
    samples,
    words: ['IHDR', 'IDAT', 'RIFF', 'WEBP', 'VP8L', 'II*\0', 'MM\0*', '\xff\xd8\xff', 'fLaC', 'OggS', 'ID3\x03', 'data', 'fmt '],
    async read(bytes) {
      await kind.shapeOf([bytes]).catch(refusedMedia);
      return kind.decode(bytes, shape).catch(refusedMedia);
    },
  };
}

function refusedMedia(error: unknown): never {
  if (!(error instanceof UnreadableMedia)) throw error;
  throw new MoatError(error.message, { code: 'MEDIA', why: error.message, fix: '' });
}

async function pictures(): Promise<Uint8Array[]> {
  const picture = sharp(Buffer.from(Array.from({ length: 12 * 10 * 3 }, (_, i) => (i * 37) % 256)), {
    raw: { width: 12, height: 10, channels: 3 },
  });
  return Promise.all((['png', 'jpeg', 'webp', 'tiff'] as const).map((format) => picture.clone().toFormat(format).toBuffer()));
}

function sounds(): Uint8Array[] {
  return [wavOf(toneOf(440, 0.05, 8_000), 8_000)];
}

function artifact(): Uint8Array {
  return readFileSync(new URL('../../src/model/fixtures/linear-v1.onnx', import.meta.url));
}

function safetensors(): Uint8Array {
  return writeSafetensors(
    new Map([
      ['w', tensorOf('float32', [2, 2], [1, 2, 3, 4])],
      ['b', tensorOf('float32', [1], [0.5])],
    ]),
    new Map([['made', 'here']]),
  );
}

/** One mutant in twelve each falls over in its own way. */
function plantedFault(bytes: Uint8Array): void {
  switch (bytes[0]) {
    case 0:
      throw new TypeError('planted');
    case 1:
      for (;;);
    case 2:
      for (const kept: Buffer[] = []; ; ) kept.push(Buffer.alloc(1 << 24, 1));
    case 3:
      process.kill(process.pid, 'SIGSEGV');
  }
}
