/** @file 100,000 texts encoded by each tokenizer, beside the reference implementation (Hugging Face's, in Rust) on one thread and on all: `npx tsx bench/tokenizers.ts [texts]`. */

import { Tokenizer as Reference } from 'tokenizers';
import { type TokenizerName, trainTokenizer } from '../src/data/index.ts';
import { mixedLines } from '../test/mixed-lines.ts';

const count = Number(process.argv[2] ?? 100_000);
const texts = mixedLines(count, 11);
const rounds = 3;

console.log(
  `${count.toLocaleString('en')} texts of English and Chinese, ${(texts.join('').length / 1e6).toFixed(1)} million characters; vocabulary 8,000`,
);
console.log(
  '                        train s   tokens   ours tokens/s   reference tokens/s (one at a time | in batches)   ours / reference',
);
for (const [name, byteFallback] of [
  ['bpe', false],
  ['bpe', true],
  ['wordpiece', false],
  ['unigram', false],
] as [TokenizerName, boolean][]) {
  const started = performance.now();
  const tokenizer = await trainTokenizer(name, texts.slice(0, 10_000), { vocabulary: 8_000, byteFallback });
  const seconds = (performance.now() - started) / 1000;
  const reference = Reference.fromString(JSON.stringify(tokenizer.json));
  const [own, single, batched] = [[], [], []] as number[][];
  let tokens = 0;
  for (let round = 0; round < rounds; round++) {
    tokens = 0;
    own?.push(
      await timed(() =>
        texts.forEach((text) => {
          tokens += tokenizer.encode(text).length;
        }),
      ),
    );
    single?.push(
      await timed(async () => {
        for (const text of texts) await reference.encode(text);
      }),
    );
    batched?.push(
      await timed(async () => {
        for (let from = 0; from < texts.length; from += 1_000) await reference.encodeBatch(texts.slice(from, from + 1_000));
      }),
    );
  }
  const [ours, one, many] = [own, single, batched].map((times) => tokens / median(times ?? [])) as [number, number, number];
  const title = byteFallback ? `${name} with byte fallback` : name;
  console.log(
    `${title.padEnd(22)} ${seconds.toFixed(1).padStart(8)} ${tokens.toLocaleString('en').padStart(10)} ${rate(ours)} ${rate(one)} | ${rate(many)}   ${(ours / one).toFixed(2)} | ${(ours / many).toFixed(2)}`,
  );
}

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

function rate(perSecond: number): string {
  return Math.round(perSecond).toLocaleString('en').padStart(12);
}
