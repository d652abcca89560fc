/** Processes in namespaces of their own (util-linux's unshare), with or without privileges. */

import { readFileSync } from 'node:fs';
import { capture } from '../host/capture.ts';
import { ExecutionError, execute } from '../host/execute.ts';
import { localHost } from '../host/local.ts';
import { namespaceAdvice } from '../host/namespace-advice.ts';
import { notInstalled } from '../host/packages.ts';
import { findOnPath } from '../host/path.ts';
import type { Lack } from './hypervisor.ts';
import { unshareFailure } from './namespace-failure.ts';

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

let users: Promise<boolean> | undefined;

/**
 * False where Linux makes no user namespaces (in a chroot, or if there may be none) and this process may do without.
 * Tried once.
 */
export function canHaveUsers(): Promise<boolean> {
  users ??= isPrivileged()
    ? capture('unshare', ['--user', 'true']).then((said) => said !== null)
    : Promise.resolve(true);
  return users;
}

function isPrivileged(): boolean {
  const status = readFileSync('/proc/self/status', 'utf8');
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return (BigInt(`0x${effective}`) & (1n << CAP_SYS_ADMIN)) !== 0n;
}

/** Why programs cannot be started so here; null where they can. `argv` begins with `unshare`, and lacks the program. */
export async function namespaceLack([command = '', ...args]: readonly string[]): Promise<Lack | null> {
  if ((await findOnPath(command)) === null)
    return notInstalled(`${command} is not installed`, 'util-linux', localHost);
  try {
    await execute(command, [...args, 'true'], { timeoutMs: LIMIT_MS });
    return null;
  } catch (error) {
    const said = error instanceof ExecutionError ? error.stderr : '';
    return namespaceAdvice(unshareFailure(said, args.includes('--user')), localHost);
  }
}
