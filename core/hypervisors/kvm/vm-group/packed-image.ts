/**
 * A guest image for many VMs of one process: what none of them writes to is there once, page tables included; what they
 * may write to is each VM's own, and zero until it is touched. Packed: guests have no physical memory that is not used.
 */
import type { Elf, Segment } from '../../../guest/elf.ts';
import { DATA_BASE } from '../../../guest/layout.ts';
import { VmError } from '../api.ts';
import { type GuestPage, pageTableBytes, writePageTables } from '../paging.ts';

const PAGE = 4096;
/** Guest-physical home of what is a VM's own; what is shared begins at 0. */
export const PRIVATE_AT = 0x4000_0000;

export interface PackedImage {
  readonly entry: number;
  readonly cr3: number;
  /** What all VMs share, page tables included. */
  readonly shared: Buffer;
  readonly privateBytes: number;
  /** What of a VM's own memory is not zero at its start. */
  readonly initial: readonly { readonly offset: number; readonly bytes: Buffer }[];
  /** Where an address that the guest names lies in its own memory; throws VmError where it does not. */
  offsetOf(address: number, length: number): number;
}

const pageOf = (address: number) => Math.floor(address / PAGE) * PAGE;

/** The pages of a segment, with what the file holds of each. */
function pagesOf({ address, memorySize, bytes }: Segment): { virtual: number; content: Buffer }[] {
  const pages: { virtual: number; content: Buffer }[] = [];
  for (let virtual = pageOf(address); virtual < address + memorySize; virtual += PAGE) {
    const content = Buffer.alloc(PAGE);
    const from = Math.max(virtual, address);
    // The file may hold nothing of a page, which is zero then: linkers differ in what they write of zeroes.
    bytes.subarray(from - address, virtual + PAGE - address).copy(content, from - virtual);
    pages.push({ virtual, content });
  }
  return pages;
}

/**
 * `data`: addresses of the workloads' writable data that is to be there; the runtime's own always is. Throws where the
 * image cannot be packed: pages that segments share, or no such entry.
 */
export function packImage(elf: Elf, entryName: string, data: readonly number[]): PackedImage {
  const entry = elf.symbol(entryName);
  if (entry === null) throw new Error(`the image has no symbol ${entryName}`);
  const read = elf.segments.filter(({ writable }) => writable === false).flatMap(pagesOf);
  // A KVM without hardware assist forgets the I/O privilege level, and asks the bitmap of the task-state segment, which
  // a vCPU has at address 0 after reset: a page of zeroes there permits every port.
  if (!read.some(({ virtual }) => virtual === 0)) read.unshift({ virtual: 0, content: Buffer.alloc(PAGE) });
  const written = elf.segments
    .filter(({ writable, address }) => writable !== false && (address < DATA_BASE || data.includes(address)))
    .flatMap(pagesOf);
  const pages: GuestPage[] = [
    ...read.map(({ virtual }, index) => ({ virtual, physical: index * PAGE, writable: false })),
    ...written.map(({ virtual }, index) => ({
      ...{ virtual, physical: PRIVATE_AT + index * PAGE, writable: true },
    })),
  ];
  if (new Set(pages.map(({ virtual }) => virtual)).size < pages.length)
    throw new Error('segments of the image share a page');
  const tables = Buffer.alloc(pageTableBytes(pages));
  const cr3 = writePageTables(tables, read.length * PAGE, pages);
  const offsets = new Map(written.map(({ virtual }, index) => [virtual, index * PAGE]));
  return {
    ...{ entry, cr3 },
    shared: Buffer.concat([...read.map(({ content }) => content), tables]),
    privateBytes: written.length * PAGE,
    initial: written.flatMap(({ content }, index) =>
      content.some((byte) => byte !== 0) ? [{ offset: index * PAGE, bytes: content }] : [],
    ),
    offsetOf(address, length) {
      const first = offsets.get(pageOf(address));
      const last = offsets.get(pageOf(address + length - 1));
      // Pages that follow one another in one segment do so in memory.
      if (
        first === undefined ||
        last === undefined ||
        last - first !== pageOf(address + length - 1) - pageOf(address)
      )
        throw new VmError(`the guest gave an address outside its memory: 0x${address.toString(16)}`);
      return first + (address - pageOf(address));
    },
  };
}
