/** From configuration and flags to one plan: what will be measured, where, and for how long. */
import { UserError } from '../errors.ts';
import { type GuestImage, type GuestImages, type ImageKind, OPERATIONS } from '../guest/build.ts';
import type { GuestKernel, GuestKernels } from '../guest/kernels.ts';
import { unitKey } from '../guest/layout.ts';
import type { CpuChoice } from '../host/affinity.ts';
import type { Availability, Hypervisor } from '../hypervisors/hypervisor.ts';
import type { CacheSizes, Operation, Study, Suite, Workload } from '../model/suite.ts';
import type { Isa, Platform } from '../results/schema.ts';
import type { Config } from './config.ts';
import { type Profile, type ProfileName, profiles } from './profiles.ts';

const ISAS: readonly Isa[] = ['x86_64', 'i386'];
const PLATFORMS: readonly Platform[] = ['bare', 'linux'];
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
  readonly machines: number | null;
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
  /** What it boots with an initramfs. */
  readonly kernel: GuestKernel | undefined;
  /** What it runs operations in; null where it cannot. */
  readonly operations: { readonly image: GuestImage; readonly digest: string } | null;
}

/** One operation on one ISA. */
export interface PlannedOperation {
  readonly suite: string;
  readonly operation: Operation;
}

/** The machines that can run something on one ISA and platform. */
export interface Ground {
  readonly isa: Isa;
  readonly platform: Platform;
  readonly machines: readonly PlannedMachine[];
}

/** What is measured side by side: the workloads of one ISA and platform, on the machines that can run them. */
export interface Stage extends Ground {
  readonly workloads: readonly PlannedWorkload[];
  readonly operations: readonly PlannedOperation[];
}

/** A suite with a method of its own, and where it can be measured. */
export interface PlannedStudy {
  readonly suite: string;
  readonly study: Study;
  readonly grounds: readonly Ground[];
}

export interface Plan {
  readonly profileName: ProfileName;
  readonly profile: Profile;
  readonly seed: number;
  readonly negligible: number;
  readonly resamples: number;
  /** Most machines at once, for the studies that start many; null where only the host bounds them. */
  readonly machines: number | null;
  readonly named: Selection['named'];
  readonly cpus: CpuChoice;
  readonly stages: readonly Stage[];
  readonly studies: readonly PlannedStudy[];
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
      : suites.filter(({ selfTest, study }) => !selfTest && !study);
  const workloadNames = chosenSuites.flatMap(namesIn);
  if (config.suites && config.workloads && workloadNames.length === 0)
    throw new UserError(
      `unknown workload '${config.workloads[0]}': the suites chosen have no workloads of their own`,
    );
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
    machines: config.machines ?? null,
  };
}

/** Throws UserError where nothing that was asked for can run. */
export function makePlan(
  selection: Selection,
  availabilities: readonly Availability[],
  images: GuestImages,
  kernels: GuestKernels,
  caches: CacheSizes,
  cpus: CpuChoice,
): Plan {
  const usable = groundsOf(selection, availabilities);
  const grounds = usable.map(
    ({ isa, platform, machines }): Ground => ({
      isa,
      platform,
      machines: machines.map(({ hypervisor, availability, kind }) => ({
        hypervisor,
        availability,
        image: images.image(isa, kind),
        kernel: kernels[isa],
        operations: operationsOf(images, isa, kind),
      })),
    }),
  );
  const stages = grounds
    .map((ground): Stage => {
      const { isa, platform } = ground;
      const ownSuites = selection.suites.filter(
        (suite) => !suite.study && platformsOf(suite).includes(platform),
      );
      return {
        ...ground,
        workloads: ownSuites.flatMap((suite) =>
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
        operations: ownSuites.flatMap(({ name: suite, operations = [] }) =>
          operations
            .filter(({ name }) => !selection.workloads || selection.workloads.has(name))
            .filter(({ isas }) => !isas || isas.includes(isa))
            .map((operation) => ({ suite, operation })),
        ),
      };
    })
    .filter(({ workloads, operations }) => workloads.length + operations.length > 0);
  // A study has nothing to say of the control alone, where guests were asked for.
  const worthStudying = !guestsAsked(selection) || usable.some(hasGuests);
  const studies = selection.suites.flatMap(({ name, study }) =>
    study && worthStudying ? [{ suite: name, study, grounds }] : [],
  );
  if (stages.length + studies.length === 0)
    throw new UserError(
      'nothing to measure: what was asked for does not exist on this ISA; see hvbench list',
    );
  const { profileName, profile, seed, negligible, machines, named } = selection;
  return {
    ...{ profileName, profile, seed, negligible, resamples: RESAMPLES, cpus },
    ...{ machines, named, stages, studies, availabilities },
  };
}

/**
 * The ISAs that at least one chosen guest can run; native alone where only native was asked for.
 * Throws UserError where there is none, with each reason.
 */
export function measurableIsas(selection: Selection, availabilities: readonly Availability[]): Isa[] {
  const grounds = groundsOf(selection, availabilities);
  const isas = selection.isas.filter((isa) => grounds.some((ground) => ground.isa === isa));
  if (isas.length === 0) throw nothingRuns(lacksOf(selection, availabilities));
  return isas;
}

/** `lacks`: what each hypervisor lacks, as `id: reason`. */
export function nothingRuns(lacks: readonly string[]): UserError {
  const reasons = lacks.length > 0 ? ` (${lacks.join('; ')})` : '';
  return new UserError(`nothing can run here${reasons}: see hvbench doctor`);
}

/** What keeps each chosen hypervisor from these ISAs and platforms, as `id: reason`; nothing of those that run any. */
export function lacksOf(
  selection: Selection,
  availabilities: readonly Availability[],
  isas = selection.isas,
  platforms = platformsFor(selection.suites),
): string[] {
  const named = selection.named.hypervisors && selection.named.isas;
  return availabilities.flatMap((availability) => {
    const { id, available, reason, linux } = availability;
    if (!available) return [`${id}: ${reason ?? 'it cannot run here'}`];
    const runtimes = selection.hypervisors.find((one) => one.id === id)?.runtimes;
    const lacks = isas.flatMap((isa) =>
      platforms.map((platform) =>
        runtimes?.[platform] === null
          ? `it runs ${platform === 'linux' ? 'no Linux' : 'Linux alone'}`
          : lackOf(availability, isa, platform, named),
      ),
    );
    const reasons = lacks.filter((lack) => lack !== null);
    if (reasons.length < lacks.length) return [];
    // What could be mended says more than what it never does.
    const mendable = reasons.filter((lack) => Object.values(linux.lacks).some((one) => one.reason === lack));
    return [`${id}: ${[...new Set(mendable.length > 0 ? mendable : reasons)].join(', and ')}`];
  });
}

/** Why a driver runs nothing of an ISA on a platform here; null where it does. `named`: the ISA was asked for. */
export function lackOf(
  { available, reason, isas, onRequest, linux }: Availability,
  isa: Isa,
  platform: Platform,
  named = false,
): string | null {
  if (!available) return reason ?? 'it cannot run here';
  const able = platform === 'linux' ? linux.isas : isas;
  if (!able.includes(isa) && !(named && onRequest.includes(isa))) return `it runs no ${isa} guests`;
  return platform === 'linux' ? (linux.lacks[isa]?.reason ?? null) : null;
}

interface UsableGround extends Pick<Ground, 'isa' | 'platform'> {
  readonly machines: readonly {
    readonly hypervisor: Hypervisor;
    readonly availability: Availability;
    readonly kind: ImageKind;
  }[];
}

/**
 * Where there is something to compare with native. An ISA that no guest runs is not worth native time, unless no guest was
 * asked for at all, or of those that were named only the control is left.
 */
function groundsOf(selection: Selection, availabilities: readonly Availability[]): UsableGround[] {
  const platforms = platformsFor(selection.suites);
  const all = selection.isas
    .flatMap((isa) => platforms.map((platform) => ({ isa, platform })))
    .map((ground) => ({ ...ground, machines: machinesOf(selection, availabilities, ground) }))
    .filter(({ machines }) => machines.some(({ hypervisor }) => hypervisor.id === 'native'));
  if (!guestsAsked(selection)) return all;
  const withGuests = all.filter(hasGuests);
  if (withGuests.length > 0 || !selection.named.hypervisors) return withGuests;
  const own = platformsFor(selection.suites.filter(({ study }) => !study));
  return all.filter(
    ({ platform, machines }) =>
      own.includes(platform) && machines.some(({ hypervisor }) => hypervisor.id === 'control'),
  );
}

function machinesOf(
  { hypervisors, named }: Selection,
  availabilities: readonly Availability[],
  { isa, platform }: Pick<Ground, 'isa' | 'platform'>,
): UsableGround['machines'] {
  return hypervisors.flatMap((hypervisor) => {
    const availability = availabilities.find((a) => a.id === hypervisor.id);
    const kind = hypervisor.runtimes[platform];
    if (!availability || kind === null) return [];
    const lack = lackOf(availability, isa, platform, named.hypervisors && named.isas);
    return lack === null ? [{ hypervisor, availability, kind }] : [];
  });
}

function guestsAsked({ hypervisors }: Selection): boolean {
  return hypervisors.some(({ id }) => !isReference(id));
}

function hasGuests({ machines }: UsableGround): boolean {
  return machines.some(({ hypervisor }) => !isReference(hypervisor.id));
}

/** What guests are compared with, and what shows how well that can be done. */
function isReference(id: string): boolean {
  return id === 'native' || id === 'control';
}

function operationsOf(images: GuestImages, isa: Isa, kind: ImageKind): PlannedMachine['operations'] {
  const runtime = OPERATIONS[kind];
  return runtime ? { image: images.image(isa, runtime), digest: images.imageDigest(isa, runtime) } : null;
}

/** What it takes to run a suite; a study has something to say of either. */
export function platformsOf({ platform, study }: Suite): readonly Platform[] {
  return study ? PLATFORMS : [platform ?? 'bare'];
}

function platformsFor(suites: readonly Suite[]): Platform[] {
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
    if (!known.includes(item)) throw new UserError(`unknown ${kind} '${item}': there is ${known.join(', ')}`);
  }
  return all.filter((item) => wanted.includes(name(item)));
}
