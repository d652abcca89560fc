import { describe, expect, it } from 'vitest';
import { type GuestMemory, PORT_DISCARD, PORT_MARK, PortDevice } from '../../../core/guest/ports.ts';

const REQUEST_AT = 0x100;

/** Guest memory of 64 KiB that notes what was given back. */
function memory(canDiscard = true) {
  const bytes = Buffer.alloc(0x10000);
  const discarded: [number, number][] = [];
  const guest: GuestMemory = {
    read(address, length) {
      if (address + length > bytes.length) throw new RangeError('outside the guest');
      return bytes.subarray(address, address + length);
    },
    write: (address, data) => void bytes.set(data, address),
    ...(canDiscard && {
      discard: (address: number, length: number) => void discarded.push([address, length]),
    }),
  };
  return { bytes, discarded, device: new PortDevice(guest) };
}

/** struct discard: base, bytes, result; returns the result that the device wrote. */
function discard({ bytes, device }: ReturnType<typeof memory>, base: bigint, length: bigint): number {
  bytes.writeBigUInt64LE(base, REQUEST_AT);
  bytes.writeBigUInt64LE(length, REQUEST_AT + 8);
  bytes.writeUInt32LE(0xeeee_eeee, REQUEST_AT + 16);
  expect(device.out(PORT_DISCARD, REQUEST_AT)).toBe(true);
  return bytes.readUInt32LE(REQUEST_AT + 16);
}

describe('PortDevice', () => {
  it('knows when the guest began to run', () => {
    const { device } = memory();
    expect(device.out(PORT_MARK, 2)).toBe(true);
    expect(device.out(PORT_MARK, 0)).toBe(true);
    expect(device.out(0x1234, 0)).toBe(false);
  });

  it('gives back the pages that a guest names', () => {
    const guest = memory();
    expect(discard(guest, 0x2000n, 0x3000n)).toBe(0);
    expect(guest.discarded).toEqual([[0x2000, 0x3000]]);
  });

  it.each([
    ['a base within a page', 0x2001n, 0x1000n],
    ['a part of a page', 0x2000n, 0x800n],
  ])('declines %s', (_, base, length) => {
    const guest = memory();
    expect(discard(guest, base, length)).toBe(1);
    expect(guest.discarded).toEqual([]);
  });

  it('declines where the hypervisor cannot', () => {
    expect(discard(memory(false), 0x2000n, 0x1000n)).toBe(1);
  });

  it('hands on what its memory says to a request outside the guest', () => {
    // The port carries 32 bits; an address with its top bit set is not a negative one.
    expect(() => memory().device.out(PORT_DISCARD, -4)).toThrow('outside the guest');
  });

  it('takes marks, and knows no other port', () => {
    const { device } = memory();
    expect(device.out(PORT_MARK, 0)).toBe(true);
    expect(device.out(PORT_MARK, 1)).toBe(true);
    expect(device.out(PORT_MARK + 1, 0)).toBe(false);
    expect(device.out(0x80, 0)).toBe(false);
  });
});
