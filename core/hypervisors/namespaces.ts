/** Processes in namespaces of their own (util-linux's unshare), with or without privileges. */

import { ExecutionError } from '../host/execute.ts';
import type { Host } from '../host/host.ts';
import { namespaceAdvice } from '../host/namespace-advice.ts';
import { notInstalled } from '../host/packages.ts';
import type { Lack } from './hypervisor.ts';
import { unshareFailure } from './namespace-failure.ts';
import { onceFor } from './once-for.ts';

const LIMIT_MS = 5000;
const CAP_SYS_ADMIN = 21n;

/**
 * Starts a program as the first process of a PID namespace: when it dies, or we do, the kernel ends all that it has
 * started. With `users`, a user namespace gives everybody the right to that (`canHaveUsers`). What follows is more
 * options, or the program.
 */
export function ownProcesses(users: boolean): [string, ...string[]] {
  const own = users ? ['--user', '--map-root-user'] : [];
  return ['unshare', ...own, '--pid', '--fork', '--kill-child'];
}

/**
 * False where Linux makes no user namespaces (in a chroot, or if there may be none) and this process may do without.
 * Tried once.
 */
export const canHaveUsers = onceFor(
  async (host: Host) =>
    !(await isPrivileged(host)) || (await host.capture('unshare', ['--user', 'true'])) !== null,
);

async function isPrivileged(host: Host): Promise<boolean> {
  const status = (await host.read('/proc/self/status')) ?? '';
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return (BigInt(`0x${effective}`) & (1n << CAP_SYS_ADMIN)) !== 0n;
}

/** Why programs cannot be started so on a host; null where they can. `argv` begins with `unshare`, and lacks the program. */
export async function namespaceLack(
  host: Host,
  [command = '', ...args]: readonly string[],
): Promise<Lack | null> {
  if ((await host.find(command)) === null)
    return notInstalled(`${command} is not installed`, 'util-linux', host);
  try {
    await host.execute(command, [...args, 'true'], { timeoutMs: LIMIT_MS });
    return null;
  } catch (error) {
    const said = error instanceof ExecutionError ? error.stderr : '';
    return namespaceAdvice(unshareFailure(said, args.includes('--user')), host);
  }
}
