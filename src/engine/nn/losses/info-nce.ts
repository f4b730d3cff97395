/**
 * @file InfoNCE (van den Oord et al. 2018) over the batch, both ways round as in CLIP (Radford et al. 2021): every vector must find its own partner.
 *
 *     s[i, j] = cos(aᵢ, bⱼ) / temperature        loss = −½ · mean(ln softmax(s, rows)[i, i] + ln softmax(s, columns)[i, i])
 */

import type { GraphBuilder } from '../../graph/builder.ts';
import type { KnownValue } from '../../graph/known.ts';
import { tensorOf } from '../../tensor/make.ts';
import { knownSize } from '../sizes.ts';
import { vectorsOf } from './embeddings.ts';
import { countTrue, type Loss, requireLossSetting } from './loss.ts';

export interface InfoNceOptions {
  /** 0.07 unless said otherwise. */
  readonly temperature?: number;
}

/** The network's output is [batch, 2, width]: pairs that belong together; the rest of the batch is what they are told from. The target is not read. */
export function infoNce({ temperature = 0.07 }: InfoNceOptions = {}): Loss {
  requireLossSetting('infoNce', 'temperature', temperature, temperature > 0, 'above 0');
  return {
    name: 'infoNce',
    settings: { temperature },
    build(g, network) {
      const [a, b] = vectorsOf(g, 'infoNce', network, ['one vector', 'its partner']);
      const scores = g.mul(g.matMul(unit(g, a), g.transpose(unit(g, b))), 1 / temperature);
      const rows = knownSize('infoNce', a, 0);
      const diagonal = Float32Array.from({ length: rows * rows }, (_, at) => (at % (rows + 1) === 0 ? 1 : 0));
      const own = g.constant(tensorOf('float32', [rows, rows], diagonal));
      const ofOwn = (logp: KnownValue): KnownValue => g.reduceSum(g.mul(logp, own), [1], true);
      const [forth, back] = [g.logSoftmax(scores, 1), g.logSoftmax(scores, 0)];
      const rank = g.reduceSum(g.cast(g.greaterOrEqual(forth, ofOwn(forth)), 'float32'), [1]);
      return { loss: g.mul(g.add(g.reduceMean(ofOwn(forth)), g.reduceMean(ofOwn(back))), -0.5), correct: countTrue(g, g.equal(rank, 1)) };
    },
  };
}

function unit(g: GraphBuilder, x: KnownValue): KnownValue {
  return g.div(x, g.sqrt(g.add(g.reduceSum(g.mul(x, x), [1], true), 1e-12)));
}
