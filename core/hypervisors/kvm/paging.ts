/** Page tables of a long-mode guest: virtual addresses are physical ones; every page is open to level 3. */

const PAGE_4K = 0x1000;
const PAGE_2M = 0x20_0000;
const TABLE_ENTRIES = 512;
const PRESENT_WRITABLE_USER = 7;
const LARGE = 0x80;

export interface IdentityRange {
  readonly start: number;
  /** Exclusive; both are multiples of 2 MiB. */
  readonly end: number;
  readonly pages: '4k' | '2m';
}

/** Bytes that the tables of these ranges take, all below 512 GiB. */
export function tableBytes(ranges: readonly IdentityRange[]): number {
  const gigabytes = Math.ceil(Math.max(...ranges.map((range) => range.end)) / 2 ** 30);
  const leaves = ranges.reduce(
    (n, range) => n + (range.pages === '4k' ? (range.end - range.start) / PAGE_2M : 0),
    0,
  );
  return (2 + gigabytes + leaves) * PAGE_4K;
}

/**
 * Writes the tables into `memory`, which the guest sees at physical address `at`.
 * Returns the value for CR3. Layout: PML4, one PDPT, a directory per GiB, then the 4 KiB leaves.
 * (AMD64 Architecture Programmer's Manual, volume 2, section 5.3.)
 */
export function writeIdentityTables(memory: Buffer, at: number, ranges: readonly IdentityRange[]): number {
  // Entries are 64 bits wide, but no address here passes 32: the upper halves stay zero.
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length / 4);
  const entry = (table: number, index: number, value: number) => {
    words[(table * PAGE_4K) / 4 + index * 2] = value;
  };
  const pointer = (table: number) => at + table * PAGE_4K + PRESENT_WRITABLE_USER;
  const directory = (address: number) => 2 + Math.floor(address / 2 ** 30);

  const gigabytes = Math.ceil(Math.max(...ranges.map((range) => range.end)) / 2 ** 30);
  entry(0, 0, pointer(1));
  for (let i = 0; i < gigabytes; i++) entry(1, i, pointer(2 + i));
  let leaf = 2 + gigabytes;
  for (const range of ranges) {
    for (let address = range.start; address < range.end; address += PAGE_2M) {
      const slot = Math.floor(address / PAGE_2M) % TABLE_ENTRIES;
      if (range.pages === '2m') {
        entry(directory(address), slot, address + PRESENT_WRITABLE_USER + LARGE);
        continue;
      }
      entry(directory(address), slot, pointer(leaf));
      for (let i = 0; i < TABLE_ENTRIES; i++) entry(leaf, i, address + i * PAGE_4K + PRESENT_WRITABLE_USER);
      leaf++;
    }
  }
  return at;
}
