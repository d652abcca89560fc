/** What a vCPU's exits mean (Linux: Documentation/virt/kvm/api.rst, section 5), in one line each. */

export const KVM_EXIT_IO = 2;
export const KVM_EXIT_MMIO = 6;

const EXITS: Record<number, string> = {
  0: 'unknown hardware exit (KVM_EXIT_UNKNOWN)',
  1: 'an exception that KVM passes on (KVM_EXIT_EXCEPTION)',
  3: 'a hypercall (KVM_EXIT_HYPERCALL)',
  4: 'a debug exception (KVM_EXIT_DEBUG)',
  5: 'the guest halted (KVM_EXIT_HLT)',
  6: 'an access to unmapped memory (KVM_EXIT_MMIO)',
  7: 'the interrupt window opened (KVM_EXIT_IRQ_WINDOW_OPEN)',
  8: 'the guest triple-faulted (KVM_EXIT_SHUTDOWN)',
  9: 'the CPU refused to enter the guest (KVM_EXIT_FAIL_ENTRY)',
  10: 'a signal interrupted the guest (KVM_EXIT_INTR)',
  12: 'a task-priority access (KVM_EXIT_TPR_ACCESS)',
  17: 'KVM could not emulate the guest (KVM_EXIT_INTERNAL_ERROR)',
  24: 'the guest asked for a reset or power-off (KVM_EXIT_SYSTEM_EVENT)',
  29: 'an access to an unknown MSR (KVM_EXIT_X86_RDMSR)',
  30: 'a write to an unknown MSR (KVM_EXIT_X86_WRMSR)',
  33: 'the guest held the bus lock (KVM_EXIT_X86_BUS_LOCK)',
  37: 'the VM-exit notification window passed (KVM_EXIT_NOTIFY)',
  39: 'a memory fault of the host (KVM_EXIT_MEMORY_FAULT)',
};

const INTERNAL_ERRORS: Record<number, string> = {
  1: 'an instruction that it cannot emulate',
  2: 'simultaneous exceptions',
  3: 'an exit while delivering an event',
  4: 'an unexpected exit of the hardware',
};

/** Describes the exit that `run` (struct kvm_run) holds. */
export function describeExit(run: Buffer): string {
  const reason = run.readUInt32LE(8);
  const base = EXITS[reason] ?? `KVM exit ${reason}`;
  switch (reason) {
    case KVM_EXIT_IO: {
      const direction = run[32] === 1 ? 'out' : 'in';
      return `an ${direction} of ${run[33]} bytes at port 0x${run.readUInt16LE(34).toString(16)}, where there is no device (KVM_EXIT_IO)`;
    }
    case KVM_EXIT_MMIO: {
      const access = run[52] ? 'write to' : 'read from';
      return `${base}: a ${access} 0x${run.readBigUInt64LE(32).toString(16)}`;
    }
    case 9:
      return `${base}: hardware reason 0x${run.readBigUInt64LE(32).toString(16)}`;
    case 17: {
      const suberror = run.readUInt32LE(32);
      return `${base}: ${INTERNAL_ERRORS[suberror] ?? `suberror ${suberror}`}`;
    }
    default:
      return base;
  }
}
