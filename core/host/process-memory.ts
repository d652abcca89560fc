/** What processes hold of memory, by what the kernel says of their mappings. */
import { readNow } from './cgroups.ts';

const KIB = 1024;

/** Proportional set size of processes, bytes: a page that several share counts in parts. Those that are gone count as 0. */
export function pssBytes(pids: readonly number[], root = '/'): number {
  return pids.reduce((sum, pid) => {
    const text = readNow(root, `proc/${pid}/smaps_rollup`) ?? '';
    return sum + Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * KIB;
  }, 0);
}

/** Private dirty bytes of the mapping of a process that is this large; null where there is none, or it is gone. */
export function mappedDirtyBytes(pid: number, size: number, root = '/'): number | null {
  const text = readNow(root, `proc/${pid}/smaps`);
  if (text === null) return null;
  let found: number | null = null;
  let mine = false;
  for (const line of text.split('\n')) {
    const [, key, value] = /^(Size|Private_Dirty):\s+(\d+) kB$/.exec(line) ?? [];
    if (key === 'Size') mine = Number(value) * KIB === size;
    else if (key === 'Private_Dirty' && mine) found = (found ?? 0) + Number(value) * KIB;
  }
  return found;
}
