/** @file Connectionist temporal classification is not there; whoever asks for it is told so at once. */

import { MoatError } from '../../errors.ts';

/** @throws MoatError `LOSS_CTC`, always. */
export function ctc(): never {
  throw new MoatError('there is no CTC loss', {
    code: 'LOSS_CTC',
    why: 'its sum over all alignments is not one of the operators that this engine differentiates',
    fix: 'align the targets with the steps and use crossEntropy, which reads one class for each step of a sequence',
  });
}
