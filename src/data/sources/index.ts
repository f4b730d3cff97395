/** @file The table of sources, and the choice of one for what a recipe names. */

import { MoatError } from '../../engine/errors.ts';
import type { SourceSpec } from '../dataset.ts';
import { csv } from './csv.ts';
import { idx } from './idx.ts';
import type { Source } from './source.ts';

/** One row a source; a new one is its file and its line here. */
export const sources: readonly Source[] = [csv, idx];

/** The source that reads what is named; what no source reads is refused. */
export function sourceOf(spec: SourceSpec): Source {
  const source = sources.find((candidate) => candidate.accepts(spec));
  if (source) return source;
  throw new MoatError(`${typeof spec === 'string' ? spec : 'this'} is in no format that Moat reads`, {
    code: 'DATA_FORMAT_UNKNOWN',
    kind: 'unsupported_media',
    why: sources.map((candidate) => candidate.summary).join(' '),
    fix: 'export it as CSV in UTF-8',
  });
}
