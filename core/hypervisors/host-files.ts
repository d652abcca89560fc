/**
 * A root file system for a user's commands: the host's files, and over them a file system in memory that takes all that
 * is written. Steps (core/guest/steps.ts) that make it, on the host and in guests.
 */
import { CLONE, MS, type Step } from '../guest/steps.ts';

/** Where a guest finds the host's files. */
export const HOST = '/host';
const OWN = '/hvbench';

/** Devices that programs expect everywhere, and that give away nothing of a computer. */
export const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];
const DEVICE_LINKS = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
  ['ptmx', 'pts/ptmx'],
] as const;

/** Folders of a guest's new root that every Linux has, with what belongs there; as on the host (host-root.ts). */
function systemFolders(root: string): Step[] {
  return [
    { do: 'mount', source: 'proc', at: `${root}/proc`, type: 'proc' },
    { do: 'readable', source: `${root}/proc/sys`, at: `${root}/proc/sys`, optional: true },
    { do: 'mount', source: 'sysfs', at: `${root}/sys`, type: 'sysfs', optional: true },
    { do: 'readonly', path: `${root}/sys`, optional: true },
    ...deviceFolder(root, DEVICES, '50%'),
  ];
}

/** A /dev of a new root's own, with devices of this one; `sharedSize`: of shared memory, as tmpfs takes it. */
export function deviceFolder(root: string, devices: readonly string[], sharedSize: string): Step[] {
  const [dev, shared] = [`${root}/dev`, `${root}/dev/shm`];
  return [
    {
      do: 'mount',
      source: 'tmpfs',
      at: dev,
      type: 'tmpfs',
      flags: MS.NOSUID | MS.NODEV | MS.NOEXEC,
      data: 'mode=755,size=64k',
    },
    ...devices.flatMap((name) => device(`/dev/${name}`, `${dev}/${name}`)),
    ...DEVICE_LINKS.map(([name, to]) => ({ do: 'link' as const, to, path: `${dev}/${name}` })),
    { do: 'directory', path: `${dev}/pts` },
    {
      do: 'mount',
      source: 'devpts',
      at: `${dev}/pts`,
      type: 'devpts',
      data: 'newinstance,ptmxmode=0666',
      optional: true,
    },
    { do: 'directory', path: shared },
    {
      do: 'mount',
      source: 'tmpfs',
      at: shared,
      type: 'tmpfs',
      flags: MS.NOSUID | MS.NODEV,
      data: `mode=1777,size=${sharedSize}`,
    },
  ];
}

/** Shows a device of the same system at another place. */
export function device(source: string, at: string): Step[] {
  return [
    { do: 'file', path: at },
    { do: 'device', source, at },
  ];
}

/** An overlay of `lower` at a place, written into `layer`; devices in it are none. */
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
      flags: MS.NODEV,
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
    { do: 'loopback', optional: true },
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
    { do: 'private' },
    { do: 'fork' },
  ];
}
