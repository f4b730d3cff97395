/** @file Reads an ONNX model from the bytes of its file. */

import { MoatError } from '../../errors.ts';
import { checkGraph } from '../check.ts';
import type { Graph, LocalFunction, Model } from '../graph.ts';
import { upgradeModel } from '../upgrade/index.ts';
import { newestOpset, oldestOpset, oldestUpgraded } from '../versions.ts';
import { decodeFunction } from './decode-function.ts';
import { type DecodeOptions, decodeGraph, standardDomain } from './decode-graph.ts';
import { corrupt, Kept, readMessage } from './fields.ts';

export type { DecodeOptions } from './decode-graph.ts';

/**
 * Reads a model. Large weights are views of `bytes`, not copies.
 * @throws MoatError `ONNX_CORRUPT`, `ONNX_OPSET`, `ONNX_ELEMENT_TYPE`, `ONNX_EXTERNAL_DATA`, `ONNX_UPGRADE`, `GRAPH_INVALID`
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): Model {
  // A Buffer's slices share its memory in other ways than those of the Uint8Array that it claims to be.
  const file = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let irVersion = 0;
  let producer = '';
  let graph: Graph | undefined;
  const opsets = new Map<string, number>();
  const metadata = new Map<string, string>();
  const functions: LocalFunction[] = [];
  const kept = new Kept();
  readMessage(file, (field) => {
    switch (field.number) {
      case 1:
        irVersion = Number(field.int());
        return;
      case 2:
        producer = field.text();
        return;
      case 7:
        graph = decodeGraph(field.bytes(), { ...options, depth: 0 });
        return;
      case 8: {
        const { key, value } = decodeOpset(field.bytes());
        opsets.set(key, value);
        return;
      }
      case 14: {
        const { key, value } = decodeEntry(field.bytes());
        metadata.set(key, value);
        return;
      }
      case 25:
        functions.push(decodeFunction(field.bytes(), { ...options, depth: 0 }));
        return;
      default:
        kept.take(field);
    }
  });
  if (graph === undefined) throw corrupt(bytes.length === 0 ? 'it is empty' : 'it holds no graph');
  const isOld = options.upgrade === true && (opsets.get('') ?? oldestOpset) < oldestOpset;
  requireOpset(opsets.get(''), isOld ? oldestUpgraded : oldestOpset, graph);
  checkGraph(graph);
  const model = { irVersion, opsets, producer, metadata, graph, functions, ...kept.facts() };
  return isOld ? upgradeModel(model) : model;
}

/** A model of other domains' operators alone needs no version of ONNX's own. */
function requireOpset(opset: number | undefined, oldest: number, graph: Graph): void {
  if (opset === undefined ? !usesStandard(graph) : opset >= oldest && opset <= newestOpset) return;
  const canUpgrade = opset !== undefined && opset >= oldestUpgraded && opset < oldestOpset;
  throw new MoatError(`the model is written for ONNX opset ${opset ?? '(none)'}`, {
    code: 'ONNX_OPSET',
    why: `opsets ${oldest} to ${newestOpset} are supported`,
    fix: `${canUpgrade ? 'read it with upgrade: true' : 'export it again with opset_version=17'}, or convert it with onnx.version_converter`,
  });
}

function usesStandard({ nodes }: Graph): boolean {
  return nodes.some(
    ({ domain, attributes }) =>
      domain === '' || [...attributes.values()].some((attribute) => attribute.kind === 'graph' && usesStandard(attribute.value)),
  );
}

function decodeOpset(bytes: Uint8Array): { key: string; value: number } {
  const opset = { key: '', value: 0 };
  readMessage(bytes, (field) => {
    if (field.number === 1) opset.key = standardDomain(field.text());
    if (field.number === 2) opset.value = Number(field.int());
  });
  return opset;
}

function decodeEntry(bytes: Uint8Array): { key: string; value: string } {
  const entry = { key: '', value: '' };
  readMessage(bytes, (field) => {
    if (field.number === 1) entry.key = field.text();
    if (field.number === 2) entry.value = field.text();
  });
  return entry;
}
