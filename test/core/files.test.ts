import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkWritable, reasonIn, reasonOf, refusalLine, writeWhole } from '../../core/files.ts';
import { fakeRoot } from './host/fake-root.ts';

describe('writeWhole', () => {
  test('makes a file, and replaces it; who holds the old one keeps it', async () => {
    const folder = await fakeRoot({});
    const path = join(folder, 'file');
    writeWhole(path, 'one');
    linkSync(path, join(folder, 'held'));
    writeWhole(path, Buffer.from('two'));
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(readFileSync(join(folder, 'held'), 'utf8')).toBe('one');
    expect(readdirSync(folder).sort()).toEqual(['file', 'held']);
  });

  test('keeps mode and link', async () => {
    const folder = await fakeRoot({ file: 'old' });
    chmodSync(join(folder, 'file'), 0o640);
    symlinkSync('file', join(folder, 'link'));
    writeWhole(join(folder, 'link'), 'new');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('new');
    expect(statSync(join(folder, 'file')).mode & 0o777).toBe(0o640);
  });

  test('leaves nothing where it fails, and names what it was to write', async () => {
    const folder = await fakeRoot({ file: 'old' });
    mkdirSync(join(folder, 'folder'));
    const codeOf = (path: string) => {
      try {
        writeWhole(path, 'new');
      } catch (error) {
        return [(error as NodeJS.ErrnoException).code, (error as NodeJS.ErrnoException).path];
      }
    };
    expect(codeOf(join(folder, 'folder'))).toEqual(['EISDIR', join(folder, 'folder')]);
    expect(codeOf(join(folder, 'none/file'))).toEqual(['ENOENT', join(folder, 'none/file')]);
    expect(readdirSync(folder).sort()).toEqual(['file', 'folder']);
  });

  test('takes the place of what a killed process of the same number left', async () => {
    const folder = await fakeRoot({ file: 'old' });
    writeFileSync(join(folder, `file.${process.pid}.new`), 'half');
    writeWhole(join(folder, 'file'), 'new');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('writes over a file whose name leaves no room for another', async () => {
    const folder = await fakeRoot({});
    const path = join(folder, 'x'.repeat(250));
    writeFileSync(path, 'old');
    writeWhole(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
  });
});

describe('checkWritable', () => {
  const check = (path: string) => () => checkWritable(path, path, 'choose another --out');

  test('takes a new file, one that is there, and a device; it makes and changes none', async () => {
    const root = await fakeRoot({ 'there.json': 'kept' });
    for (const path of [join(root, 'new.json'), join(root, 'there.json'), '/dev/null'])
      expect(check(path)).not.toThrow();
    expect(readdirSync(root)).toEqual(['there.json']);
    expect(readFileSync(join(root, 'there.json'), 'utf8')).toBe('kept');
  });

  test('refuses a folder, and what is in none', async () => {
    const root = await fakeRoot({ 'folder/file': '' });
    expect(check(join(root, 'folder'))).toThrow(`cannot write ${root}/folder: EISDIR; choose another --out`);
    expect(check(join(root, 'none/o.json'))).toThrow(/none\/o\.json: ENOENT; choose another --out$/);
    expect(check(join(root, 'folder/file/o.json'))).toThrow(/: ENOTDIR; /);
  });
});

describe('the reason', () => {
  test('is told in words where a disk refuses, and else by its code', () => {
    expect(reasonOf(Object.assign(new Error('x'), { code: 'EDQUOT' }))).toBe(
      'the disk quota is used up (EDQUOT)',
    );
    expect(reasonOf(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe('ENOENT');
    expect(reasonOf(new Error('it is odd'))).toBe('it is odd');
  });

  test.each([
    ['/usr/bin/ld: final link failed: No space left on device', 'ENOSPC'],
    ["Fatal error: can't create /x/y.o: Read-only file system", 'EROFS'],
    ['gcc: fatal error: File size limit exceeded signal terminated program cc1', 'EFBIG'],
    ["E: You don't have enough free space in /var/cache/apt/archives/.", 'ENOSPC'],
    ['write: Disk quota exceeded', 'EDQUOT'],
  ])('is found in what a program says: %s', (text, code) => {
    expect(reasonIn(text)).toContain(`(${code})`);
  });

  test('is not found in other complaints', () => {
    expect(reasonIn('main.c:1:1: error: unknown type name')).toBeNull();
    expect(refusalLine(Object.assign(new Error('x'), { code: 'ENOENT', path: '/x' }))).toBeNull();
    expect(refusalLine(new Error('x'))).toBeNull();
    expect(refusalLine(null)).toBeNull();
  });
});
