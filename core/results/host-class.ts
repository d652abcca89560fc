/**
 * Host classes: computers on which one machine code costs the same in one hypervisor. An overhead measured
 * side by side does not depend on how fast a computer of the class runs today; between classes it does: another
 * core has other caches and predictors, another nesting other exits.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isReference } from '../model/role.ts';
import { footingOf } from './footing.ts';
import { domainName } from './outer-hypervisor.ts';
import type { ComputerRecord, HostRecord, HypervisorInfo } from './schema.ts';

const text = z.string().max(4096);

export const hostClassSchema = z.strictObject({
  /** Twelve hexadecimal digits: short enough for a file name. */
  id: z.string().regex(/^[0-9a-f]{12}$/),
  /** What the class is made of, for people: name and value, in order. */
  facts: z.array(z.tuple([text, text])).max(32),
});
export type HostClass = z.infer<typeof hostClassSchema>;

const of = (value: unknown) => (value === null ? 'unknown' : String(value));

/** The class of a host. The kernel's and the hypervisors' versions are not part of it: what they change is what is asked. */
export function hostClassOf({ cpu, kvm, outerHypervisor }: HostRecord): HostClass {
  const facts: Facts = [
    ...computerFacts({ cpu, outerHypervisor }, cpu.core),
    ['KVM is backed by', of(kvm.backing)],
    ['nested paging', of(kvm.nestedPaging)],
  ];
  const id = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 12);
  return { id, facts };
}

type Facts = HostClass['facts'];

/** Of any computer. `core`: the kind of core that measures, of a hybrid CPU. */
function computerFacts(
  { cpu, outerHypervisor }: Pick<ComputerRecord, 'cpu' | 'outerHypervisor'>,
  core: HostRecord['cpu']['core'] = null,
): Facts {
  const domain = outerHypervisor?.domain;
  return [
    ['CPU', `${cpu.vendor} ${cpu.model}`],
    ['family, model, stepping', [cpu.family, cpu.modelNumber, cpu.stepping].map(of).join(', ')],
    // Of hybrid CPUs alone: all other classes keep their ids.
    ...(core === null ? [] : [['core', core] as [string, string]]),
    ['caches', [cpu.caches.l1d, cpu.caches.l2, cpu.caches.llc].join(', ')],
    ['runs under', outerHypervisor?.hypervisor ?? 'nothing that shows'],
    // Of paravirtual domains and of dom0 alone, for the same reason.
    ...(domain && (domain.role === 'dom0' || domain.kind === 'PV')
      ? [['domain', domainName(domain)] as [string, string]]
      : []),
    // Of emulated CPUs alone, for the same reason; a nested computer is one that runs under something.
    ...(footingOf({ outerHypervisor }) === 'emulated'
      ? [['instructions', 'emulated'] as [string, string]]
      : []),
  ];
}

/** Of a row that other computers have part in: what they are. Its host class is that of the computer that measured. */
export const elsewhereSchema = text.optional();

/**
 * The other computers that a machine's figures rest on, its own and native's, for people; undefined if both are this one. What
 * differs in it must not be compared, and neither must what has it with what has not.
 */
export function elsewhereOf(hypervisors: readonly HypervisorInfo[], id: string): string | undefined {
  const place = (what: string, one: HypervisorInfo | undefined) =>
    one?.computer && !one.computer.sameAsHost ? [`${what} on ${factsText(computerFacts(one.computer))}`] : [];
  const places = [
    ...place(
      'the machine',
      hypervisors.find((one) => one.id === id),
    ),
    ...place(
      'native',
      hypervisors.find((one) => isReference(one.id)),
    ),
  ];
  return places.length > 0 ? places.join('; ') : undefined;
}

/** "AMD EPYC; family, model, stepping 25, 1, 1; …" */
export function describeHostClass({ facts }: HostClass): string {
  return factsText(facts, '; ');
}

function factsText(facts: Facts, between = ', '): string {
  return facts.map(([name, value], index) => (index === 0 ? value : `${name} ${value}`)).join(between);
}

/** In what two classes differ: "KVM is backed by kvm_amd, not kvm_pvm". */
export function classDifference(there: HostClass, here: HostClass): string[] {
  const names = [...new Set([...there.facts, ...here.facts].map(([name]) => name))];
  const value = ({ facts }: HostClass, name: string) => facts.find(([n]) => n === name)?.[1] ?? 'unknown';
  return names
    .filter((name) => value(there, name) !== value(here, name))
    .map((name) => `${name} ${value(there, name)}, not ${value(here, name)}`);
}
