/** From configuration and flags to one plan: what will be measured, where, and for how long. */
import type { Operation } from '../../suites/operation.ts';
import type { CacheSizes, Suite, Workload } from '../../suites/suite.ts';
import { UserError } from '../errors.ts';
import { type GuestImage, type GuestImages, OPERATIONS } from '../guest/build.ts';
import { unitKey } from '../guest/layout.ts';
import type { CpuChoice } from '../host/affinity.ts';
import type { Availability, Hypervisor } from '../hypervisors/hypervisor.ts';
import type { Isa } from '../results/schema.ts';
import type { Config } from './config.ts';
import { type Profile, type ProfileName, profiles } from './profiles.ts';

const ISAS: readonly Isa[] = ['x86_64', 'i386'];
const RESAMPLES = 2000;
const DEFAULT_NEGLIGIBLE = 0.02;

/** What was asked for, checked against what exists; nothing is built or started yet. */
export interface Selection {
  readonly suites: readonly Suite[];
  /** Names of workloads to keep; null for all. */
  readonly workloads: ReadonlySet<string> | null;
  readonly hypervisors: readonly Hypervisor[];
  readonly isas: readonly Isa[];
  /** Whether hypervisors and ISAs were named, which lets in what runs only on request. */
  readonly named: { readonly hypervisors: boolean; readonly isas: boolean };
  readonly profileName: ProfileName;
  readonly profile: Profile;
  readonly seed: number;
  readonly negligible: number;
}

/** One workload on one ISA. */
export interface PlannedWorkload {
  readonly suite: string;
  readonly workload: Workload;
  readonly isa: Isa;
  /** `suite/entry`, as the image knows it. */
  readonly entry: string;
  readonly digest: string;
  readonly argument: number;
}

/** One driver on one ISA. */
export interface PlannedMachine {
  readonly hypervisor: Hypervisor;
  readonly availability: Availability;
  readonly image: GuestImage;
  /** What it runs operations in, and the SHA-256 of that. */
  readonly operationsImage: GuestImage;
  readonly operationsDigest: string;
}

/** One operation on one ISA. */
export interface PlannedOperation {
  readonly suite: string;
  readonly operation: Operation;
}

export interface PlannedIsa {
  readonly isa: Isa;
  readonly machines: readonly PlannedMachine[];
  readonly workloads: readonly PlannedWorkload[];
  readonly operations: readonly PlannedOperation[];
}

export interface Plan {
  readonly profileName: ProfileName;
  readonly profile: Profile;
  readonly seed: number;
  readonly negligible: number;
  readonly resamples: number;
  readonly cpus: CpuChoice;
  readonly isas: readonly PlannedIsa[];
  readonly availabilities: readonly Availability[];
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
      : suites.filter((suite) => !suite.selfTest);
  const workloadNames = chosenSuites.flatMap(namesIn);
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
    hypervisors: hypervisors.filter((h) => h.id === 'native' || guests.includes(h)),
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
  };
}

/** Throws UserError where nothing that was asked for can run. */
export function makePlan(
  selection: Selection,
  availabilities: readonly Availability[],
  images: GuestImages,
  caches: CacheSizes,
  cpus: CpuChoice,
): Plan {
  const isas = selection.isas
    .map(
      (isa): PlannedIsa => ({
        isa,
        machines: machinesOf(selection, availabilities, isa).map(({ hypervisor, availability }) => ({
          hypervisor,
          availability,
          image: images.image(isa, hypervisor.runtime),
          operationsImage: images.image(isa, OPERATIONS[hypervisor.runtime]),
          operationsDigest: images.imageDigest(isa, OPERATIONS[hypervisor.runtime]),
        })),
        workloads: selection.suites.flatMap((suite) =>
          suite.workloads
            .filter((workload) => !selection.workloads || selection.workloads.has(workload.name))
            .map((workload) => ({
              suite: suite.name,
              workload,
              isa,
              entry: workload.entry,
              digest: images.digest(isa, unitKey(suite.name, workload.source)),
              argument: workload.argument?.(caches) ?? 0,
            })),
        ),
        operations: selection.suites.flatMap(({ name: suite, operations = [] }) =>
          operations
            .filter(({ name }) => !selection.workloads || selection.workloads.has(name))
            .filter(({ isas }) => !isas || isas.includes(isa))
            .map((operation) => ({ suite, operation })),
        ),
      }),
    )
    .filter(({ machines }) => machines.length > 0)
    .filter(({ workloads, operations }) => workloads.length + operations.length > 0);
  if (isas.length === 0)
    throw new UserError(
      'nothing to measure: what was asked for does not exist on this ISA; see hvbench list',
    );
  const { profileName, profile, seed, negligible } = selection;
  return { profileName, profile, seed, negligible, resamples: RESAMPLES, cpus, isas, availabilities };
}

/**
 * The ISAs that at least one chosen guest can run; native alone where only native was asked for.
 * Throws UserError where there is none.
 */
export function measurableIsas(selection: Selection, availabilities: readonly Availability[]): Isa[] {
  const isas = selection.isas.filter((isa) => machinesOf(selection, availabilities, isa).length > 0);
  if (isas.length > 0) return isas;
  const reasons = availabilities
    .filter((a) => a.reason)
    .map((a) => `${a.id}: ${a.reason}`)
    .join('; ');
  throw new UserError(`nothing can run here${reasons ? ` (${reasons})` : ''}: see hvbench doctor`);
}

function machinesOf({ hypervisors, named }: Selection, availabilities: readonly Availability[], isa: Isa) {
  const machines = hypervisors.flatMap((hypervisor) => {
    const availability = availabilities.find((a) => a.id === hypervisor.id);
    if (!availability?.available) return [];
    const onRequest = named.hypervisors && named.isas && availability.onRequest.includes(isa);
    return availability.isas.includes(isa) || onRequest ? [{ hypervisor, availability }] : [];
  });
  if (!machines.some(({ hypervisor }) => hypervisor.id === 'native')) return [];
  // An ISA that no guest runs is not worth native time, unless no guest was asked for at all.
  const chosen = availabilities.filter(({ id }) => hypervisors.some((hypervisor) => hypervisor.id === id));
  const guestsAsked = chosen.some(({ mode }) => mode !== 'native');
  const guestsHere = machines.some(({ availability }) => availability.mode !== 'native');
  return guestsAsked && !guestsHere ? [] : machines;
}

/** What `--workload` may name of a suite. */
function namesIn({ workloads, operations = [] }: Suite): string[] {
  return [...workloads, ...operations].map(({ name }) => name);
}

function precisionOf(precision: Config['precision']): Profile['precision'] | undefined {
  if (precision === undefined) return undefined;
  const { direct, translated } =
    typeof precision === 'number' ? { direct: precision, translated: precision } : precision;
  return { direct: direct / 100, translated: translated / 100 };
}

function pick<T>(kind: string, wanted: readonly string[], all: readonly T[], name: (item: T) => string): T[] {
  const known = all.map(name);
  for (const item of wanted) {
    if (!known.includes(item)) throw new UserError(`unknown ${kind} '${item}': there is ${known.join(', ')}`);
  }
  return all.filter((item) => wanted.includes(name(item)));
}
