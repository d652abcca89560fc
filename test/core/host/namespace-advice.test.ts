import { expect, test } from 'vitest';
import { namespaceAdvice } from '../../../core/host/namespace-advice.ts';
import { fakeRoot } from './fake-root.ts';

const SYSTEM = 'this system lets us make no namespaces';

test.each([
  [
    { 'proc/sys/user/max_user_namespaces': '0\n' },
    `${SYSTEM} (user.max_user_namespaces is 0)`,
    'sudo sysctl -w user.max_user_namespaces=15000',
  ],
  [
    {
      'proc/sys/user/max_user_namespaces': '95683\n',
      'proc/sys/kernel/unprivileged_userns_clone': '1\n',
      'proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n',
    },
    `${SYSTEM} (kernel.apparmor_restrict_unprivileged_userns is 1)`,
    'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  ],
  [
    { 'proc/sys/kernel/unprivileged_userns_clone': '0\n', '.dockerenv': '' },
    `${SYSTEM} (kernel.unprivileged_userns_clone is 0)`,
    'sudo sysctl -w kernel.unprivileged_userns_clone=1',
  ],
  [
    { 'run/.containerenv': '' },
    'this container, podman (/run/.containerenv), lets us make no namespaces',
    'podman run --privileged …',
  ],
  [
    { 'run/systemd/container': 'lxc\n' },
    'this container, lxc (/run/systemd/container), lets us make no namespaces',
    undefined,
  ],
  [
    { 'proc/sys/kernel/apparmor_restrict_unprivileged_userns': '0\n' },
    SYSTEM,
    process.geteuid?.() === 0 ? undefined : 'sudo npx hvbench …',
  ],
])('%j', async (files, reason, remedy) => {
  expect(await namespaceAdvice(await fakeRoot(files))).toEqual({ reason, remedy });
});
