/** @file Names of columns as a file's header gives them, made usable: present, unique, printable. */

import type { Warning } from '../dataset.ts';

/** A longer name is cut here. */
export const LONGEST_NAME = 128;

/**
 * Spaces around a name and control or invisible characters go; a blank name becomes `column_3` by its place; a repeated
 * name gets `_2`, `_3`, …. Every change is a warning. Names such as `__proto__` are names like any other and stay.
 */
export function usableNames(
  header: readonly string[],
  path: string,
): { readonly names: readonly string[]; readonly warnings: readonly Warning[] } {
  const taken = new Set(header.map(tidyName).filter((name) => name !== ''));
  const used = new Set<string>();
  const warnings: Warning[] = [];
  const names = header.map((raw, i) => {
    const tidy = tidyName(raw);
    let name = tidy === '' ? `column_${i + 1}` : tidy;
    if (used.has(name) || (tidy === '' && taken.has(name))) {
      let copy = 2;
      while (used.has(`${name}_${copy}`) || taken.has(`${name}_${copy}`)) copy++;
      name = `${name}_${copy}`;
    }
    used.add(name);
    if (name !== raw.trim().normalize('NFC')) warnings.push(renamed(tidy, name, i, path));
    return name;
  });
  return { names, warnings };
}

function tidyName(raw: string): string {
  return raw.replace(UNPRINTABLE, ' ').replace(/ +/g, ' ').trim().normalize('NFC').slice(0, LONGEST_NAME).trim();
}

/** Control characters, line ends, and marks that change the direction of text or take no room. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function renamed(tidy: string, name: string, index: number, path: string): Warning {
  const reason =
    tidy === ''
      ? 'its name in the header is blank'
      : tidy === name
        ? 'its name in the header holds characters that cannot be printed, or is too long'
        : 'another column has that name already';
  return {
    code: 'COLUMN_RENAMED',
    message: `column ${index + 1} of ${path} is called "${name}"`,
    why: reason,
    fix: 'give every column a name of its own in the header',
    column: name,
  };
}
