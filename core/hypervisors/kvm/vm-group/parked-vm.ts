/** One VM of a group: it runs while it is asked something, and costs no thread in between. */
import { PORT_EXCHANGE, PORT_MARK } from '../../../guest/ports.ts';
import {
  COMMAND_BYTES,
  type Command,
  decodeReply,
  encodeCommand,
  REPLY_BYTES,
  type Reply,
} from '../../../guest/protocol.ts';
import {
  addMemory,
  createVcpu,
  openKvm,
  placeTaskState,
  runBytes,
  setRegisters,
  supportedCpuid,
  systemRegisters,
  VmError,
} from '../api.ts';
import { describeExit, KVM_EXIT_IO } from '../exits.ts';
import { enterUserMode, startRegisters } from '../registers.ts';
import {
  close,
  copyFrom,
  copyTo,
  kvmRun,
  type Mapping,
  mapRun,
  mapShared,
  SystemCallError,
  unmapAt,
} from '../system-calls.ts';
import { type PackedImage, PRIVATE_AT } from './packed-image.ts';

const EINTR = -4;
/** As much of struct kvm_run as tells what an exit was. */
const RUN_HEAD_BYTES = 64;
/** What code at level 3 and KVM itself need to know of the CPU: each further leaf costs every vCPU kernel memory. */
const CPUID_LEAVES = new Set([0, 1, 0x8000_0000, 0x8000_0001, 0x8000_0008]);

/** What all VMs of a group are made from. */
export interface VmTemplate {
  readonly kvm: number;
  readonly image: PackedImage;
  readonly shared: Mapping;
  readonly cpuid: Buffer;
  readonly regs: Buffer;
  readonly runBytes: number;
  /** System registers as the first vCPU has them after reset, changed; the same for all. */
  sregs: Buffer | null;
}

/** Throws SystemCallError or VmError. */
export function makeVmTemplate(image: PackedImage): VmTemplate {
  const kvm = openKvm();
  const shared = mapShared(image.shared.length);
  image.shared.copy(shared.bytes);
  return {
    ...{ kvm, image, shared },
    cpuid: supportedCpuid(kvm, CPUID_LEAVES),
    regs: startRegisters(image.entry, {}),
    runBytes: runBytes(kvm),
    sregs: null,
  };
}

// One thread runs all VMs, one after another: they share the room for what is read.
const head = Buffer.alloc(RUN_HEAD_BYTES);
const word = Buffer.alloc(4);
const frame = Buffer.alloc(REPLY_BYTES);

export class ParkedVm {
  readonly #template: VmTemplate;
  /** Where its own memory lies in this process. */
  readonly #memory: bigint;
  /** The vCPU keeps the VM alive: one descriptor for both. */
  #vcpu = -1;
  #run = 0n;
  /** Where it put its last reply, and awaits the next command, in its own memory. */
  #exchange = 0;

  /**
   * Furnishes a VM and runs it until it says hello. Takes its descriptor over. Throws SystemCallError or VmError, and then
   * keeps nothing open.
   */
  constructor(template: VmTemplate, vm: number, memory: bigint) {
    this.#template = template;
    this.#memory = memory;
    const { image, shared, cpuid, regs } = template;
    try {
      placeTaskState(vm);
      addMemory(vm, 0, 0, shared.address, shared.bytes.length);
      addMemory(vm, 1, PRIVATE_AT, memory, image.privateBytes);
      this.#vcpu = createVcpu(vm, cpuid);
      setRegisters(this.#vcpu, this.#systemRegisters(), regs);
      this.#run = mapRun(this.#vcpu, template.runBytes);
      for (const { offset, bytes } of image.initial) copyTo(memory + BigInt(offset), bytes);
      this.#resume(() => false);
    } catch (error) {
      this.close();
      throw error;
    } finally {
      close(vm);
    }
  }

  /** One command, one reply. `hung` is asked when a signal came in between. Throws VmError where the guest fails. */
  ask(command: Command, hung: () => boolean): Reply {
    copyTo(this.#memory + BigInt(this.#exchange + REPLY_BYTES), encodeCommand(command));
    this.#resume(hung);
    copyFrom(this.#memory + BigInt(this.#exchange), frame);
    return decodeReply(frame);
  }

  /** Gives its descriptor back; its memory is the group's. */
  close(): void {
    if (this.#run !== 0n) unmapAt(this.#run, this.#template.runBytes);
    if (this.#vcpu >= 0) close(this.#vcpu);
    this.#run = 0n;
    this.#vcpu = -1;
  }

  #systemRegisters(): Buffer {
    if (this.#template.sregs) return this.#template.sregs;
    const sregs = systemRegisters(this.#vcpu);
    enterUserMode(sregs, 'x86_64', this.#template.image.cr3);
    this.#template.sregs = sregs;
    return sregs;
  }

  /** Runs until it asks for the next command. */
  #resume(hung: () => boolean): void {
    for (;;) {
      const result = kvmRun(this.#vcpu);
      if (result === EINTR) {
        if (hung()) throw new VmError('the guest gave no answer');
        continue;
      }
      if (result < 0) throw new SystemCallError('KVM_RUN', -result);
      copyFrom(this.#run, head);
      if (head.readUInt32LE(8) !== KVM_EXIT_IO || head[32] !== 1 || head[33] !== 4)
        throw new VmError(describeExit(head));
      const port = head.readUInt16LE(34);
      if (port === PORT_MARK) continue;
      if (port !== PORT_EXCHANGE) throw new VmError(describeExit(head));
      copyFrom(this.#run + BigInt(head.readUInt32LE(40)), word);
      this.#exchange = this.#template.image.offsetOf(word.readUInt32LE(0), REPLY_BYTES + COMMAND_BYTES);
      return;
    }
  }
}
