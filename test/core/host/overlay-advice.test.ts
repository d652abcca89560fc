import { expect, it } from 'vitest';
import { whyInPart, whyNoOverlay } from '../../../core/host/overlay-advice.ts';
import { fakeHost } from './folder-host.ts';

const MOUNTS = `1 0 0:1 / / rw - ext4 /dev/vda rw
2 1 0:2 / /media/usb\\040stick rw - vfat /dev/sdb1 rw
3 1 0:3 / /merged rw - overlay overlay rw
4 1 0:4 / /mnt rw - tmpfs tmpfs rw
5 1 0:5 / /mnt rw - fuse.sshfs host: rw
`;

const host = () => fakeHost({ 'proc/self/mountinfo': MOUNTS });

it.each([
  ['/media/usb stick/work', 'vfat (mounted at /media/usb stick), whose names ignore case, and Linux allows'],
  ['/merged', 'overlay (mounted at /merged), and Linux does not stack a third overlay on two'],
  ['/mnt/far', 'fuse.sshfs (mounted at /mnt), over which Linux allows no overlay'],
  ['/merged-not', 'ext4 (mounted at /), over which'],
])('what lies in %s is told by its file system', async (folder, words) => {
  const said = await whyNoOverlay(folder, await host());
  expect(said.startsWith(`${folder} lies on ${words}`), said).toBe(true);
  expect(said).toMatch(
    /: natively, the command can only read files there; run it in a folder on another file system$/,
  );
});

it('a folder with a mount point below it is told, the root is not', async () => {
  expect(await whyInPart('/media', await host())).toBe(
    'there is a mount point below /media (/media/usb stick): natively, the command can only read the files of /media itself',
  );
  expect(await whyInPart('/merged', await host())).toBeNull();
  expect(await whyInPart('/', await host())).toBeNull();
});
