/** What there is for commands that measure nothing that a configuration says: its plugins alone count for them. */
import { loadConfig } from '../config/config.ts';
import { partsOf } from '../parts.ts';
import type { Parts } from '../run/parts.ts';

export interface ConfigFlag {
  /** A file; that of the working folder where left out, if there is one. */
  readonly config?: string;
}

/** Of commands that show claims: a result in which exits were counted. */
export interface CountsFlag {
  readonly exits?: string;
}

/** Throws UserError if the configuration cannot be read, or its plugins do not fit. */
export async function partsFor({ config }: ConfigFlag): Promise<Parts> {
  const { plugins } = await loadConfig(config);
  return partsOf({ ...(plugins && { plugins }) });
}

/** The same, with the result in which exits were counted: that of the flag, else of the configuration. */
export async function partsForClaims({ config, exits: named }: ConfigFlag & CountsFlag): Promise<Parts> {
  const { plugins, exits } = await loadConfig(config);
  const path = named ?? exits;
  return partsOf({ ...(plugins && { plugins }), ...(path !== undefined && { exits: path }) });
}
