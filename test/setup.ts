/** @file Child processes run the compiled program, so a test run begins with a build (nothing is done when nothing changed). */
import { execFileSync } from 'node:child_process';

export default function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}
