/** @file What YAML that people write may be: no longer and no deeper nested than the parser reads in a moment. */

/** Characters. It is written by hand; what is longer is not, and the parser takes seconds for what is deeply nested. */
export const LONGEST_YAML = 100_000;

/** `- - - …` or `? ? ? …`: every sign opens a level. People write two or three. */
const CHAIN = /(?:[-?:][ \t]+){100}/;

/** Whether a text opens a hundred levels on one line. The parser calls itself for each, and some tens of thousands end the process. */
export function isNestedTooDeeply(text: string): boolean {
  return CHAIN.test(text);
}
