import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { answerScratch, SCRATCH_MMIO } from '../../../../core/hypervisors/kvm/scratch.ts';
import { type Devices, Vm, VmError } from '../../../../core/hypervisors/kvm/vm.ts';
import { kvmIsUsable } from '../../../kvm.ts';
import { requireOrSkip } from '../../../require.ts';

const MIB = 2 ** 20;
const ENTRY = 0x10_0000;
const SMALL = 2 * MIB;
const LARGE = 6 * MIB;
const PORT = 0x1e5c;

/** Instructions of 64-bit code, little-endian operands written out. */
const u32 = (value: number) => [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24];
const movEdx = (value: number) => [0xba, ...u32(value)];
const movEax = (value: number) => [0xb8, ...u32(value)];
const movEbx = (value: number) => [0xbb, ...u32(value)];
const outDxEax = [0xef];
const incEax = [0xff, 0xc0];
const loadEaxFromRbx = [0x8b, 0x03];
const storeEaxAtRbx = [0x89, 0x03];

describe.skipIf(requireOrSkip('kvm', kvmIsUsable))('Vm', () => {
  const open: Vm[] = [];
  afterEach(() => {
    for (const vm of open.splice(0)) vm.close();
  });

  function guest(...code: (readonly number[])[]): Vm {
    return guestOf(8 * MIB, code);
  }

  /** The first 4 MiB of its memory are mapped by 4 KiB pages, the next by 2 MiB; code at ENTRY. */
  function guestOf(memoryBytes: number, code: readonly (readonly number[])[]): Vm {
    const vm = new Vm({
      isa: 'x86_64',
      memoryBytes,
      ranges: [
        { start: 0, end: 4 * MIB, pages: '4k' },
        { start: 4 * MIB, end: 8 * MIB, pages: '2m' },
      ],
    });
    open.push(vm);
    const bytes = Buffer.from(code.flat());
    vm.load([{ address: ENTRY, memorySize: bytes.length, bytes }]);
    vm.enter(ENTRY, 7);
    return vm;
  }

  /** Runs until so many values have come out of PORT. */
  function values(vm: Vm, count: number, devices?: Devices): number[] {
    const got: number[] = [];
    vm.run((port, value) => {
      if (port !== PORT) return false;
      got.push(value);
      return got.length < count ? true : 'stop';
    }, devices);
    return got;
  }

  it('runs code whose values come out, and goes on where it stopped', () => {
    const vm = guest(
      movEdx(PORT),
      outDxEax,
      movEax(0xfedc_ba98),
      outDxEax,
      incEax,
      outDxEax,
      incEax,
      outDxEax,
    );
    // What it was entered with is in the first argument register.
    expect(values(vm, 2)).toEqual([7, 0xfedc_ba98]);
    expect(values(vm, 2)).toEqual([0xfedc_ba99, 0xfedc_ba9a]);
  });

  it('runs at privilege level 3, in 64-bit mode', () => {
    // mov eax, cs; out; then rax = 1 << 40 in one instruction that only 64-bit mode has; shr rax, 40; out
    const wide = [0x48, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0x48, 0xc1, 0xe8, 40];
    const [cs = 0, one] = values(guest(movEdx(PORT), [0x8c, 0xc8], outDxEax, wide, outDxEax), 2);
    expect(cs % 4).toBe(3);
    expect(one).toBe(1);
  });

  it.each([
    ['4 KiB', SMALL + 0x1234],
    ['2 MiB', LARGE + 0x1234],
  ])('shares memory behind pages of %s with the host, both ways', (_, address) => {
    const vm = guest(
      movEdx(PORT),
      movEbx(address),
      loadEaxFromRbx,
      outDxEax,
      incEax,
      storeEaxAtRbx,
      outDxEax,
    );
    const word = Buffer.alloc(4);
    word.writeUInt32LE(41);
    vm.memory.write(address, word);
    expect(values(vm, 2)).toEqual([41, 42]);
    expect(vm.memory.read(address, 4).readUInt32LE()).toBe(42);
  });

  it('gives pages back to the host, and has fresh ones in their stead', () => {
    const vm = guest(movEdx(PORT), movEbx(SMALL), [
      ...loadEaxFromRbx,
      ...outDxEax,
      ...loadEaxFromRbx,
      ...outDxEax,
    ]);
    vm.memory.write(SMALL, Buffer.from([5, 0, 0, 0]));
    vm.memory.write(SMALL + 4096, Buffer.from([6]));
    expect(values(vm, 1)).toEqual([5]);
    vm.memory.discard?.(SMALL, 4096);
    expect(values(vm, 1)).toEqual([0]);
    expect(vm.memory.read(SMALL + 4096, 1)[0]).toBe(6);
  });

  // A guest without an interrupt table cannot take a fault: it ends in a triple fault, which KVM reports.
  it.each([
    ['a load from unmapped memory', [...movEbx(16 * MIB), ...loadEaxFromRbx]],
    ['a store to unmapped memory', [...movEbx(8 * MIB), ...storeEaxAtRbx]],
    ['a store to the page tables', [...movEbx(0xc000_0000), ...storeEaxAtRbx]],
    ['ud2', [0x0f, 0x0b]],
    ['hlt, which level 3 may not execute,', [0xf4]],
    ['a division by zero', [0x31, 0xc9, 0xf7, 0xf1]],
  ])('ends at %s with a VmError that names the exit', (_, code) => {
    const vm = guest(code);
    const error = errorOf(() => values(vm, 1));
    expect(error).toBeInstanceOf(VmError);
    // Where, is not compared: with AMD-V the vCPU is reset before anybody can ask it.
    expect(error.message).toMatch(
      /^the guest triple-faulted \(KVM_EXIT_SHUTDOWN\) at instruction 0x[0-9a-f]+$/,
    );
  });

  it.each([
    [
      'an out at a port without a device',
      [...movEdx(0x1234), ...outDxEax],
      'an out of 4 bytes at port 0x1234',
    ],
    ['an in', [...movEdx(0x80), 0xed], 'an in of 4 bytes at port 0x80'],
    [
      'an out of a byte at a port of ours',
      [...movEdx(PORT), 0xee],
      `an out of 1 bytes at port 0x${PORT.toString(16)}`,
    ],
  ])('ends at %s with a VmError that names the exit', (_, code, text) => {
    const error = errorOf(() => values(guest(code), 1));
    expect(error).toBeInstanceOf(VmError);
    expect(error.message).toMatch(
      new RegExp(`^${text}, where there is no device \\(KVM_EXIT_IO\\) at instruction 0x1000`),
    );
  });

  describe('in a kernel', () => {
    /** 8 MiB of guest memory without page tables; 32-bit code at ENTRY. */
    function kernel(code: readonly (readonly number[])[], interruptControllers = false): Vm {
      const vm = new Vm({ isa: 'i386', memoryBytes: 8 * MIB, ranges: [], interruptControllers });
      open.push(vm);
      const bytes = Buffer.from(code.flat());
      vm.load([{ address: ENTRY, memorySize: bytes.length, bytes }]);
      vm.enterKernel(ENTRY);
      return vm;
    }
    const movEaxFromCs = [0x8c, 0xc8];
    const movEaxFromDs = [0x8c, 0xd8];
    const movEaxFromCr0 = [0x0f, 0x20, 0xc0];
    const movEsp = (value: number) => [0xbc, ...u32(value)];
    const pushfPopEax = [0x9c, 0x58];
    const inAl = (port: number) => [0xe4, port];
    const outAl = (port: number) => [0xe6, port];

    it('runs at privilege level 0, in 32-bit mode, without paging, and without interrupts', () => {
      const vm = kernel([
        movEdx(PORT),
        ...[movEaxFromCs, outDxEax],
        ...[movEaxFromDs, outDxEax],
        ...[movEaxFromCr0, outDxEax],
        ...[movEsp(SMALL), pushfPopEax, outDxEax],
        // 0x48 is `dec eax` in 32-bit mode, and a prefix in 64-bit mode.
        ...[movEax(5), [0x48], outDxEax],
      ]);
      const [cs = -1, ds = -1, cr0 = 0, flags, five] = values(vm, 5);
      expect([cs % 4, ds % 4]).toEqual([0, 0]);
      expect(cs).not.toBe(ds);
      expect({ pe: cr0 & 1, pg: cr0 >>> 31 }).toEqual({ pe: 1, pg: 0 });
      expect(flags).toBe(2);
      expect(five).toBe(4);
    });

    it('shares its memory with the host', () => {
      const vm = kernel([movEdx(PORT), movEbx(LARGE), loadEaxFromRbx, incEax, storeEaxAtRbx, outDxEax]);
      vm.memory.write(LARGE, Buffer.from([41, 0, 0, 0]));
      expect(values(vm, 1)).toEqual([42]);
      expect(vm.memory.read(LARGE, 1)[0]).toBe(42);
    });

    const devices: [string, (readonly number[])[], number][] = [
      ['a byte from port 0x80', [movEax(0xffff_ffff), inAl(0x80)], 0xffff_ff00],
      ['a byte to port 0x80', [movEax(0x1234), outAl(0x80)], 0x1234],
      ['a read of the register', [movEbx(SCRATCH_MMIO), movEax(0xffff_ffff), loadEaxFromRbx], 0],
      [
        'a write of the register, which keeps nothing',
        [movEbx(SCRATCH_MMIO), movEax(7), storeEaxAtRbx, loadEaxFromRbx],
        0,
      ],
    ];

    it.each(devices)('is answered by a device: %s', (_, code, value) => {
      expect(values(kernel([movEdx(PORT), ...code, outDxEax]), 1, answerScratch)).toEqual([value]);
    });

    it.each(devices)('ends at %s where no device is', (_, code) => {
      const error = errorOf(() => values(kernel([movEdx(PORT), ...code, outDxEax]), 1));
      expect(error).toBeInstanceOf(VmError);
      expect(error.message).toMatch(/\(KVM_EXIT_IO\)|\(KVM_EXIT_MMIO\): a (read from|write to) 0xfeb00000/);
    });

    it.each<[string, (readonly number[])[], string]>([
      ['another port', [inAl(0x81)], 'an in of 1 bytes at port 0x81'],
      ['memory that is nobody’s', [movEbx(SCRATCH_MMIO + 4096), loadEaxFromRbx], 'a read from 0xfeb01000'],
      ['a halt', [[0xf4]], 'the guest halted (KVM_EXIT_HLT)'],
    ])('ends at what no device answers: %s', (_, code, text) => {
      const error = errorOf(() => values(kernel(code), 1, answerScratch));
      expect(error).toBeInstanceOf(VmError);
      expect(error.message).toContain(text);
    });

    it('has a local APIC only where it is to have interrupt controllers', () => {
      // Its version register.
      const code = [movEdx(PORT), movEbx(0xfee0_0030), loadEaxFromRbx, outDxEax];
      expect(errorOf(() => values(kernel(code), 1)).message).toContain('a read from 0xfee00030');
      const [version = 0] = values(kernel(code, true), 1);
      // 0x10 and more are integrated APICs.
      expect(version & 0xff).toBeGreaterThanOrEqual(0x10);
      expect(version & 0xff).toBeLessThan(0x20);
    });
  });

  it('lets nobody reach beyond the memory of the guest', () => {
    const vm = guest([0xf4]);
    const end = 8 * MIB;
    expect(vm.memory.read(end - 4, 4)).toHaveLength(4);
    for (const reach of [
      () => vm.memory.read(end - 3, 4),
      () => vm.memory.read(0xffff_ffff, 160),
      () => vm.memory.write(end, Buffer.alloc(1)),
      () => vm.memory.discard?.(end - 4096, 8192),
      () => vm.load([{ address: end - 1, memorySize: 2, bytes: Buffer.alloc(2) }]),
    ]) {
      expect(errorOf(reach)).toBeInstanceOf(VmError);
      expect(errorOf(reach).message).toMatch(/^the guest gave an address outside its memory: 0x/);
    }
  });

  it('gives everything back when it is closed', () => {
    const before = descriptors();
    const vms = Array.from({ length: 3 }, () => guestOf(512 * MIB, [movEdx(PORT), outDxEax]));
    expect(values(vms[1] as Vm, 1)).toEqual([7]);
    expect(descriptors()).toBe(before + 9);
    const full = mappedKib();
    for (const vm of open.splice(0)) vm.close();
    expect(descriptors()).toBe(before);
    // Node itself may map something meanwhile, but not as much as half of one guest has.
    expect(full - mappedKib()).toBeGreaterThan((2.5 * 512 * MIB) / 1024);
  });

  // In the order in which the constructor comes to them, with more in its hands each time.
  it.each<[string, { memoryBytes?: number; end?: number }, string]>([
    ['a range beyond the memory', { end: 1024 * MIB }, 'madvise failed: ENOMEM'],
    [
      'memory that is no whole page',
      { memoryBytes: 512 * MIB + 1 },
      'KVM_SET_USER_MEMORY_REGION failed: EINVAL',
    ],
    [
      'memory where the page tables go',
      { memoryBytes: 3100 * MIB },
      'KVM_SET_USER_MEMORY_REGION failed: EEXIST',
    ],
  ])(
    'keeps nothing open when it cannot be made: %s',
    (_, { memoryBytes = 512 * MIB, end = 512 * MIB }, message) => {
      const before = descriptors();
      const kib = mappedKib();
      for (let i = 0; i < 4; i++) {
        const make = () => new Vm({ isa: 'x86_64', memoryBytes, ranges: [{ start: 0, end, pages: '4k' }] });
        expect(errorOf(make).message).toBe(message);
      }
      expect(descriptors()).toBe(before);
      // Node itself may map something meanwhile, but not as much as one of the four guests has.
      expect(mappedKib() - kib).toBeLessThan((512 * MIB) / 1024);
    },
  );
});

/** How many of this process's open files are KVM's. */
function descriptors(): number {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return links.filter((link) => link.includes('kvm')).length;
}

/** The size of this process's address space. */
function mappedKib(): number {
  return Number(/^VmSize:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}

function errorOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
