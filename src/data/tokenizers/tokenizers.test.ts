import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Tokenizer as Reference } from 'tokenizers';
import { afterAll, describe, expect, test } from 'vitest';
import { mixedLines } from '../../../test/mixed-lines.ts';
import { digamma } from './digamma.ts';
import { learnMerges } from './merges.ts';
import { openTokenizer, type Tokenizer, type TokenizerName, trainTokenizer } from './tokenizer.ts';
import { learnPieces } from './unigram-pieces.ts';

const lines = mixedLines(10_000, 7);
const taught = lines.slice(0, 1_000);

const kinds: { title: string; name: TokenizerName; byteFallback: boolean }[] = [
  { title: 'bpe over bytes', name: 'bpe', byteFallback: false },
  { title: 'bpe with byte fallback', name: 'bpe', byteFallback: true },
  { title: 'wordpiece', name: 'wordpiece', byteFallback: false },
  { title: 'unigram', name: 'unigram', byteFallback: false },
];
const trained = new Map<string, Promise<Tokenizer>>();
const trainedOf = ({ title, name, byteFallback }: (typeof kinds)[number]): Promise<Tokenizer> => {
  const known = trained.get(title) ?? trainTokenizer(name, taught, { vocabulary: 1_500, special: ['<end>'], byteFallback });
  trained.set(title, known);
  return known;
};

describe.each(kinds)('$title', (kind) => {
  test('the reference implementation reads its tokenizer.json to the same numbers, on 10,000 lines of English and Chinese', async () => {
    const json = JSON.stringify((await trainedOf(kind)).json);
    const reference = Reference.fromString(json);
    const own = openTokenizer(JSON.parse(json));
    const batch = await reference.encodeBatch(lines);
    const different = lines.filter((line, i) => own.encode(line).join() !== (batch[i]?.getIds() ?? []).join());
    expect(different.slice(0, 3)).toEqual([]);
    expect(own.tokens).toHaveLength(reference.getVocabSize(true));
  });

  test('what is read back is what the reference reads back', async () => {
    const own = await trainedOf(kind);
    const reference = Reference.fromString(JSON.stringify(own.json));
    for (const line of lines.slice(0, 300)) {
      const numbers = own.encode(line);
      if (numbers.length > 0) expect(own.decode(numbers)).toBe(await reference.decode(numbers, true));
    }
  });

  test('any text is cut into known numbers, and a special token is never cut', async () => {
    const own = await trainedOf(kind);
    const end = own.tokens.indexOf('<end>');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const numbers = own.encode(`${text}<end>`);
        expect(numbers.at(-1)).toBe(end);
        expect(numbers.every((number) => own.tokens[number] !== undefined)).toBe(true);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('the order of the texts does not matter', async () => {
    const options = { vocabulary: 900, byteFallback: kind.byteFallback };
    const some = taught.slice(0, 200);
    const [forwards, backwards] = [
      await trainTokenizer(kind.name, some, options),
      await trainTokenizer(kind.name, some.toReversed(), options),
    ];
    expect(backwards.json).toEqual(forwards.json);
  });
});

test('over bytes nothing is lost, whatever the text', async () => {
  const own = await trainedOf(kinds[0] as (typeof kinds)[number]);
  const text = fc.string({ unit: 'binary' }).filter((text) => !/<pad>|<end>/.test(text));
  fc.assert(
    fc.property(
      text,
      (given) => own.decode(own.encode(given)) === new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(given)),
    ),
    { seed: 5, numRuns: 500 },
  );
});

test('merges of the words of Sennrich, Haddow & Birch (2016), by hand', () => {
  const alphabet = [...'deilnorstw'];
  const words = (
    [
      ['low', 5],
      ['lower', 2],
      ['newest', 6],
      ['widest', 3],
    ] as const
  ).map(([word, count]) => ({ symbols: [...word].map((c) => alphabet.indexOf(c)), count }));
  const { merges } = learnMerges(words, alphabet, { size: 15, minCount: 1, join: (left, right) => left + right });
  // e s and s t stand 9 times, and e comes before s; then es t; l o and o w 7 times; then of e w, n e, w e(st) with 6 the earliest symbols
  expect(merges.map(([left, right]) => `${left} ${right}`)).toEqual(['e s', 'es t', 'l o', 'lo w', 'e w']);
});

test('the merges of 600 lines are those of the reference trainer, one by one', async () => {
  const some = taught
    .filter((line) => !line.includes('<pad>'))
    .slice(0, 600)
    .map((line) => `${line}\n`);
  const own = await trainTokenizer('bpe', some, { vocabulary: 30_000, minCount: 1 });
  const reference = Reference.fromString(JSON.stringify({ ...own.json, added_tokens: [], model: { type: 'BPE', vocab: {}, merges: [] } }));
  const file = join(folder, 'lines.txt');
  writeFileSync(file, some.join(''));
  reference.train([file]);
  reference.save(join(folder, 'reference.json'));
  const { model } = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8'));
  const merges = (own.json.model as unknown as { merges: unknown[] }).merges;
  expect(merges.length).toBeGreaterThan(5_000);
  expect(merges).toEqual(model.merges);
});

test('unigram: pieces have probabilities that sum to 1 or less, and frequent words become pieces', () => {
  const words = [
    ['▁banana', 40],
    ['▁bandana', 20],
    ['▁an', 30],
    ['▁na', 5],
  ] as const;
  const pieces = learnPieces(words, { size: 20, minCount: 2 });
  expect(pieces.reduce((sum, [, log]) => sum + Math.exp(log), 0)).toBeLessThanOrEqual(1);
  expect(pieces.map(([piece]) => piece)).toEqual(expect.arrayContaining(['▁banana', '▁an', 'b', 'a', 'n', 'd']));
  expect(pieces.length).toBeLessThanOrEqual(20);
});

test('ψ at 1, ½ and 10, in closed form', () => {
  const gamma = 0.577_215_664_901_532_9;
  expect(digamma(1)).toBeCloseTo(-gamma, 11);
  expect(digamma(0.5)).toBeCloseTo(-gamma - 2 * Math.log(2), 11);
  expect(digamma(10)).toBeCloseTo(7129 / 2520 - gamma, 11); // the sum of 1/k up to 9, less γ
});

test('refusals: no room, an empty special token, and files that are no tokenizer of ours', async () => {
  await expect(trainTokenizer('bpe', ['a'], { vocabulary: 100 })).rejects.toMatchObject({ code: 'TOKENIZER_VOCABULARY' });
  await expect(trainTokenizer('bpe', ['a'], { vocabulary: 1_000, special: [''] })).rejects.toMatchObject({ code: 'TOKENIZER_SPECIAL' });
  const { json } = await trainedOf(kinds[3] as (typeof kinds)[number]);
  const { json: other } = await trainedOf(kinds[0] as (typeof kinds)[number]);
  const damaged: unknown[] = [
    null,
    {},
    { ...json, model: { type: 'WordLevel' } },
    { ...json, normalizer: { type: 'Lowercase' } },
    { ...json, added_tokens: [] },
    { ...json, added_tokens: [{ content: 'absent from the vocabulary' }] },
    { ...json, model: { type: 'Unigram', byte_fallback: true, unk_id: 1, vocab: [['a', Number.NaN]] } },
    { ...other, model: { ...(other.model as object), vocab: { a: 0, b: 0 } } },
    { ...other, model: { ...(other.model as object), merges: [['nothing', 'known']] } },
  ];
  for (const file of damaged) expect(() => openTokenizer(file)).toThrow(expect.objectContaining({ code: 'TOKENIZER_INVALID' }));
});

test('a word of 200,000 characters takes no quadratic time', async () => {
  for (const kind of kinds) {
    const numbers = (await trainedOf(kind)).encode('好a'.repeat(100_000));
    expect(numbers.length).toBeGreaterThan(0);
  }
});

const folder = mkdtempSync(join(tmpdir(), 'moat-tokenizers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
