/** Why a process can have no namespaces of its own here, by what failed, and what lets it. */
import type { Advice } from './advice.ts';
import { numberIn } from './cgroups.ts';
import { probeContainer } from './container.ts';
import { inContainer } from './container-advice.ts';
import type { Host } from './host.ts';
import { parseMounts } from './mounts.ts';

/** What was refused. */
export interface NamespaceFailure {
  /**
   * `unshare`: making namespaces; `map`: becoming somebody in a user namespace, or doing something in it; `proc`: mounting
   * a /proc; `mount`: any other mount; `other`: what is said.
   */
  readonly step: 'unshare' | 'map' | 'proc' | 'mount' | 'other';
  /** Whether a user namespace was among them: it takes privileges otherwise. */
  readonly user: boolean;
  /** As errno(3) names it; null where it is not known. */
  readonly code: string | null;
  /** The step in words, as in "mount /proc: EPERM". */
  readonly said: string;
}

/** Kinds of namespaces, each of which has a limit (namespaces(7)), and their names; those of users first. */
const KINDS = Object.entries({
  ...{ user: 'user', mnt: 'mount', pid: 'PID', ipc: 'IPC', uts: 'UTS', net: 'network', cgroup: 'cgroup' },
});
const ENOUGH = 15_000;

/** Settings that keep those without privileges from user namespaces. */
const SETTINGS = [
  // Of Debian's kernels and those after them.
  { name: 'kernel.unprivileged_userns_clone', forbids: 0, allows: 1 },
  // Of Ubuntu's since 23.10: a namespace can be made, and nothing be done in it.
  { name: 'kernel.apparmor_restrict_unprivileged_userns', forbids: 1, allows: 0 },
] as const;

const SUDO = 'sudo npx hvbench …';

/** To be asked where making or using them has failed; reads the system's settings. */
export async function namespaceAdvice(failure: NamespaceFailure | null, host: Host): Promise<Advice> {
  const container = await probeContainer(host);
  const isRoot = host.userId === 0;
  if (failure?.code === 'ENOSYS')
    return {
      reason: `this kernel, Linux ${host.facts().kernel}, is older than 5.12, or a seccomp filter hides calls of it`,
    };
  switch (failure?.step) {
    case 'unshare':
    case 'map':
      return (
        limitAdvice(failure, host) ??
        (failure.user ? userAdvice(failure, host, container) : null) ??
        refusedAdvice(failure, host, container, isRoot)
      );
    case 'proc':
      return procAdvice(failure, host, container);
    case 'mount':
      return (
        (failure.user ? settingAdvice(failure, host) : null) ?? mountAdvice(failure, host, container, isRoot)
      );
    case 'other':
      return { reason: `this system does not allow it: ${failure.said}` };
    default:
      return { reason: 'this system does not allow namespaces', ...(!isRoot && { remedy: SUDO }) };
  }
}

/** Of a number of namespaces that is spent. */
function limitAdvice({ code }: NamespaceFailure, host: Host): Advice | null {
  if (code !== 'ENOSPC' && code !== 'EUSERS') return null;
  for (const [kind, word] of KINDS) {
    const name = `user.max_${kind}_namespaces`;
    if (numberIn(host, `/proc/sys/${name.replace('.', '/')}`) === 0)
      return {
        reason: `this system does not allow ${word} namespaces (${name} is 0)`,
        remedy: `sudo sysctl -w ${name}=${ENOUGH}`,
      };
  }
  return {
    reason:
      'the maximum number of namespaces is reached: a limit of this system (sysctl user.max_*_namespaces) or of its container',
  };
}

/** Of user namespaces, which those without privileges need. */
function userAdvice({ step, code }: NamespaceFailure, host: Host, container: string | null): Advice | null {
  if (step === 'unshare' && code === 'EPERM' && isChroot(host))
    return {
      reason: 'this is a chroot, where Linux allows no user namespaces: run hvbench as root',
      remedy: SUDO,
    };
  const forbidden = settingAdvice({ code }, host);
  if (forbidden || container === null) return forbidden;
  return inContainer(container, 'makes no namespaces', 'all');
}

function settingAdvice({ code }: Pick<NamespaceFailure, 'code'>, host: Host): Advice | null {
  if (code !== 'EPERM' && code !== 'EACCES') return null;
  for (const { name, forbids, allows } of SETTINGS)
    if (numberIn(host, `/proc/sys/${name.replace('.', '/')}`) === forbids)
      return {
        reason: `only root may create user namespaces on this system (${name} is ${forbids})`,
        remedy: `sudo sysctl -w ${name}=${allows}`,
      };
  return null;
}

function refusedAdvice(
  { said }: NamespaceFailure,
  host: Host,
  container: string | null,
  isRoot: boolean,
): Advice {
  if (container !== null) return inContainer(container, 'makes no namespaces', 'all');
  const filtered = /^Seccomp:\s*2$/m.test(host.readNow('/proc/self/status') ?? '');
  const by = filtered
    ? ': a seccomp filter of the service or sandbox that started this process may forbid it'
    : '';
  return {
    reason: `this system does not allow namespaces (${said})${by}`,
    ...(!isRoot && !filtered && { remedy: SUDO }),
  };
}

/** Nobody without privileges over the whole computer may mount a /proc that shows more than the one that is there. */
function procAdvice({ said, code }: NamespaceFailure, host: Host, container: string | null): Advice {
  const covered = parseMounts(host.readNow('/proc/self/mountinfo') ?? '')
    .map(({ at }) => at)
    .filter((at) => at.startsWith('/proc/'));
  if (code !== 'EPERM' || covered.length === 0) return { reason: `cannot mount a separate /proc (${said})` };
  const [first, ...more] = [...new Set(covered)];
  const which = `${first}${more.length > 0 ? ` and ${more.length} more` : ''}`;
  const what = `covers parts of /proc (${which}), so Linux allows no other /proc mount`;
  return container === null
    ? { reason: `something ${what}`, remedy: 'run hvbench outside this container or sandbox' }
    : inContainer(container, what, 'proc');
}

function mountAdvice(
  { said, code }: NamespaceFailure,
  host: Host,
  container: string | null,
  isRoot: boolean,
): Advice {
  if (code === 'ENOENT' && said.includes('/dev/shm'))
    return { reason: 'there is no /dev/shm', remedy: `${isRoot ? '' : 'sudo '}mkdir /dev/shm` };
  const profile = (host.readNow('/proc/self/attr/current') ?? '').replaceAll('\0', '').trim();
  if (code === 'EACCES' && profile !== '' && profile !== 'unconfined') {
    const what = `mounts nothing (${said}): its security profile is ${profile}`;
    return container === null ? { reason: `this process ${what}` } : inContainer(container, what, 'profile');
  }
  if (container !== null) return inContainer(container, `mounts nothing (${said})`, 'all');
  return { reason: `this system does not allow mounting (${said})`, ...(!isRoot && { remedy: SUDO }) };
}

/** Whether this process's root is no mount point, which is so in a chroot alone (but not in every one). */
function isChroot(host: Host): boolean {
  const text = host.readNow('/proc/self/mountinfo') ?? '';
  return text !== '' && !parseMounts(text).some(({ at }) => at === '/');
}
