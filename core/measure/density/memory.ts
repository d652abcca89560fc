/**
 * The memory that machines take of a host, from both sides: what their processes hold (PSS), and what the host has less
 * of since, which includes what its kernel keeps for them and no process shows.
 */
import { meminfo } from '../../host/memory-room.ts';
import { pssBytes } from '../../host/process-memory.ts';

/** How much of the host's memory is left, and used, bytes. */
export interface HostMemory {
  /** The kernel's own estimate of what could be taken without swapping. */
  readonly available: number;
  /** Neither free nor a cache of files or of the kernel's own that it gives back. */
  readonly used: number;
}

export function hostMemory(): HostMemory {
  const fields = meminfo();
  const of = (name: string) => fields.get(name) ?? 0;
  return {
    available: of('MemAvailable'),
    used: of('MemTotal') - of('MemFree') - of('Buffers') - of('Cached') - of('SReclaimable'),
  };
}

export interface MemoryTaken {
  readonly availableBytes: number;
  readonly usedBytes: number;
  readonly pssBytes: number;
}

/** Since `before`, with these processes. */
export function memoryTaken(before: HostMemory, pids: readonly number[]): MemoryTaken {
  const now = hostMemory();
  return {
    availableBytes: before.available - now.available,
    usedBytes: now.used - before.used,
    pssBytes: pssBytes(pids),
  };
}
