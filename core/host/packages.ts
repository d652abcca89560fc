/** Which command of this system's package manager installs what is missing. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What hvbench uses of a system. */
export type Thing = 'qemu' | 'uml' | 'seabios' | 'gcc' | 'binutils' | 'util-linux' | 'virtiofsd';

const MANAGERS = {
  apt: { program: 'apt-get', install: 'apt-get install', systems: ['debian', 'ubuntu'] },
  dnf: { program: 'dnf', install: 'dnf install', systems: ['fedora', 'rhel', 'centos'] },
  zypper: { program: 'zypper', install: 'zypper install', systems: ['suse', 'opensuse', 'sles'] },
  pacman: { program: 'pacman', install: 'pacman -S', systems: ['arch'] },
  apk: { program: 'apk', install: 'apk add', systems: ['alpine'] },
} as const;
type Manager = keyof typeof MANAGERS;

/** Of a package as most call it, or as some do; null: that manager's systems have none. */
interface Names extends Partial<Readonly<Record<Manager, string | null>>> {
  readonly plain: string;
}

const NAMES: Readonly<Record<Thing, Names>> = {
  qemu: { plain: 'qemu-system-x86', zypper: 'qemu-x86', apk: 'qemu-system-x86_64' },
  uml: { plain: 'user-mode-linux', dnf: null, zypper: null, pacman: null, apk: null },
  seabios: { plain: 'seabios', dnf: 'seabios-bin', zypper: 'qemu-seabios' },
  gcc: { plain: 'gcc' },
  binutils: { plain: 'binutils' },
  'util-linux': { plain: 'util-linux', apk: 'util-linux setpriv' },
  virtiofsd: { plain: 'virtiofsd', apt: 'virtiofsd   # up to Debian 12: qemu-system-common' },
};

/** Red Hat's own systems, and those after them, have a QEMU of their own. */
const RED_HAT = ['rhel', 'centos', 'almalinux', 'rocky', 'ol'];

/**
 * The command to paste; a word for people where the system's package manager is not known; null where it is, and has no
 * such package. Reads /etc/os-release below `root`, or else looks for managers on `path` (a PATH variable).
 */
export function installCommand(thing: Thing, root = '/', path = process.env.PATH ?? ''): string | null {
  const systems = systemsOf(root);
  const manager = managerOf(systems, path);
  const names = NAMES[thing];
  if (manager === null) return `install the package ${names.plain}`;
  const enterprise = manager === 'dnf' && RED_HAT.some((system) => system === systems[0]);
  const name = thing === 'qemu' && enterprise ? 'qemu-kvm' : names[manager];
  if (name === null) return null;
  return `${process.geteuid?.() === 0 ? '' : 'sudo '}${MANAGERS[manager].install} ${name ?? names.plain}`;
}

/** What is missing, as a driver says it: with the command that installs it, where there is one. */
export function notInstalled(what: string, thing: Thing): { reason: string; remedy?: string } {
  const remedy = installCommand(thing);
  return remedy === null
    ? { reason: `${what}, and this system has no package of it` }
    : { reason: what, remedy };
}

function managerOf(systems: readonly string[], path: string): Manager | null {
  const managers = Object.keys(MANAGERS) as Manager[];
  // What a system is comes before what it is like.
  // openSUSE names itself by its edition: opensuse-leap.
  for (const system of systems)
    for (const manager of managers)
      if (MANAGERS[manager].systems.some((known) => system === known || system.startsWith(`${known}-`)))
        return manager;
  return managers.find((manager) => isOnPath(MANAGERS[manager].program, path)) ?? null;
}

/** ID and the words of ID_LIKE of os-release(5), below `root`. */
export function systemsOf(root = '/'): string[] {
  const text = ['etc/os-release', 'usr/lib/os-release'].map((file) => read(join(root, file))).find(Boolean);
  const value = (name: string) => new RegExp(`^${name}=["']?([^"'\n]*)`, 'm').exec(text ?? '')?.[1] ?? '';
  return `${value('ID')} ${value('ID_LIKE')}`.toLowerCase().split(/\s+/).filter(Boolean);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isOnPath(command: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    if (!folder.startsWith('/')) return false;
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
