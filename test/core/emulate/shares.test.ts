import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeShares, resultFolders } from '../../../core/emulate/shares.ts';
import { fakeRoot } from '../host/fake-root.ts';

describe('folders for results', () => {
  it.each([
    ['run --suite cpu', ['results']],
    ['gate --baseline file', ['results']],
    ['run --out a/b', ['a/b']],
    ['run --out=a=b --suite cpu', ['a=b']],
    ['run --resume old', ['old']],
    ['exec --out kept -- tar --out other', ['kept']],
    ['doctor', []],
    ['run --out', ['results']],
  ])('of %s', (args, folders) => {
    expect(resultFolders(args.split(' '))).toEqual(folders);
  });
});

describe('what is made for them', () => {
  it('goes where nothing came into it', async () => {
    const root = await fakeRoot({ 'there/file': '' });
    const { folders, discard } = makeShares([join(root, 'there/a/b'), join(root, 'c/d')]);
    expect(folders).toEqual([join(root, 'there/a/b'), join(root, 'c/d')]);
    writeFileSync(join(root, 'c/d/result.json'), '');
    discard();
    expect(existsSync(join(root, 'c/d/result.json'))).toBe(true);
    expect(readdirSync(join(root, 'there'))).toEqual(['file']);
  });

  it('is what a link leads to, once', async () => {
    const root = await fakeRoot({ 'real/file': '' });
    symlinkSync('real', join(root, 'link'));
    const { folders, discard } = makeShares([join(root, 'link'), join(root, 'real')]);
    expect(folders).toEqual([join(root, 'real')]);
    discard();
    expect(existsSync(join(root, 'real/file'))).toBe(true);
  });

  it('is nothing where one cannot be made, which one line says', async () => {
    const root = await fakeRoot({ file: '' });
    mkdirSync(join(root, 'kept'));
    expect(() => makeShares([join(root, 'kept/new'), join(root, 'file/below')])).toThrow(
      /^cannot write results to .*file.*: ENOTDIR; choose another --out$/,
    );
    expect(readdirSync(join(root, 'kept'))).toEqual([]);
  });

  it.each([
    ['a file came', (root: string) => writeFileSync(join(root, 'new/samples.ndjson'), '')],
    ['a file grew', (root: string) => writeFileSync(join(root, 'old/result.json'), '{}')],
    ['a file went', (root: string) => rmSync(join(root, 'old/result.json'))],
    ['one of them went', (root: string) => rmSync(join(root, 'old'), { recursive: true })],
  ])('is untouched until %s', async (_, touch) => {
    const root = await fakeRoot({ 'old/result.json': '' });
    const { isUntouched } = makeShares([join(root, 'old'), join(root, 'new')]);
    expect(isUntouched()).toBe(true);
    touch(root);
    expect(isUntouched()).toBe(false);
  });
});
