/** @file JSON and JSON Lines: one object a row, nested objects flattened to columns named `a.b`, lists as their JSON text, from which columns of lists are recognised. */

import { createHash, type Hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { MoatError } from '../../engine/errors.ts';
import { plural } from '../columns/words.ts';
import { chunksOfFile, requireFile } from './files.ts';
import { createJsonTable, type JsonRow, parseJson } from './json-rows.ts';
import type { Source } from './source.ts';
import { stageChunks, textColumns } from './stage.ts';

export const json: Source = {
  name: 'json',
  summary:
    'A path that ends in .json (a list of objects), .jsonl or .ndjson (one object a line), in UTF-8: nested objects become columns named `a.b`, lists become columns of lists, vectors or series.',
  accepts: (spec) => typeof spec === 'string' && /\.(?:json|jsonl|ndjson)$/i.test(spec),
  async read(spec, context) {
    const path = spec as string;
    const file = await requireFile(path, context.folder);
    const table = createJsonTable(path);
    const isLines = !/\.json$/i.test(path);
    const hash = createHash('sha256');
    const rows = isLines ? readLines(file.path, path, hash) : readList(file, path, hash);
    const { from, reach } = await stageChunks(context, table.chunks(rows));
    const { names, warnings } = table.finish();
    const facts = { format: isLines ? 'jsonl' : 'json' };
    const record = { path, bytes: file.bytes, sha256: hash.digest('hex'), facts };
    return { columns: textColumns(names), from, reach, warnings, files: [record], stamps: [file.stamp] };
  },
};

/** A list is parsed at once, so it must fit into memory several times over. */
const LARGEST_LIST = 256 * 2 ** 20;
/** As in CSV: a line beyond this is not a row. */
const LARGEST_LINE = 8 * 2 ** 20;

async function* readList(file: { readonly path: string; readonly bytes: number }, path: string, hash: Hash): AsyncGenerator<JsonRow> {
  if (file.bytes > LARGEST_LIST) {
    throw new MoatError(`${path} is too large for one JSON list`, {
      code: 'JSON_TOO_LARGE',
      kind: 'too_large',
      why: `it has ${plural(file.bytes, 'byte')}, and a list is read as a whole, up to ${LARGEST_LIST / 2 ** 20} MiB`,
      fix: 'write one object a line and call the file .jsonl: lines are read one by one',
    });
  }
  const bytes = await readFile(file.path);
  hash.update(bytes);
  const list = parseJson(decode(bytes, new TextDecoder('utf-8', { fatal: true }), path), path);
  if (!Array.isArray(list)) {
    throw new MoatError(`${path} holds no list`, {
      code: 'JSON_NOT_A_LIST',
      why: 'a .json file of rows is a list of objects: [{ … }, { … }]',
      fix: `${listsIn(list)}for one object a line, call the file .jsonl`,
    });
  }
  for (const [index, row] of list.entries()) yield { row, where: `item ${index + 1}` };
}

/** Programs wrap the list in an object, and pandas writes columns unless it is told otherwise. */
function listsIn(value: unknown): string {
  const keys = Object.entries(value ?? {}).flatMap(([key, inner]) => (Array.isArray(inner) ? [key] : []));
  const [key, ...others] = keys;
  if (key !== undefined && others.length === 0) return `write the list under "${key}" alone; `;
  return 'write the rows as a list (in pandas: to_json(path, orient="records")); ';
}

/** Line by line, a chunk at a time. */
async function* readLines(absolute: string, path: string, hash: Hash): AsyncGenerator<JsonRow> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let lineNumber = 0;
  let pieces: string[] = []; // of a line that spans chunks; joined once, so a long line costs no more than its length
  let pieceLength = 0;
  const rowsOf = (line: string): JsonRow[] => {
    lineNumber++;
    return line.trim() === '' ? [] : [{ row: parseJson(line, path, lineNumber), where: `line ${lineNumber}` }];
  };
  const hold = (piece: string): void => {
    pieces.push(piece);
    pieceLength += piece.length;
    if (pieceLength > LARGEST_LINE) throw lineTooLarge(path, lineNumber + 1);
  };
  for await (const chunk of chunksOfFile(absolute)) {
    hash.update(chunk);
    const lines = decode(chunk, decoder, path, true).split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      hold(line);
      yield* rowsOf(pieces.join(''));
      pieces = [];
      pieceLength = 0;
    }
    hold(rest);
  }
  yield* rowsOf(pieces.join('') + decode(new Uint8Array(), decoder, path));
}

/** A byte order mark at the start is left out by the decoder. */
function decode(bytes: Uint8Array, decoder: InstanceType<typeof TextDecoder>, path: string, stream = false): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch (cause) {
    throw new MoatError(`${path} is not UTF-8`, {
      code: 'JSON_ENCODING',
      why: 'JSON is UTF-8 by its standard (RFC 8259), and this file holds bytes that UTF-8 forbids',
      fix: 'save it as UTF-8 (on a terminal: iconv -f YOUR_ENCODING -t UTF-8)',
      cause,
    });
  }
}

function lineTooLarge(path: string, lineNumber: number): MoatError {
  return new MoatError(`${path} has a line that is too large`, {
    code: 'JSON_LINE_TOO_LARGE',
    kind: 'too_large',
    why: `line ${lineNumber} has more than ${LARGEST_LINE / 2 ** 20} MiB`,
    fix: 'write one object a line, and keep media in files of their own',
  });
}
