/** Where User Mode Linux puts its guest's memory: a file without a name, which it maps with permission to execute. */
import { statfsSync } from 'node:fs';
import { IDENTITY_END } from '../../guest/layout.ts';
import type { Host } from '../../host/host.ts';
import type { Lack } from '../hypervisor.ts';
import { LINUX_MEMORY_MIB } from '../linux-boot.ts';
import { canHaveUsers, ownProcesses } from '../namespaces.ts';
import { onceFor } from '../once-for.ts';

const MIB = 1 << 20;
/** Workloads that need no Linux are run as well: the kernel's share and both arenas. */
export const MEMORY_MIB = LINUX_MEMORY_MIB + IDENTITY_END / MIB;
/** The folder that every system has for it; in a container it has 64 MB, and it may be mounted noexec. */
export const SHARED_MEMORY = '/dev/shm';

/** statfs(2)'s type of a tmpfs. */
const TMPFS = 0x0102_1994;
/** Of pages around the file. */
const SPARE_MIB = 8;

/** What is mounted there is kept from everybody else first; in a chroot its root need be no mount point. */
const mountOf = (
  mib: number,
) => `mount --make-rprivate / 2>/dev/null || mount --make-private ${SHARED_MEMORY} || exit 1
mount -t tmpfs -o size=${mib + SPARE_MIB}m,mode=1777 none ${SHARED_MEMORY} && exec "$@"`;

/** As `ownProcesses`, with a tmpfs of the machine's own over SHARED_MEMORY, which nobody else sees, for so much memory, MiB. */
export function ownMemory(users: boolean, mib = MEMORY_MIB): string[] {
  return [...ownProcesses(users), '--mount', '--propagation', 'unchanged', 'sh', '-c', mountOf(mib), 'sh'];
}

/** Whether a machine can have one. Tried once. */
export const canOwnMemory = onceFor(async (host) => {
  const [command = '', ...args] = ownMemory(await canHaveUsers(host));
  return (await host.capture(command, [...args, 'true'])) !== null;
});

/** Why its memory finds no place; null where it does. */
export async function memoryLack(host: Host): Promise<Lack | null> {
  if (await canOwnMemory(host)) return null;
  const folder = chosenFolder();
  const remedy = 'TMPDIR=/folder/on/a/larger/tmpfs npx hvbench …   # one that may hold programs (not noexec)';
  const cannot = 'and hvbench cannot give it a separate tmpfs here';
  if (await isNoexec(folder, host))
    return { reason: `the guest's memory lies in ${folder}, which is noexec, ${cannot}`, remedy };
  const mib = Math.floor(sizeOf(folder) / MIB);
  return mib >= MEMORY_MIB
    ? null
    : {
        reason: `the guest's memory, ${MEMORY_MIB} MiB, lies in ${folder}, which holds ${mib} MiB, ${cannot}`,
        remedy,
      };
}

/** As UML chooses it (Linux: arch/um/os-Linux/mem.c): the first of these that is a tmpfs. */
function chosenFolder(): string {
  const { TMPDIR, TMP, TEMP } = process.env;
  const chosen = [TMPDIR, TMP, TEMP, SHARED_MEMORY].find((folder) => folder && typeOf(folder) === TMPFS);
  return chosen ?? TMPDIR ?? '/tmp';
}

function typeOf(folder: string): number | null {
  try {
    return statfsSync(folder).type;
  } catch {
    return null;
  }
}

/** Bytes that a file could have there, were it empty: what others have in it comes and goes. */
function sizeOf(folder: string): number {
  try {
    const { blocks, bsize } = statfsSync(folder);
    return blocks * bsize;
  } catch {
    return 0;
  }
}

/** By the mount that it lies in, as proc(5) tells: the last of those with the longest path. */
async function isNoexec(folder: string, host: Host): Promise<boolean> {
  const lines = ((await host.read('/proc/self/mountinfo')) ?? '').split('\n');
  const mounts = lines.flatMap((line) => {
    const [, , , , at, options = ''] = line.split(' ');
    return at && `${folder}/`.startsWith(at === '/' ? at : `${at}/`) ? [{ at, options }] : [];
  });
  const longest = Math.max(0, ...mounts.map(({ at }) => at.length));
  const own = mounts.filter(({ at }) => at.length === longest).at(-1);
  return own?.options.split(',').includes('noexec') ?? false;
}
