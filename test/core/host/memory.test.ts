import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { localHost } from '../../../core/host/local.ts';
import { kibibytes, mappedDirtyBytes, mappedFiles, memoryOf, pssBytes } from '../../../core/host/memory.ts';
import { fakeHost } from './folder-host.ts';

const MIB = 2 ** 20;

it('reads the figures of proc', () => {
  expect(kibibytes('VmPeak:\t  99 kB\nVmHWM:\t    1234 kB\n', 'VmHWM')).toBe(1234);
  expect(kibibytes('VmPeak:\t  99 kB\n', 'VmHWM')).toBeNull();
});

it('adds up a process and its children', async () => {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const own = memoryOf(child.pid ?? 0, localHost);
  const both = memoryOf(process.pid, localHost);
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(both.peakResidentBytes).toBeGreaterThan(own.peakResidentBytes);
  expect(both.proportionalBytes).toBeGreaterThan(1 << 20);
  expect(both.proportionalBytes ?? 0).toBeLessThan(both.peakResidentBytes);
});

it('is nothing of a process that is gone', () => {
  expect(memoryOf(2 ** 22 + 1, localHost)).toEqual({ peakResidentBytes: 0, proportionalBytes: 0 });
  expect(mappedFiles(2 ** 22 + 1, localHost)).toEqual([]);
});

it('names the program and its libraries, once', () => {
  const files = mappedFiles(process.pid, localHost);
  expect(files).toContain(process.execPath);
  expect(files.some((path) => /libc\.so|libc-|musl/.test(path))).toBe(true);
  expect(new Set(files).size).toBe(files.length);
});

it('memory of processes is read from their mappings', async () => {
  const host = await fakeHost({
    'proc/1/smaps_rollup': 'x\nRss:  900 kB\nPss:  400 kB\nPss_Anon: 1 kB\n',
    'proc/2/smaps_rollup': 'x\nPss:  100 kB\n',
    'proc/1/smaps': 'a\nSize:  64 kB\nPrivate_Dirty:  9 kB\nb\nSize:  2048 kB\nPrivate_Dirty:  40 kB\n',
  });
  expect(pssBytes([1, 2, 3], host)).toBe(500 * 1024);
  expect(mappedDirtyBytes(1, 2 * MIB, host)).toBe(40 * 1024);
  expect(mappedDirtyBytes(1, 4 * MIB, host)).toBeNull();
  expect(mappedDirtyBytes(9, MIB, host)).toBeNull();
});
