/** Machines on other computers beside those on this one: what a ratio of the two compares. */
import { isReference } from '../model/role.ts';
import type { ComputerRecord, HostRecord, HypervisorInfo } from './schema.ts';

type Cpu = ComputerRecord['cpu'];
/** A computer, this one or another. */
interface Computer extends Pick<HostRecord, 'outerHypervisor'> {
  readonly cpu?: Cpu;
}

/** Who was measured, and on which computers. */
export interface Measured {
  readonly host: Computer;
  readonly hypervisors: readonly HypervisorInfo[];
}

/** What makes one piece of code faster on one CPU than on another, as people name it. */
const TRAITS: readonly (readonly [string, (cpu: Cpu) => string | null])[] = [
  ['CPU', ({ vendor, model }) => `${vendor} ${model}`],
  [
    'family, model, stepping',
    ({ family, modelNumber, stepping }) =>
      [family, modelNumber, stepping].map((part) => part ?? 'unknown').join(', '),
  ],
  ['caches (bytes)', ({ caches }) => [caches.l1d, caches.l2, caches.llc].join(', ')],
  ['microcode', ({ microcode }) => microcode],
];

/** The computer that native was measured on. */
export function nativeComputer(measured: Measured): Computer {
  return referenceComputer(measured) ?? measured.host;
}

/** That of native, if it is on another one. */
function referenceComputer({ hypervisors }: Pick<Measured, 'hypervisors'>): ComputerRecord | undefined {
  return hypervisors.find(({ id }) => isReference(id))?.computer;
}

/**
 * In what the CPU that a machine was measured on differs from native's: "microcode 0x1 there, 0x2 for native". Empty if
 * nothing does: what one of them does not tell is no difference. A hypervisor may show its guest another CPU than there is.
 */
export function cpuDifferences(measured: Measured, { computer }: Pick<HypervisorInfo, 'computer'>): string[] {
  const reference = referenceComputer(measured);
  if ([computer, reference].every((one) => one === undefined || one.sameAsHost)) return [];
  const [own, other] = [reference, computer].map((one) => (one ?? measured.host).cpu);
  if (!own || !other) return ['one of the CPUs is unknown'];
  return TRAITS.flatMap(([name, of]) => {
    const [here, there] = [of(own), of(other)];
    return here === null || there === null || here === there
      ? []
      : [`${name} ${there} there, ${here} for native`];
  });
}
