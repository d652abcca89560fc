import { describe, expect, it } from 'vitest';
import { answerScratch, SCRATCH_MMIO } from '../../../../core/hypervisors/kvm/scratch.ts';

/** Where this struct kvm_run keeps what passes through a port. */
const DATA_AT = 0x100;

/** struct kvm_run whose every byte is told apart from an answer: reason at 8, its part of the union at 32. */
function run(reason: number, fill: (union: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(4096, 0xa5);
  buffer.writeUInt32LE(reason, 8);
  fill(buffer.subarray(32));
  return buffer;
}

/** direction, size, port, count, data_offset of KVM_EXIT_IO */
const io = ({ out = false, size = 1, port = 0x80 } = {}) =>
  run(2, (union) => {
    union[0] = out ? 1 : 0;
    union[1] = size;
    union.writeUInt16LE(port, 2);
    union.writeUInt32LE(1, 4);
    union.writeBigUInt64LE(BigInt(DATA_AT), 8);
  });

/** phys_addr, data, len, is_write of KVM_EXIT_MMIO */
const mmio = ({ write = false, address = BigInt(SCRATCH_MMIO) } = {}) =>
  run(6, (union) => {
    union.writeBigUInt64LE(address, 0);
    union.writeUInt32LE(4, 16);
    union[20] = write ? 1 : 0;
  });

/** Which bytes an answer has changed, and to what. */
function changes(buffer: Buffer): Record<number, number> {
  const before = Buffer.from(buffer);
  expect(answerScratch(buffer)).toBe(true);
  const changed = [...buffer.keys()].filter((at) => buffer[at] !== before[at]);
  return Object.fromEntries(changed.map((at) => [at, buffer[at] as number]));
}

describe('answerScratch', () => {
  it('answers a read of its port with a zero, where KVM looks for it, and with nothing else', () => {
    expect(changes(io())).toEqual({ [DATA_AT]: 0 });
  });

  it('answers a read of its register with zeroes', () => {
    expect(changes(mmio())).toEqual(Object.fromEntries(Array.from({ length: 8 }, (_, i) => [40 + i, 0])));
  });

  it('takes what is written, and changes nothing', () => {
    expect(changes(io({ out: true }))).toEqual({});
    expect(changes(mmio({ write: true }))).toEqual({});
  });

  it.each([
    ['another port', io({ port: 0x81 })],
    ['two bytes of its port', io({ size: 2 })],
    ['two bytes for its port', io({ size: 2, out: true })],
    ['memory beside its register', mmio({ address: BigInt(SCRATCH_MMIO) + 4n })],
    ['memory 4 GiB above its register', mmio({ address: BigInt(SCRATCH_MMIO) + 2n ** 32n })],
    ['the local APIC', mmio({ address: 0xfee0_0000n, write: true })],
    ['a halt', run(5, () => {})],
    ['a triple fault', run(8, () => {})],
  ])('leaves alone what is not its own: %s', (_, buffer) => {
    const before = Buffer.from(buffer);
    expect(answerScratch(buffer)).toBe(false);
    expect(buffer.equals(before)).toBe(true);
  });
});
