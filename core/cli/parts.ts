/** What there is for commands that measure nothing that a configuration says: its plugins and variants alone count for them. */
import { type Config, checkConfig, loadConfig } from '../config/config.ts';
import { parseMachines } from '../config/ssh-machines.ts';
import { parseVariants } from '../config/variants.ts';
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

export interface VariantFlag {
  /** Lines, as core/config/variants.ts has them. */
  readonly variant?: readonly string[];
}

export interface MachineFlag {
  /** Lines, as core/config/ssh-machines.ts has them. */
  readonly machine?: readonly string[];
  /** The name of the one that is native. */
  readonly reference?: string;
}

/** A configuration with the machines by SSH that flags name, which go before its own of the same name. Throws UserError. */
export function withMachineFlags<Has extends Pick<Config, 'sshMachines' | 'reference'>>(
  config: Has,
  { machine: lines = [], reference }: MachineFlag,
): Has {
  return {
    ...config,
    ...(lines.length > 0 && { sshMachines: { ...config.sshMachines, ...parseMachines(lines) } }),
    ...(reference !== undefined && { reference }),
  };
}

/**
 * A configuration with the variants that flags name, which go before its own of the same name. Throws UserError.
 */
export function withVariantFlags<Has extends Pick<Config, 'variants'>>(
  config: Has,
  { variant: lines = [] }: VariantFlag,
): Has {
  if (lines.length === 0) return config;
  const { variants } = checkConfig({ variants: parseVariants(lines) }, 'of the command line');
  return { ...config, variants: { ...config.variants, ...variants } };
}

/** Throws UserError if the configuration cannot be read, or its plugins, variants or machines do not fit. */
export async function partsFor({ config, ...flags }: ConfigFlag & VariantFlag & MachineFlag): Promise<Parts> {
  const told = withMachineFlags(withVariantFlags(await loadConfig(config), flags), flags);
  const { plugins, variants, sshMachines } = told;
  return partsOf({
    ...(plugins && { plugins }),
    ...(variants && { variants }),
    ...(sshMachines && { sshMachines }),
  });
}

/** The same for commands that show what was measured: what variants were then is in the result. */
export async function partsToShow({ config }: ConfigFlag): Promise<Parts> {
  const { plugins } = await loadConfig(config);
  return partsOf(plugins ? { plugins } : {});
}

/** The same, with the result in which exits were counted: that of the flag, else of the configuration. */
export async function partsForClaims({ config, exits: named }: ConfigFlag & CountsFlag): Promise<Parts> {
  const { plugins, exits } = await loadConfig(config);
  const path = named ?? exits;
  return partsOf({ ...(plugins && { plugins }), ...(path !== undefined && { exits: path }) });
}
