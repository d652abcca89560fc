/** A root file system on the host itself, for the commands of native processes: as in host-files.ts. */
import { constants, existsSync, type Stats } from 'node:fs';
import { access, lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MS, type Step } from '../guest/steps.ts';
import { type Mount, parseMounts } from '../host/mounts.ts';
import { DEVICES, deviceFolder, overlay } from './host-files.ts';

/** A folder everywhere, and what is in it is nobody's file. */
export const OWN = '/dev/shm';
export const ROOT = `${OWN}/root`;

/** Mount points that get something of their own, and all below them. */
const SPECIAL = ['/proc', '/sys', '/dev'];

/**
 * Steps that make it, behind `leaveHost`; `user` as there. What is written may take as much memory as a guest has. Linux
 * lets nobody without privileges see what lies below a mount point, so there is an overlay for each folder that has none.
 */
export async function hostRoot(user: boolean, memoryMib: number): Promise<Step[]> {
  const layers = new Layers(user, parseMounts(await readFile('/proc/self/mountinfo', 'utf8')));
  return [
    {
      ...{ do: 'mount', source: 'tmpfs', at: OWN, type: 'tmpfs', flags: MS.NODEV },
      data: `mode=755,size=${memoryMib}M`,
    },
    { do: 'directory', path: ROOT },
    ...(await layers.showAll('/')),
    ...(user ? await layers.coverWritable() : []),
    ...SPECIAL.map((path) => ({ do: 'directory' as const, path: `${ROOT}${path}` })),
    { do: 'mount', source: '/sys', at: `${ROOT}/sys`, flags: MS.BIND | MS.REC },
    // The kernel's settings are the host's here.
    { do: 'readonly', path: `${ROOT}/sys` },
    ...hostDevices(`${memoryMib}M`),
    { do: 'mount', source: 'proc', at: `${ROOT}/proc`, type: 'proc' },
    ...(await kernelSettings()),
    ...enterRoot(),
  ];
}

/** Its /dev, with what this host has of devices; `sharedSize` as tmpfs takes it. */
export function hostDevices(sharedSize: string): Step[] {
  const present = DEVICES.filter((name) => existsSync(`/dev/${name}`));
  return deviceFolder(ROOT, present, sharedSize);
}

/**
 * The new root, and no way to the old one. The root is changed once more, into a folder of it: Linux lets nobody make user
 * namespaces in such a one, and so nobody be root of one, which could mount a cgroup's files, for instance.
 */
export function enterRoot(): Step[] {
  return [
    { do: 'root', path: OWN },
    { do: 'chroot', path: ROOT.slice(OWN.length) },
  ];
}

/**
 * What is in /proc besides processes: for the kernel's settings Linux asks for root, not for capabilities, and the
 * permissions of the others are the same in every /proc.
 */
async function kernelSettings(): Promise<Step[]> {
  const entries = await readdir('/proc', { withFileTypes: true });
  return entries
    .filter((entry) => !/^\d+$/.test(entry.name) && (entry.isDirectory() || entry.isFile()))
    .map(({ name }) => `${ROOT}/proc/${name}`)
    .map((path) => ({ do: 'readable', source: path, at: path }));
}

/** Other mounts of /proc, in chroots for instance: through them processes of the host could be entered. */
export function otherProcesses(mounts: readonly Mount[]): string[] {
  return mounts.filter(({ at, type }) => type === 'proc' && !isSpecial(at)).map(({ at }) => at);
}

class Layers {
  readonly #user: boolean;
  readonly #mounts: readonly string[];
  readonly #hidden: readonly string[];
  /** Folders with an overlay of their own. */
  readonly #covered = new Set<string>();

  constructor(user: boolean, mounts: readonly Mount[]) {
    this.#user = user;
    this.#mounts = mounts.map(({ at }) => at);
    this.#hidden = otherProcesses(mounts);
  }

  async showAll(folder: string): Promise<Step[]> {
    const names = await readdir(folder).catch(() => []);
    const paths = names.map((name) => join(folder, name)).filter((path) => !SPECIAL.includes(path));
    return (await Promise.all(paths.map((path) => this.#show(path)))).flat();
  }

  async #show(path: string): Promise<Step[]> {
    const at = `${ROOT}${path}`;
    const status = await lstat(path).catch(() => null);
    if (!status) return [];
    if (status.isSymbolicLink()) return [{ do: 'link', to: await readlink(path), path: at }];
    if (this.#hidden.includes(path)) return [{ do: 'directory', path: at }];
    // A service of the host would answer at its socket, and read what is written into its FIFO.
    if (status.isSocket() || status.isFIFO()) return [{ do: 'node', path: at, mode: status.mode, device: 0 }];
    const readable: Step = { do: 'readable', source: path, at, optional: true };
    if (!status.isDirectory()) return [{ do: 'file', path: at }, readable];
    if (this.#hasMountsBelow(path)) return [...this.#folderLike(status, at), ...(await this.showAll(path))];
    // Not every file system can lie under an overlay: such a one can be read at least.
    return [{ do: 'directory', path: at }, readable, ...this.#cover(path, status)];
  }

  /**
   * The folders that commands write to, each with an overlay of its own where that above it takes no changes there:
   * without privileges an overlay can copy no folder that belongs to others, nor a file in one.
   */
  async coverWritable(): Promise<Step[]> {
    const { HOME, TMPDIR } = process.env;
    const wanted = [process.cwd(), HOME, TMPDIR, '/var/tmp'].map((path) =>
      realpath(path ?? '').catch(() => null),
    );
    const steps: Step[] = [];
    for (const path of [...new Set(await Promise.all(wanted))].sort()) {
      if (path === null || isSpecial(path) || this.#hasMountsBelow(path)) continue;
      const writable = await access(path, constants.W_OK).then(
        () => lstat(path),
        () => null,
      );
      if (writable?.isDirectory() && (await this.#isOfOthers(path)))
        steps.push(...this.#cover(path, writable));
    }
    return steps;
  }

  #hasMountsBelow(path: string): boolean {
    return this.#mounts.some((mount) => mount.startsWith(`${path}/`));
  }

  /** Whether a folder, or one between it and the next overlay, is somebody else's. */
  async #isOfOthers(path: string): Promise<boolean> {
    for (let each = path; each !== '/' && !this.#covered.has(each); each = dirname(each)) {
      const { uid, gid } = await lstat(each);
      if (uid !== process.geteuid?.() || gid !== process.getegid?.()) return true;
    }
    return false;
  }

  #cover(path: string, status: Stats): Step[] {
    const layer = `${OWN}/layer-${this.#covered.size}`;
    this.#covered.add(path);
    const extra = this.#user ? ',userxattr' : '';
    return [
      ...this.#folderLike(status, `${layer}-upper`),
      ...overlay(path, `${ROOT}${path}`, layer, extra).map((step) => ({ ...step, optional: true as const })),
    ];
  }

  /** A folder of our own of the same permissions; ownership is given away only by who may. */
  #folderLike({ mode, uid, gid }: Stats, path: string): Step[] {
    return [
      { do: 'directory', path, mode: mode & 0o7777 },
      ...(this.#user ? [] : [{ do: 'owner' as const, path, uid, gid }]),
    ];
  }
}

/** Whether a path is in a folder that every such root has its own of. */
export function isSpecial(path: string): boolean {
  return SPECIAL.some((one) => `${path}/`.startsWith(`${one}/`));
}
