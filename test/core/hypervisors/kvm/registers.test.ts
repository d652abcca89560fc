import { describe, expect, it } from 'vitest';
import {
  enterProtectedMode,
  enterUserMode,
  instructionPointer,
  REGS_BYTES,
  RFLAGS_NONE,
  SREGS_BYTES,
  startRegisters,
} from '../../../../core/hypervisors/kvm/registers.ts';
import { atLeastOne } from '../../../at-least-one.ts';

/** struct kvm_segment, as linux/kvm.h lays it out. */
function segment(sregs: Buffer, index: number) {
  const at = index * 24;
  const [type, present, dpl, db, s, l, g, avl, unusable] = sregs.subarray(at + 14, at + 23);
  const base = sregs.readBigUInt64LE(at);
  const selector = sregs.readUInt16LE(at + 12);
  return {
    base,
    limit: sregs.readUInt32LE(at + 8),
    selector,
    type,
    present,
    dpl,
    db,
    s,
    l,
    g,
    avl,
    unusable,
  };
}

const DATA_SEGMENTS = { ds: 1, es: 2, fs: 3, gs: 4, ss: 5 };

describe('startRegisters', () => {
  it('starts at the entry with the given values, interrupts off, ports open to level 3', () => {
    const regs = startRegisters(0x10_0040, { rax: 1, rdi: 2, rsp: 0xffff_fff0 });
    expect(regs).toHaveLength(REGS_BYTES);
    const words = Array.from({ length: 18 }, (_, i) => Number(regs.readBigUInt64LE(i * 8)));
    // rax rbx rcx rdx rsi rdi rsp rbp, r8 to r15, rip, rflags
    expect(words).toEqual([1, 0, 0, 0, 0, 2, 0xffff_fff0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10_0040, 0x3002]);
    expect(instructionPointer(regs)).toBe(0x10_0040n);
  });

  it('starts with other flags where it is told so', () => {
    const regs = startRegisters(0x10_0040, {}, RFLAGS_NONE);
    const words = Array.from({ length: 18 }, (_, i) => Number(regs.readBigUInt64LE(i * 8)));
    // Bit 1 is always set.
    expect(words).toEqual([...Array(16).fill(0), 0x10_0040, 2]);
  });
});

describe('enterUserMode', () => {
  const enter = (isa: 'x86_64' | 'i386') => {
    const sregs = Buffer.alloc(SREGS_BYTES, 0xa5);
    enterUserMode(sregs, isa, 0xc000_0000);
    return sregs;
  };

  it('runs 64-bit code at level 3', () => {
    expect(segment(enter('x86_64'), 0)).toMatchObject({
      base: 0n,
      type: 0xb,
      present: 1,
      dpl: 3,
      s: 1,
      l: 1,
      db: 0,
      unusable: 0,
    });
  });

  it('runs i386 code at level 3, in a compatibility segment over all 4 GiB', () => {
    expect(segment(enter('i386'), 0)).toMatchObject({
      base: 0n,
      limit: 0xffff_ffff,
      g: 1,
      type: 0xb,
      present: 1,
      dpl: 3,
      s: 1,
      l: 0,
      db: 1,
    });
  });

  it.each(['x86_64', 'i386'] as const)('gives %s flat data segments of its level', (isa) => {
    const sregs = enter(isa);
    expect(segment(sregs, 0).selector % 4).toBe(3);
    for (const index of Object.values(DATA_SEGMENTS)) {
      expect(segment(sregs, index)).toEqual({
        base: 0n,
        limit: 0xffff_ffff,
        selector: expect.any(Number),
        type: 3,
        present: 1,
        dpl: 3,
        db: 1,
        s: 1,
        l: 0,
        g: 1,
        avl: 0,
        unusable: 0,
      });
      expect(segment(sregs, index).selector % 4).toBe(3);
    }
  });

  it('turns on paging in long mode, and SSE', () => {
    const sregs = enter('x86_64');
    const cr0 = sregs.readBigUInt64LE(224);
    const cr4 = sregs.readBigUInt64LE(248);
    const efer = sregs.readBigUInt64LE(264);
    const bit = (value: bigint, n: number) => Number((value >> BigInt(n)) & 1n);
    expect({ pe: bit(cr0, 0), em: bit(cr0, 2), wp: bit(cr0, 16), pg: bit(cr0, 31) }).toEqual({
      pe: 1,
      em: 0,
      wp: 1,
      pg: 1,
    });
    expect({ pae: bit(cr4, 5), osfxsr: bit(cr4, 9), osxmmexcpt: bit(cr4, 10) }).toEqual({
      pae: 1,
      osfxsr: 1,
      osxmmexcpt: 1,
    });
    expect({ lme: bit(efer, 8), lma: bit(efer, 10) }).toEqual({ lme: 1, lma: 1 });
    expect(sregs.readBigUInt64LE(240)).toBe(0xc000_0000n);
  });

  it('leaves everything else as KVM gave it: task register, tables, APIC', () => {
    const sregs = enter('x86_64');
    const untouched = [
      sregs.subarray(6 * 24, 224), // tr, ldt, gdt, idt
      sregs.subarray(232, 240), // cr2
      sregs.subarray(256, 264), // cr8
      sregs.subarray(272), // apic_base, interrupt_bitmap
    ];
    for (const bytes of untouched) expect(bytes.every((byte) => byte === 0xa5)).toBe(true);
  });
});

describe('enterProtectedMode', () => {
  const enter = (before = 0xa5) => {
    const sregs = Buffer.alloc(SREGS_BYTES, before);
    enterProtectedMode(sregs);
    return sregs;
  };

  it('runs 32-bit code at level 0, in flat segments of that level', () => {
    const flat = {
      base: 0n,
      limit: 0xffff_ffff,
      present: 1,
      dpl: 0,
      db: 1,
      s: 1,
      l: 0,
      g: 1,
      avl: 0,
      unusable: 0,
    };
    const sregs = enter();
    expect(segment(sregs, 0)).toEqual({ ...flat, selector: expect.any(Number), type: 0xb });
    for (const index of Object.values(DATA_SEGMENTS))
      expect(segment(sregs, index)).toEqual({ ...flat, selector: expect.any(Number), type: 3 });
    for (let index = 0; index <= DATA_SEGMENTS.ss; index++)
      expect(segment(sregs, index).selector % 4, `segment ${index}`).toBe(0);
  });

  it('turns on protection, not paging', () => {
    const cr0 = enter().readBigUInt64LE(224);
    expect({ pe: cr0 & 1n, pg: cr0 >> 31n }).toEqual({ pe: 1n, pg: 0n });
  });

  it('leaves everything else as KVM gave it: page tables, long mode, tables, APIC', () => {
    const sregs = enter();
    const untouched = [
      sregs.subarray(6 * 24, 224), // tr, ldt, gdt, idt
      sregs.subarray(232), // cr2, cr3, cr4, cr8, efer, apic_base, interrupt_bitmap
    ];
    for (const bytes of atLeastOne(untouched)) expect(bytes.every((byte) => byte === 0xa5)).toBe(true);
  });
});
