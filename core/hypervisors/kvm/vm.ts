/** A virtual machine of our own on /dev/kvm: memory, page tables, one vCPU, and its exits. */
import type { Segment } from '../../guest/elf.ts';
import type { GuestMemory } from '../../guest/ports.ts';
import type { Exits } from '../../guest/protocol.ts';
import type { Isa } from '../../results/schema.ts';
import {
  addMemory,
  createVcpu,
  createVm,
  KVM_CREATE_IRQCHIP,
  KVM_GET_REGS,
  KVM_GET_STATS_FD,
  openKvm,
  placeTaskState,
  runBytes,
  setRegisters,
  supportedCpuid,
  systemRegisters,
  VmError,
} from './api.ts';
import { exitCounter } from './exit-counts.ts';
import { describeExit, KVM_EXIT_IO } from './exits.ts';
import { type IdentityRange, tableBytes, writeIdentityTables } from './paging.ts';
import {
  enterProtectedMode,
  enterUserMode,
  instructionPointer,
  REGS_BYTES,
  RFLAGS_NONE,
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
  SystemCallError,
  unmap,
} from './system-calls.ts';

const EINTR = -4;
/** Guest-physical home of the page tables: outside what the guest can name, so that it cannot harm them. */
const TABLES_AT = 0xc000_0000;

export { VMM_SIGNATURE, VmError } from './api.ts';

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
      const kvm = this.#hold(openKvm());
      const vm = this.#hold(createVm(kvm));
      placeTaskState(vm);

      const ram = this.#holdMapping(mapMemory(memoryBytes));
      if (ranges.length === 0) madvise(ram.address, memoryBytes, MADV_NOHUGEPAGE);
      for (const range of ranges) {
        const advice = range.pages === '2m' ? MADV_HUGEPAGE : MADV_NOHUGEPAGE;
        madvise(ram.address + BigInt(range.start), range.end - range.start, advice);
      }
      addMemory(vm, 0, 0, ram.address, memoryBytes);
      if (ranges.length > 0) {
        const tables = this.#holdMapping(mapMemory(tableBytes(ranges)));
        this.#cr3 = writeIdentityTables(tables.bytes, TABLES_AT, ranges);
        addMemory(vm, 1, TABLES_AT, tables.address, tables.bytes.length);
      }
      this.memory = guestMemory(ram);

      // vCPUs that are there already would get no local APIC.
      if (interruptControllers) ioctlValue('KVM_CREATE_IRQCHIP', vm, KVM_CREATE_IRQCHIP);
      this.#vcpu = this.#hold(createVcpu(vm, supportedCpuid(kvm)));
      this.#run = this.#holdMapping(mapDevice(this.#vcpu, runBytes(kvm))).bytes;
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
    const sregs = systemRegisters(this.#vcpu);
    change(sregs);
    setRegisters(this.#vcpu, sregs, regs);
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

function guestMemory(ram: Mapping): GuestMemory {
  const check = (address: number, length: number) => {
    if (address + length > ram.bytes.length) {
      throw new VmError(`the guest gave an address outside its memory: 0x${address.toString(16)}`);
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
