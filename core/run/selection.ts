/** From configuration and flags to what was asked for, checked against what exists. */
import type { Config } from '../config/config.ts';
import { type Profile, type ProfileName, profiles } from '../config/profiles.ts';
import { UserError } from '../errors.ts';
import type { Hypervisor } from '../hypervisors/hypervisor.ts';
import { ISAS, PLATFORMS } from '../model/isa.ts';
import { isReference } from '../model/role.ts';
import type { Suite } from '../model/suite.ts';
import type { Isa, Platform } from '../results/schema.ts';
import type { Named } from './plan.ts';

/** A fraction. */
export const DEFAULT_NEGLIGIBLE = 0.02;

/** What was asked for, checked against what exists; nothing is built or started yet. */
export interface Selection {
  readonly suites: readonly Suite[];
  /** Names of workloads to keep; null for all. */
  readonly workloads: ReadonlySet<string> | null;
  readonly hypervisors: readonly Hypervisor[];
  readonly isas: readonly Isa[];
  readonly named: Named;
  readonly profileName: ProfileName;
  readonly profile: Profile;
  readonly seed: number;
  readonly negligible: number;
  readonly machines: number | null;
}

/** Throws UserError for a name that does not exist, and lists those that do. */
export function select(
  config: Config,
  suites: readonly Suite[],
  hypervisors: readonly Hypervisor[],
): Selection {
  const profileName = config.profile ?? 'standard';
  const base = profiles[profileName];
  const chosenSuites = config.suites
    ? pick('suite', config.suites, suites, (suite) => suite.name)
    : config.workloads
      ? suites.filter((suite) => namesIn(suite).some((name) => config.workloads?.includes(name)))
      : suites.filter(({ selfTest, method }) => !selfTest && !method);
  const workloadNames = chosenSuites.flatMap(namesIn);
  if (config.suites && config.workloads && workloadNames.length === 0)
    throw new UserError(`unknown workload '${config.workloads[0]}': the selected suites have no workloads`);
  const allNames = suites.flatMap(namesIn);
  if (config.workloads)
    pick('workload', config.workloads, config.suites ? workloadNames : allNames, (name) => name);
  const guests = config.hypervisors
    ? pick('hypervisor', config.hypervisors, hypervisors, (h) => h.id)
    : hypervisors;
  return {
    suites: chosenSuites,
    workloads: config.workloads ? new Set(config.workloads) : null,
    // Native is what everything is compared with: it is always there.
    hypervisors: hypervisors.filter((h) => isReference(h.id) || guests.includes(h)),
    isas: ISAS.filter((isa) => !config.isas || config.isas.includes(isa)),
    named: { hypervisors: config.hypervisors !== undefined, isas: config.isas !== undefined },
    profileName,
    profile: {
      ...base,
      budgetSeconds: config.budget ?? base.budgetSeconds,
      precision: precisionOf(config.precision) ?? base.precision,
    },
    seed: config.seed ?? Math.floor(Math.random() * 2 ** 32),
    negligible: config.negligible === undefined ? DEFAULT_NEGLIGIBLE : config.negligible / 100,
    machines: config.machines ?? null,
  };
}

/** What it takes to run a suite; one with a method of its own has something to say of either. */
export function platformsOf({ platform, method }: Suite): readonly Platform[] {
  return method ? PLATFORMS : [platform ?? 'bare'];
}

/** What it takes to run any of these suites. */
export function platformsFor(suites: readonly Suite[]): Platform[] {
  return PLATFORMS.filter((platform) => suites.some((suite) => platformsOf(suite).includes(platform)));
}

/** What `--workload` may name of a suite. */
export function namesIn({ workloads, operations = [] }: Suite): string[] {
  return [...workloads, ...operations].map(({ name }) => name);
}

function precisionOf(precision: Config['precision']): Profile['precision'] | undefined {
  if (precision === undefined) return undefined;
  const { direct, translated } =
    typeof precision === 'number' ? { direct: precision, translated: precision } : precision;
  return { direct: direct / 100, translated: translated / 100 };
}

/** Those that are named. Throws UserError for a name that does not exist, and lists those that do. */
export function pick<T>(
  kind: string,
  wanted: readonly string[],
  all: readonly T[],
  name: (item: T) => string,
): T[] {
  const known = all.map(name);
  for (const item of wanted) {
    if (!known.includes(item))
      throw new UserError(`unknown ${kind} '${item}': use one of ${known.join(', ')}`);
  }
  return all.filter((item) => wanted.includes(name(item)));
}
