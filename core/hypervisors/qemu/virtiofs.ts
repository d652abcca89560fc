/** virtiofsd, the process that shows the host's files to a guest of QEMU: of QEMU up to 7.2, or its successor. */
import type { Host } from '../../host/host.ts';

/** Where distributions put it, besides the PATH. */
const PLACES = ['/usr/libexec', '/usr/lib', '/usr/lib/qemu'];

/** What a guest names the files by when it mounts them. */
export const VIRTIOFS_TAG = 'host';

export async function findVirtiofsd(host: Host): Promise<string | null> {
  return (await host.find('virtiofsd', PLACES.join(':'))) ?? host.find('virtiofsd');
}

/** Its options, understood by both, to show the root of what it sees to whoever connects to its open file `fd`. */
export function virtiofsdArguments(fd: number): string[] {
  return [`--fd=${fd}`, '-o', 'source=/', '-o', 'sandbox=chroot', '-o', 'cache=always'];
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
