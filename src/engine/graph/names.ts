/** @file The one authority on names: no two values or nodes of a graph share one. */

import { MoatError } from '../errors.ts';

export class Names {
  readonly #taken = new Set<string>();
  readonly #next = new Map<string, number>();

  /** Takes exactly this name. @throws MoatError `GRAPH_NAME_TAKEN` */
  reserve(name: string): string {
    if (name === '' || this.#taken.has(name)) {
      throw new MoatError(name === '' ? 'a value needs a name' : `the name "${name}" is already taken in this graph`, {
        code: 'GRAPH_NAME_TAKEN',
        why: 'values are found by name, so every name stands once and is not empty',
        fix: 'choose another name, or build in a scope of its own',
      });
    }
    this.#taken.add(name);
    return name;
  }

  /** Marks names of a graph that is already there as taken. */
  take(names: Iterable<string>): void {
    for (const name of names) this.#taken.add(name);
  }

  /** `hint`, or `hint_2`, `hint_3`, … where it is taken. */
  fresh(hint: string): string {
    let name = hint;
    while (this.#taken.has(name)) {
      const count = (this.#next.get(hint) ?? 1) + 1;
      this.#next.set(hint, count);
      name = `${hint}_${count}`;
    }
    this.#taken.add(name);
    return name;
  }
}
