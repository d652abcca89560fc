import { describe, expect, it } from 'vitest';
import {
  type IdentityRange,
  tableBytes,
  writeIdentityTables,
} from '../../../../core/hypervisors/kvm/paging.ts';
import { atLeastOne } from '../../../at-least-one.ts';

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const GIB = 2 ** 30;
const TABLES_AT = 0xc000_0000;

interface Page {
  readonly physical: number;
  readonly size: number;
}

/**
 * Translates an address as the CPU does in long mode (AMD64 APM volume 2, section 5.3), for a write at
 * level 3. Returns null for a page fault; throws where the tables point outside themselves, or set a bit that
 * is reserved.
 */
function walk(tables: Buffer, cr3: number, virtual: number): Page | null {
  const entry = (table: number, index: number): bigint => {
    const at = table - TABLES_AT + index * 8;
    if (at < 0 || at + 8 > tables.length) throw new Error(`a table at 0x${table.toString(16)}`);
    return tables.readBigUInt64LE(at);
  };
  let table = cr3;
  for (const shift of [39, 30, 21, 12]) {
    const index = Math.floor(virtual / 2 ** shift) % 512;
    const value = entry(table, index);
    if ((value & 7n) !== 7n) return null;
    const next = Number(value & 0x000f_ffff_ffff_f000n);
    const leaf = shift === 12 || (value & 0x80n) !== 0n;
    if (leaf) {
      const size = 2 ** shift;
      if (next % size !== 0) throw new Error(`a page of ${size} bytes at 0x${next.toString(16)}`);
      return { physical: next + (virtual % size), size };
    }
    table = next;
  }
  throw new Error('unreachable');
}

function build(ranges: readonly IdentityRange[]): { tables: Buffer; cr3: number } {
  const tables = Buffer.alloc(tableBytes(ranges));
  return { tables, cr3: writeIdentityTables(tables, TABLES_AT, ranges) };
}

const LAYOUTS: Record<string, readonly IdentityRange[]> = {
  'a machine with large pages': [
    { start: 0, end: 512 * MIB, pages: '4k' },
    { start: 512 * MIB, end: 640 * MIB, pages: '2m' },
  ],
  'a machine without': [{ start: 0, end: 512 * MIB, pages: '4k' }],
  'ranges with gaps between them': [
    { start: 4 * MIB, end: 6 * MIB, pages: '4k' },
    { start: 16 * MIB, end: 18 * MIB, pages: '2m' },
    { start: 20 * MIB, end: 24 * MIB, pages: '4k' },
    { start: 30 * MIB, end: 36 * MIB, pages: '2m' },
  ],
  'ranges across a boundary of 1 GiB': [
    { start: GIB - 4 * MIB, end: GIB + 4 * MIB, pages: '4k' },
    { start: 2 * GIB - 2 * MIB, end: 2 * GIB + 2 * MIB, pages: '2m' },
  ],
};

describe.each(Object.entries(LAYOUTS))('the tables of %s', (_, ranges) => {
  const { tables, cr3 } = build(ranges);

  it('map each address to itself, by pages of the size that was asked for', () => {
    for (const { start, end, pages } of atLeastOne(ranges)) {
      const size = pages === '4k' ? 4 * KIB : 2 * MIB;
      const wrong: unknown[] = [];
      for (let page = start; page < end; page += size) {
        for (const address of [page, page + size - 1]) {
          const found = walk(tables, cr3, address);
          if (found?.physical !== address || found.size !== size) wrong.push({ address, ...found });
        }
      }
      expect(wrong).toEqual([]);
    }
  });

  it('map nothing else', () => {
    const inside = (address: number) => ranges.some(({ start, end }) => address >= start && address < end);
    const highest = Math.max(...ranges.map(({ end }) => end));
    for (let address = 0; address < highest + 8 * MIB; address += 512 * KIB) {
      expect(walk(tables, cr3, address) !== null, `0x${address.toString(16)}`).toBe(inside(address));
    }
    // The tables themselves, the end of 32 bits, and what lies behind the first entry of the highest table.
    for (const address of [TABLES_AT, 2 ** 32 - 4096, 2 ** 32, 512 * GIB, 2 ** 47 - 4096]) {
      expect(walk(tables, cr3, address)).toBeNull();
    }
  });

  it('take all the room that was set aside for them, and no more', () => {
    const wider = Buffer.alloc(tables.length + 64 * KIB);
    writeIdentityTables(wider, TABLES_AT, ranges);
    expect(wider.subarray(0, tables.length).equals(tables)).toBe(true);
    expect(wider.subarray(tables.length).every((byte) => byte === 0)).toBe(true);
    expect(tables.subarray(-4096).some((byte) => byte !== 0)).toBe(true);
  });
});
