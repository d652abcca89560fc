/**
 * What the CPU says of itself by CPUID, and how long it takes to say it: lscpu knows few hypervisors, and no emulator.
 * A few bytes of machine code, called through koffi; x86-64 Linux only.
 */
import { createRequire } from 'node:module';
import type Koffi from 'koffi';
import { cleanText } from './text.ts';

export interface CpuidFacts {
  /** Signatures at 0x40000000 and each 0x100 above: "KVMKVMKVM", "TCGTCGTCGTCG"; empty if nothing answers there. */
  readonly signatures: readonly string[];
  /** "AMD EPYC 7B13", "QEMU TCG CPU version 2.5+"; as the CPU has it, not as the kernel shows it. */
  readonly brand: string;
  /** One CPUID and one RDTSC, in nanoseconds: the least of several loops. */
  readonly cpuidNs: number;
  readonly rdtscNs: number;
}

const PAGE = 4096;
const READ_WRITE = 3;
const READ_EXECUTE = 5;
const PRIVATE_ANONYMOUS = 0x22;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

/** void (u32 leaf, u32 subleaf, u32 out[4]): push rbx; mov r8, rdx; mov eax, edi; mov ecx, esi; cpuid; four stores; pop rbx. */
const CPUID = '53 4989d0 89f8 89f1 0fa2 418900 41895804 41894808 4189500c 5b c3';
/** void (u32 times): 1: rdtsc; dec edi; jnz 1b. */
const RDTSC_LOOP = '0f31 ffcf 75fa c3';
/** void (u32 times): push rbx; 1: xor eax, eax; xor ecx, ecx; cpuid; dec edi; jnz 1b; pop rbx. */
const CPUID_LOOP = '53 31c0 31c9 0fa2 ffcf 75f6 5b c3';

const FIRST_BASE = 0x4000_0000;
const LAST_BASE = 0x4000_0f00;
const LOOPS = 5;
/** A trapped CPUID takes microseconds: the whole probe stays below a few milliseconds. */
const TIMES = 200;

/** Null on another system or CPU, or where code may not be made. */
export function readCpuid(): CpuidFacts | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const require = createRequire(import.meta.url);
  const koffi = require('koffi') as typeof Koffi;
  const libc = koffi.load(null);
  const mmap = libc.func('void *mmap(void *, size_t, int, int, int, int64_t)');
  const page: unknown = mmap(null, PAGE, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
  const address = koffi.address(page);
  if (address === MAP_FAILED) return null;
  try {
    const code = new Uint8Array(koffi.view(page, PAGE));
    const at = [CPUID, RDTSC_LOOP, CPUID_LOOP].map((hex, index) => {
      code.set(Buffer.from(hex.replaceAll(' ', ''), 'hex'), index * 64);
      return address + BigInt(index * 64);
    });
    if (libc.func('int mprotect(void *, size_t, int)')(page, PAGE, READ_EXECUTE) !== 0) return null;
    return ask(koffi, at as [bigint, bigint, bigint]);
  } finally {
    libc.func('int munmap(void *, size_t)')(page, PAGE);
  }
}

function ask(
  koffi: typeof Koffi,
  [cpuid, rdtscLoop, cpuidLoop]: readonly [bigint, bigint, bigint],
): CpuidFacts {
  const leafType = koffi.proto('void (uint32_t, uint32_t, void *)');
  const loopType = koffi.proto('void (uint32_t)');
  const leaf = (number: number): Uint32Array => {
    const registers = new Uint32Array(4);
    koffi.call(cpuid, leafType, number, 0, registers);
    return registers;
  };
  const time = (loop: bigint) => {
    const start = process.hrtime.bigint();
    koffi.call(loop, loopType, TIMES);
    return Number(process.hrtime.bigint() - start) / TIMES;
  };
  const least = (loop: bigint) => Math.min(...Array.from({ length: LOOPS }, () => time(loop)));
  const signatures: string[] = [];
  for (let base = FIRST_BASE; base <= LAST_BASE; base += 0x100) {
    const [, ...words] = leaf(base);
    const signature = inAscii(words);
    if (/^[ -~]{5,12}$/.test(signature) && !signatures.includes(signature)) signatures.push(signature);
  }
  const brand = [0x8000_0002, 0x8000_0003, 0x8000_0004].flatMap((number) => [...leaf(number)]);
  return {
    signatures,
    brand: cleanText(inAscii(brand), 64),
    cpuidNs: least(cpuidLoop),
    rdtscNs: least(rdtscLoop),
  };
}

function inAscii(words: readonly number[]): string {
  return Buffer.from(Uint32Array.from(words).buffer).toString('latin1').replace(/\0.*$/s, '').trim();
}
