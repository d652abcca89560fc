/** KVM's binary statistics: from a file that looks like one, and from a real vCPU. */
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exitCounter } from '../../../../core/hypervisors/kvm/exit-counts.ts';
import { Vm } from '../../../../core/hypervisors/kvm/vm.ts';
import { kvmIsUsable } from '../../../kvm.ts';
import { requireOrSkip } from '../../../require.ts';

const folder = mkdtempSync(join(tmpdir(), 'hvbench-stats-'));
const files: number[] = [];
afterAll(() => {
  for (const fd of files) closeSync(fd);
  rmSync(folder, { recursive: true, force: true });
});

const NAME_BYTES = 48;
const DESCRIPTORS_AT = 72;
const MIB = 2 ** 20;

/** A file of statistics with these values, laid out as the kernel documents it. */
function statistics(
  values: Record<string, number>,
  change: (file: Buffer) => Buffer = (file) => file,
): number {
  const names = Object.keys(values);
  const stride = 16 + NAME_BYTES;
  const dataAt = DESCRIPTORS_AT + stride * names.length;
  const file = Buffer.alloc(dataAt + 8 * names.length);
  [0, NAME_BYTES, names.length, 24, DESCRIPTORS_AT, dataAt].forEach((value, index) => {
    file.writeUInt32LE(value, index * 4);
  });
  names.forEach((name, index) => {
    const at = DESCRIPTORS_AT + index * stride;
    file.writeUInt16LE(1, at + 6);
    file.writeUInt32LE(index * 8, at + 8);
    file.write(name, at + 16, 'latin1');
    file.writeBigUInt64LE(BigInt(values[name] ?? 0), dataAt + index * 8);
  });
  const path = join(folder, String(files.length));
  writeFileSync(path, change(file));
  const fd = openSync(path, 'r');
  files.push(fd);
  return fd;
}

describe('exitCounter', () => {
  it('finds what it knows by name, wherever it stands', () => {
    const fd = statistics({ halt_wait_ns: 7, io_exits: 3, fpu_reload: 9, exits: 11, pf_taken: 5 });
    expect(exitCounter(fd)()).toEqual({ io: 3, exits: 11, 'page-fault': 5 });
  });

  it('counts nothing where nothing is known', () => {
    expect(exitCounter(statistics({ blocking: 1 }))()).toEqual({});
  });

  it.each([
    ['ends too early', (file: Buffer) => file.subarray(0, 100), "KVM's statistics end too early"],
    ['has no header', () => Buffer.alloc(0), "KVM's statistics end too early"],
    [
      'has more descriptors than any kernel',
      (file: Buffer) => {
        file.writeUInt32LE(0xffff_ffff, 8);
        return file;
      },
      "KVM's statistics are larger than any known",
    ],
    [
      'points far away',
      (file: Buffer) => {
        file.writeUInt32LE(0x7fff_ffff, DESCRIPTORS_AT + 8);
        return file;
      },
      "KVM's statistics are larger than any known",
    ],
  ])('throws where the file %s', (_, change, message) => {
    expect(() => exitCounter(statistics({ exits: 1 }, change))).toThrow(message);
  });
});

describe.skipIf(requireOrSkip('kvm', kvmIsUsable))('a vCPU', () => {
  it('is counted exit by exit', () => {
    const vm = new Vm({
      isa: 'x86_64',
      memoryBytes: 8 * MIB,
      ranges: [{ start: 0, end: 8 * MIB, pages: '4k' }],
    });
    try {
      // mov edx, 0x1e5c; 1: out dx, eax; jmp 1b
      const bytes = Buffer.from([0xba, 0x5c, 0x1e, 0, 0, 0xef, 0xeb, 0xfd]);
      vm.load([{ address: 0x10_0000, memorySize: bytes.length, bytes }]);
      vm.enter(0x10_0000, 0);
      const count = vm.exitCounter();
      const out = (times: number) => {
        let made = 0;
        vm.run(() => (++made < times ? true : 'stop'));
      };
      out(1);
      const before = count();
      out(100);
      const after = count();
      expect((after.user ?? 0) - (before.user ?? 0)).toBe(100);
      // Interrupts of the host come on top.
      expect((after.exits ?? 0) - (before.exits ?? 0)).toBeGreaterThanOrEqual(100);
    } finally {
      vm.close();
    }
  });
});
