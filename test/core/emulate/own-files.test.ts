import { symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { ownFiles, ownPath } from '../../../core/emulate/own-files.ts';
import { packageRoot } from '../../../core/package.ts';
import { fakeRoot } from '../host/fake-root.ts';

const manifest = (dependencies: Record<string, string>, files: readonly string[] = []) =>
  JSON.stringify({ dependencies, files });

async function fakePackage(): Promise<string> {
  const root = await fakeRoot({
    'project/package.json': manifest({ a: '1', large: '1', linked: '1', gone: '1' }, ['dist', '!dist/no']),
    'project/dist/main.js': 'main',
    'project/dist/main.d.ts': 'types',
    'project/dist/main.js.map': 'map',
    'project/test/main.js': 'test',
    'project/node_modules/a/package.json': manifest({ b: '1', a: '1' }),
    'project/node_modules/a/node_modules/b/package.json': manifest({}),
    'project/node_modules/developers/package.json': manifest({}),
    'project/node_modules/large/package.json': manifest({}),
    // As where hvbench is a package of a project's.
    'node_modules/gone/package.json': manifest({}),
    'elsewhere/package.json': manifest({}),
  });
  writeFileSync(join(root, 'project/node_modules/large/all.node'), Buffer.alloc(3 * 2 ** 20));
  symlinkSync(join(root, 'elsewhere'), join(root, 'project/node_modules/linked'));
  return root;
}

it('has what is published, and the packages that it takes, wherever Node.js would find them', async () => {
  const root = await fakePackage();
  const { places } = await ownFiles(join(root, 'project'));
  expect(places.map((place) => place.slice(root.length)).sort()).toEqual([
    '/node_modules/gone',
    '/project/dist',
    '/project/node_modules/a',
    '/project/package.json',
  ]);
});

it('has files that programs load, behind the folders that they are in', async () => {
  const root = await fakePackage();
  const { entries } = await ownFiles(join(root, 'project'));
  const paths = entries.map(({ path }) => path);
  const inside = paths.filter((path) => path.startsWith(ownPath(`${root}/project/`).slice(1)));
  expect(inside.filter((path) => path.includes('/dist/'))).toEqual([
    ownPath(`${root}/project/dist/main.js`).slice(1),
  ]);
  expect(inside.filter((path) => path.endsWith('/b/package.json'))).toHaveLength(1);
  expect(new Set(paths).size).toBe(paths.length);
  const misplaced = paths.filter(
    (path, index) => dirname(path) !== '.' && !paths.slice(0, index).includes(dirname(path)),
  );
  expect(misplaced).toEqual([]);
  expect(entries.find(({ path }) => path.endsWith('/main.js'))?.content?.toString()).toBe('main');
});

it('has those of this hvbench', async () => {
  const { entries, places } = await ownFiles();
  const zod = join(packageRoot(), 'node_modules/zod');
  expect(places).toEqual(expect.arrayContaining([join(packageRoot(), 'suites'), zod]));
  expect(entries.some(({ path }) => path === ownPath(join(zod, 'package.json')).slice(1))).toBe(true);
});
