/** What KVM counts for a vCPU: its binary statistics (Linux: Documentation/virt/kvm/api.rst, KVM_GET_STATS_FD). */
import { readSync } from 'node:fs';
import type { ExitReason, Exits } from '../../guest/protocol.ts';

/** KVM's names of what we report, as x86 has them. */
const NAMES: ReadonlyMap<string, ExitReason> = new Map([
  ['exits', 'exits'],
  ['io_exits', 'io'],
  ['mmio_exits', 'mmio'],
  ['halt_exits', 'halt'],
  ['irq_exits', 'interrupt'],
  ['pf_taken', 'page-fault'],
  ['insn_emulation', 'emulation'],
  ['hypercalls', 'hypercall'],
]);

/** struct kvm_stats_header: flags, name_size, num_desc, id_offset, desc_offset, data_offset; u32 each. */
const HEADER_BYTES = 24;
/** struct kvm_stats_desc, before the name: flags u32, exponent s16, size u16, offset u32, bucket_size u32. */
const DESCRIPTOR_BYTES = 16;
/** More than any kernel has; a header that says more is not one. */
const MOST_BYTES = 1 << 16;

/** Reads the counters behind a statistics descriptor. Throws where it does not hold what the kernel documents. */
export function exitCounter(fd: number): () => Exits {
  const header = readAt(fd, 0, HEADER_BYTES);
  const [nameBytes, count, , descriptorsAt, dataAt] = [4, 8, 12, 16, 20].map((at) =>
    header.readUInt32LE(at),
  ) as [number, number, number, number, number];
  const stride = DESCRIPTOR_BYTES + nameBytes;
  if (stride * count > MOST_BYTES) throw new Error("KVM's statistics are larger than any known");
  const descriptors = readAt(fd, descriptorsAt, stride * count);
  const places: [ExitReason, number][] = [];
  for (let at = 0; at < descriptors.length; at += stride) {
    const name = descriptors.toString('latin1', at + DESCRIPTOR_BYTES, at + stride).replace(/\0.*$/s, '');
    const reason = NAMES.get(name);
    if (reason !== undefined) places.push([reason, descriptors.readUInt32LE(at + 8)]);
  }
  const end = Math.max(0, ...places.map(([, offset]) => offset + 8));
  if (end > MOST_BYTES) throw new Error("KVM's statistics are larger than any known");
  const data = Buffer.alloc(end);
  return () => {
    readSync(fd, data, 0, end, dataAt);
    return Object.fromEntries(
      places.map(([reason, offset]) => [reason, Number(data.readBigUInt64LE(offset))] as const),
    );
  };
}

function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  if (readSync(fd, bytes, 0, length, position) < length) throw new Error("KVM's statistics end too early");
  return bytes;
}
