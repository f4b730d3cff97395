/** @file What nearly repeats: texts and pictures of the sample, and how many of them stand on two sides of a split. */

import { plural } from '../columns/words.ts';
import type { Part, Warning } from '../dataset.ts';
import type { ImageColumn, StringColumn } from '../table.ts';
import { type NearPair, nearDuplicateTexts } from './near-duplicates.ts';
import { lookAtImages } from './near-images.ts';
import type { Sample } from './scan.ts';

export interface LookAlikes {
  readonly column: string;
  /** Rows that nearly repeat an earlier one of the sample, exact copies among them. */
  readonly rowCount: number;
  /** Of these, those whose first look-alike stands in another part. */
  readonly acrossParts: number;
  /** Of these, those that are equal to the letter or pixel. */
  readonly exactCount: number;
  readonly lookedAt: number;
  /** Of pictures: those of one colour. */
  readonly blankCount?: number;
  readonly examples: readonly { readonly a: RowPlace; readonly b: RowPlace; readonly similarity: number }[];
}

export interface RowPlace {
  readonly part: Part;
  /** From 0 in its part. */
  readonly row: number;
}

const MOST_EXAMPLES = 5;
/** Each picture is kept in memory. */
export const IMAGE_ROWS = 5_000;

export async function lookAlikeTexts(column: StringColumn, sample: Sample): Promise<LookAlikes> {
  return told(
    column.name,
    await nearDuplicateTexts(column.values),
    sample,
    column.values.length,
    (a, b) => column.values[a] === column.values[b],
  );
}

export function lookAlikeImages(column: ImageColumn, sample: Sample): LookAlikes {
  const { pairs, blankRows } = lookAtImages(column);
  return {
    ...told(column.name, pairs, sample, sample.table.rowCount, () => false),
    exactCount: pairs.filter(({ similarity }) => similarity === 1).length,
    blankCount: blankRows.length,
  };
}

function told(
  column: string,
  pairs: readonly NearPair[],
  sample: Sample,
  lookedAt: number,
  isEqual: (a: number, b: number) => boolean,
): LookAlikes {
  const place = (index: number): RowPlace => ({ part: sample.parts[index] as Part, row: sample.rows[index] as number });
  const unequal = pairs.filter(({ a, b }) => !isEqual(a, b));
  return {
    column,
    rowCount: pairs.length,
    exactCount: pairs.length - unequal.length,
    acrossParts: pairs.filter(({ a, b }) => sample.parts[a] !== sample.parts[b]).length,
    lookedAt,
    examples: unequal.slice(0, MOST_EXAMPLES).map(({ a, b, similarity }) => ({ a: place(a), b: place(b), similarity })),
  };
}

export function lookAlikeWarnings(found: readonly LookAlikes[]): Warning[] {
  return found.flatMap(({ column, rowCount, exactCount, acrossParts, lookedAt, blankCount = 0 }) => {
    const warnings: Warning[] = blankCount === 0 ? [] : [blankWarning(column, blankCount)];
    const near = rowCount - exactCount;
    if (near > FEW * lookedAt) {
      warnings.push({
        code: 'ROWS_LOOK_ALIKE',
        message: `${plural(near, 'row')} of ${lookedAt} nearly ${near === 1 ? 'repeats' : 'repeat'} another in "${column}"`,
        why: 'templates, quotes and copies with small changes count more than once, and a random split puts them on both sides',
        fix: 'look at the examples of the profile; keep what belongs together on one side with split: { by: … }',
        column,
      });
    }
    if (acrossParts > FEW * lookedAt) {
      warnings.push({
        code: 'LOOK_ALIKES_ACROSS_PARTS',
        message: `${plural(acrossParts, 'row')} of "${column}" nearly ${acrossParts === 1 ? 'repeats' : 'repeat'} a row of another part`,
        why: 'a model that was shown a row is not measured by its copy',
        fix: 'take them out of train, or split again with split: { by: … }',
        column,
      });
    }
    return warnings;
  });
}

/** Below this share of the rows, it is told and not warned of. */
const FEW = 0.005;

function blankWarning(column: string, count: number): Warning {
  return {
    code: 'IMAGES_BLANK',
    message: `${plural(count, 'picture')} of "${column}" ${count === 1 ? 'is' : 'are'} of one colour`,
    why: 'nothing can be seen in them',
    fix: 'look at their files: they may have been damaged',
    column,
  };
}
