/** @file A tree of runs of symbols: each node is a run, its child the run with one symbol more. Flat arrays, for speed. */

const ABSENT = -1;

/** Nodes are whole numbers; 0 is the empty run. */
export class RunTree {
  readonly #limit: number;
  #count = 1;
  #parents = new Int32Array(1024);
  #symbols = new Int32Array(1024);
  /**
   * Open addressing. A slot is three numbers side by side, so that one look costs one cache line: parent, symbol, and the
   * child by that symbol, which is 0 where the slot is free.
   */
  #slots = new Int32Array(3 * 4096);
  #mask = 4095;

  /** @param limit nodes at most; when they are used up, `grow` makes no more */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Nodes in use; all are below this. */
  get size(): number {
    return this.#count;
  }

  /** The child by a symbol, or -1. */
  find(node: number, symbol: number): number {
    const child = this.#slots[this.#slotOf(node, symbol) + 2] as number;
    return child === 0 ? ABSENT : child;
  }

  /** The child by a symbol, made where there is none; -1 once the tree is full. */
  grow(node: number, symbol: number): number {
    const slot = this.#slotOf(node, symbol);
    const known = this.#slots[slot + 2] as number;
    if (known !== 0) return known;
    if (this.#count > this.#limit) return ABSENT;
    if (this.#count === this.#parents.length) {
      this.#parents = enlarged(this.#parents);
      this.#symbols = enlarged(this.#symbols);
    }
    const child = this.#count++;
    this.#parents[child] = node;
    this.#symbols[child] = symbol;
    this.#occupy(slot, node, symbol, child);
    if (this.#count * 2 > this.#mask) this.#rehash();
    return child;
  }

  /** The symbols from the root to a node. */
  runOf(node: number): number[] {
    const run: number[] = [];
    for (let at = node; at !== 0; at = this.#parents[at] as number) run.push(this.#symbols[at] as number);
    return run.reverse();
  }

  /** Where the slot begins that holds the child, or the free one where it belongs. */
  #slotOf(node: number, symbol: number): number {
    let hash = Math.imul(node, 0x9e3779b1) ^ Math.imul(symbol, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    for (let place = (hash ^ (hash >>> 13)) & this.#mask; ; place = (place + 1) & this.#mask) {
      const slot = 3 * place;
      if (this.#slots[slot + 2] === 0 || (this.#slots[slot] === node && this.#slots[slot + 1] === symbol)) return slot;
    }
  }

  #occupy(slot: number, node: number, symbol: number, child: number): void {
    this.#slots[slot] = node;
    this.#slots[slot + 1] = symbol;
    this.#slots[slot + 2] = child;
  }

  #rehash(): void {
    this.#mask = 2 * this.#mask + 1;
    this.#slots = new Int32Array(3 * (this.#mask + 1));
    for (let child = 1; child < this.#count; child++) {
      const [node, symbol] = [this.#parents[child] as number, this.#symbols[child] as number];
      this.#occupy(this.#slotOf(node, symbol), node, symbol, child);
    }
  }
}

function enlarged(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
