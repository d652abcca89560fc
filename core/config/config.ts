/** bench.config.ts: its type, its check, and how it is found and read. */
import { existsSync, lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { firstIssue, firstLine, UserError } from '../errors.ts';
import { currentFolder, GONE, reasonOf } from '../files.ts';
import { ownClaimsSchema } from '../model/claim.ts';
import { isaSchema } from '../results/schema.ts';
import type { HypervisorName, SuiteName } from './names.ts';
import { MOST_PLUGINS, type PluginName, pluginNameSchema, pluginSchema } from './plugin.ts';
import { type ProfileName, profiles } from './profiles.ts';
import { sshMachinesSchema } from './ssh-machines.ts';
import { variantsSchema } from './variants.ts';

const name = z.string().min(1).max(64);
const names = z.array(name).min(1);
/** The same check, of names that an editor completes. */
const namesOf = <Name extends string>() => z.array(name as unknown as z.ZodType<Name, Name>).min(1);
const percent = z.number().positive().max(1000);

export const configSchema = z.strictObject({
  /** Suites, hypervisors and reports from outside: docs/adding.md. */
  plugins: z.array(pluginSchema).max(MOST_PLUGINS).optional(),
  /** Suites to measure; all (but self-tests) where left out. */
  suites: namesOf<SuiteName>().optional(),
  workloads: names.optional(),
  hypervisors: namesOf<HypervisorName>().optional(),
  /** Other builds of hypervisors, or ones that are told otherwise, as machines of their own: docs/ab.md. */
  variants: variantsSchema.optional(),
  /** Machines on other computers, by name: their addresses, such as `ssh://root@vm1`: docs/ssh.md. */
  sshMachines: sshMachinesSchema.optional(),
  /** Which of them is native, that others are compared with; this computer if left out. */
  reference: name.optional(),
  isas: z.array(isaSchema).min(1).optional(),
  profile: z.enum(Object.keys(profiles) as [ProfileName, ...ProfileName[]]).optional(),
  /** Seconds of measuring. */
  budget: z
    .number()
    .positive()
    .max(7 * 24 * 3600)
    .optional(),
  /** Wanted half-width of an overhead's interval, in percent: one figure, or one for each kind of machine. */
  precision: z.union([percent, z.strictObject({ direct: percent, translated: percent })]).optional(),
  /** Linux kernels for guests, each for the ISA that it is of; fetched ones or the host's own if left out. */
  kernels: z.array(z.string().min(1).max(4096)).min(1).optional(),
  /** The CPU that measures; hvbench's choice if left out: docs/method.md, "Which CPU measures". */
  cpu: z.int().min(0).optional(),
  /** Most machines at once, for the suites density and consolidation. */
  machines: z.number().int().positive().optional(),
  seed: z.number().int().min(0).max(0xffff_ffff).optional(),
  /** Folder for results; `results/<UTC time>` if left out. */
  out: z.string().min(1).optional(),
  /** What `hvbench gate` counts as a change. */
  gate: z
    .strictObject({
      /**
       * Per cent of guest time, or of a metric, that a change has to exceed: 1 if left out, or what a metric's suite says
       * or the noise in the baseline if that is higher.
       */
      minEffect: percent.optional(),
      /**
       * Per cent that a baseline may move from its anchor by updates before the gate fails: 5 if left out, or the noise in
       * the anchor if that is higher.
       */
      maxDrift: percent.optional(),
      /** Chance of a false alarm, in percent of gates: 5 if left out. */
      alpha: percent.max(50).optional(),
      /** Rows with a minimum effect of their own; what is not named fits all, and the last that fits counts. */
      rows: z
        .array(
          z.strictObject({
            suite: z.string().optional(),
            workload: z.string().optional(),
            isa: isaSchema.optional(),
            hypervisor: z.string().optional(),
            /** A metric's name, as results have it; `overhead` is that of a workload. */
            metric: z.string().optional(),
            minEffect: percent,
          }),
        )
        .optional(),
    })
    .optional(),
  /** Claims of one's own, judged beside those of hvbench. */
  claims: ownClaimsSchema.optional(),
  /**
   * A result in which exits were counted with shadow paging (`hvbench emulate --paging shadow`): what it predicts of the claim
   * that hardware assist is negligible, where that cannot be tested.
   */
  exits: z.string().min(1).max(4096).optional(),
  /** "Negligible" overhead, in percent: 2 if left out. */
  negligible: percent.optional(),
});

export type Config = z.infer<typeof configSchema>;

/** A configuration as a result keeps it. */
const keptSchema = configSchema.extend({
  plugins: z.array(pluginNameSchema).max(MOST_PLUGINS).optional(),
});
export type KeptConfig = z.infer<typeof keptSchema>;

/** Types a configuration: `export default defineConfig({ … })`. */
export function defineConfig(config: Config): Config {
  return config;
}

const CONFIG_NAMES = [
  'bench.config.ts',
  'bench.config.mts',
  'bench.config.js',
  'bench.config.mjs',
  'bench.config.json',
];

/**
 * Reads the configuration file that is named, or the first of its names in `folder`; an empty configuration
 * if there is none, or the working directory is gone. Throws UserError if it cannot be read or says something unknown.
 */
export async function loadConfig(
  named: string | undefined,
  folder: string | null = currentFolder(),
): Promise<Config> {
  if (folder === null && named === undefined) return {};
  if (folder === null) throw new UserError(GONE);
  const path =
    named !== undefined
      ? resolve(folder, named)
      : CONFIG_NAMES.map((name) => join(folder, name)).find((candidate) => isThere(candidate, folder));
  if (!path) return {};
  if (!existsSync(path)) throw new UserError(`config ${named ?? path}: no such file`);
  let content: unknown;
  try {
    // A configuration imports 'hvbench', which is this very package, wherever that is installed, and this very copy of it
    // in memory: what a plugin throws is told by its class.
    const hvbench: unknown = await import(ownModule('index').href);
    // Without a configuration nobody waits for what reads one.
    const { createJiti } = await import('jiti');
    const jiti = createJiti(import.meta.url, {
      virtualModules: { hvbench },
      alias: { 'hvbench/stats': fileURLToPath(ownModule('stats/index')) },
      fsCache: false,
      moduleCache: false,
    });
    const module = await jiti.import<Record<string, unknown>>(path);
    if (!('default' in module))
      throw new Error('it has no default export: write export default defineConfig({ … })');
    content = await module.default;
  } catch (error) {
    throw new UserError(
      `config ${path}: ${firstLine(error instanceof Error ? error.message : String(error))}`,
    );
  }
  return checkConfig(content, path);
}

/** A file of the folder above, as TypeScript or built. */
function ownModule(name: string): URL {
  return new URL(`../${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}

/** A link that leads nowhere is there. Throws UserError if this user may not look. */
function isThere(path: string, folder: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw new UserError(
      `cannot look for a configuration in ${folder}: ${reasonOf(error)}; change to another folder, or name one with --config`,
    );
  }
}

/** Throws UserError naming the first thing that is wrong. */
export function checkConfig(content: unknown, path: string): Config {
  return check(configSchema, content, path);
}

/** The same of what a result keeps. */
export function checkKept(content: unknown, path: string): KeptConfig {
  return check(keptSchema, content, path);
}

/**
 * What a result keeps of a configuration, with the names of the plugins that there are. Addresses of other computers are
 * nobody else's business.
 */
export function keptConfig(
  { plugins: _, sshMachines: __, ...rest }: Config,
  plugins: readonly PluginName[],
): KeptConfig {
  return plugins.length > 0 ? { ...rest, plugins: [...plugins] } : rest;
}

function check<C>(schema: z.ZodType<C>, content: unknown, path: string): C {
  const parsed = schema.safeParse(content);
  // A Map, say, is an object without keys.
  if (parsed.success && Object.prototype.toString.call(content) === '[object Object]') return parsed.data;
  const { where, what } = parsed.error
    ? firstIssue(parsed.error)
    : { where: '', what: 'not a configuration' };
  throw new UserError(`config ${path}${where && ` at ${where}`}: ${what}`);
}
