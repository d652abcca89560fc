/** Processes in namespaces of their own (util-linux's unshare), with or without privileges. */
import { capture } from '../host/capture.ts';
import { namespaceAdvice } from '../host/namespace-advice.ts';
import { notInstalled } from '../host/packages.ts';
import { findOnPath } from '../host/path.ts';
import type { Lack } from './hypervisor.ts';

/**
 * Starts a program as the first process of a PID namespace: when it dies, or we do, the kernel ends all that it has
 * started.
 */
export const OWN_PROCESSES = [
  ...['unshare', '--user', '--map-root-user', '--pid', '--fork', '--kill-child'],
] as const;

/** Why programs cannot be started so here; null where they can. `argv` begins with `unshare`, and lacks the program. */
export async function namespaceLack([command = '', ...args]: readonly string[]): Promise<Lack | null> {
  if ((await findOnPath(command)) === null) return notInstalled(`${command} is not installed`, 'util-linux');
  if ((await capture(command, [...args, 'true'])) !== null) return null;
  return namespaceAdvice();
}
