/** Who holds a lock on a file: as the kernel tells it, not as the file does, which anybody could write. */
import { fstatSync } from 'node:fs';
import { basename } from 'node:path';
import type { Host } from './host.ts';
import { cleanText } from './text.ts';

const MOST_COMMAND = 80;
/** Clock ticks a second, of which /proc counts (USER_HZ): 100 on every x86 system. */
const TICKS = 100;

/** "pid 12, user root, since 2026-11-27 12:00:03 UTC: node hvbench run"; what is hidden from this process is left out. */
export async function describeHolder(file: number, host: Host): Promise<string> {
  const pid = holderOf((await host.read('/proc/locks')) ?? '', fstatSync(file));
  if (pid === null) return 'a process that cannot be seen from here';
  const read = async (name: string) => (await host.read(`/proc/${pid}/${name}`)) ?? '';
  const [status, stat, words] = await Promise.all([read('status'), read('stat'), read('cmdline')]);
  const uid = /^Uid:\s*(\d+)/m.exec(status)?.[1];
  const since = startOf(stat, (await host.read('/proc/stat')) ?? '');
  // Of the program and its script the names alone: long paths would leave no room for what tells more.
  const line = words.split('\0').map((word, index) => (index < 2 ? basename(word) : word));
  const command = cleanText(line.join(' '), MOST_COMMAND);
  const who = [
    `pid ${pid}`,
    uid !== undefined && `user ${nameOf(uid, (await host.read('/etc/passwd')) ?? '')}`,
    since !== null && `since ${since.toISOString().slice(0, 19).replace('T', ' ')} UTC`,
  ].filter(Boolean);
  return `${who.join(', ')}${command && `: ${command}`}`;
}

/**
 * The process that has the flock on this file; null where none is listed: it is in another PID namespace. `locks`: proc(5),
 * e.g. `1: FLOCK  ADVISORY  WRITE 8472 fe:00:2206554 0 EOF`.
 */
export function holderOf(
  locks: string,
  { dev, ino }: { readonly dev: number; readonly ino: number },
): number | null {
  const found = [
    ...locks.matchAll(/^\d+: FLOCK\s+\S+\s+\S+\s+(\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /gm),
  ].filter(([, , , , inode]) => Number(inode) === ino);
  // Some file systems show another device here than stat does: then the inode has to do.
  const [major, minor] = [
    ((dev >> 8) & 0xfff).toString(16),
    ((dev & 0xff) | ((dev >> 12) & 0xfff00)).toString(16),
  ];
  const same = found.filter(
    ([, , a, b]) =>
      Number.parseInt(a ?? '', 16).toString(16) === major &&
      Number.parseInt(b ?? '', 16).toString(16) === minor,
  );
  const pid = Number((same[0] ?? (found.length === 1 ? found[0] : undefined))?.[1] ?? 0);
  return pid > 0 ? pid : null;
}

/** When a process began: field 22 of its `stat`, in ticks since the system's start (`btime` of /proc/stat). */
function startOf(stat: string, system: string): Date | null {
  // The name in parentheses may hold anything.
  const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? Number.NaN);
  const boot = Number(/^btime (\d+)$/m.exec(system)?.[1] ?? Number.NaN);
  const date = new Date((boot + ticks / TICKS) * 1000);
  return Number.isNaN(date.getTime()) ? null : date;
}

function nameOf(uid: string, passwd: string): string {
  const line = passwd.split('\n').find((one) => one.split(':')[2] === uid);
  return cleanText(line?.split(':')[0] ?? '', 32) || uid;
}
