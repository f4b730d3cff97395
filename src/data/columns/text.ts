/** @file Column type `text`: what people wrote, kept letter by letter. */

import type { StringColumn } from '../table.ts';
import type { ColumnFacts, ColumnKind } from './column-kind.ts';
import { spreadOf } from './spread.ts';
import { countWords } from './stats.ts';
import { parseStrings, plainText, stringsFromJson } from './strings.ts';
import { percent } from './words.ts';

export const text: ColumnKind<StringColumn> = {
  type: 'text',
  summary: 'What people wrote, kept as it is; cleaning steps change it only when they are named.',
  recognise(stats) {
    const { meanWords, meanCharacters, distinctShare } = stats;
    const isSentence = meanWords >= 4 && distinctShare > 0.3;
    const isLong = meanCharacters >= 40 && distinctShare > 0.3;
    const isUnspaced = stats.cjkCount > stats.valueCount / 2 && meanCharacters >= 8 && distinctShare > 0.5;
    const isPhrase = meanWords >= 1.5 && distinctShare > 0.8 && stats.distinct.size > 100;
    if (!isSentence && !isLong && !isUnspaced && !isPhrase) return undefined;
    const measure = isSentence || isPhrase ? `${meanWords.toFixed(1)} words` : `${meanCharacters.toFixed(0)} characters`;
    return { score: 0.7, why: `${measure} a value on average, ${percent(distinctShare, 1)} of the values distinct` };
  },
  parse: (name, cells) => parseStrings('text', name, cells),
  plainSql: plainText,
  text: (column, row) => column.values[row] ?? null,
  toJson: (column, row) => column.values[row] ?? null,
  fromJson: (field, values) => stringsFromJson('text', field, values, (value) => value),
  facts(column): ColumnFacts {
    const texts = column.values.filter((value) => value !== null);
    return { characters: spreadOf(texts.map((value) => value.length)), words: spreadOf(texts.map(countWords)) };
  },
};
