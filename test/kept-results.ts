/**
 * Real results that some tests make on the way, at the cost of minutes, for those that run behind them: within one run of
 * the tests alone, whose folder of temporary files they lie in.
 */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before any test gives itself another folder of temporary files. */
const KEPT = join(tmpdir(), 'kept-results');

/** `folder`: that of a run. */
export function keepResult(name: string, folder: string): void {
  mkdirSync(join(KEPT, name), { recursive: true });
  copyFileSync(join(folder, 'result.json'), join(KEPT, name, 'result.json'));
}

/** Copies it into a folder; false if no test has made it. */
export function takeResult(name: string, folder: string): boolean {
  const file = join(KEPT, name, 'result.json');
  if (!existsSync(file)) return false;
  mkdirSync(folder, { recursive: true });
  copyFileSync(file, join(folder, 'result.json'));
  return true;
}
