/** @file Where the compiled form of a module lies: a child process runs JavaScript, also when its parent runs from source. */

/** The package, both from src/jobs/ and from dist/jobs/. */
const root = new URL('../../', import.meta.url).href;

/** `compiledEntry(import.meta.url, './worker.ts')` is `dist/…/worker.js`, whether the caller runs from src/ or from dist/. */
export function compiledEntry(moduleUrl: string, path: string): URL {
  const url = new URL(path.replace(/\.ts$/, '.js'), moduleUrl).href;
  const source = `${root}src/`;
  return new URL(url.startsWith(source) ? `${root}dist/${url.slice(source.length)}` : url);
}
