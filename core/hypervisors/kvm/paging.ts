/** Page tables of a long-mode guest: virtual addresses are physical ones; every page is open to level 3. */

const PAGE_4K = 0x1000;
const PAGE_2M = 0x20_0000;
const TABLE_ENTRIES = 512;
const WORDS_PER_TABLE = PAGE_4K / 4;
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
  // Entries are 64 bits wide, but no address here passes 32: the upper halves stay zero. One flat loop, for
  // it fills a megabyte in a process that has just started: nothing in it is compiled yet.
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length / 4);
  const pointer = (table: number) => at + table * PAGE_4K + PRESENT_WRITABLE_USER;
  const gigabytes = Math.ceil(Math.max(...ranges.map((range) => range.end)) / 2 ** 30);
  words[0] = pointer(1);
  for (let i = 0; i < gigabytes; i++) words[WORDS_PER_TABLE + i * 2] = pointer(2 + i);
  let leaf = 2 + gigabytes;
  for (const range of ranges) {
    for (let address = range.start; address < range.end; address += PAGE_2M) {
      // Directories follow one another, so an entry's place is that of its 2 MiB in all memory.
      const entry = 2 * WORDS_PER_TABLE + (address / PAGE_2M) * 2;
      words[entry] = range.pages === '2m' ? address + PRESENT_WRITABLE_USER + LARGE : pointer(leaf++);
    }
    if (range.pages === '2m') continue;
    const pages = (range.end - range.start) / PAGE_4K;
    let word = (leaf - pages / TABLE_ENTRIES) * WORDS_PER_TABLE;
    let value = range.start + PRESENT_WRITABLE_USER;
    for (let i = 0; i < pages; i++) {
      words[word] = value;
      word += 2;
      value += PAGE_4K;
    }
  }
  return at;
}

/** A page of a guest whose virtual addresses are not its physical ones. */
export interface GuestPage {
  readonly virtual: number;
  readonly physical: number;
  readonly writable: boolean;
}

const PRESENT_USER = 5;
/** Preset, so that the CPU has no cause to write to tables that many guests share. */
const ACCESSED_DIRTY = 0x60;
const LEVELS = 4;

/** The tables' keys from the root down: what of an address leads to each. */
function pathOf(virtual: number): string[] {
  return Array.from({ length: LEVELS }, (_, depth) => `${depth} ${Math.floor(virtual / spanOf(depth))}`);
}

/** Bytes that one table of a level spans; the root, at depth 0, spans everything. */
function spanOf(depth: number): number {
  return PAGE_4K * TABLE_ENTRIES ** (LEVELS - depth);
}

/** Tables in the order of their pages: the root first. */
function tableOrder(pages: readonly GuestPage[]): Map<string, number> {
  const keys = [...new Set(pages.flatMap(({ virtual }) => pathOf(virtual)))].sort();
  return new Map(keys.map((key, index) => [key, index]));
}

/** Bytes that the tables of these pages take. */
export function pageTableBytes(pages: readonly GuestPage[]): number {
  return tableOrder(pages).size * PAGE_4K;
}

/** Writes the tables of these pages into zeroed `memory`, which guests see at `at`. Returns the value for CR3. */
export function writePageTables(memory: Buffer, at: number, pages: readonly GuestPage[]): number {
  const order = tableOrder(pages);
  const place = (key: string | undefined) => (order.get(key ?? '') ?? 0) * PAGE_4K;
  for (const { virtual, physical, writable } of pages) {
    const path = pathOf(virtual);
    path.forEach((key, depth) => {
      const entry = Math.floor(virtual / spanOf(depth + 1)) % TABLE_ENTRIES;
      const next = path[depth + 1];
      const value =
        next === undefined
          ? physical + (writable ? PRESENT_WRITABLE_USER : PRESENT_USER)
          : at + place(next) + PRESENT_WRITABLE_USER;
      memory.writeBigUInt64LE(BigInt(value + ACCESSED_DIRTY), place(key) + entry * 8);
    });
  }
  return at;
}
