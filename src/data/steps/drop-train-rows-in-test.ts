/** @file Step `drop_train_rows_in_test`: what the model is measured on must not have been shown to it. */

import Type from 'typebox';
import type { Part } from '../dataset.ts';
import { comparedColumns, rowKeys } from '../row-keys.ts';
import { definePartStep } from './step.ts';

/** Each part, and the parts that are measured on after it. */
const MEASURED_LATER: readonly (readonly [Part, readonly Part[]])[] = [
  ['train', ['validation', 'test']],
  ['validation', ['test']],
];

export const dropTrainRowsInTest = definePartStep({
  name: 'drop_train_rows_in_test',
  kind: 'part',
  comparesParts: true,
  summary:
    'Drops a row from train that also stands in validation or test, and from validation one that stands in test; ids and the target are not compared.',
  options: Type.Object({}, { additionalProperties: false }),
  keep(parts, _options, { target }) {
    const keys = new Map([...parts].map(([part, table]): [Part, string[]] => [part, rowKeys(table, comparedColumns(table, [target]))]));
    const kept = new Map<Part, Uint32Array>();
    for (const [part, later] of MEASURED_LATER) {
      const own = keys.get(part);
      if (!own) continue;
      const measured = new Set(later.flatMap((name) => keys.get(name) ?? []));
      kept.set(part, Uint32Array.from(indicesWhere(own, (key) => !measured.has(key))));
    }
    return kept;
  },
  describe: () => 'a row that is measured on is not trained on',
});

function indicesWhere(keys: readonly string[], holds: (key: string) => boolean): number[] {
  return keys.flatMap((key, row) => (holds(key) ? [row] : []));
}
