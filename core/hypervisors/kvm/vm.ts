/** A virtual machine of our own on /dev/kvm: memory, page tables, one vCPU, and its exits. */
import type { Segment } from '../../guest/elf.ts';
import type { GuestMemory } from '../../guest/ports.ts';
import type { Exits } from '../../guest/protocol.ts';
import type { Isa } from '../../results/schema.ts';
import { exitCounter } from './exit-counts.ts';
import { describeExit, KVM_EXIT_IO } from './exits.ts';
import { type IdentityRange, tableBytes, writeIdentityTables } from './paging.ts';
import {
  enterProtectedMode,
  enterUserMode,
  instructionPointer,
  REGS_BYTES,
  RFLAGS_NONE,
  SREGS_BYTES,
  startRegisters,
} from './registers.ts';
import {
  close,
  ioctl,
  ioctlValue,
  kvmRun,
  MADV_DONTNEED,
  MADV_HUGEPAGE,
  MADV_NOHUGEPAGE,
  type Mapping,
  madvise,
  mapDevice,
  mapMemory,
  open,
  SystemCallError,
  unmap,
} from './system-calls.ts';

const KVM_GET_API_VERSION = 0xae00;
const KVM_CREATE_VM = 0xae01;
const KVM_GET_VCPU_MMAP_SIZE = 0xae04;
const KVM_GET_SUPPORTED_CPUID = 0xc008ae05;
const KVM_CREATE_VCPU = 0xae41;
const KVM_SET_USER_MEMORY_REGION = 0x4020ae46;
const KVM_SET_TSS_ADDR = 0xae47;
const KVM_CREATE_IRQCHIP = 0xae60;
const KVM_GET_REGS = 0x8090ae81;
const KVM_SET_REGS = 0x4090ae82;
const KVM_GET_SREGS = 0x8138ae83;
const KVM_SET_SREGS = 0x4138ae84;
const KVM_GET_STATS_FD = 0xaece;
const KVM_SET_CPUID2 = 0x4008ae90;

const API_VERSION = 12;
const MAX_CPUID_ENTRIES = 128;
const CPUID_ENTRY_BYTES = 40;
const EINTR = -4;
/** Intel without unrestricted guests keeps a task-state segment here; far from anything the guest maps. */
const TSS_ADDRESS = 0xfffb_d000;
/** Guest-physical home of the page tables: outside what the guest can name, so that it cannot harm them. */
const TABLES_AT = 0xc000_0000;

/** CPUID leaf at which a guest finds our own signature: proof that this VMM's vCPU executed it. */
const VMM_SIGNATURE_LEAF = 0x4000_0100;
export const VMM_SIGNATURE = 'hvbench VMM';

export class VmError extends Error {
  override name = 'VmError';
}

export interface VmOptions {
  readonly isa: Isa;
  /** Guest-physical memory from 0, bytes; identity-mapped by `ranges`. */
  readonly memoryBytes: number;
  /** None for a guest that makes page tables of its own. */
  readonly ranges: readonly IdentityRange[];
  /** Whether KVM's own interrupt controllers are there, which handle HLT as well. */
  readonly interruptControllers?: boolean;
}

/** Answers an exit that is no 32-bit `out`, in `run` (struct kvm_run); returns false where nothing is there. */
export type Devices = (run: Buffer) => boolean;

/** Handles a 32-bit `out`; returns false where no device is at that port, and 'stop' to leave the loop. */
export type OutHandler = (port: number, value: number) => boolean | 'stop';

export class Vm {
  readonly memory: GuestMemory;
  readonly #vcpu: number;
  readonly #run: Buffer;
  /** What is to be given back, oldest first. */
  readonly #descriptors: number[] = [];
  readonly #mappings: Mapping[] = [];
  readonly #isa: Isa;
  #cr3 = 0;
  #userExits = 0;

  /** Throws SystemCallError or VmError, and then keeps nothing open. */
  constructor({ isa, memoryBytes, ranges, interruptControllers = false }: VmOptions) {
    this.#isa = isa;
    try {
      const kvm = this.#hold(open('/dev/kvm'));
      const version = ioctlValue('KVM_GET_API_VERSION', kvm, KVM_GET_API_VERSION);
      if (version !== API_VERSION) throw new VmError(`KVM's API version is ${version}, not ${API_VERSION}`);
      const vm = this.#hold(ioctlValue('KVM_CREATE_VM', kvm, KVM_CREATE_VM));
      ioctlValue('KVM_SET_TSS_ADDR', vm, KVM_SET_TSS_ADDR, TSS_ADDRESS);

      const ram = this.#holdMapping(mapMemory(memoryBytes));
      if (ranges.length === 0) madvise(ram.address, memoryBytes, MADV_NOHUGEPAGE);
      for (const range of ranges) {
        const advice = range.pages === '2m' ? MADV_HUGEPAGE : MADV_NOHUGEPAGE;
        madvise(ram.address + BigInt(range.start), range.end - range.start, advice);
      }
      addMemory(vm, 0, 0, ram);
      if (ranges.length > 0) {
        const tables = this.#holdMapping(mapMemory(tableBytes(ranges)));
        this.#cr3 = writeIdentityTables(tables.bytes, TABLES_AT, ranges);
        addMemory(vm, 1, TABLES_AT, tables);
      }
      this.memory = guestMemory(ram);

      // vCPUs that are there already would get no local APIC.
      if (interruptControllers) ioctlValue('KVM_CREATE_IRQCHIP', vm, KVM_CREATE_IRQCHIP);
      this.#vcpu = this.#hold(ioctlValue('KVM_CREATE_VCPU', vm, KVM_CREATE_VCPU, 0));
      setCpuid(kvm, this.#vcpu);
      const size = ioctlValue('KVM_GET_VCPU_MMAP_SIZE', kvm, KVM_GET_VCPU_MMAP_SIZE);
      this.#run = this.#holdMapping(mapDevice(this.#vcpu, size)).bytes;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Gives everything back to the host, newest first; the VM must not be used afterwards. */
  close(): void {
    for (const fd of this.#descriptors.splice(0).reverse()) close(fd);
    for (const mapping of this.#mappings.splice(0).reverse()) unmap(mapping);
  }

  load(segments: readonly Segment[]): void {
    for (const segment of segments) this.memory.write(segment.address, segment.bytes);
  }

  /** Sets the vCPU to start at `entry`, at privilege level 3, with `argument` in the first argument register. */
  enter(entry: number, argument: number): void {
    this.#start(
      (sregs) => enterUserMode(sregs, this.#isa, this.#cr3),
      startRegisters(entry, { rax: argument, rdi: argument }),
    );
  }

  /** Sets the vCPU to start at `entry`, at privilege level 0, in 32-bit protected mode without paging. */
  enterKernel(entry: number): void {
    this.#start(enterProtectedMode, startRegisters(entry, {}, RFLAGS_NONE));
  }

  #start(change: (sregs: Buffer) => void, regs: Buffer): void {
    const sregs = Buffer.alloc(SREGS_BYTES);
    ioctl('KVM_GET_SREGS', this.#vcpu, KVM_GET_SREGS, sregs);
    change(sregs);
    ioctl('KVM_SET_SREGS', this.#vcpu, KVM_SET_SREGS, sregs);
    ioctl('KVM_SET_REGS', this.#vcpu, KVM_SET_REGS, regs);
  }

  /** Counts exits: those that reached this process, and what KVM counts itself (since Linux 5.14). */
  exitCounter(): () => Exits {
    const kvm = this.#statistics();
    return () => ({ user: this.#userExits, ...kvm?.() });
  }

  #statistics(): (() => Exits) | null {
    let fd: number;
    try {
      fd = this.#hold(ioctlValue('KVM_GET_STATS_FD', this.#vcpu, KVM_GET_STATS_FD));
    } catch (error) {
      if (error instanceof SystemCallError) return null;
      throw error;
    }
    return exitCounter(fd);
  }

  /** Runs the guest until the handler says 'stop'. Throws VmError at an exit that nobody expects. */
  run(out: OutHandler, devices: Devices | null = null): void {
    const run = this.#run;
    for (;;) {
      const result = kvmRun(this.#vcpu);
      if (result === EINTR) continue;
      this.#userExits++;
      if (result < 0) throw new VmError(`KVM_RUN failed with errno ${-result} at ${this.#where()}`);
      if (run.readUInt32LE(8) === KVM_EXIT_IO && run[32] === 1 && run[33] === 4) {
        const answer = out(run.readUInt16LE(34), run.readUInt32LE(run.readUInt32LE(40)));
        if (answer === 'stop') return;
        if (answer) continue;
      } else if (devices?.(run)) continue;
      throw this.#unexpected();
    }
  }

  #hold(fd: number): number {
    this.#descriptors.push(fd);
    return fd;
  }

  #holdMapping(mapping: Mapping): Mapping {
    this.#mappings.push(mapping);
    return mapping;
  }

  #unexpected(): VmError {
    return new VmError(`${describeExit(this.#run)} at ${this.#where()}`);
  }

  #where(): string {
    const regs = Buffer.alloc(REGS_BYTES);
    ioctl('KVM_GET_REGS', this.#vcpu, KVM_GET_REGS, regs);
    return `instruction 0x${instructionPointer(regs).toString(16)}`;
  }
}

function addMemory(vm: number, slot: number, at: number, mapping: Mapping): void {
  const region = Buffer.alloc(32);
  region.writeUInt32LE(slot, 0);
  region.writeBigUInt64LE(BigInt(at), 8);
  region.writeBigUInt64LE(BigInt(mapping.bytes.length), 16);
  region.writeBigUInt64LE(mapping.address, 24);
  ioctl('KVM_SET_USER_MEMORY_REGION', vm, KVM_SET_USER_MEMORY_REGION, region);
}

/** What the host's CPU and KVM support, the hypervisor bit, and a leaf with our signature. */
function setCpuid(kvm: number, vcpu: number): void {
  const cpuid = Buffer.alloc(8 + (MAX_CPUID_ENTRIES + 1) * CPUID_ENTRY_BYTES);
  cpuid.writeUInt32LE(MAX_CPUID_ENTRIES, 0);
  ioctl('KVM_GET_SUPPORTED_CPUID', kvm, KVM_GET_SUPPORTED_CPUID, cpuid);
  const count = cpuid.readUInt32LE(0);
  for (let i = 0; i < count; i++) {
    const at = 8 + i * CPUID_ENTRY_BYTES;
    if (cpuid.readUInt32LE(at) === 1)
      cpuid.writeUInt32LE((cpuid.readUInt32LE(at + 20) | 0x8000_0000) >>> 0, at + 20);
  }
  const at = 8 + count * CPUID_ENTRY_BYTES;
  cpuid.writeUInt32LE(VMM_SIGNATURE_LEAF, at);
  cpuid.writeUInt32LE(VMM_SIGNATURE_LEAF, at + 12);
  cpuid.write(VMM_SIGNATURE, at + 16, 'latin1');
  cpuid.writeUInt32LE(count + 1, 0);
  ioctl('KVM_SET_CPUID2', vcpu, KVM_SET_CPUID2, cpuid);
}

function guestMemory(ram: Mapping): GuestMemory {
  const check = (address: number, length: number) => {
    if (address + length > ram.bytes.length) {
      throw new VmError(`the guest names memory that it does not have: 0x${address.toString(16)}`);
    }
  };
  return {
    read(address, length) {
      check(address, length);
      return ram.bytes.subarray(address, address + length);
    },
    write(address, bytes) {
      check(address, bytes.length);
      ram.bytes.set(bytes, address);
    },
    discard(address, length) {
      check(address, length);
      madvise(ram.address + BigInt(address), length, MADV_DONTNEED);
    },
  };
}
