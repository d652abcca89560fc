/**
 * A root file system for a user's commands: the host's files, and over them a file system in memory that takes all that
 * is written. Steps (core/guest/steps.ts) that make it, on the host and in guests.
 */
import { CLONE, MS, type Step } from '../guest/steps.ts';

/** Where a guest finds the host's files. */
export const HOST = '/host';
const OWN = '/hvbench';

/** Folders of a new root that every Linux has, with what belongs there. */
function systemFolders(root: string): Step[] {
  return [
    { do: 'mount', source: 'proc', at: `${root}/proc`, type: 'proc' },
    { do: 'mount', source: 'sysfs', at: `${root}/sys`, type: 'sysfs', optional: true },
    { do: 'mount', source: 'devtmpfs', at: `${root}/dev`, type: 'devtmpfs' },
    ...devFolders(root, '50%'),
  ];
}

/** What belongs into its /dev, besides devices. */
export function devFolders(root: string, size: string): Step[] {
  const shared = `${root}/dev/shm`;
  return [
    { do: 'directory', path: `${root}/dev/pts`, optional: true },
    {
      do: 'mount',
      source: 'devpts',
      at: `${root}/dev/pts`,
      type: 'devpts',
      data: 'ptmxmode=0666',
      optional: true,
    },
    { do: 'directory', path: shared, optional: true },
    {
      do: 'mount',
      source: 'tmpfs',
      at: shared,
      type: 'tmpfs',
      flags: MS.NOSUID | MS.NODEV,
      data: `mode=1777,size=${size}`,
    },
  ];
}

/** An overlay of `lower` at a place, written into `layer`. */
export function overlay(lower: string, at: string, layer: string, extra = ''): Step[] {
  const [upper, work] = [`${layer}-upper`, `${layer}-work`];
  return [
    { do: 'directory', path: upper },
    { do: 'directory', path: work },
    {
      do: 'mount',
      source: 'overlay',
      at,
      type: 'overlay',
      data: `lowerdir=${escaped(lower)},upperdir=${upper},workdir=${work}${extra}`,
    },
  ];
}

/** In the options of an overlay a comma ends one, and a colon a folder. */
function escaped(path: string): string {
  return path.replace(/[\\,:]/g, '\\$&');
}

/** In a guest, once the host's files are at HOST. */
export function guestRoot(): Step[] {
  return [
    { do: 'directory', path: OWN },
    { do: 'mount', source: 'tmpfs', at: OWN, type: 'tmpfs', data: 'mode=755,size=90%' },
    { do: 'directory', path: `${OWN}/root` },
    ...overlay(HOST, `${OWN}/root`, `${OWN}/layer`),
    ...systemFolders(`${OWN}/root`),
    { do: 'chroot', path: `${OWN}/root` },
  ];
}

/**
 * Leaves the host's mounts and processes: what is mounted from here on, and what is started, ends with the first
 * process. `user`: whether it takes a user namespace, since this process may not do so otherwise. `more` namespaces
 * besides.
 */
export function leaveHost(user: boolean, more = 0): Step[] {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  return [
    { do: 'unshare', flags: CLONE.NEWNS | CLONE.NEWPID | more | (user ? CLONE.NEWUSER : 0) },
    ...(user
      ? ([
          { do: 'write', path: '/proc/self/setgroups', text: 'deny' },
          { do: 'write', path: '/proc/self/uid_map', text: `${uid} ${uid} 1` },
          { do: 'write', path: '/proc/self/gid_map', text: `${gid} ${gid} 1` },
        ] as const)
      : []),
    { do: 'mount', source: 'none', at: '/', flags: MS.REC | MS.PRIVATE },
    { do: 'fork' },
  ];
}

/** A process that can read all files and write none but in /dev/shm, which is its own; behind `leaveHost`. */
export function readOnlyHost(): Step[] {
  return [
    { do: 'readonly', path: '/' },
    { do: 'mount', source: 'tmpfs', at: '/dev/shm', type: 'tmpfs', data: 'mode=1777,size=100%' },
    { do: 'mount', source: 'proc', at: '/proc', type: 'proc' },
    // virtiofsd changes its root, as whoever it runs.
    { do: 'capabilities' },
  ];
}
