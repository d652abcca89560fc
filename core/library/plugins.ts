/** What the library's functions are given besides hvbench's own parts. */
import { checkConfig } from '../config/config.ts';
import type { Plugin } from '../config/plugin.ts';
import type { Parts } from '../run/parts.ts';

export interface PluginOptions {
  /** What there is besides hvbench's own suites, hypervisors and reports. */
  readonly plugins?: readonly Plugin[] | undefined;
}

/** Everything that there is with these plugins; `name`: of the function that they are given to. Throws UserError. */
export async function partsWith({ plugins }: PluginOptions, name: string): Promise<Parts> {
  const checked = checkConfig(plugins ? { plugins } : {}, `given to ${name}`);
  return (await import('../parts.ts')).partsOf(checked);
}
