/** @file The environment of a child process: what a program needs to run, and no secret of the parent. */

/** `NODE_OPTIONS` is left out: it can make a child load code. */
const PASSED_ON: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'LANG',
  'LC_ALL',
  'TZ',
  'SYSTEMROOT',
  'MOAT_DEBUG',
  'NO_COLOR',
  'LD_LIBRARY_PATH',
]);

/** The variables of `parent` that are passed on, and those that the caller adds. */
export function childEnvironment(
  parent: Readonly<Record<string, string | undefined>>,
  added: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const kept = Object.entries(parent).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && PASSED_ON.has(entry[0].toUpperCase()),
  );
  return { ...Object.fromEntries(kept), ...added };
}
