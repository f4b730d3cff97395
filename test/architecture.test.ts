/** @file Keeps the house: data flows down the list of stages, and each heavy dependency has one door. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src');

/** In the order that data travels. A stage imports only stages above it. */
const stages = [
  'engine',
  'store',
  'security',
  'jobs',
  'page',
  'data',
  'model',
  'evaluate',
  'registry',
  'serve',
  'monitor',
  'runs',
  'http',
  'cli',
] as const;

/** The engine stands alone, but its error and its spelling help are everybody's. */
const shared = ['engine/errors.ts', 'engine/nearest.ts'];

/** Where each heavy dependency may be imported: a file, or a folder that ends with a slash. */
const doors: Readonly<Record<string, readonly string[]>> = {
  '@bufbuild/protobuf': ['engine/graph/onnx/'],
  'onnxruntime-node': ['engine/host/node.ts'],
  'onnxruntime-web': ['engine/host/web.ts'],
  '@duckdb/node-api': ['data/duckdb.ts'],
  'apache-arrow': ['data/arrow.ts'],
  yauzl: ['data/zip.ts'],
  fflate: ['data/zip.ts'],
  'read-excel-file': ['data/sources/excel.ts'],
  pg: ['data/postgres.ts'],
  libsql: ['store/sqlite.ts'],
  fastify: ['http/app.ts'],
  'prom-client': ['http/metrics.ts'],
  commander: ['cli/program.ts'],
  'cli-table3': ['cli/output.ts'],
  '@clack/prompts': ['cli/prompts.ts'],
  yaml: ['data/contract/contract.ts', 'model/recipe/'],
  sharp: ['data/media/image.ts'],
  'audio-decode': ['data/media/audio.ts'],
  'fft.js': ['data/media/spectrogram.ts'],
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function readImports(file: string, text = readFileSync(file, 'utf8')): Import[] {
  const from = relative(source, file);
  const found = text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  const dynamic = text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g);
  const place = (to: string): string => (to.startsWith('.') ? relative(source, resolve(dirname(file), to)) : to);
  return [
    ...[...found].map(([, typeOnly, to]) => ({ from, to: place(to as string), typeOnly: typeOnly !== undefined })),
    ...[...dynamic].map(([, to]) => ({ from, to: place(to as string), typeOnly: false })),
  ];
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('.as.ts') && !file.endsWith('.d.ts'))
  .map((file) => join(source, file));

const imports = files.flatMap((file) => readImports(file));

function againstTheFlow({ from, to }: Import): boolean {
  const [fromStage, toStage] = [stageOf(from), stageOf(to)];
  if (fromStage === -1 || toStage === -1 || shared.includes(to)) return false;
  return toStage > fromStage;
}

function throughAnotherDoor({ from, to, typeOnly }: Import): boolean {
  const name = Object.keys(doors).find((dependency) => to === dependency || to.startsWith(`${dependency}/`));
  if (name === undefined || typeOnly) return false;
  return !(doors[name] as readonly string[]).some((door) => (door.endsWith('/') ? from.startsWith(door) : from === door));
}

function stageOf(path: string): number {
  return stages.indexOf(path.split('/')[0] as (typeof stages)[number]);
}

const show = ({ from, to }: Import): string => `${from} imports ${to}`;

describe('the house', () => {
  test('every folder of src is a stage', () => {
    const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((folder) => folder.name).sort()).toEqual([...stages].sort());
  });

  test('a stage imports only stages above it', () => {
    expect(imports.filter(againstTheFlow).map(show)).toEqual([]);
  });

  test('the engine stands alone', () => {
    const outside = imports.filter(({ from, to }) => from.startsWith('engine/') && stageOf(to) > 0);
    expect(outside.map(show)).toEqual([]);
  });

  test('each heavy dependency enters through its door', () => {
    expect(imports.filter(throughAnotherDoor).map(show)).toEqual([]);
  });

  test('every file begins by saying what it is for', () => {
    const silent = files.filter((file) => !/^(#!.*\n)?\/\*\*\s*(\n \* )?@file /.test(readFileSync(file, 'utf8')));
    expect(silent.map((file) => relative(source, file))).toEqual([]);
  });
});

describe('the rules of this test catch what they are for', () => {
  const planted = (file: string, text: string): Import[] => readImports(join(source, file), text);

  test('an import against the flow', () => {
    const [found] = planted('data/profile.ts', "import { createApp } from '../http/app.ts';");
    expect(againstTheFlow(found as Import)).toBe(true);
  });

  test('a second door, also when it is imported lazily', () => {
    const [first, second] = planted('model/x.ts', "import ort from 'onnxruntime-node';\nconst x = await import('@duckdb/node-api');");
    expect([throughAnotherDoor(first as Import), throughAnotherDoor(second as Import)]).toEqual([true, true]);
  });
});
