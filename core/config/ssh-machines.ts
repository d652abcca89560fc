/** Machines by SSH as a user names them: in a configuration, and in a line. */
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { MACHINE_NAME, MACHINE_NAME_RULE } from './variants.ts';

/** Most of them in one configuration. */
const MOST_MACHINES = 32;

/** Addresses by name. */
export const sshMachinesSchema = z
  .record(z.string().regex(MACHINE_NAME, MACHINE_NAME_RULE), z.string().min(1).max(1024))
  .refine((machines) => Object.keys(machines).length <= MOST_MACHINES, `more than ${MOST_MACHINES} machines`);
type SshMachines = z.infer<typeof sshMachinesSchema>;

/** Lines such as `vm1=ssh://root@vm1:22`. Throws UserError for one that is none, and if two have one name. */
export function parseMachines(lines: readonly string[]): SshMachines {
  const machines: SshMachines = {};
  for (const line of lines) {
    const [, name, url] = /^([^=]*)=(.+)$/.exec(line) ?? [];
    if (name === undefined || url === undefined)
      throw new UserError(`machine '${line}' is none: write NAME=ssh://[USER@]HOST[:PORT]`);
    if (!MACHINE_NAME.test(name)) throw new UserError(`machine ${name}: its name ${MACHINE_NAME_RULE}`);
    if (name in machines) throw new UserError(`machine ${name} is named twice: choose another name`);
    machines[name] = url;
  }
  return machines;
}
