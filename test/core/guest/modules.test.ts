import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findModules, inLoadOrder } from '../../../core/guest/modules.ts';
import { fakeRoot } from '../host/fake-root.ts';

it('modules are found compressed or not, each behind those that it needs; what is built in has none', async () => {
  const folder = await fakeRoot({
    'kernel/fs/overlayfs/overlay.ko.xz': '',
    'kernel/drivers/virtio/virtio.ko': '',
    'kernel/drivers/virtio/virtio_ring.ko.zst': '',
    'kernel/drivers/virtio/virtio_balloon.ko': '',
  });
  const paths = [
    'drivers/virtio/virtio_ring.ko.zst',
    'drivers/virtio/virtio.ko',
    'fs/overlayfs/overlay.ko.xz',
  ];
  const found = paths.map((path) => join(folder, 'kernel', path));
  expect(await findModules(folder)).toEqual(found);
  expect(inLoadOrder(found.toReversed())).toEqual(found);
  expect(await findModules(join(folder, 'none'))).toEqual([]);
});
