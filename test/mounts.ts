/** Small and read-only disks for one command: mounted in a mount namespace of its own, so that nothing stays. */
import { spawnSync } from 'node:child_process';

/** Whether there can be any: the name `mounts` of requireOrSkip. */
export const mountsAreUsable =
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs -o size=4k none /tmp']).status === 0;

/** What to put in front of a command: a disk of that size over a folder, and its files in `copy` afterwards. */
export function smallDisk(at: string, size: string, copy?: string, before = ''): string[] {
  const keep = copy === undefined ? '' : 'cp -r "$at/." "$copy"; ';
  const script = `at=$1; size=$2; copy=$3; shift 3; mount -t tmpfs -o "size=$size" none "$at" || exit 99
    ${before}
    "$@"; code=$?; ${keep}exit $code`;
  return ['unshare', '-m', 'sh', '-c', script, 'sh', at, size, copy ?? ''];
}

/** A folder that cannot be written to, with what it holds. */
export function readOnly(at: string): string[] {
  const script = `at=$1; shift; mount --bind "$at" "$at" && mount -o remount,ro,bind "$at" || exit 99; exec "$@"`;
  return ['unshare', '-m', 'sh', '-c', script, 'sh', at];
}

/** Files may not become larger than so many bytes, a multiple of 512. */
export function shortFiles(bytes: number): string[] {
  return ['sh', '-c', 'ulimit -f "$1"; shift; exec "$@"', 'sh', String(bytes / 512)];
}
