/** @file transformer: word and position embeddings, encoder blocks, the mean over the words; over one text column, or the values of a series. */

import { Type } from 'typebox';
import { layers } from '../../engine/index.ts';
import { type Family, optionsOf } from './family.ts';
import { trainNetwork } from './network.ts';
import { sequenceColumn, sequenceInput, sequenceSchemas } from './sequence-input.ts';

const options = Type.Object(
  {
    ...sequenceSchemas,
    heads: Type.Integer({ default: 4, minimum: 1, maximum: 64, description: 'Attention heads of a block' }),
    widthPerHead: Type.Integer({ default: 8, minimum: 1, maximum: 512, description: 'Numbers a word or step has in each head' }),
    hidden: Type.Integer({ default: 64, minimum: 1, maximum: 65_536, description: 'Units of the feed-forward layer of a block' }),
    blocks: Type.Integer({ default: 1, minimum: 1, maximum: 24, description: 'Encoder blocks' }),
    dropout: Type.Number({ default: 0.1, minimum: 0, exclusiveMaximum: 1, description: 'Share of numbers left out at each step' }),
  },
  { additionalProperties: false, default: {} },
);

export const transformer: Family = {
  name: 'transformer',
  kind: 'network',
  summary: 'Word and position embeddings, transformer encoder blocks, mean, dense output over one text or series column',
  suits: (columns) => sequenceColumn(columns).verdict,
  options,

  train(context) {
    const { heads, widthPerHead, hidden, blocks, dropout, ...choices } = optionsOf(options, context);
    const { first, drawing, epochs, ...input } = sequenceInput(context, choices, heads * widthPerHead, true);
    return trainNetwork(context, {
      family: 'transformer',
      ...input,
      drawing: `${drawing} → ${blocks} × Encoder(${heads} heads) → Mean`,
      layers: [
        ...first,
        layers.positionalEncoding(),
        ...Array.from({ length: blocks }, () => layers.transformerEncoder({ heads, hidden, dropout })),
        layers.globalAveragePool(),
      ],
      defaults: { epochs, batchSize: 32, optimizer: 'adam', learningRate: 1e-3, clipNorm: 1 },
    });
  },
};
