/** @file Memory for the numbers of one batch after the other: what the last one wrote is cleared for the next, and nothing else. */

import type { FeatureRow } from './encoder.ts';

/** Where more than one place in so many was written, all of them are cleared at once. */
const WRITTEN = 16;

/**
 * Rows of features written out. Of a thousand places that one-hot columns have, a row writes a dozen: to fill the others with zeros
 * again and again would take longer than all else. Whoever reads the numbers must not write among them.
 */
export class DenseRoom implements FeatureRow {
  #data = new Float32Array();
  #written = new Uint32Array();
  #count = 0;
  /** Where the block of the row at hand begins. */
  start = 0;

  /** Zeros. They take the place of what was taken before, where that had as many. */
  take(size: number): Float32Array {
    if (size !== this.#data.length) {
      this.#data = new Float32Array(size);
      this.#written = new Uint32Array(Math.ceil(size / WRITTEN));
    } else if (this.#count > this.#written.length) this.#data.fill(0);
    else for (let i = 0; i < this.#count; i++) this.#data[this.#written[i] as number] = 0;
    this.#count = 0;
    return this.#data;
  }

  add(place: number, value: number): void {
    if (value === 0) return; // no −0, as in a sparse row
    const at = this.start + place;
    this.#data[at] = value;
    if (this.#count < this.#written.length) this.#written[this.#count] = at;
    this.#count++;
  }
}
