import { expect, test } from 'vitest';
import { type NamespaceFailure, namespaceAdvice } from '../../../core/host/namespace-advice.ts';
import { fakeHost } from './folder-host.ts';

const isRoot = process.geteuid?.() === 0;
const SUDO = isRoot ? undefined : 'sudo npx hvbench …';
const DOCKER = { '.dockerenv': '' };
/** proc(5): the mount table of a container whose /proc is masked, and that of a chroot whose root is no mount point. */
const ROOT_MOUNT = '1 0 0:1 / / rw - overlay overlay rw\n';
const MASKED = `${ROOT_MOUNT}2 1 0:2 / /proc rw - proc proc rw
3 2 0:3 /null /proc/kcore rw - devtmpfs udev rw
4 2 0:2 /sys /proc/sys ro - proc proc rw
`;
const IN_CHROOT = '2 1 0:2 / /proc rw - proc proc rw\n';

const failed = (step: NamespaceFailure['step'], code: string, user = true, what = ''): NamespaceFailure => ({
  ...{ step, user, code },
  said: `${step}${what}: ${code}`,
});

test.each<[NamespaceFailure | null, Record<string, string>, string, string | undefined]>([
  // Limits.
  [
    failed('unshare', 'ENOSPC'),
    { 'proc/sys/user/max_user_namespaces': '0\n' },
    'this system does not allow user namespaces (user.max_user_namespaces is 0)',
    'sudo sysctl -w user.max_user_namespaces=15000',
  ],
  [
    failed('unshare', 'ENOSPC', false),
    { 'proc/sys/user/max_user_namespaces': '9\n', 'proc/sys/user/max_mnt_namespaces': '0\n' },
    'this system does not allow mount namespaces (user.max_mnt_namespaces is 0)',
    'sudo sysctl -w user.max_mnt_namespaces=15000',
  ],
  [
    failed('unshare', 'ENOSPC'),
    { 'proc/sys/user/max_user_namespaces': '9\n', ...DOCKER },
    'the maximum number of namespaces is reached: a limit of this system (sysctl user.max_*_namespaces) or of its container',
    undefined,
  ],
  // Settings; that of AppArmor shows in a namespace that was made.
  [
    failed('map', 'EACCES'),
    {
      'proc/sys/user/max_user_namespaces': '95683\n',
      'proc/sys/kernel/unprivileged_userns_clone': '1\n',
      'proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n',
    },
    'only root may create user namespaces on this system (kernel.apparmor_restrict_unprivileged_userns is 1)',
    'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  ],
  [
    failed('mount', 'EACCES'),
    { 'proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n' },
    'only root may create user namespaces on this system (kernel.apparmor_restrict_unprivileged_userns is 1)',
    'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  ],
  [
    failed('unshare', 'EPERM'),
    { 'proc/sys/kernel/unprivileged_userns_clone': '0\n', ...DOCKER },
    'only root may create user namespaces on this system (kernel.unprivileged_userns_clone is 0)',
    'sudo sysctl -w kernel.unprivileged_userns_clone=1',
  ],
  // A setting is no reason where it was not asked.
  [
    failed('mount', 'EACCES', false),
    {
      'proc/sys/kernel/unprivileged_userns_clone': '0\n',
      'proc/self/attr/current': 'docker-default (enforce)\n',
      ...DOCKER,
    },
    'this container, docker (/.dockerenv), mounts nothing (mount: EACCES): its security profile is docker-default (enforce)',
    'docker run --security-opt apparmor=unconfined …',
  ],
  // A chroot, without root.
  [
    failed('unshare', 'EPERM'),
    { 'proc/self/mountinfo': IN_CHROOT },
    'this is a chroot, where Linux allows no user namespaces: run hvbench as root',
    'sudo npx hvbench …',
  ],
  // Containers.
  [
    failed('unshare', 'EPERM'),
    DOCKER,
    'this container, docker (/.dockerenv), makes no namespaces',
    'docker run --privileged …',
  ],
  [
    failed('unshare', 'EPERM'),
    { 'run/systemd/container': 'lxc\n' },
    'this container, lxc (/run/systemd/container), makes no namespaces',
    'lxc config set NAME security.nesting=true && lxc restart NAME   # on the host, of LXD or Incus',
  ],
  [
    failed('proc', 'EPERM'),
    { 'run/.containerenv': '', 'proc/self/mountinfo': MASKED },
    'this container, podman (/run/.containerenv), covers parts of /proc (/proc/kcore and 1 more), so Linux allows no other /proc mount',
    'podman run --security-opt unmask=ALL …',
  ],
  [
    failed('proc', 'EPERM'),
    { 'proc/self/mountinfo': MASKED },
    'something covers parts of /proc (/proc/kcore and 1 more), so Linux allows no other /proc mount',
    'run hvbench outside this container or sandbox',
  ],
  [
    failed('proc', 'EPERM'),
    { 'proc/self/mountinfo': ROOT_MOUNT },
    'cannot mount a separate /proc (proc: EPERM)',
    undefined,
  ],
  // The rest.
  [
    failed('unshare', 'EPERM'),
    { 'proc/self/status': 'Name:\tnode\nSeccomp:\t2\n', 'proc/self/mountinfo': ROOT_MOUNT },
    'this system does not allow namespaces (unshare: EPERM): a seccomp filter of the service or sandbox that started this process may forbid it',
    undefined,
  ],
  [
    failed('unshare', 'EPERM'),
    { 'proc/sys/kernel/apparmor_restrict_unprivileged_userns': '0\n' },
    'this system does not allow namespaces (unshare: EPERM)',
    SUDO,
  ],
  [
    failed('mount', 'ENOENT', true, ' /dev/shm'),
    {},
    'there is no /dev/shm',
    `${isRoot ? '' : 'sudo '}mkdir /dev/shm`,
  ],
  [failed('other', 'EROFS'), {}, 'this system does not allow it: other: EROFS', undefined],
  [
    failed('mount', 'ENOSYS'),
    { ...DOCKER, 'proc/sys/kernel/osrelease': '4.19.0\n' },
    `this kernel, Linux 4.19.0, is older than 5.12, or a seccomp filter hides calls of it`,
    undefined,
  ],
  [null, {}, 'this system does not allow namespaces', SUDO],
])('%j in %j', async (failure, files, reason, remedy) => {
  expect(await namespaceAdvice(failure, await fakeHost(files))).toEqual({ reason, remedy });
});
