import { expect, test } from 'vitest';
import { probeContainer } from '../../../core/host/container.ts';
import { fakeRoot } from './fake-root.ts';

test.each([
  [{ '.dockerenv': '' }, 'docker (/.dockerenv)'],
  [{ 'run/.containerenv': '' }, 'podman (/run/.containerenv)'],
  [{ 'run/systemd/container': 'lxc\n' }, 'lxc (/run/systemd/container)'],
  [{ 'etc/hostname': 'plain' }, null],
])('%j', async (files, found) => {
  expect(await probeContainer(await fakeRoot(files))).toBe(found);
});
