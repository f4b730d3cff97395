/** @file What a parent and its child process say to each other. Plain data, in the form of the structured clone. */

import type { MoatError } from '../engine/errors.ts';

export type ToChild =
  | { readonly type: 'request'; readonly id: number; readonly kind: string; readonly payload: unknown }
  | { readonly type: 'cancel'; readonly id: number };

export type ToParent =
  | { readonly type: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly type: 'done'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: ReturnType<MoatError['toJSON']> };
