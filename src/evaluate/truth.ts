/** @file What really happened, row by row, as metrics read it. */

/** `index` points into the task's classes; a row without a label is -1, or NaN for a value. */
export type Truth = { readonly kind: 'classes'; readonly index: Int32Array } | { readonly kind: 'values'; readonly values: Float64Array };
