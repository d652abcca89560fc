import { expect, test } from 'vitest';
import { isUserModeLinux, parseCpuInfo } from '../../../core/host/cpuinfo.ts';
import { AMD, INTEL, UML } from './cpuinfo-texts.ts';

test('reads the first block of an AMD host only', () => {
  const info = parseCpuInfo(AMD);
  expect(info).toMatchObject({
    vendor: 'AuthenticAMD',
    model: 'AMD Ryzen 9 5950X 16-Core Processor',
    family: 25,
    modelNumber: 33,
    stepping: 2,
    microcode: '0xa20120e',
    processors: 2,
  });
  expect(info.flags.has('svm')).toBe(true);
  expect(info.flags.has('vmx')).toBe(false);
});

test('takes "flags" of an Intel host, not "vmx flags"', () => {
  const { flags, vendor } = parseCpuInfo(INTEL);
  expect(vendor).toBe('GenuineIntel');
  expect(flags.has('vmx')).toBe(true);
  expect(flags.has('vnmi')).toBe(false);
});

test('knows User-Mode Linux, and only that', () => {
  expect(isUserModeLinux(parseCpuInfo(UML))).toBe(true);
  expect(isUserModeLinux(parseCpuInfo(AMD))).toBe(false);
});

test('what is malformed or missing is unknown, not wrong', () => {
  expect(parseCpuInfo('')).toEqual({
    vendor: 'unknown',
    model: 'unknown',
    family: null,
    modelNumber: null,
    stepping: null,
    microcode: null,
    flags: new Set(),
    processors: 0,
  });
  const odd = parseCpuInfo(
    'cpu family\t: 0x19\nmodel : -3\nno colon\n: no key\nmodel name : a\u001b[31mb\u202ec',
  );
  expect(odd.family).toBeNull();
  expect(odd.modelNumber).toBeNull();
  expect(odd.model).toBe('a [31mb c');
});
