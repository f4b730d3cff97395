/** @file Einsum: products of operands summed over the axes whose letters the output leaves out (Einstein's convention). */

import { MoatError } from '../errors.ts';
import { string } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { broadcastShapes, isStatic } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known, KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { sumTo } from './sum-to.ts';

export const Einsum = defineOp({
  type: 'Einsum',
  inputs: ['...Inputs'],
  outputs: ['Output'],
  attributes: { equation: string('') },
  infer({ Inputs }, { equation }) {
    const { terms, output } = parse(equation, Inputs);
    const sizes = sizesOf(terms, Inputs);
    return { Output: { dtype: (Inputs[0] as Known).dtype, shape: output.map((letter) => sizes.get(letter) as Dim) } };
  },
  // d Inputs[k] is the sum of products of dOutput and the other operands. A letter that stands twice in the operand takes its diagonal:
  // there an identity matrix puts the gradient back onto it. A letter that only this operand has was summed away, and is repeated.
  grad: (g, { Inputs, dOutput }, { equation }) => ({
    Inputs(index: number) {
      const operand = Inputs[index] as KnownValue;
      const { terms, output } = parse(
        equation,
        Inputs.map(({ type }) => type),
      );
      const free = freshLetters(terms);
      const own = terms[index] as readonly string[];
      const target = own.map((letter, axis) => (own.indexOf(letter) === axis ? letter : free()));
      const diagonals = target.flatMap((letter, axis) => (letter === own[axis] ? [] : [[own[axis] as string, letter]]));
      const eyes = diagonals.map(([letter]) => identity(g, operand.type.shape[own.indexOf(letter as string)] as Dim, operand.type.dtype));
      const others = Inputs.filter((_, i) => i !== index);
      const given = [output, ...terms.filter((_, i) => i !== index), ...diagonals];
      const known = target.filter((letter) => given.some((term) => term.includes(letter)));
      const product = g.one('Einsum', [dOutput, ...others, ...eyes], {
        equation: `${given.map((term) => term.join('')).join(',')}->${known.join('')}`,
      });
      const missing = target.flatMap((letter, axis) => (known.includes(letter) ? [] : [axis]));
      const spread = missing.length === 0 ? product : repeated(g, g.unsqueeze(product, missing), operand);
      return sumTo(g, spread, operand);
    },
  }),
  samples: [
    {
      Inputs: [
        [2, 3],
        [3, 4],
      ],
      attributes: { equation: 'ij,jk->ki' },
    },
    {
      Inputs: [
        [2, 3, 2],
        [2, 3, 2],
      ],
      attributes: { equation: 'bid,bjd' },
    },
    { Inputs: [[3, 3]], attributes: { equation: 'ii->i' } },
    { Inputs: [[3, 4]], attributes: { equation: 'ij->j' } },
    { Inputs: [[2, 2, 3], [3, 2], [2]], attributes: { equation: '...ij,jk,k->...i' } },
  ],
});

interface Parsed {
  readonly terms: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** Letters by axis; the axes of an ellipsis get upper-case letters, aligned at the last one. */
function parse(equation: string, inputs: readonly Known[]): Parsed {
  const [left = '', right] = equation.replaceAll(' ', '').split('->');
  const written = left.split(',');
  const used = new Set(left);
  const hidden = Array.from({ length: 26 }, (_, i) => String.fromCharCode(90 - i)).filter((letter) => !used.has(letter));
  const widths = written.map((term, i) => (term.includes('...') ? (inputs[i]?.shape.length ?? 0) - (term.length - 3) : 0));
  const width = Math.max(0, ...widths);
  const letters = (term: string, count: number): string[] => [
    ...term.replace(
      '...',
      hidden
        .slice(0, width)
        .slice(width - count)
        .join(''),
    ),
  ];
  const terms = written.map((term, i) => letters(term, widths[i] as number));
  if (inputs.length !== terms.length || terms.some((term, i) => term.length !== inputs[i]?.shape.length)) throw malformed(equation);
  if (right !== undefined) return { terms, output: letters(right, width) };
  const plain = [...left.replace(/[.,]/g, '')];
  const once = [...new Set(plain)].filter((letter) => plain.indexOf(letter) === plain.lastIndexOf(letter)).sort();
  return { terms, output: [...hidden.slice(0, width), ...once] };
}

function sizesOf(terms: Parsed['terms'], inputs: readonly Known[]): Map<string, Dim> {
  const sizes = new Map<string, Dim>();
  terms.forEach((term, i) => {
    term.forEach((letter, axis) => {
      const dim = inputs[i]?.shape[axis] as Dim;
      const before = sizes.get(letter);
      sizes.set(letter, before === undefined ? dim : (broadcastShapes([before], [dim])[0] as Dim));
    });
  });
  return sizes;
}

function freshLetters(terms: Parsed['terms']): () => string {
  const used = new Set(terms.flat());
  const free = Array.from({ length: 26 }, (_, i) => String.fromCharCode(97 + i)).filter((letter) => !used.has(letter));
  return () => free.shift() as string;
}

function identity(g: GraphBuilder, size: Dim, dtype: KnownValue['type']['dtype']): KnownValue {
  if (typeof size !== 'number') {
    throw new MoatError('the diagonal of an Einsum has a size known only at run time', {
      code: 'GRADIENT_DYNAMIC_SIZE',
      why: 'the gradient is put back by an identity matrix of that size',
      fix: 'fix this size in the inputs of the model',
    });
  }
  const ones = Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  return g.cast(g.constant(tensorOf('float32', [size, size], ones)), dtype);
}

/** Axes of size 1 repeated to those of the operand; all others stay, also where the operand was broadcast. */
function repeated(g: GraphBuilder, value: KnownValue, operand: KnownValue): KnownValue {
  const { shape } = operand.type;
  return g.expand(value, isStatic(shape) ? shape : g.shapeOf(operand));
}

function malformed(equation: string): MoatError {
  return new MoatError(`the equation "${equation}" does not fit the operands`, {
    code: 'SHAPE_EINSUM',
    why: 'each operand needs a term with one letter an axis',
    fix: 'count the terms and their letters again',
  });
}
