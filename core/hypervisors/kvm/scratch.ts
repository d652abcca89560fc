/** A port and a register in memory that do nothing: what operations reach in user space. */
import { KVM_EXIT_IO, KVM_EXIT_MMIO } from './exits.ts';

const PORT = 0x80;
/** Far from memory, and from KVM's own devices. */
export const SCRATCH_MMIO = 0xfeb0_0000;

/** Answers an exit that means one of them: a read gets zeroes. `run` is struct kvm_run. */
export function answerScratch(run: Buffer): boolean {
  switch (run.readUInt32LE(8)) {
    case KVM_EXIT_IO: {
      // io: direction u8, size u8, port u16, count u32, data_offset u64
      if (run.readUInt16LE(34) !== PORT || run[33] !== 1) return false;
      if (run[32] === 0) run[run.readUInt32LE(40)] = 0;
      return true;
    }
    case KVM_EXIT_MMIO: {
      // mmio: phys_addr u64, data u8[8], len u32, is_write u8
      if (run.readUInt32LE(32) !== SCRATCH_MMIO || run.readUInt32LE(36) !== 0) return false;
      if (run[52] === 0) run.fill(0, 40, 48);
      return true;
    }
    default:
      return false;
  }
}
