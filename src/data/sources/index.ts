/** @file The table of sources, and the choice of one for what a recipe names. */

import { MoatError } from '../../engine/errors.ts';
import type { SourceSpec } from '../dataset.ts';
import { arrow } from './arrow.ts';
import { compressedForm } from './compressed.ts';
import { csv } from './csv.ts';
import { excel } from './excel.ts';
import { folder } from './folder.ts';
import { globOf } from './glob.ts';
import { idx } from './idx.ts';
import { json } from './json.ts';
import { parquet } from './parquet.ts';
import { postgres } from './postgres.ts';
import type { Source } from './source.ts';
import { sqlite } from './sqlite.ts';
import { urlOf } from './url.ts';

/** One file of rows; a new format is its file and its line here. */
const tableFiles: readonly Source[] = [csv, json, parquet, arrow, excel, sqlite];
const files: readonly Source[] = [...tableFiles, compressedForm(tableFiles)];

/** In the order in which they are asked. */
export const sources: readonly Source[] = [globOf(files), ...files, folder, idx, postgres, urlOf(files)];

/** The source that reads what is named; what no source reads is refused. */
export function sourceOf(spec: SourceSpec): Source {
  const source = sources.find((candidate) => candidate.accepts(spec));
  if (source) return source;
  throw new MoatError(`${typeof spec === 'string' ? spec : 'this'} is in no format that Moat reads`, {
    code: 'DATA_FORMAT_UNKNOWN',
    kind: 'unsupported_media',
    why: sources.map((candidate) => candidate.summary).join(' '),
    fix: 'export it as CSV in UTF-8; for a folder of texts, pictures or sounds, write / at the end of its path',
  });
}
