import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { kibibytes, mappedFiles, memoryOf } from '../../../core/host/memory.ts';

it('reads the figures of proc', () => {
  expect(kibibytes('VmPeak:\t  99 kB\nVmHWM:\t    1234 kB\n', 'VmHWM')).toBe(1234);
  expect(kibibytes('VmPeak:\t  99 kB\n', 'VmHWM')).toBeNull();
});

it('adds up a process and its children', async () => {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const own = memoryOf(child.pid ?? 0);
  const both = memoryOf(process.pid);
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(both.peakResidentBytes).toBeGreaterThan(own.peakResidentBytes);
  expect(both.proportionalBytes).toBeGreaterThan(1 << 20);
  expect(both.proportionalBytes ?? 0).toBeLessThan(both.peakResidentBytes);
});

it('is nothing of a process that is gone', () => {
  expect(memoryOf(2 ** 22 + 1)).toEqual({ peakResidentBytes: 0, proportionalBytes: 0 });
  expect(mappedFiles(2 ** 22 + 1)).toEqual([]);
});

it('names the program and its libraries, once', () => {
  const files = mappedFiles(process.pid);
  expect(files).toContain(process.execPath);
  expect(files.some((path) => /libc\.so|libc-|musl/.test(path))).toBe(true);
  expect(new Set(files).size).toBe(files.length);
});
