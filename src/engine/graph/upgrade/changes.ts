/** @file The operators whose form changed between opsets 9 and 21, and how the old form is written in the new one. What only gained types or defaults is not here. */

import { MoatError } from '../../errors.ts';
import { int64s, tensorOf } from '../../tensor/make.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Attribute, Node } from '../graph.ts';

export interface Tools {
  /** A name that is not taken. */
  fresh(hint: string): string;
  /** Keeps a tensor in the graph and gives its name. */
  constant(hint: string, tensor: Tensor): string;
  /** Whether any node or output of the graph reads a value. */
  isRead(name: string): boolean;
  rankOf(name: string): number | undefined;
}

type Rewrite = (node: Node, tools: Tools) => readonly Node[];

interface Change {
  /** The opset that brought the new form. */
  readonly since: number;
  readonly rewrites: Readonly<Record<string, Rewrite>>;
  /** Whether a rewrite asks for ranks, which then are inferred. */
  readonly needsRanks?: true;
}

/** An attribute that became an input at this place. */
const asInput =
  (attribute: string, position: number): Rewrite =>
  (node, tools) => {
    const values = intsOf(node, attribute);
    if (values === undefined) return [node];
    return [withInput(without(node, attribute), position, tools.constant(`${node.name}/${attribute}`, int64s(values)))];
  };

const axesAsInput = asInput('axes', 1);

/** Of an operator that was only renamed, or got attributes whose default now means something else. */
const renamed =
  (opType: string, attributes: Readonly<Record<string, Attribute>> = {}): Rewrite =>
  (node) => [{ ...node, opType, attributes: new Map([...Object.entries(attributes), ...node.attributes]) }];

/** Axes from `axis` on were flattened and taken together; now it is that axis alone. */
const flattened: Rewrite = (node, tools) => {
  const [x = ''] = node.inputs;
  const [y = ''] = node.outputs;
  const axis = intOf(node, 'axis') ?? 1;
  const last: Node = { ...node, attributes: new Map([...node.attributes, ['axis', int(-1)]]) };
  const rank = tools.rankOf(x);
  if (axis === -1 || (rank !== undefined && (axis === rank - 1 || axis + rank === rank - 1))) return [last];
  const [shape, flat, done] = ['shape', 'flat', 'done'].map((part) => tools.fresh(`${node.name}/${part}`)) as [string, string, string];
  return [
    plain('Shape', shape, [x], [shape]),
    plain('Flatten', flat, [x], [flat], { axis: int(axis) }),
    { ...last, inputs: [flat], outputs: [done] },
    plain('Reshape', tools.fresh(`${node.name}/reshape`), [done, shape], [y]),
  ];
};

/** Bounds were attributes with the largest float32 as their default. */
const clip: Rewrite = (node, tools) => {
  const bound = (name: string): string => {
    const value = floatOf(node, name);
    return value === undefined || Math.abs(value) >= 3.4e38 ? '' : tools.constant(`${node.name}/${name}`, tensorOf('float32', [], [value]));
  };
  const inputs = [node.inputs[0] ?? '', bound('min'), bound('max')];
  while (inputs.at(-1) === '') inputs.pop();
  return [{ ...without(node, 'min', 'max'), inputs }];
};

const pad: Rewrite = (node, tools) => {
  const pads = tools.constant(`${node.name}/pads`, int64s(intsOf(node, 'pads') ?? []));
  const value = tools.constant(`${node.name}/value`, tensorOf('float32', [], [floatOf(node, 'value') ?? 0]));
  return [{ ...without(node, 'pads', 'value'), inputs: [node.inputs[0] ?? '', pads, value] }];
};

const slice: Rewrite = (node, tools) => {
  const starts = intsOf(node, 'starts') ?? [];
  const parts = { starts, ends: intsOf(node, 'ends') ?? [], axes: intsOf(node, 'axes') ?? starts.map((_, axis) => axis) };
  const inputs = Object.entries(parts).map(([name, values]) => tools.constant(`${node.name}/${name}`, int64s(values)));
  return [{ ...without(node, 'starts', 'ends', 'axes'), inputs: [node.inputs[0] ?? '', ...inputs] }];
};

const topK: Rewrite = (node, tools) => [
  withInput(without(node, 'k'), 1, tools.constant(`${node.name}/k`, int64s([intOf(node, 'k') ?? 1]))),
];

/** Positions were scaled from the corner and cut down. */
const resizeOfOld: Rewrite = (node) => [
  {
    ...node,
    opType: 'Resize',
    inputs: [node.inputs[0] ?? '', '', node.inputs[1] ?? ''],
    attributes: new Map([...node.attributes, ['coordinate_transformation_mode', text('asymmetric')], ['nearest_mode', text('floor')]]),
  },
];

const dropout: Rewrite = (node, tools) => {
  const ratio = floatOf(node, 'ratio');
  const bare = without(node, 'ratio');
  return [ratio === undefined ? bare : withInput(bare, 1, tools.constant(`${node.name}/ratio`, tensorOf('float32', [], [ratio])))];
};

/** Asking for the statistics meant training, and those of the batch could be had too. */
const batchNormalization: Rewrite = (node, tools) => {
  if (node.outputs.length === 1) return [node];
  if (node.outputs.slice(3).some((name) => tools.isRead(name)))
    throw cannot(node, 'it gives the statistics of the batch, which newer opsets do not');
  return [{ ...node, outputs: node.outputs.slice(0, 3), attributes: new Map([...node.attributes, ['training_mode', int(1)]]) }];
};

const split18: Rewrite = (node) =>
  node.inputs[1] ? [node] : [{ ...node, attributes: new Map([...node.attributes, ['num_outputs', int(node.outputs.length)]]) }];

const gridSample: Rewrite = (node) => {
  const mode = node.attributes.get('mode');
  const names: Readonly<Record<string, string>> = { bilinear: 'linear', bicubic: 'cubic' };
  if (mode?.kind !== 'string') return [node];
  return [{ ...node, attributes: new Map([...node.attributes, ['mode', text(names[mode.value] ?? mode.value)]]) }];
};

const refuse =
  (why: string): Rewrite =>
  (node) => {
    throw cannot(node, why);
  };

const reductions = [
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceMax',
  'ReduceMean',
  'ReduceMin',
  'ReduceProd',
  'ReduceSumSquare',
];

export const changes: readonly Change[] = [
  { since: 10, rewrites: { Slice: slice, TopK: topK, Upsample: (node) => [{ ...node, opType: 'Resize' }] } },
  { since: 11, rewrites: { Clip: clip, Pad: pad, Resize: resizeOfOld, Scatter: renamed('ScatterElements') } },
  { since: 12, rewrites: { Dropout: dropout } },
  { since: 13, rewrites: { ReduceSum: axesAsInput, Split: asInput('split', 1), Squeeze: axesAsInput, Unsqueeze: axesAsInput } },
  { since: 13, needsRanks: true, rewrites: { Softmax: flattened, LogSoftmax: flattened, Hardmax: flattened } },
  { since: 14, rewrites: { BatchNormalization: batchNormalization } },
  { since: 16, rewrites: { RoiAlign: renamed('RoiAlign', { coordinate_transformation_mode: text('output_half_pixel') }) } },
  { since: 18, rewrites: { ...Object.fromEntries(reductions.map((opType) => [opType, axesAsInput])), Split: split18 } },
  { since: 20, rewrites: { DFT: refuse('its axis became an input'), GridSample: gridSample } },
  { since: 21, rewrites: { GroupNormalization: refuse('its scale was one a group and became one a channel') } },
];

function int(value: number): Attribute {
  return { kind: 'int', value: BigInt(value) };
}

function text(value: string): Attribute {
  return { kind: 'string', value };
}

function plain(
  opType: string,
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): Node {
  return { name, opType, domain: '', inputs, outputs, attributes: new Map(Object.entries(attributes)) };
}

function without(node: Node, ...names: readonly string[]): Node {
  return { ...node, attributes: new Map([...node.attributes].filter(([name]) => !names.includes(name))) };
}

function withInput(node: Node, position: number, name: string): Node {
  const inputs = [...node.inputs];
  while (inputs.length < position) inputs.push('');
  inputs[position] = name;
  return { ...node, inputs };
}

function intsOf(node: Node, name: string): number[] | undefined {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'ints' ? attribute.value.map(Number) : undefined;
}

function intOf(node: Node, name: string): number | undefined {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'int' ? Number(attribute.value) : undefined;
}

function floatOf(node: Node, name: string): number | undefined {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'float' ? attribute.value : undefined;
}

function cannot(node: Node, why: string): MoatError {
  return new MoatError(`${node.opType} node "${node.name}" cannot be written for a newer opset`, {
    code: 'ONNX_UPGRADE',
    why,
    fix: 'export the model again for opset 21, or convert it with onnx.version_converter',
  });
}
