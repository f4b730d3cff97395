/** @file Builds dist/: the SIMD kernels through AssemblyScript when their source is newer, then TypeScript through tsc (incremental), then the JSON Schema of recipes. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const run = (name, args) => {
  // the compiler has already said what is wrong
  if (spawnSync(bin(name), args, { cwd: root, stdio: 'inherit' }).status !== 0) process.exit(1);
};
const isNewer = (a, b) => !existsSync(b) || statSync(a).mtimeMs > statSync(b).mtimeMs;

// a file `….part.as.ts` is imported by the others of its folder
const written = readdirSync(join(root, 'src'), { recursive: true }).filter((file) => file.endsWith('.as.ts'));
for (const file of written.filter((name) => !name.endsWith('.part.as.ts'))) {
  const source = join(root, 'src', file);
  const built = source.replace(/\.as\.ts$/, '.wasm');
  const shipped = join(root, 'dist', file.replace(/\.as\.ts$/, '.wasm'));
  const parts = written.filter((name) => dirname(name) === dirname(file)).map((name) => join(root, 'src', name));
  if (parts.some((part) => isNewer(part, built))) {
    run('asc', [
      relative(root, source),
      '-o',
      relative(root, built),
      '-O3',
      '--runtime',
      'stub',
      '--noAssert',
      '--enable',
      'simd',
      '--importMemory',
      '--disableWarning',
      '112',
    ]);
  }
  if (isNewer(built, shipped)) {
    mkdirSync(dirname(shipped), { recursive: true });
    copyFileSync(built, shipped);
  }
}

run('tsc', ['-b', '.']);
// the examples import the package by its name, so it must be there first
run('tsc', ['-b', 'examples']);

const schema = join(root, 'dist', 'recipe.schema.json');
if (isNewer(join(root, '.build', 'src.tsbuildinfo'), schema)) {
  const { recipeJsonSchema } = await import('../dist/model/index.js');
  writeFileSync(schema, `${JSON.stringify(recipeJsonSchema(), null, 2)}\n`);
}
