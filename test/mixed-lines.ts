/** @file Lines of English reviews mixed with Chinese and with what trips tokenizers: accents, full width, emoji, rare ideographs, odd spaces. Seeded. */

import { readFileSync } from 'node:fs';

const REVIEWS = new URL('../examples/reviews/data/food_reviews_train.csv', import.meta.url);

const CHINESE =
  '我们 你们 今天 天气 很好 这个 产品 质量 不错 客服 态度 太差 了 快递 慢 下次 还会 购买 味道 一般 价格 便宜 推荐 给 朋友 收到 包装 破损 退货 非常 满意 不 喜欢 的 人 可以 试试 机器 学习 模型 训练 数据'.split(
    ' ',
  );
const ODD =
  '， 。 ！ ？ 、 ； … “ ” （ ） 🙂 👍🏽 é ﬁ Ａ １２ ① ½ İ Σ ΟΔΟΣ ß 한국 日本 カタ ñ ё 𠀀 𪚥 <pad> [PAD] e\u0301 \u200b \u00a0 \u3000 \t \u0085 \ufeff 3.14 $5 http://a.b/c_d __proto__'.split(
    ' ',
  );

export function mixedLines(count: number, seed = 1): string[] {
  const reviews = readFileSync(REVIEWS, 'utf8').split('\n').slice(1);
  let state = seed >>> 0;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const oneOf = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const excerpt = (): string => {
    const review = oneOf(reviews);
    const from = below(Math.max(1, review.length));
    return review.slice(from, from + below(120));
  };
  return Array.from({ length: count }, () => {
    let line = excerpt();
    for (let rest = below(14); rest > 0; rest--) {
      const kind = below(12);
      line += kind < 8 ? oneOf(CHINESE) : kind < 10 ? oneOf(ODD) : kind < 11 ? ' ' : String.fromCodePoint(0x4e00 + below(20_000));
    }
    return below(2) ? `${line} ${excerpt()}` : line;
  });
}
