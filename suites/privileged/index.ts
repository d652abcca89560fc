/**
 * What a kernel does and a process may not: each operation by itself, after the table of Adams and Agesen (ASPLOS
 * 2006). Their names are kept where the operation is theirs.
 */
import type { Suite } from '../../core/model/suite.ts';
import { operationRows } from './rows.ts';

export const privileged: Suite<never> = {
  name: 'privileged',
  title: 'Privileged operations',
  slot: 3,
  folder: 'suites/privileged',
  workloads: [],
  rows: operationRows,
  operations: [
    {
      name: 'loop',
      title: 'an empty iteration of the loop around each operation',
      exposes: 'The floor below which no figure means anything; it is not subtracted.',
      native: 'same',
    },
    {
      name: 'callret',
      title: 'call of an empty function, and return',
      exposes: 'Return addresses: a translator has to find the translation of each.',
      native: 'same',
    },
    {
      name: 'rdtsc',
      title: 'RDTSC',
      exposes: "Whether the guest reads the CPU's own counter or the hypervisor's.",
      native: 'same',
    },
    {
      name: 'cpuid',
      title: 'CPUID, leaf 0',
      exposes: 'The shortest exit: always intercepted where the CPU assists.',
      native: 'same',
    },
    {
      name: 'syscall',
      title: 'system call from level 3 to level 0 and back',
      exposes: 'Changes of level: direct where the CPU assists, rewritten or emulated elsewhere.',
      native: { counterpart: 'a system call of Linux (getppid)' },
    },
    {
      name: 'pgfault',
      title: 'page fault, delivered to its handler, and return',
      exposes: 'Exceptions: with shadow paging the hypervisor sees each page fault first.',
      native: { counterpart: 'a fault that Linux turns into a signal' },
    },
    {
      name: 'divzero',
      title: 'division by zero, delivered to its handler, and return',
      exposes: 'Exceptions that concern nobody but the guest.',
      native: { counterpart: 'a fault that Linux turns into a signal' },
    },
    {
      name: 'fresh-page',
      title: 'first touch of a 4 KiB page that has no memory behind it yet',
      exposes: 'The page fault in the second dimension, which the hypervisor itself has to serve.',
      native: 'same',
      most: 16384,
    },
    {
      name: 'ptemod',
      title: 'write of an entry of a page table in use',
      exposes: 'Shadow paging: each change of a guest page table has to be seen.',
      native: 'impossible',
    },
    {
      name: 'remap',
      title: 'another frame for a page: entry written, INVLPG, page read',
      exposes: 'A whole change of a mapping, as a kernel makes it: with the refill of the TLB.',
      native: 'impossible',
    },
    {
      name: 'invlpg',
      title: 'INVLPG',
      exposes: 'Flushing one translation: direct with nested paging, an exit with shadow paging.',
      native: 'impossible',
    },
    {
      name: 'cr3wr',
      title: 'write of CR3 with its own value',
      exposes: 'What a context switch pays for another address space.',
      native: 'impossible',
    },
    {
      name: 'cr8wr',
      title: 'write of CR8 (task priority)',
      exposes: 'Interrupt masking as some kernels do it at every turn.',
      isas: ['x86_64'],
      native: 'impossible',
    },
    {
      name: 'rdmsr',
      title: 'RDMSR of IA32_APIC_BASE',
      exposes: 'An exit that the kernel part of a hypervisor answers.',
      native: 'impossible',
    },
    {
      name: 'wrmsr',
      title: 'WRMSR of IA32_APIC_BASE with its own value',
      exposes: 'An exit that the kernel part of a hypervisor answers, with a check of the value.',
      native: 'impossible',
    },
    {
      name: 'in',
      title: 'IN, one byte of port 0x80',
      exposes: 'The way to a device in user space and back.',
      native: 'impossible',
    },
    {
      name: 'out',
      title: 'OUT, one byte to port 0x80',
      exposes: 'The way to a device in user space and back.',
      native: 'impossible',
    },
    {
      name: 'in-pic',
      title: 'IN, one byte of port 0x21 (interrupt controller)',
      exposes: 'A device that a hypervisor may hold in its kernel part: compare with in.',
      native: 'impossible',
    },
    {
      name: 'mmio-read',
      title: 'read of a device register in memory',
      exposes: 'An access that must be decoded before it reaches a device in user space.',
      native: 'impossible',
      argument: 'mmio',
    },
    {
      name: 'mmio-write',
      title: 'write of a device register in memory',
      exposes: 'An access that must be decoded before it reaches a device in user space.',
      native: 'impossible',
      argument: 'mmio',
    },
    {
      name: 'apic-read',
      title: 'read of the local APIC (ID register)',
      exposes: 'A device that a hypervisor may hold in its kernel part: compare with mmio-read.',
      native: 'impossible',
    },
    {
      name: 'hypercall',
      title: 'VMMCALL (AMD) or VMCALL (Intel) with an unknown number',
      exposes: 'The way that a guest takes on purpose.',
      native: 'impossible',
    },
    {
      name: 'ipi',
      title: 'interrupt of the CPU by itself, taken and acknowledged',
      exposes: 'Delivery of interrupts: three accesses to the local APIC, if it is not virtual.',
      native: 'impossible',
    },
    {
      name: 'timer',
      title: 'timer of the local APIC, due at once, awaited in a loop',
      exposes: "How late a timer's interrupt is.",
      native: 'impossible',
    },
    {
      name: 'hlt',
      title: 'timer of the local APIC, due at once, awaited by HLT',
      exposes: 'What it takes to put a guest to sleep and to wake it.',
      native: 'impossible',
      emulatorsFault:
        'QEMU’s emulation of AMD-V may let the interrupt in between STI and HLT, and then HLT waits for ever',
    },
  ],
};
