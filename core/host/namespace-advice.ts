/** Why a process may make no namespaces of its own here, and the command that lets it. */
import { numberIn } from './cgroups.ts';
import { probeContainer } from './container.ts';

/** Settings that keep those without privileges from user namespaces. */
const SETTINGS = [
  // How many there may be: namespaces(7).
  { name: 'user.max_user_namespaces', forbids: 0, allows: 15_000 },
  // Of Debian's kernels and those after them.
  { name: 'kernel.unprivileged_userns_clone', forbids: 0, allows: 1 },
  // Of Ubuntu's since 23.10: a namespace can be made, and nothing be done in it.
  { name: 'kernel.apparmor_restrict_unprivileged_userns', forbids: 1, allows: 0 },
] as const;

export interface NamespaceAdvice {
  readonly reason: string;
  /** A command to paste. */
  readonly remedy?: string;
}

/** To be asked where making them has failed. */
export async function namespaceAdvice(root = '/'): Promise<NamespaceAdvice> {
  for (const { name, forbids, allows } of SETTINGS)
    if (numberIn(root, `proc/sys/${name.replace('.', '/')}`) === forbids)
      return {
        reason: `this system lets us make no namespaces (${name} is ${forbids})`,
        remedy: `sudo sysctl -w ${name}=${allows}`,
      };
  const container = await probeContainer(root);
  if (container !== null)
    return {
      reason: `this container, ${container}, lets us make no namespaces`,
      ...(/^(docker|podman)/.test(container) && {
        remedy: `${container.split(' ')[0]} run --privileged …`,
      }),
    };
  return {
    reason: 'this system lets us make no namespaces',
    ...(process.geteuid?.() !== 0 && { remedy: 'sudo npx hvbench …' }),
  };
}
