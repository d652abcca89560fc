import type { HostRecord } from '../results/schema.ts';
import type { Host } from './host.ts';

type Caches = HostRecord['cpu']['caches'];

export interface CacheEntry {
  readonly level: number;
  /** As sysfs says it: Data, Instruction or Unified. */
  readonly type: string;
  readonly bytes: number;
}

/** Stands in where the kernel names no caches (UML, some hypervisors): the sizes of a plain server CPU. */
export const TYPICAL_CACHES: Caches = { l1d: 32 * 1024, l2: 1024 * 1024, llc: 32 * 1024 * 1024 };

/** Bytes of a size as sysfs writes it ("32K", "1M", "512"), or null. */
export function parseCacheSize(text: string): number | null {
  const match = /^(\d{1,9})([KMG]?)$/.exec(text.trim());
  if (match === null) return null;
  const unit = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[match[2] ?? ''] ?? 1;
  const bytes = Number(match[1]) * unit;
  return bytes > 0 ? bytes : null;
}

/** The data caches among `entries`; a CPU without a level takes the one below it. Null without a first level. */
export function pickCaches(entries: readonly CacheEntry[]): Caches | null {
  const data = entries.filter((entry) => entry.type !== 'Instruction').sort((a, b) => a.level - b.level);
  const l1d = data.find((entry) => entry.level === 1);
  if (l1d === undefined) return null;
  const l2 = data.find((entry) => entry.level === 2) ?? l1d;
  return { l1d: l1d.bytes, l2: l2.bytes, llc: data.at(-1)?.bytes ?? l2.bytes };
}

/** Sizes in bytes of the data caches that one CPU sees, or null where the kernel does not tell. */
export async function readCaches(cpu: number, host: Host): Promise<Caches | null> {
  const folder = `/sys/devices/system/cpu/cpu${cpu}/cache`;
  const entries: CacheEntry[] = [];
  for (const index of await host.list(folder)) {
    if (!/^index\d+$/.test(index)) continue;
    const [level, type, size] = await Promise.all(
      ['level', 'type', 'size'].map((file) => host.read(`${folder}/${index}/${file}`)),
    );
    const bytes = parseCacheSize(size ?? '');
    if (bytes !== null && type && /^\d$/.test(level ?? ''))
      entries.push({ level: Number(level), type, bytes });
  }
  return pickCaches(entries);
}
