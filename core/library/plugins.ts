/** What the library's functions are given besides hvbench's own parts. */
import { type Config, checkConfig } from '../config/config.ts';
import type { Plugin } from '../config/plugin.ts';
import type { Parts } from '../run/parts.ts';

export interface PluginOptions {
  /** What there is besides hvbench's own suites, hypervisors and reports. */
  readonly plugins?: readonly Plugin[] | undefined;
  /** Other builds of hypervisors, or ones that are told otherwise, by name: docs/ab.md. */
  readonly variants?: Config['variants'];
  /** Machines on other computers, by name: docs/ssh.md. */
  readonly sshMachines?: Config['sshMachines'];
}

/** Everything that there is with these plugins, variants and machines; `name`: of the function that they are given to. Throws UserError. */
export async function partsWith(
  { plugins, variants, sshMachines }: PluginOptions,
  name: string,
): Promise<Parts> {
  const checked = checkConfig(
    {
      ...(plugins && { plugins }),
      ...(variants && { variants }),
      ...(sshMachines && { sshMachines }),
    },
    `given to ${name}`,
  );
  return (await import('../parts.ts')).partsOf(checked);
}
