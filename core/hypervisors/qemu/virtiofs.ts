/** virtiofsd, the process that shows the host's files to a guest of QEMU: of QEMU up to 7.2, or its successor. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { capture } from '../../host/capture.ts';
import { findOnPath } from '../../host/path.ts';

/** Where distributions put it, besides the PATH. */
const PLACES = ['/usr/libexec/virtiofsd', '/usr/lib/virtiofsd', '/usr/lib/qemu/virtiofsd'];

/** What a guest names the files by when it mounts them. */
export const VIRTIOFS_TAG = 'host';

export async function findVirtiofsd(): Promise<string | null> {
  for (const place of PLACES)
    if (
      await access(place, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return place;
  return findOnPath('virtiofsd');
}

/** QEMU's own keeps mount points to itself, its successor unless told. */
const KEEPS_MOUNTS = '--no-announce-submounts';

/**
 * Its options, understood by the one at `path`, to show the root of what it sees to whoever connects to its open file `fd`.
 * A guest that is told of mount points mounts them by itself, and Linux makes no overlay of such a folder (EREMOTE).
 */
export async function virtiofsdArguments(path: string, fd: number): Promise<string[]> {
  const announces = (await capture(path, ['--help']))?.includes(KEEPS_MOUNTS) ?? false;
  return [
    ...[`--fd=${fd}`, '-o', 'source=/', '-o', 'sandbox=chroot', '-o', 'cache=always'],
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
