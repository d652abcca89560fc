/** What a command loads before it knows what is asked for: everybody waits for that, each time. */

import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { MAIN, ROOT } from './command.ts';

/** Packages that a built file imports, and those that it imports in turn; what `import()` loads later is not among them. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, name = ''] of text.matchAll(
    /^(?:import|export)\b(?:[^;'"]*?\bfrom)?\s*['"]([^'"]+)['"];$/gm,
  )) {
    if (name.startsWith('.'))
      for (const one of packagesOf(join(dirname(file), name), seen)) packages.add(one);
    else if (!name.startsWith('node:') && !builtinModules.includes(name)) packages.add(name);
  }
  return packages;
}

test('the command itself loads what parses its arguments', () => {
  expect([...packagesOf(MAIN)].sort()).toEqual(['#node-version', 'commander']);
});

test('a configuration that imports the library loads what checks it', () => {
  expect([...packagesOf(join(ROOT, 'dist/core/index.js'))].sort()).toEqual(['#node-version', 'zod']);
});

test.each(['doctor', 'list', 'run', 'exec', 'report', 'compare', 'gate/gate', 'history'])(
  '%s loads nothing that draws before it draws, nor what runs configurations before there is one',
  (name) => {
    const packages = packagesOf(join(ROOT, `dist/core/cli/${name}.js`));
    expect(packages.size).toBeGreaterThan(0);
    for (const heavy of ['@napi-rs/canvas', 'chartjs-node-canvas', 'chart.js', 'jiti', 'v86'])
      expect(packages).not.toContain(heavy);
  },
);
