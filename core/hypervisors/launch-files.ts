/** Files that launching a machine may read: for a measurement that starts with none of them in the host's page cache. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageRoot } from '../package.ts';

/** The compiled engine, and the npm packages of these names. */
export async function scriptFiles(...packages: readonly string[]): Promise<string[]> {
  const folders = [join(packageRoot(), 'dist/core'), ...packages.flatMap(packageFolder)];
  return (await Promise.all(folders.map(scriptsIn))).flat();
}

async function scriptsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => /\.([cm]?js|json|node|wasm)$/.test(name)).map((name) => join(folder, name));
}

/** Where Node finds a package; its main file lies in it, or in a folder of it. */
function packageFolder(name: string): string[] {
  try {
    let folder = dirname(createRequire(import.meta.url).resolve(name));
    while (!existsSync(join(folder, 'package.json')) && folder !== '/') folder = dirname(folder);
    return [folder];
  } catch {
    return [];
  }
}
