/** @file Rows of a request that may carry picture and sound files, as base64 or a data URL: decoded exactly as the files of training were. */

import { MoatError } from '../../engine/errors.ts';
import type { Field } from '../dataset.ts';
import { tableFromRows } from '../rows.ts';
import type { Row, Table } from '../table.ts';
import { isMedia } from '../table-ops.ts';
import { mediaKindFor } from './index.ts';
import { LARGEST_MEDIA_FILE, UnreadableMedia } from './media-kind.ts';
import { eachAtOnce } from './store.ts';

/** `tableFromRows`, with the files of media fields decoded first. Errors: as there, and `ROW_MEDIA` with the row and the field. */
export async function tableOfRequest(rows: readonly Row[], fields: readonly Field[]): Promise<Table> {
  const media = fields.filter(({ type }) => isMedia(type));
  if (media.length === 0) return tableFromRows(rows, fields);
  const decoded: Row[] = [...rows];
  await eachAtOnce(rows, async (row, index) => {
    for (const field of media) {
      const value = cellOf(row, field.name);
      if (typeof value !== 'string') continue; // nested arrays, or nothing: the column type has its own words for them
      decoded[index] = { ...decoded[index], [field.name]: await decodeValue(value, field, index) };
    }
  });
  return tableFromRows(decoded, fields);
}

function cellOf(row: unknown, name: string): unknown {
  return typeof row === 'object' && row !== null && Object.hasOwn(row, name) ? (row as Row)[name] : undefined;
}

async function decodeValue(value: string, { name, type, shape = [] }: Field, row: number): Promise<Uint8Array> {
  const kind = mediaKindFor(type as 'image' | 'audio');
  try {
    return await kind.decode(bytesOf(value), shape);
  } catch (error) {
    if (!(error instanceof UnreadableMedia)) throw error;
    throw new MoatError(`row ${row} has no file that can be read in the field "${name}"`, {
      code: 'ROW_MEDIA',
      why: error.message,
      fix: `send a file in base64: ${kind.summary}`,
      cause: error,
    });
  }
}

function bytesOf(value: string): Uint8Array {
  const text = value.slice(0, 200).startsWith('data:') ? value.slice(value.indexOf(',') + 1) : value;
  if (text.length > LARGEST_MEDIA_FILE * 1.4) throw new UnreadableMedia(`it has more than ${LARGEST_MEDIA_FILE / 2 ** 20} MiB`);
  if (!BASE64.test(text)) throw new UnreadableMedia('the text is not base64');
  return Buffer.from(text, 'base64');
}

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
