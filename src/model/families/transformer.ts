/** @file transformer: word and position embeddings, encoder blocks, the mean over the words; over one text column. */

import { Type } from 'typebox';
import { layers, takeRows } from '../../engine/index.ts';
import { columnNamed, fitTokens, openPlanes } from '../encoders/index.ts';
import { type Family, optionsOf } from './family.ts';
import { trainNetwork } from './network.ts';
import { onlyColumn } from './only-column.ts';
import { tokenSchemas } from './token-options.ts';

const options = Type.Object(
  {
    ...tokenSchemas,
    heads: Type.Integer({ default: 4, minimum: 1, maximum: 64, description: 'Attention heads of a block' }),
    widthPerHead: Type.Integer({ default: 8, minimum: 1, maximum: 512, description: 'Numbers a word has in each head' }),
    hidden: Type.Integer({ default: 64, minimum: 1, maximum: 65_536, description: 'Units of the feed-forward layer of a block' }),
    blocks: Type.Integer({ default: 1, minimum: 1, maximum: 24, description: 'Encoder blocks' }),
    dropout: Type.Number({ default: 0.1, minimum: 0, exclusiveMaximum: 1, description: 'Share of numbers left out at each step' }),
  },
  { additionalProperties: false, default: {} },
);

export const transformer: Family = {
  name: 'transformer',
  kind: 'network',
  summary: 'Word and position embeddings, transformer encoder blocks, mean, dense output over one text column',
  suits: (columns) => onlyColumn(columns, 'text').verdict,
  options,

  train(context) {
    const { tokenizer, vocabulary, length, heads, widthPerHead, hidden, blocks, dropout } = optionsOf(options, context);
    const encoding = fitTokens(context.train, onlyColumn(context.columns, 'text').name, { tokenizer, vocabulary, length });
    const planes = openPlanes(encoding);
    return trainNetwork(context, {
      family: 'transformer',
      input: { kind: 'planes', encoding },
      type: planes.type,
      drawing: `Embedding(${vocabulary}, ${heads * widthPerHead}) → ${blocks} × Encoder(${heads} heads) → Mean`,
      layers: [
        layers.embedding({ vocabulary, width: heads * widthPerHead }),
        layers.positionalEncoding(),
        ...Array.from({ length: blocks }, () => layers.transformerEncoder({ heads, hidden, dropout })),
        layers.globalAveragePool(),
      ],
      defaults: { epochs: 5, batchSize: 32, optimizer: 'adam', learningRate: 1e-3, clipNorm: 1 },
      rowsOf(table) {
        const tensor = planes.encode(columnNamed(table, encoding.column));
        return (rows) => takeRows(tensor, rows);
      },
    });
  },
};
