/**
 * Where things lie in every machine's address space: the same virtual addresses in a Linux process and
 * in a bare-metal guest, so that the linked code of a workload is the same, bit by bit, in both.
 * Changing a number here changes every digest.
 */
import { join } from 'node:path';
import type { Suite } from '../model/suite.ts';

/** What surrounds the workloads: the command loop and the platform; differs between runtimes. */
export const RUNTIME_BASE = 0x0010_0000;
/** memcpy and its kin, which the compiler may call. */
export const COMMON_BASE = 0x00f0_0000;
/** Code (with constants) of the workloads: a slot for each C file, a stride for each suite. */
export const CODE_BASE = 0x0100_0000;
export const CODE_SLOT = 0x4000;
export const SLOTS_PER_SUITE = 64;
/** Slots of suites that plugins bring, 100 to 115: their code lies behind that of all others, fewer files and less data each. */
export const PLUGIN_SLOTS = { first: 100, last: 115, files: 16 } as const;
const PLUGIN_CODE = 0x0180_0000;
const PLUGIN_DATA = 0x0700_0000;
const PLUGIN_DATA_SLOT = 0x1_0000;
/** The stack on which workloads run; in the image, so that every guest has memory there. */
export const WORKLOAD_STACK = 0x01f0_0000;
/** Writable data of the workloads: apart from the code, since a store beside code makes a translator drop it. */
export const DATA_BASE = 0x0200_0000;
export const DATA_SLOT = 0x4_0000;
/** End of image and data: everything below is loaded or zero. */
export const IMAGE_END = 0x0800_0000;
/** Memory mapped by 4 KiB pages. */
export const SMALL_ARENA = 0x1000_0000;
export const SMALL_ARENA_SIZE = 0x1000_0000;
/** Memory mapped by 2 MiB pages, where the machine can. */
export const LARGE_ARENA = 0x2000_0000;
export const LARGE_ARENA_SIZE = 0x0800_0000;
/** A guest without large pages needs memory up to here; one with them, up to the end of the large arena. */
export const IDENTITY_END = SMALL_ARENA + SMALL_ARENA_SIZE;

/** One C file's place: its object, its sections and their addresses. */
export interface CodeUnit {
  /** `cpu/sha256.c`: the key of its digest. */
  readonly key: string;
  /** Its path; hvbench's own relative to the package. */
  readonly path: string;
  readonly section: string;
  readonly object: string;
  readonly code: number;
  readonly data: number;
  /** The most bytes of data that it may have. */
  readonly room: number;
}

/** The C files of the suites with their addresses; a file that serves several rows takes the slot of its first. */
export function placeUnits(suites: readonly Suite[]): CodeUnit[] {
  const units = new Map<string, CodeUnit>();
  for (const suite of suites) {
    suite.workloads.forEach((workload, row) => {
      const key = unitKey(suite.name, workload.source);
      if (units.has(key)) return;
      const stem = workload.source.replace(/\.c$/, '');
      units.set(key, {
        key,
        path: join(suite.folder ?? '', workload.source),
        section: `.code.${suite.name}.${stem}`,
        object: `${suite.name}.${stem}.o`,
        ...placeOf(suite, row),
      });
    });
  }
  return [...units.values()];
}

/** Throws Error for a suite that has workloads and no slot. */
function placeOf({ name, slot }: Suite, row: number): Pick<CodeUnit, 'code' | 'data' | 'room'> {
  if (slot === undefined) throw new Error(`the suite ${name} has workloads, and no slot to link them at`);
  if (!isPluginSlot(slot)) {
    const place = slot * SLOTS_PER_SUITE + row;
    return { code: CODE_BASE + place * CODE_SLOT, data: DATA_BASE + place * DATA_SLOT, room: DATA_SLOT };
  }
  const place = (slot - PLUGIN_SLOTS.first) * PLUGIN_SLOTS.files + row;
  return {
    code: PLUGIN_CODE + place * CODE_SLOT,
    data: PLUGIN_DATA + place * PLUGIN_DATA_SLOT,
    room: PLUGIN_DATA_SLOT,
  };
}

function isPluginSlot(slot: number): boolean {
  return slot >= PLUGIN_SLOTS.first && slot <= PLUGIN_SLOTS.last;
}

/**
 * Those whose code goes into the images of a run: hvbench's own, whatever is measured, so that images stay the same, and of
 * the plugins' those that are chosen.
 */
export function linkedSuites<S extends Suite>(suites: readonly S[], chosen: readonly Suite[]): S[] {
  return suites.filter(
    ({ name, slot = 0 }) => !isPluginSlot(slot) || chosen.some((suite) => suite.name === name),
  );
}

export function unitKey(suite: string, source: string): string {
  return `${suite}/${source}`;
}

/** layout.h for the runtimes. */
export function layoutHeader(): string {
  const define = (name: string, value: number) => `#define ${name} 0x${value.toString(16)}`;
  return [
    '/* Generated from core/guest/layout.ts. */',
    define('SMALL_ARENA', SMALL_ARENA),
    define('SMALL_ARENA_SIZE', SMALL_ARENA_SIZE),
    define('LARGE_ARENA', LARGE_ARENA),
    define('LARGE_ARENA_SIZE', LARGE_ARENA_SIZE),
    define('IDENTITY_END', IDENTITY_END),
    '',
  ].join('\n');
}

/** The linker script, the same for every runtime: only what lands in the runtime's own sections differs. */
export function linkerScript(units: readonly CodeUnit[]): string {
  const hex = (n: number) => `0x${n.toString(16)}`;
  const objects = [...units.map((unit) => unit.object), 'common.o'];
  // Of a file's whole name: one may end as another is called.
  const excluded = `EXCLUDE_FILE(${objects.map((object) => `*/${object}`).join(' ')})`;
  const own = (names: string) =>
    names
      .split(' ')
      .map((name) => `${excluded} ${name}`)
      .join(' ');
  const lines = [
    'ENTRY(_start)',
    'SECTIONS {',
    `  . = ${hex(RUNTIME_BASE)};`,
    `  .runtime : { KEEP(*(.multiboot)) *(${own('.text .text.*')}) *(${own('.rodata .rodata.*')})`,
    '    . = ALIGN(64); workload_table_start = .; KEEP(*(.workload_table)) workload_table_end = .; }',
    '  . = ALIGN(4096);',
    '  .pvh : { KEEP(*(.pvh)) }',
    `  .runtime.data : { *(${own('.data .data.*')}) *(${own('.bss .bss.* COMMON')}) }`,
    `  .common ${hex(COMMON_BASE)} : { */common.o(.text .text.* .rodata .rodata.*) }`,
  ];
  for (const unit of units) {
    lines.push(
      `  ${unit.section} ${hex(unit.code)} : { */${unit.object}(.text .text.* .rodata .rodata.*) }`,
      `  ASSERT(SIZEOF(${unit.section}) <= ${hex(CODE_SLOT)}, "${unit.key}: code is larger than its slot")`,
    );
  }
  lines.push(`  .workload_stack ${hex(WORKLOAD_STACK)} : { *(.workload_stack) }`);
  for (const unit of units) {
    const section = unit.section.replace('.code.', '.data.');
    lines.push(
      `  ${section} ${hex(unit.data)} : { */${unit.object}(.data .data.* .bss .bss.* COMMON) }`,
      `  ASSERT(SIZEOF(${section}) <= ${hex(unit.room)}, "${unit.key}: data is larger than its slot")`,
    );
  }
  lines.push('  /DISCARD/ : { *(.comment .note .note.* .eh_frame .eh_frame_hdr) }', '}', '');
  return lines.join('\n');
}
