/** Which command of this system's package manager installs what is missing. */
import { delimiter } from 'node:path';
import type { Host } from './host.ts';

/** What hvbench uses of a system. */
export type Thing = 'qemu' | 'uml' | 'seabios' | 'gcc' | 'binutils' | 'util-linux' | 'virtiofsd' | 'ssh';

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
  ssh: { plain: 'openssh-client', dnf: 'openssh-clients', zypper: 'openssh-clients', pacman: 'openssh' },
  virtiofsd: { plain: 'virtiofsd', apt: 'virtiofsd   # up to Debian 12: qemu-system-common' },
};

/** Red Hat's own systems, and those after them, have a QEMU of their own. */
const RED_HAT = ['rhel', 'centos', 'almalinux', 'rocky', 'ol'];

/**
 * The command to paste; a word for people where the system's package manager is not known; null where it is, and has no
 * such package. Reads /etc/os-release, or else looks for managers on the PATH.
 */
export function installCommand(thing: Thing, host: Host): string | null {
  const systems = systemsOf(host);
  const manager = managerOf(systems, host);
  const names = NAMES[thing];
  if (manager === null) return `install the package ${names.plain}`;
  const enterprise = manager === 'dnf' && RED_HAT.some((system) => system === systems[0]);
  const name = thing === 'qemu' && enterprise ? 'qemu-kvm' : names[manager];
  if (name === null) return null;
  return `${host.userId === 0 ? '' : 'sudo '}${MANAGERS[manager].install} ${name ?? names.plain}`;
}

/** What is missing, as a driver says it: with the command that installs it, where there is one. */
export function notInstalled(what: string, thing: Thing, host: Host): { reason: string; remedy?: string } {
  const remedy = installCommand(thing, host);
  return remedy === null
    ? { reason: `${what}, and this system has no package of it` }
    : { reason: what, remedy };
}

function managerOf(systems: readonly string[], host: Host): Manager | null {
  const managers = Object.keys(MANAGERS) as Manager[];
  // What a system is comes before what it is like.
  // openSUSE names itself by its edition: opensuse-leap.
  for (const system of systems)
    for (const manager of managers)
      if (MANAGERS[manager].systems.some((known) => system === known || system.startsWith(`${known}-`)))
        return manager;
  const programs = new Set(
    host.searchPath
      .split(delimiter)
      .flatMap((folder) => (folder.startsWith('/') ? host.listNow(folder) : [])),
  );
  return managers.find((manager) => programs.has(MANAGERS[manager].program)) ?? null;
}

/** ID and the words of ID_LIKE of os-release(5). */
export function systemsOf(host: Host): string[] {
  const text = ['/etc/os-release', '/usr/lib/os-release'].map((path) => host.readNow(path)).find(Boolean);
  const value = (name: string) => new RegExp(`^${name}=["']?([^"'\n]*)`, 'm').exec(text ?? '')?.[1] ?? '';
  return `${value('ID')} ${value('ID_LIKE')}`.toLowerCase().split(/\s+/).filter(Boolean);
}
