import { describe, expect, it } from 'vitest';
import { emulatorArguments } from '../../../core/emulate/qemu.ts';

const COMPUTER = { cpus: 2, memoryMib: 1024, shares: [], onXen: false };

describe('an emulated CPU', () => {
  it.each([
    // The first that locks a page before it reads code from it is 8.1.
    ['7.2.22', 'single'],
    ['8.0.5', 'single'],
    ['8.1.0', 'multi'],
    ['10.0.3', 'multi'],
  ])('of QEMU %s has its thread: %s', (version, thread) => {
    const path = '/usr/bin/qemu-system-x86_64';
    expect(emulatorArguments({ path, version }, COMPUTER)).toContain(`tcg,thread=${thread}`);
  });
});
