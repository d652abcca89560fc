/** The state in which a vCPU starts: privilege level 3, paging on, flat segments; nothing left to the guest. */
import type { Isa } from '../../results/schema.ts';

export const REGS_BYTES = 144;
export const SREGS_BYTES = 312;

/** struct kvm_regs: eight bytes each, in this order. */
const REGISTERS = ['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rsp', 'rbp'] as const;
const RIP_AT = 128;
const RFLAGS_AT = 136;
/** IOPL 3, so that `in` and `out` reach the VMM from level 3; bit 1 is always set. */
const RFLAGS_IOPL3 = 0x3002;

const CR0_PE_MP_ET_NE_WP_AM_PG = 0x8005_0033;
const CR4_PAE_OSFXSR_OSXMMEXCPT = 0x620;
const EFER_LME_LMA = 0x500;
const CR0_PE_ET = 0x11;
export const RFLAGS_NONE = 2;

/** struct kvm_sregs: cs ds es fs gs ss tr ldt (24 bytes each), gdt idt (16), then control registers. */
const SEGMENT_BYTES = 24;
const SS_INDEX = 5;
const CR0_AT = 224;
const CR3_AT = 240;
const CR4_AT = 248;
const EFER_AT = 264;

/** Reads the instruction pointer out of struct kvm_regs. */
export function instructionPointer(regs: Buffer): bigint {
  return regs.readBigUInt64LE(RIP_AT);
}

export function startRegisters(
  entry: number,
  values: Partial<Record<(typeof REGISTERS)[number], number>>,
  rflags = RFLAGS_IOPL3,
): Buffer {
  const regs = Buffer.alloc(REGS_BYTES);
  REGISTERS.forEach((name, i) => {
    regs.writeBigUInt64LE(BigInt(values[name] ?? 0), i * 8);
  });
  regs.writeBigUInt64LE(BigInt(entry), RIP_AT);
  regs.writeBigUInt64LE(BigInt(rflags), RFLAGS_AT);
  return regs;
}

/**
 * Turns what KVM_GET_SREGS returned after reset into long mode at level 3. i386 code runs in a
 * compatibility segment of it (AMD64 APM volume 2, section 4.8: CS.L = 0, CS.D = 1).
 */
export function enterUserMode(sregs: Buffer, isa: Isa, cr3: number): void {
  const wide = isa === 'x86_64';
  segment(sregs, 0, {
    selector: wide ? 0x33 : 0x23,
    type: 0xb,
    db: wide ? 0 : 1,
    long: wide ? 1 : 0,
    dpl: 3,
  });
  for (let i = 1; i <= SS_INDEX; i++)
    segment(sregs, i, { selector: 0x2b, type: 0x3, db: 1, long: 0, dpl: 3 });
  sregs.writeBigUInt64LE(BigInt(CR0_PE_MP_ET_NE_WP_AM_PG), CR0_AT);
  sregs.writeBigUInt64LE(BigInt(cr3), CR3_AT);
  sregs.writeBigUInt64LE(BigInt(CR4_PAE_OSFXSR_OSXMMEXCPT), CR4_AT);
  sregs.writeBigUInt64LE(BigInt(EFER_LME_LMA), EFER_AT);
}

/** Turns what KVM_GET_SREGS returned after reset into 32-bit protected mode at level 0, paging off. */
export function enterProtectedMode(sregs: Buffer): void {
  segment(sregs, 0, { selector: 0x08, type: 0xb, db: 1, long: 0, dpl: 0 });
  for (let i = 1; i <= SS_INDEX; i++)
    segment(sregs, i, { selector: 0x10, type: 0x3, db: 1, long: 0, dpl: 0 });
  sregs.writeBigUInt64LE(BigInt(CR0_PE_ET), CR0_AT);
}

/** struct kvm_segment: base u64, limit u32, selector u16, type present dpl db s l g avl unusable padding. */
function segment(
  sregs: Buffer,
  index: number,
  {
    selector,
    type,
    db,
    long,
    dpl,
  }: { selector: number; type: number; db: number; long: number; dpl: number },
): void {
  const at = index * SEGMENT_BYTES;
  sregs.fill(0, at, at + SEGMENT_BYTES);
  sregs.writeUInt32LE(0xffff_ffff, at + 8);
  sregs.writeUInt16LE(selector, at + 12);
  const [present, s, granularity] = [1, 1, 1];
  sregs.set([type, present, dpl, db, s, long, granularity], at + 14);
}
