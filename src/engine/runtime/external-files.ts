/** @file Reads weights that a model keeps in other files, from one folder and nowhere else. */

import { MoatError } from '../errors.ts';
import type { ExternalReader } from '../graph/onnx/external-data.ts';
import { host } from '../host/index.ts';

const { closeSync, fstatSync, openSync, readSync, realpathSync } = host.fs;
const { join, relative, sep } = host.path;

/** For `decodeModel(bytes, { externalData: externalDataIn(folder) })`. A link that leads out of the folder is refused. */
export function externalDataIn(folder: string): ExternalReader {
  return (location, offset, length) => {
    const file = openSync(inside(folder, location), 'r');
    try {
      const bytes = new Uint8Array(length);
      let count = 0;
      while (count < length) {
        const more = readSync(file, bytes, count, Math.min(length - count, LARGEST_READ), offset + count);
        if (more === 0) break;
        count += more;
      }
      return bytes.subarray(0, count);
    } finally {
      closeSync(file);
    }
  };
}

/**
 * For a model whose weights the runtime will read by itself: what is looked at is where they lie and whether the file is that long. The elements are
 * zeros, which take no memory until they are touched.
 */
export function externalPlacesIn(folder: string): ExternalReader {
  return (location, offset, length) => {
    const file = openSync(inside(folder, location), 'r');
    try {
      return new Uint8Array(Math.max(0, Math.min(length, fstatSync(file).size - offset)));
    } finally {
      closeSync(file);
    }
  };
}

/** The operating system reads no more at once. */
const LARGEST_READ = 2 ** 30;

function inside(folder: string, location: string): string {
  const root = realpathSync(folder);
  const path = resolved(join(root, location), location);
  const way = relative(root, path);
  if (way !== '..' && !way.startsWith(`..${sep}`)) return path;
  throw new MoatError(`the data file "${location}" lies outside the folder of the model`, {
    code: 'ONNX_EXTERNAL_DATA',
    kind: 'forbidden',
    why: 'it is a link that leads out of it',
    fix: 'put the file itself into the folder',
  });
}

function resolved(path: string, location: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    throw new MoatError(`the data file "${location}" is not in the folder of the model`, {
      code: 'ONNX_EXTERNAL_DATA',
      kind: 'not_found',
      why: 'the model keeps weights there',
      fix: 'put it beside the model, under this name',
      cause,
    });
  }
}
