/** The modules of a guest's kernel that reach the host's files: virtio's PCI transport, virtiofs, and overlays. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Below the folder of a kernel's modules, each behind those that it depends on. What is built in has no file. */
export const MODULES: readonly string[] = [
  'kernel/drivers/virtio/virtio_ring.ko',
  'kernel/drivers/virtio/virtio.ko',
  'kernel/drivers/virtio/virtio_pci_legacy_dev.ko',
  'kernel/drivers/virtio/virtio_pci_modern_dev.ko',
  'kernel/drivers/virtio/virtio_pci.ko',
  'kernel/fs/fuse/fuse.ko',
  'kernel/fs/fuse/virtiofs.ko',
  'kernel/fs/overlayfs/overlay.ko',
];

/** Paths of those of them that are in a kernel's folder of modules, in order, compressed or not. */
export async function findModules(folder: string): Promise<string[]> {
  const found = await Promise.all(
    MODULES.map(async (path) => {
      const names = await readdir(join(folder, dirname(path))).catch(() => []);
      const name = names.find((each) => plainName(each) === basename(path));
      return name === undefined ? [] : [join(folder, dirname(path), name)];
    }),
  );
  return found.flat();
}

/** Paths of modules, in the order in which they have to be loaded. */
export function inLoadOrder(paths: readonly string[]): string[] {
  const place = (path: string) => MODULES.findIndex((module) => basename(module) === plainName(path));
  return paths.toSorted((a, b) => place(a) - place(b));
}

function plainName(path: string): string {
  return basename(path).replace(/\.(xz|zst|gz)$/, '');
}
