/**
 * The memory that machines take of a host, from both sides: what their processes hold (PSS), and what the host has less
 * of since, which includes what its kernel keeps for them and no process shows.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../../core/host/host.ts';
import { pssBytes } from '../../core/host/memory.ts';
import { meminfo, usedBytes } from '../../core/host/memory-headroom.ts';

/** How much of the host's memory is left, and used, bytes. */
export interface HostMemory {
  /** The kernel's own estimate of what could be taken without swapping. */
  readonly available: number;
  /** Neither free nor a cache that it gives back: what others read and write in files does not count. */
  readonly used: number;
}

export function hostMemory(host: Host): HostMemory {
  return { available: meminfo(host).get('MemAvailable') ?? 0, used: usedBytes(host) };
}

export interface MemoryTaken {
  readonly availableBytes: number;
  readonly usedBytes: number;
  readonly pssBytes: number;
}

/** Since `before`, with these processes. */
export function memoryTaken(before: HostMemory, pids: readonly number[], host: Host): MemoryTaken {
  const now = hostMemory(host);
  return {
    availableBytes: before.available - now.available,
    usedBytes: now.used - before.used,
    pssBytes: pssBytes(pids, host),
  };
}

const LOOK_MS = 200;
const SETTLE_LIMIT_MS = 5_000;
/** Less than this from one look to the next, three times, is rest. */
const REST_BYTES = 2 ** 20;

/**
 * Waits until memory that others have left has come back: the kernel frees what belonged to a VM a while later. No
 * longer than until `signal` aborts.
 */
export async function settledMemory(host: Host, signal: AbortSignal): Promise<HostMemory> {
  let last = hostMemory(host);
  const until = performance.now() + SETTLE_LIMIT_MS;
  for (let quiet = 0; quiet < 3 && !signal.aborted && performance.now() < until; ) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
    const now = hostMemory(host);
    quiet = last.used - now.used < REST_BYTES ? quiet + 1 : 0;
    last = now;
  }
  return last;
}
