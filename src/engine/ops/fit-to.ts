/** @file Brings an image to the spatial sizes of another, by zeros put behind or by cutting off. */

import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { int64s } from '../tensor/make.ts';

/** Sizes may be known only at run time. Batch and channels are the same in both. */
export function fitTo(g: GraphBuilder, image: KnownValue, like: KnownValue): KnownValue {
  const lacking = g.sub(g.shapeOf(like), g.shapeOf(image));
  const before = g.constant(int64s(like.type.shape.map(() => 0)));
  return g.typed(g.one('Pad', [image, g.concat([before, lacking], 0)]), like.type.shape);
}
