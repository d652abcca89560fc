/** As much of ELF as images of our own need: segments to load, sections to digest, symbols to enter at. */

export interface Segment {
  readonly address: number;
  readonly memorySize: number;
  /** Whether the program may write to it; absent: it may. */
  readonly writable?: boolean;
  /** What the file holds; the rest up to memorySize is zero. */
  readonly bytes: Buffer;
}

export interface Elf {
  readonly isa: 'x86_64' | 'i386';
  readonly entry: number;
  readonly segments: readonly Segment[];
  /** Bytes of a section (none for one of zeroes), or null where there is none of that name. */
  section(name: string): Buffer | null;
  sectionAddress(name: string): number | null;
  /** Address of a global symbol, or null. */
  symbol(name: string): number | null;
}

const EM_386 = 3;
const EM_X86_64 = 62;
const PT_LOAD = 1;
const PF_W = 2;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
/** Far above any of ours: each name is read by itself, and a damaged file may let all of them be most of it. */
const LONGEST_NAME = 4096;

/** Parses a static ELF executable of x86-64 or i386. Throws where the file is not one, or not all of one. */
export function parseElf(file: Buffer): Elf {
  if (file.length < 20 || file.readUInt32BE(0) !== 0x7f454c46) throw new Error('not an ELF file');
  const wide = file[4] === 2;
  const machine = file.readUInt16LE(18);
  if (machine !== (wide ? EM_X86_64 : EM_386)) throw new Error(`ELF machine ${machine} is not supported`);
  // Addresses of ours fit 32 bits; a wide field is read whole and narrowed.
  const word = (at: number) => (wide ? Number(file.readBigUInt64LE(at)) : file.readUInt32LE(at));
  const step = wide ? 8 : 4;
  const check = (what: string, at: number, length: number) => {
    if (!(at + length <= file.length)) throw new Error(`damaged ELF file: ${what} lies beyond its end`);
  };

  check('the header', 0, wide ? 64 : 52);
  const headers = {
    entry: word(24),
    programs: word(24 + step),
    sections: word(24 + 2 * step),
    programSize: file.readUInt16LE(wide ? 54 : 42),
    programCount: file.readUInt16LE(wide ? 56 : 44),
    sectionSize: file.readUInt16LE(wide ? 58 : 46),
    sectionCount: file.readUInt16LE(wide ? 60 : 48),
    nameSection: file.readUInt16LE(wide ? 62 : 50),
  };

  if (headers.programSize < (wide ? 56 : 32) || headers.sectionSize < (wide ? 64 : 40))
    throw new Error('damaged ELF file: its tables have entries of a wrong size');
  check('a program header', headers.programs, headers.programCount * headers.programSize);
  check('a section header', headers.sections, headers.sectionCount * headers.sectionSize);

  const segments: Segment[] = [];
  for (let i = 0; i < headers.programCount; i++) {
    const at = headers.programs + i * headers.programSize;
    if (file.readUInt32LE(at) !== PT_LOAD) continue;
    const offset = word(at + (wide ? 8 : 4));
    const size = word(at + (wide ? 32 : 16));
    const memorySize = word(at + (wide ? 40 : 20));
    check('a segment', offset, size);
    if (memorySize < size) throw new Error('damaged ELF file: a segment holds more than its memory');
    segments.push({
      address: word(at + (wide ? 16 : 8)),
      memorySize,
      writable: (file.readUInt32LE(at + (wide ? 4 : 24)) & PF_W) !== 0,
      bytes: file.subarray(offset, offset + size),
    });
  }

  const sections = Array.from({ length: headers.sectionCount }, (_, i) => {
    const at = headers.sections + i * headers.sectionSize;
    const type = file.readUInt32LE(at + 4);
    const offset = word(at + 8 + 2 * step);
    // A section of zeroes takes memory, but no room in the file.
    const size = type === SHT_NOBITS ? 0 : word(at + 8 + 3 * step);
    check('a section', offset, size);
    return {
      name: file.readUInt32LE(at),
      type,
      address: word(at + 8 + step),
      offset,
      size,
      link: file.readUInt32LE(at + 8 + 4 * step),
    };
  });
  const text = (table: number, at: number) => {
    const section = sections[table];
    if (!section) throw new Error(`damaged ELF file: there is no section ${table}`);
    const start = section.offset + at;
    const name = file.subarray(start, Math.min(start + LONGEST_NAME, section.offset + section.size));
    const length = name.indexOf(0);
    if (length < 0) throw new Error('damaged ELF file: a name has no end');
    return name.toString('latin1', 0, length);
  };
  const named = new Map(sections.map((section) => [text(headers.nameSection, section.name), section]));

  const symbols = new Map<string, number>();
  const tables = sections.filter((section) => section.type === SHT_SYMTAB);
  if (tables.length > 1) throw new Error('damaged ELF file: it has more than one table of symbols');
  for (const table of tables) {
    const size = wide ? 24 : 16;
    for (let at = table.offset; at + size <= table.offset + table.size; at += size) {
      symbols.set(text(table.link, file.readUInt32LE(at)), word(at + (wide ? 8 : 4)));
    }
  }

  return {
    isa: wide ? 'x86_64' : 'i386',
    entry: headers.entry,
    segments,
    section: (name) => {
      const section = named.get(name);
      return section ? file.subarray(section.offset, section.offset + section.size) : null;
    },
    sectionAddress: (name) => named.get(name)?.address ?? null,
    symbol: (name) => symbols.get(name) ?? null,
  };
}
