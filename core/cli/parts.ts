/** What there is for commands that measure nothing that a configuration says: its plugins alone count for them. */
import { loadConfig } from '../config/config.ts';
import { partsOf } from '../parts.ts';
import type { Parts } from '../run/parts.ts';

export interface ConfigFlag {
  /** A file; that of the working folder where left out, if there is one. */
  readonly config?: string;
}

/** Throws UserError if the configuration cannot be read, or its plugins do not fit. */
export async function partsFor({ config }: ConfigFlag): Promise<Parts> {
  return partsOf(await loadConfig(config));
}
