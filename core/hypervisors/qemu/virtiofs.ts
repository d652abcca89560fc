/** virtiofsd, the process that shows the host's files to a guest of QEMU: of QEMU up to 7.2, or its successor. */
import type { Host } from '../../host/host.ts';
import type { Lack } from '../hypervisor.ts';

/** Where distributions put it, besides the PATH. */
const PLACES = ['/usr/libexec', '/usr/lib', '/usr/lib/qemu'];

/** What a guest names the files by when it mounts them. */
export const VIRTIOFS_TAG = 'host';

export async function findVirtiofsd(host: Host): Promise<string | null> {
  return (await host.find('virtiofsd', PLACES.join(':'))) ?? host.find('virtiofsd');
}

/** QEMU's own keeps mount points to itself, its successor unless told. */
const KEEPS_MOUNTS = '--no-announce-submounts';

/** QEMU's own has this option since 6.0. */
const SINCE_6_0 = 'killpriv_v2';

/**
 * QEMU's own before 6.0 ends when it goes on after it was stopped, as machines are between their turns (QEMU commit
 * "virtiofsd: Add restart_syscall to the seccomp whitelist", February 2021).
 */
export async function virtiofsdLack(host: Pick<Host, 'capture'>, path: string): Promise<Lack | null> {
  const help = await host.capture(path, ['--help']);
  if (help === null || help.includes(SINCE_6_0) || help.includes(KEEPS_MOUNTS)) return null;
  return {
    reason: `${path}, which shows the host's files to the guest, is of QEMU before 6.0 and does not survive a pause`,
    remedy: 'install QEMU 6.0 or newer',
  };
}

/**
 * The command that shows the root of what it sees to whoever connects to its open file 3, with options that the virtiofsd at
 * `path` understands. A guest that is told of mount points mounts them by itself, and Linux makes no overlay of such a
 * folder (EREMOTE).
 */
export async function virtiofsdCommand(host: Pick<Host, 'capture'>, path: string): Promise<string[]> {
  const announces = (await host.capture(path, ['--help']))?.includes(KEEPS_MOUNTS) ?? false;
  return [
    ...[path, '--fd=3', '-o', 'source=/', '-o', 'sandbox=chroot', '-o', 'cache=always'],
    ...(announces ? [KEEPS_MOUNTS] : []),
  ];
}

/** QEMU's options for it. Its memory is shared, since virtiofsd reads and writes there. */
export function virtiofsDevices(socket: string, memoryMib: number): string[] {
  return [
    ...[
      '-object',
      `memory-backend-memfd,id=memory,size=${memoryMib}M,share=on`,
      '-machine',
      'memory-backend=memory',
    ],
    ...['-chardev', `socket,id=files,path=${socket}`],
    ...['-device', `vhost-user-fs-pci,chardev=files,tag=${VIRTIOFS_TAG}`],
  ];
}
