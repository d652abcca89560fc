/**
 * A root file system for a user's commands: the host's files, and over them a file system in memory that takes all that
 * is written. Steps (core/guest/steps.ts) that make it, on the host and in guests.
 */
import { readFile } from 'node:fs/promises';
import { CLONE, MS, type Step } from '../guest/steps.ts';
import { type Mount, parseMounts } from '../host/mounts.ts';

/** Where a guest finds the host's files. */
export const HOST = '/host';
const OWN = '/hvbench';

/** Mount points that get something of their own, and all below them. */
const SPECIAL = ['/proc', '/sys', '/dev'];

/** Folders of a new root that every Linux has, with what belongs there. */
function systemFolders(root: string): Step[] {
  return [
    { do: 'mount', source: 'proc', at: `${root}/proc`, type: 'proc' },
    { do: 'mount', source: 'sysfs', at: `${root}/sys`, type: 'sysfs', optional: true },
    { do: 'mount', source: 'devtmpfs', at: `${root}/dev`, type: 'devtmpfs' },
    ...devFolders(root),
  ];
}

function devFolders(root: string): Step[] {
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
      data: 'mode=1777',
    },
  ];
}

/** An overlay of `lower` at a place, written into `layer`. */
function overlay(lower: string, at: string, layer: string, extra = ''): Step[] {
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

/** On the host itself, behind `leaveHost`. /dev/shm is a folder everywhere, and what is in it is nobody's file. */
export async function hostRoot(user: boolean): Promise<Step[]> {
  const own = '/dev/shm';
  const root = `${own}/root`;
  const extra = user ? ',userxattr' : '';
  const mounts = parseMounts(await readFile('/proc/self/mountinfo', 'utf8'));
  return [
    { do: 'mount', source: 'tmpfs', at: own, type: 'tmpfs', data: 'mode=755,size=90%' },
    { do: 'directory', path: root },
    ...overlay('/', root, `${own}/layer`, extra),
    ...submounts(mounts).flatMap(({ at }, index): Step[] => [
      // Not every file system can lie under an overlay, and no file can: those can be read at least.
      { do: 'mount', source: at, at: `${root}${at}`, flags: MS.BIND, optional: true },
      { do: 'readonly', path: `${root}${at}`, optional: true },
      ...overlay(at, `${root}${at}`, `${own}/layer-${index}`, extra).map((step) => ({
        ...step,
        optional: true as const,
      })),
    ]),
    { do: 'mount', source: '/sys', at: `${root}/sys`, flags: MS.BIND | MS.REC },
    { do: 'mount', source: '/dev', at: `${root}/dev`, flags: MS.BIND },
    ...devFolders(root),
    { do: 'mount', source: 'proc', at: `${root}/proc`, type: 'proc' },
    { do: 'chroot', path: root },
  ];
}

/** What is mounted below the root and is neither the system's own nor hidden by what was mounted over it. */
function submounts(mounts: readonly Mount[]): Mount[] {
  const below = mounts.filter(
    ({ at }) => at !== '/' && !SPECIAL.some((path) => at === path || at.startsWith(`${path}/`)),
  );
  return below.filter(({ at }, index) => below.findLastIndex((other) => other.at === at) === index);
}

/** A process that can read all files and write none but in /dev/shm, which is its own; behind `leaveHost`. */
export function readOnlyHost(): Step[] {
  return [
    { do: 'readonly', path: '/' },
    { do: 'mount', source: 'tmpfs', at: '/dev/shm', type: 'tmpfs', data: 'mode=1777,size=100%' },
    { do: 'mount', source: 'proc', at: '/proc', type: 'proc' },
  ];
}
