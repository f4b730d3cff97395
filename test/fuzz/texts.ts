/** @file Targets that people write by hand: recipes, contracts, expressions. */

import { parseContract } from '../../src/data/contract/contract.ts';
import { readExpression } from '../../src/data/expression/expression.ts';
import type { Column } from '../../src/data/table.ts';
import { parseRecipe } from '../../src/model/recipe/parse.ts';
import { bytesOf, repositoryFile, VALUES } from './target.ts';
import type { Makers } from './targets.ts';

export const texts: Makers<'texts'> = {
  expression: () => ({
    samples: bytesOf(EXPRESSIONS),
    words: ['(', ')', ' + ', ' and ', ' in (', ',', '`', "'", '"', '- ', 'not ', 'if(', 'missing', '2024-01-01', ...VALUES],
    read(bytes) {
      const { sql, reads, valueAt } = readExpression(new TextDecoder().decode(bytes), EXPRESSION_COLUMNS);
      sql?.(reads.map((_, i) => `c${i}`));
      valueAt(reads.map((name) => EXPRESSION_CELLS.find((column) => column.name === name) as Column))(0);
    },
  }),
  contract: () => ({
    samples: bytesOf(CONTRACTS),
    words: ['&a', '*a', '<<: ', '- ', ': ', '{', '[', '|\n', 'min: ', 'pattern: ', ...VALUES],
    read: (bytes) => parseContract(new TextDecoder().decode(bytes), 'x.contract.yaml'),
  }),
  recipe: () => ({
    samples: bytesOf([...RECIPES.matchAll(/```yaml\n(name:[\s\S]*?)```/g)].map(([, text = '']) => text)),
    words: ['&a', '*a', '!!js/function', '<<: ', '- ', ': ', '{', '[', '|\n', '? ', '%YAML 1.1\n---\n', '\t', '"', ...VALUES],
    read: (bytes) => parseRecipe(new TextDecoder().decode(bytes)),
  }),
};

const RECIPES = repositoryFile('docs/recipe.md').toString('utf8');

const EXPRESSIONS = [
  "if(amount > 3 and not is_missing(name), round(amount / (amount + 1)), days_between(at, '2024-05-01'))",
  "concat(lower(name), `two words`) = 'x' or amount in (1, 2.5, -3) and starts_with(name, 'it''s')",
];
const EXPRESSION_CELLS: readonly Column[] = [
  { name: 'amount', type: 'number', values: Float64Array.of(2.5) },
  { name: 'name', type: 'category', values: ['Ann'] },
  { name: 'two words', type: 'text', values: ['a b'] },
  { name: 'at', type: 'time', values: Float64Array.of(1.7e12) },
];
const EXPRESSION_COLUMNS = EXPRESSION_CELLS.map(({ name, type }) => ({ name, type }));

const CONTRACTS = [
  'dataset: orders\non_breach: warn\nrows: { min: 1, max: 1000 }\ncolumns:\n  id: { type: id, unique: true }\n  amount: { min: 0, max: 9.5, nulls: 0.1 }\n  kind: { allowed: [a, "b", 3, true], longest: 5, pattern: "[a-z]+" }\n  at: { earliest: 2024-01-01, newest_within_days: 7 }\n',
];
