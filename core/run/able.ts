/** What can run here: which of the chosen hypervisors, on which ISA and platform, and why the others cannot. */
import { UserError } from '../errors.ts';
import type { ImageKind } from '../guest/build.ts';
import type { Availability, Hypervisor } from '../hypervisors/hypervisor.ts';
import { type Role, roleOf } from '../model/role.ts';
import type { Isa, Platform } from '../results/schema.ts';
import type { Testbed } from './plan.ts';
import { platformsFor, type Selection } from './selection.ts';

/**
 * The ISAs that at least one chosen guest can run; native alone where only native was asked for.
 * Throws UserError where there is none, with each reason.
 */
export function measurableIsas(selection: Selection, availabilities: readonly Availability[]): Isa[] {
  const testbeds = testbedsOf(selection, availabilities);
  const isas = selection.isas.filter((isa) => testbeds.some((testbed) => testbed.isa === isa));
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

export interface UsableTestbed extends Pick<Testbed, 'isa' | 'platform'> {
  readonly machines: readonly {
    readonly role: Role;
    readonly hypervisor: Hypervisor;
    readonly availability: Availability;
    readonly kind: ImageKind;
  }[];
}

/**
 * Where there is something to compare with native. An ISA that no guest runs is not worth native time, unless no guest was
 * asked for at all, or of those that were named only the control is left.
 */
export function testbedsOf(selection: Selection, availabilities: readonly Availability[]): UsableTestbed[] {
  const platforms = platformsFor(selection.suites);
  const all = selection.isas
    .flatMap((isa) => platforms.map((platform) => ({ isa, platform })))
    .map((testbed) => ({ ...testbed, machines: machinesOf(selection, availabilities, testbed) }))
    .filter(({ machines }) => machines.some(({ role }) => role === 'reference'));
  if (!guestsAsked(selection)) return all;
  const withGuests = all.filter(hasGuests);
  if (withGuests.length > 0 || !selection.named.hypervisors) return withGuests;
  const own = platformsFor(selection.suites.filter(({ method }) => !method));
  return all.filter(
    ({ platform, machines }) => own.includes(platform) && machines.some(({ role }) => role === 'control'),
  );
}

function machinesOf(
  { hypervisors, named }: Selection,
  availabilities: readonly Availability[],
  { isa, platform }: Pick<Testbed, 'isa' | 'platform'>,
): UsableTestbed['machines'] {
  return hypervisors.flatMap((hypervisor) => {
    const availability = availabilities.find((a) => a.id === hypervisor.id);
    const kind = hypervisor.runtimes[platform];
    if (!availability || kind === null) return [];
    const lack = lackOf(availability, isa, platform, named.hypervisors && named.isas);
    return lack === null ? [{ role: roleOf(hypervisor.id), hypervisor, availability, kind }] : [];
  });
}

export function guestsAsked({ hypervisors }: Selection): boolean {
  return hypervisors.some(({ id }) => roleOf(id) === 'guest');
}

export function hasGuests({ machines }: UsableTestbed): boolean {
  return machines.some(({ role }) => role === 'guest');
}
