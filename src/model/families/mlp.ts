/** @file mlp: a multi-layer perceptron over the features of all columns. */

import { Type } from 'typebox';
import { isPixels, type Table } from '../../data/index.ts';
import { layers } from '../../engine/index.ts';
import { fitFeatures, openFeatures } from '../encoders/index.ts';
import { denseTensor } from '../feed.ts';
import { type Family, optionsOf } from './family.ts';
import { featureOptions, featureSchemas } from './features.ts';
import { trainNetwork } from './network.ts';
import { learnedColumns } from './shared.ts';
import type { Rows } from './streamed.ts';

const options = Type.Object(
  {
    hidden: Type.Array(Type.Integer({ minimum: 1, maximum: 65_536 }), {
      default: [64, 32],
      maxItems: 20,
      description: 'Units of each hidden layer',
    }),
    dropout: Type.Number({ default: 0.2, minimum: 0, exclusiveMaximum: 1, description: 'Share of hidden units left out at each step' }),
    ...featureSchemas({ maxTerms: 5_000 }),
  },
  { additionalProperties: false, default: {} },
);

export const mlp: Family = {
  name: 'mlp',
  kind: 'network',
  summary:
    'A multi-layer perceptron over standardised numbers and vectors, one-hot categories and lists, summaries of series, pixels and TF-IDF',
  suits: (columns) => columns.some(({ type }) => type !== 'id') || 'there is no column to learn from',
  options,

  train(context) {
    const { hidden, dropout, ...choices } = optionsOf(options, context);
    const names = learnedColumns(context).map(({ name }) => name);
    const encodings = fitFeatures(context.train, names, featureOptions(choices, hidden[0] ?? 1));
    const features = openFeatures(encodings);
    const rowsOnce =
      (table: Table): Rows =>
      (rows, room) => ({ dtype: 'float32', shape: [rows.length, features.width], data: features.encodeDense(table, rows, room) });
    return trainNetwork(context, {
      family: 'mlp',
      input: { kind: 'dense', encodings },
      type: { dtype: 'float32', shape: [features.width] },
      layers: hidden.flatMap((units) => [
        layers.dense({ units, activation: 'relu' }),
        ...(dropout === 0 ? [] : [layers.dropout({ rate: dropout })]),
      ]),
      drawing: hidden.map((units) => `Dense(${units}, relu)`).join(' → '),
      defaults: { epochs: 30, batchSize: 64, optimizer: 'adam', learningRate: 1e-3 },
      rowsOf(table) {
        // pixels written out take many times the memory of their bytes, and no time to speak of
        if (table.columns.some(isPixels)) return rowsOnce(table);
        const matrix = features.encode(table);
        return (rows) => denseTensor(matrix, rows);
      },
      rowsOnce,
    });
  },
};
