import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCpuid } from '../../../core/host/cpuid.ts';
import { parseCpuInfo } from '../../../core/host/cpuinfo.ts';

const isHere = process.platform === 'linux' && process.arch === 'x64';

test.skipIf(!isHere)('the CPU is asked itself, and says what the kernel shows of it', () => {
  const facts = readCpuid();
  expect(facts?.brand).toBe(parseCpuInfo(readFileSync('/proc/cpuinfo', 'utf8')).model);
  expect(facts?.cpuidNs).toBeGreaterThan(0);
  expect(facts?.rdtscNs).toBeGreaterThan(0);
  expect(facts?.signatures.join('')).toMatch(/^[ -~]*$/);
});
