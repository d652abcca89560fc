import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow } from '../../../core/host/files-below.ts';
import { fakeRoot } from './fake-root.ts';

test('reads and lists below the root, at once or not; what is missing is null or empty', async () => {
  const files = filesBelow(await fakeRoot({ 'a/two': ' text ö\n', 'a/one': '' }));
  expect(await files.read('/a/two')).toBe('text ö');
  expect(files.readNow('/a/one')).toBe('');
  for (const path of ['/a/three', '/a'])
    expect([await files.read(path), files.readNow(path)]).toEqual([null, null]);
  expect(await files.list('/a')).toEqual(['one', 'two']);
  expect(files.listNow('/a').sort()).toEqual(['one', 'two']);
  for (const path of ['/b', '/a/one'])
    expect([await files.list(path), files.listNow(path)]).toEqual([[], []]);
});

test('tells of a link where it points to, and of anything its permissions and owners', async () => {
  const root = await fakeRoot({ file: '' });
  await symlink('pid:[4026531836]', join(root, 'link'));
  await chmod(join(root, 'file'), 0o640);
  const files = filesBelow(root);
  expect(await files.link('/link')).toBe('pid:[4026531836]');
  expect(await files.link('/file')).toBeNull();
  expect(await files.status('/file')).toEqual({
    ...{ mode: 0o640, userId: process.getuid?.(), groupId: process.getgid?.() },
  });
  expect(await files.status('/link')).toBeNull();
});

test('why a file cannot be opened is the name of the error', async () => {
  const files = filesBelow(await fakeRoot({ 'folder/file': '' }));
  expect(await files.openFailure('/folder/file')).toBeNull();
  expect(await files.openFailure('/nowhere')).toBe('ENOENT');
  expect(await files.openFailure('/folder')).toBe('EISDIR');
});
