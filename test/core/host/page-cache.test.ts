import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { dropFromCache, fillCache, residency } from '../../../core/host/page-cache.ts';

// On a disk: what a file system in memory holds cannot be dropped.
const folder = mkdtempSync('/var/tmp/hvbench-test-');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const SIZE = (1 << 20) + 100;

it('drops files and reads them again', () => {
  const path = join(folder, 'file');
  writeFileSync(path, Buffer.alloc(SIZE, 1));
  expect(residency([path])).toEqual({ bytes: SIZE, residentBytes: SIZE, unknownBytes: 0 });
  dropFromCache([path]);
  expect(residency([path])).toEqual({ bytes: SIZE, residentBytes: 0, unknownBytes: 0 });
  fillCache([path]);
  expect(residency([path]).residentBytes).toBe(SIZE);
});

it('keeps what runs: others have it mapped', () => {
  dropFromCache([process.execPath]);
  expect(
    residency([process.execPath]).residentBytes + residency([process.execPath]).unknownBytes,
  ).toBeGreaterThan(0);
});

it('leaves out what is not there, is empty, or is no file', () => {
  const empty = join(folder, 'empty');
  writeFileSync(empty, '');
  const paths = [join(folder, 'nowhere'), empty, folder, '/dev/null'];
  dropFromCache(paths);
  fillCache(paths);
  expect(residency(paths)).toEqual({ bytes: 0, residentBytes: 0, unknownBytes: 0 });
});

it('goes on where a file system writes nothing back', () => {
  expect(() => dropFromCache(['/proc/version'])).not.toThrow();
});
