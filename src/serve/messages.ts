/** @file What the server and a prediction worker say to each other. Everything is plain data: it crosses a process boundary. */

import type { Row } from '../data/index.ts';
import type { ErrorKind } from '../engine/errors.ts';

/** What a model answers for one row. Classification carries `label` and `probabilities`, regression `value`. */
export interface Answer {
  readonly label?: string;
  /** Probability of each class. */
  readonly probabilities?: Readonly<Record<string, number>>;
  readonly value?: number;
  /** Inputs that did not stop the prediction but say little, such as a category that training never saw. Left out when there is none. */
  readonly warnings?: readonly { readonly message: string }[];
}

/** `open` reads the artifact blob `hash` of the home folder and verifies its digest. */
export interface OpenRequest {
  readonly homePath: string;
  readonly artifact: string;
  readonly threads: number;
}

export interface OpenAnswer {
  readonly family: string;
}

/** `predict` carries the rows of each request of one batch. */
export interface PredictRequest {
  readonly requests: readonly (readonly Row[])[];
}

/** One outcome a request, in order: a bad request does not spoil the batch that it rode in. */
export interface PredictAnswer {
  readonly outcomes: readonly Outcome[];
}

export type Outcome =
  | { readonly answers: readonly Answer[] }
  | {
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly why: string;
        readonly fix: string;
        readonly kind: ErrorKind;
      };
    };
