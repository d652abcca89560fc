import { describe, expect, it } from 'vitest';
import { describeExit } from '../../../../core/hypervisors/kvm/exits.ts';

/** struct kvm_run with an exit reason (at 8) and its part of the union (at 32). */
function run(reason: number, fill: (union: Buffer) => void = () => {}): Buffer {
  const buffer = Buffer.alloc(4096);
  buffer.writeUInt32LE(reason, 8);
  fill(buffer.subarray(32));
  return buffer;
}

/** direction, size, port of KVM_EXIT_IO */
const io = (direction: number, size: number, port: number) =>
  run(2, (union) => {
    union[0] = direction;
    union[1] = size;
    union.writeUInt16LE(port, 2);
  });

/** phys_addr, data, len, is_write of KVM_EXIT_MMIO */
const mmio = (address: bigint, isWrite: number) =>
  run(6, (union) => {
    union.writeBigUInt64LE(address, 0);
    union.writeUInt32LE(4, 16);
    union[20] = isWrite;
  });

describe('describeExit', () => {
  it.each([
    ['an out', io(1, 4, 0x1234), 'an out of 4 bytes at port 0x1234, where there is no device (KVM_EXIT_IO)'],
    ['an in', io(0, 1, 0x80), 'an in of 1 bytes at port 0x80, where there is no device (KVM_EXIT_IO)'],
    ['a read', mmio(0xfee0_0000n, 0), 'an access to unmapped memory (KVM_EXIT_MMIO): a read from 0xfee00000'],
    ['a write', mmio(2n ** 40n, 1), 'an access to unmapped memory (KVM_EXIT_MMIO): a write to 0x10000000000'],
    ['a halt', run(5), 'the guest halted (KVM_EXIT_HLT)'],
    ['a triple fault', run(8), 'the guest triple-faulted (KVM_EXIT_SHUTDOWN)'],
    [
      'a failed entry',
      run(9, (union) => union.writeBigUInt64LE(0x8000_0021n)),
      'the CPU refused to enter the guest (KVM_EXIT_FAIL_ENTRY): hardware reason 0x80000021',
    ],
    [
      'an emulation failure',
      run(17, (union) => union.writeUInt32LE(1)),
      'KVM could not emulate the guest (KVM_EXIT_INTERNAL_ERROR): an instruction that it cannot emulate',
    ],
    [
      'an internal error that nobody knows',
      run(17, (union) => union.writeUInt32LE(99)),
      'KVM could not emulate the guest (KVM_EXIT_INTERNAL_ERROR): suberror 99',
    ],
    ['an exit that nobody knows', run(4242), 'KVM exit 4242'],
  ])('names %s', (_, buffer, text) => {
    expect(describeExit(buffer)).toBe(text);
  });
});
