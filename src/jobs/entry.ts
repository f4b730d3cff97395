/** @file Where the compiled form of a module lies: a child process runs JavaScript, also when its parent runs from source. */

/** The package, from src/jobs/. */
const root = new URL('../../', import.meta.url).href;

/** `compiledEntry(import.meta.url, './worker.ts')` is `dist/…/worker.js` for a caller in src/, and for a compiled one what lies beside it. */
export function compiledEntry(moduleUrl: string, path: string): URL {
  const url = new URL(path.replace(/\.ts$/, '.js'), moduleUrl).href;
  const source = `${root}src/`;
  return new URL(moduleUrl.endsWith('.ts') && url.startsWith(source) ? `${root}dist/${url.slice(source.length)}` : url);
}
