import { describe, expect, it } from 'vitest';
import type { Elf, Segment } from '../../../../../core/guest/elf.ts';
import { DATA_BASE, RUNTIME_BASE } from '../../../../../core/guest/layout.ts';
import { PRIVATE_AT, packImage } from '../../../../../core/hypervisors/kvm/vm-group/packed-image.ts';

const PAGE = 4096;
const segment = (address: number, memorySize: number, writable: boolean, fill = 0): Segment => ({
  ...{ address, memorySize, writable },
  bytes: Buffer.alloc(memorySize, fill),
});
const elf = (...segments: Segment[]): Elf => ({
  ...{ isa: 'x86_64', entry: 0, segments },
  section: () => null,
  sectionAddress: () => null,
  symbol: (name) => (name === 'start_user' ? RUNTIME_BASE : null),
});

const CODE = segment(RUNTIME_BASE, 100, false, 0xcc);
const DATA = segment(RUNTIME_BASE + PAGE, 3 * PAGE, true);

/** Where the tables lead from a virtual address, and whether it may be written to there; null: nowhere. */
function walk({ shared, cr3 }: ReturnType<typeof packImage>, virtual: number) {
  let table = cr3;
  for (let level = 3; ; level--) {
    const entry = Number(
      shared.readBigUInt64LE(table + (Math.floor(virtual / PAGE / 512 ** level) % 512) * 8),
    );
    if (entry === 0) return null;
    // Present, open to level 3, accessed and dirty: the CPU never has to write to it.
    if ((entry & 0x65) !== 0x65)
      throw new Error(`the entry 0x${entry.toString(16)} is one that the CPU writes to`);
    table = entry - (entry % PAGE);
    if (level === 0) return { physical: table + (virtual % PAGE), writable: (entry & 2) !== 0 };
  }
}

describe('packImage', () => {
  it('shares what is only read, and leaves what is written to each VM', () => {
    const image = packImage(elf(CODE, DATA), 'start_user', []);
    const code = walk(image, RUNTIME_BASE + 5);
    expect(code?.writable).toBe(false);
    expect(image.shared[code?.physical ?? 0]).toBe(0xcc);
    expect(walk(image, RUNTIME_BASE + 2 * PAGE + 7)).toEqual({
      physical: PRIVATE_AT + PAGE + 7,
      writable: true,
    });
    expect(image).toMatchObject({ privateBytes: 3 * PAGE, initial: [], entry: RUNTIME_BASE });
    expect(walk(image, RUNTIME_BASE + 4 * PAGE)).toBeNull();
  });

  it.each([0, 10, PAGE, PAGE + 10])('takes a segment of which the file holds %i bytes', (held) => {
    // Clang's objects leave zeroes to be made; gcc's file them.
    const data = { ...DATA, bytes: Buffer.alloc(held, 1) };
    const image = packImage(elf(CODE, data), 'start_user', []);
    expect(image.privateBytes).toBe(3 * PAGE);
    const own = Buffer.alloc(image.privateBytes);
    for (const { offset, bytes } of image.initial) bytes.copy(own, offset);
    expect(own).toEqual(Buffer.concat([data.bytes, Buffer.alloc(3 * PAGE - held)]));
  });

  it('has a page of zeroes at address 0', () => {
    const image = packImage(elf(CODE, DATA), 'start_user', []);
    const zero = walk(image, 0);
    expect(zero?.writable).toBe(false);
    const at = zero?.physical ?? -1;
    expect(image.shared.subarray(at, at + PAGE).every((byte) => byte === 0)).toBe(true);
  });

  it('brings data that is not zero, and only that of the workloads named', () => {
    const [mine, other] = [DATA_BASE, DATA_BASE + 0x40000].map((at) => segment(at, 10, true, 1)) as [
      Segment,
      Segment,
    ];
    const image = packImage(elf(CODE, DATA, mine, other), 'start_user', [DATA_BASE]);
    expect(image.privateBytes).toBe(4 * PAGE);
    expect(image.initial.map(({ offset }) => offset)).toEqual([3 * PAGE]);
    expect(walk(image, DATA_BASE)).toEqual({ physical: PRIVATE_AT + 3 * PAGE, writable: true });
    expect(walk(image, DATA_BASE + 0x40000)).toBeNull();
  });

  it('knows where an address of a guest lies, and refuses others', () => {
    const { offsetOf } = packImage(elf(CODE, DATA), 'start_user', []);
    expect(offsetOf(RUNTIME_BASE + PAGE + 8, 224)).toBe(8);
    expect(offsetOf(RUNTIME_BASE + 2 * PAGE - 8, 224)).toBe(PAGE - 8);
    for (const address of [0, RUNTIME_BASE, RUNTIME_BASE + 4 * PAGE - 8, 0xffff_ffff])
      expect(() => offsetOf(address, 224)).toThrow('an address outside its memory');
  });

  it('refuses what it cannot pack', () => {
    expect(() => packImage(elf(CODE), 'nothing', [])).toThrow('no symbol nothing');
    expect(() => packImage(elf(CODE, segment(RUNTIME_BASE + 200, 8, true)), 'start_user', [])).toThrow(
      'share a page',
    );
  });
});
