/** @file Refuses YAML that is nested so deeply on one line that the parser would end the process. */

/** `- - - …` or `? ? ? …`: every sign opens a level. People write two or three. */
const CHAIN = /(?:[-?:][ \t]+){100}/;

/** Whether a text opens a hundred levels on one line. The parser calls itself for each, and some tens of thousands end the process. */
export function isNestedTooDeeply(text: string): boolean {
  return CHAIN.test(text);
}
