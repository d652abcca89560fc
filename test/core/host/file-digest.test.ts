import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileDigest, fileSize } from '../../../core/host/file-digest.ts';
import { fakeRoot } from './fake-root.ts';

it('is the SHA-256 of what a file holds', async () => {
  const path = join(await fakeRoot({ file: 'abc' }), 'file');
  expect(await fileSize(path)).toBe(3);
  // The first example of FIPS 180-2.
  expect(await fileDigest(path)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

it('waits for no FIFO', async () => {
  const path = join(await fakeRoot({}), 'fifo');
  execFileSync('mkfifo', [path]);
  await expect(fileDigest(path)).rejects.toThrow('is not a file');
});
