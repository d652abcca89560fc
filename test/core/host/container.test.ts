import { expect, test } from 'vitest';
import { probeContainer } from '../../../core/host/container.ts';
import { fakeHost } from './folder-host.ts';

test.each([
  [{ '.dockerenv': '' }, 'docker (/.dockerenv)'],
  [{ 'run/.containerenv': '' }, 'podman (/run/.containerenv)'],
  [{ 'run/systemd/container': 'lxc\n' }, 'lxc (/run/systemd/container)'],
  // A pod with a service account, and one without (`automountServiceAccountToken: false`), both on containerd.
  [{ 'run/secrets/kubernetes.io/serviceaccount/token': '' }, 'kubernetes (/run/secrets/kubernetes.io)'],
  [
    {
      'proc/self/mountinfo':
        '601 540 0:49 / / rw,relatime - overlay overlay rw,lowerdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs,upperdir=/u,workdir=/w\n',
    },
    'containerd (layers of its root)',
  ],
  [{ 'proc/self/mountinfo': '24 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n' }, null],
  [{ 'etc/hostname': 'plain' }, null],
])('%j', async (files, found) => {
  expect(await probeContainer(await fakeHost(files))).toBe(found);
});
