/** The modules that are taken out of a kernel's packages, and loaded. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** virtio's transport. */
const VIRTIO = [
  'kernel/drivers/virtio/virtio_ring.ko',
  'kernel/drivers/virtio/virtio.ko',
  'kernel/drivers/virtio/virtio_pci_legacy_dev.ko',
  'kernel/drivers/virtio/virtio_pci_modern_dev.ko',
  'kernel/drivers/virtio/virtio_pci.ko',
];

/**
 * Those by which a guest reaches the host's files: below the folder of a kernel's modules, each behind those that it
 * depends on. What is built in has no file.
 */
export const MODULES: readonly string[] = [
  ...VIRTIO,
  'kernel/fs/fuse/fuse.ko',
  'kernel/fs/fuse/virtiofs.ko',
  'kernel/fs/overlayfs/overlay.ko',
];

/** KVM on AMD-V. */
export const KVM_AMD = 'kernel/arch/x86/kvm/kvm-amd.ko';
/** 9p over virtio. */
export const NINE_P = 'kernel/fs/9p/9p.ko';

/** KVM, with all that it depends on. */
export const KVM_MODULES: readonly string[] = [
  'kernel/virt/lib/irqbypass.ko',
  'kernel/arch/x86/kvm/kvm.ko',
  'kernel/drivers/crypto/ccp/ccp.ko',
  KVM_AMD,
];

/** Those of an emulated computer, in the same way: files by 9p, channels to the outside, and KVM. */
export const EMULATED_MODULES: readonly string[] = [
  ...VIRTIO,
  'kernel/drivers/char/virtio_console.ko',
  'kernel/fs/netfs/netfs.ko',
  'kernel/fs/fscache/fscache.ko',
  'kernel/net/9p/9pnet.ko',
  'kernel/net/9p/9pnet_virtio.ko',
  NINE_P,
  'kernel/fs/overlayfs/overlay.ko',
  ...KVM_MODULES,
];

/** Paths of those of them that are in a kernel's folder of modules, in order, compressed or not. */
export async function findModules(folder: string, wanted = MODULES): Promise<string[]> {
  const found = await Promise.all(
    wanted.map(async (path) => {
      const names = await readdir(join(folder, dirname(path))).catch(() => []);
      const name = names.find((each) => plainName(each) === basename(path));
      return name === undefined ? [] : [join(folder, dirname(path), name)];
    }),
  );
  return found.flat();
}

/** Paths of modules among those wanted, in the order in which they have to be loaded. */
export function inLoadOrder(paths: readonly string[], wanted = MODULES): string[] {
  const place = (path: string) => wanted.findIndex((module) => basename(module) === plainName(path));
  return paths.toSorted((a, b) => place(a) - place(b));
}

/** The names of modules' files, as they are where nothing compresses them. */
export function namesIn(paths: readonly string[]): string[] {
  return paths.map(plainName);
}

function plainName(path: string): string {
  return basename(path).replace(/\.(xz|zst|gz)$/, '');
}
