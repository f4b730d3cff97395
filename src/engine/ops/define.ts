/**
 * @file How an operator is written down: its inputs and outputs as ONNX names them, its type rule, its gradient, and samples to test it with.
 *
 * Names carry what ONNX says of a slot: `C?` may be left out, `...X` takes any number of values. `defineOp` reads the names, so a gradient
 * that forgets an input does not compile.
 */

import { type AttributeInit, type AttributeSpecs, type AttributeValues, readAttributes } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Dim, Node, TensorType, Value } from '../graph/graph.ts';
import type { Known, KnownValue } from '../graph/known.ts';
import type { Tensor } from '../tensor/tensor.ts';

type NameOf<S extends string> = S extends `...${infer N}` ? N : S extends `${infer N}?` ? N : S;
type Slots<S extends string, T> = {
  readonly [K in S as NameOf<K>]: K extends `...${string}` ? readonly T[] : K extends `${string}?` ? T | undefined : T;
};

type Results<S extends string, T> = {
  readonly [K in S as NameOf<K>]: K extends `...${string}` ? readonly T[] : K extends `${string}?` ? T | undefined : T;
};

/** A gradient is a function, so one that nobody needs is never built. A variadic input answers for each of its values. */
type Gradients<In extends string, Fixed extends string> = {
  readonly [K in In as Exclude<NameOf<K>, Fixed>]: K extends `...${string}` ? (index: number) => Value : () => Value;
};

type Cotangents<Out extends string> = {
  readonly [K in Out as `d${NameOf<K>}`]: K extends `...${string}`
    ? readonly KnownValue[]
    : K extends `${string}?`
      ? KnownValue | undefined
      : KnownValue;
};

/** Uniform numbers in a range, for inputs whose domain or kinks matter. */
export interface SampleRange {
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}
/** A shape (filled with numbers away from zero, of both signs), a range, or the tensor itself (indices, conditions). */
export type SampleInput = readonly number[] | SampleRange | Tensor;

export type Sample<In extends string> = {
  readonly [K in In as NameOf<K>]?: K extends `...${string}` ? readonly SampleInput[] : SampleInput;
} & { readonly attributes?: Readonly<Record<string, AttributeInit>>; readonly opset?: number; readonly outputs?: number };

interface Facts<In extends string, Out extends string, A extends AttributeSpecs> {
  /** As ONNX spells it. */
  readonly type: string;
  /** Empty for ONNX's own operators. */
  readonly domain?: string;
  readonly inputs: readonly In[];
  readonly outputs: readonly Out[];
  readonly attributes?: A;
  /** Outputs that change only in jumps beside others that do not: the places where maxima were found. */
  readonly flatOutputs?: readonly NameOf<Out>[];
  /** Output types; a dim `'?'` is one that is known only at run time. */
  infer(inputs: Slots<In, Known>, attributes: AttributeValues<A>, outputCount: number): Results<Out, TensorType>;
  /** Elements of the first output, for operators that take part in shape arithmetic. */
  contents?(inputs: Slots<In, Known>, attributes: AttributeValues<A>): readonly Dim[] | undefined;
  readonly samples: readonly Sample<In>[];
}

/** `grad`: the gradient by formula. */
export interface WithGradient<In extends string, Out extends string, Fixed extends string, A extends AttributeSpecs>
  extends Facts<In, Out, A> {
  /** Inputs on whose values no derivative exists or is meant: indices, shapes, conditions. */
  readonly noGrad?: readonly Fixed[];
  grad(
    g: GraphBuilder,
    values: Slots<In, KnownValue> & Slots<Out, KnownValue> & Cotangents<Out>,
    attributes: AttributeValues<A>,
  ): Gradients<In, Fixed>;
}

/** `lower`: the operator in simpler operators, which have gradients. */
export interface WithLowering<In extends string, Out extends string, A extends AttributeSpecs> extends Facts<In, Out, A> {
  lower(g: GraphBuilder, values: Slots<In, KnownValue>, attributes: AttributeValues<A>, outputCount: number): Partial<Results<Out, Value>>;
}

/** `notDifferentiable`: why no derivative exists. */
export interface WithoutGradient<In extends string, Out extends string, A extends AttributeSpecs> extends Facts<In, Out, A> {
  readonly notDifferentiable: string;
}

/** `flat`: why the result stays the same under any small change of the inputs, wherever a derivative exists; no gradient passes. */
export interface Flat<In extends string, Out extends string, A extends AttributeSpecs> extends Facts<In, Out, A> {
  readonly flat: string;
}

/** An operator with its names resolved to positions, as the rest of the engine uses it. */
export interface Op {
  readonly type: string;
  readonly domain: string;
  readonly attributes: AttributeSpecs;
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
  /** By output position: whether no derivative passes into it. */
  isFlat(position: number): boolean;
  readonly samples: readonly Sample<string>[];
  infer(inputs: readonly (Known | undefined)[], node: Node): (TensorType | undefined)[];
  contents?(inputs: readonly (Known | undefined)[], node: Node): readonly Dim[] | undefined;
  readonly rule: GradientRule | LoweringRule | NoRule | FlatRule;
}
export interface Slot {
  readonly name: string;
  readonly optional: boolean;
  readonly variadic: boolean;
}
export interface GradientRule {
  readonly kind: 'gradient';
  /** By input position: whether a derivative by this input is defined. */
  isDifferentiable(position: number): boolean;
  /** By input position; `cotangents` by output position. */
  build(g: GraphBuilder, node: Node, values: NodeValues): (position: number) => Value;
}
export interface LoweringRule {
  readonly kind: 'lowering';
  build(g: GraphBuilder, node: Node, inputs: readonly (KnownValue | undefined)[]): (Value | undefined)[];
}
export interface NoRule {
  readonly kind: 'none';
  readonly why: string;
}
/** Results that do not depend on the inputs in the sense of a derivative: comparisons, signs. */
export interface FlatRule {
  readonly kind: 'flat';
  readonly why: string;
}
export interface NodeValues {
  readonly inputs: readonly (KnownValue | undefined)[];
  readonly outputs: readonly (KnownValue | undefined)[];
  readonly cotangents: readonly (KnownValue | undefined)[];
}

export function defineOp<
  const In extends string,
  const Out extends string,
  const Fixed extends NameOf<In> = never,
  const A extends AttributeSpecs = Record<never, never>,
>(spec: WithGradient<In, Out, Fixed, A> | WithLowering<In, Out, A> | WithoutGradient<In, Out, A> | Flat<In, Out, A>): Op {
  const inputs = spec.inputs.map(slotOf);
  const outputs = spec.outputs.map(slotOf);
  const specs: AttributeSpecs = spec.attributes ?? {};
  const attributesOf = (node: Node) => readAttributes(node, specs) as AttributeValues<A>;
  const contents = spec.contents;
  return {
    type: spec.type,
    domain: spec.domain ?? '',
    attributes: specs,
    inputs,
    outputs,
    isFlat: (position) => (spec.flatOutputs as readonly string[] | undefined)?.includes(outputs[position]?.name ?? '') === true,
    samples: spec.samples as readonly Sample<string>[],
    infer(types, node) {
      const named = spec.infer(toNames(inputs, types) as Slots<In, Known>, attributesOf(node), node.outputs.length);
      return toPositions(outputs, named as Named<TensorType>, node.outputs.length);
    },
    ...(contents && { contents: (types, node) => contents(toNames(inputs, types) as Slots<In, Known>, attributesOf(node)) }),
    rule: ruleOf(spec, inputs, outputs, attributesOf),
  };
}

type Named<T> = Readonly<Record<string, T | readonly T[] | undefined>>;

function ruleOf<In extends string, Out extends string, Fixed extends string, A extends AttributeSpecs>(
  spec: WithGradient<In, Out, Fixed, A> | WithLowering<In, Out, A> | WithoutGradient<In, Out, A> | Flat<In, Out, A>,
  inputs: readonly Slot[],
  outputs: readonly Slot[],
  attributesOf: (node: Node) => AttributeValues<A>,
): Op['rule'] {
  if ('flat' in spec) return { kind: 'flat', why: spec.flat };
  if ('notDifferentiable' in spec) return { kind: 'none', why: spec.notDifferentiable };
  if ('lower' in spec) {
    return {
      kind: 'lowering',
      build(g, node, values) {
        const named = spec.lower(g, toNames(inputs, values) as Slots<In, KnownValue>, attributesOf(node), node.outputs.length);
        return toPositions(outputs, named as Named<Value>, node.outputs.length);
      },
    };
  }
  const fixed = new Set<string>(spec.noGrad);
  const slotAt = (position: number): Slot => inputs[Math.min(position, inputs.length - 1)] as Slot;
  return {
    kind: 'gradient',
    isDifferentiable: (position) => !fixed.has(slotAt(position).name),
    build(g, node, { inputs: values, outputs: results, cotangents }) {
      const dOutputs = outputs.map((slot) => ({ ...slot, name: `d${slot.name}` }));
      const named = { ...toNames(inputs, values), ...toNames(outputs, results), ...toNames(dOutputs, cotangents) };
      const gradients = spec.grad(g, named as never, attributesOf(node)) as Record<string, (index: number) => Value>;
      return (position) => {
        const gradient = gradients[slotAt(position).name] as (index: number) => Value;
        return gradient(position - inputs.length + 1);
      };
    },
  };
}

function slotOf(declared: string): Slot {
  const variadic = declared.startsWith('...');
  const optional = declared.endsWith('?');
  return { name: declared.replace(/^\.\.\.|\?$/g, ''), optional, variadic };
}

/** A variadic slot, always the last, takes all that is left. */
function toNames<T>(
  slots: readonly Slot[],
  values: readonly (T | undefined)[],
): Record<string, T | readonly (T | undefined)[] | undefined> {
  return Object.fromEntries(slots.map((slot, i) => [slot.name, slot.variadic ? values.slice(i) : values[i]]));
}

function toPositions<T>(slots: readonly Slot[], named: Named<T>, count: number): (T | undefined)[] {
  const flat = slots.flatMap((slot): readonly (T | undefined)[] =>
    slot.variadic ? (named[slot.name] as readonly T[]) : [named[slot.name] as T | undefined],
  );
  return Array.from({ length: count }, (_, i) => flat[i]);
}
