/** What differs between the computers of several results: said first, since it may explain everything else. */
import { footingOf } from '../../results/footing.ts';
import { elsewhereOf } from '../../results/host-class.ts';
import { outerName } from '../../results/outer-hypervisor.ts';
import type { Result } from '../../results/schema.ts';

export interface HostDifference {
  readonly what: string;
  /** One text for each result, in their order. */
  readonly values: readonly string[];
}

export const UNKNOWN = 'unknown';
const text = (value: unknown) => (value === null || value === undefined ? UNKNOWN : String(value));

/** What is compared, in the order in which it is told. */
const FACTS: readonly (readonly [string, (result: Result) => unknown])[] = [
  ['CPU', ({ host }) => host.cpu.model],
  [
    'CPU family, model, stepping',
    ({ host: { cpu } }) => [cpu.family, cpu.modelNumber, cpu.stepping].map(text).join(', '),
  ],
  ['core', ({ host }) => host.cpu.core],
  ['CPUs', ({ host }) => host.cpu.cpus],
  ['SMT', ({ host }) => host.cpu.smt],
  ['microcode', ({ host }) => host.cpu.microcode],
  [
    'CPU quota',
    ({ host: { cpuQuota } }) => (cpuQuota === null ? 'none recorded' : `${cpuQuota.toFixed(2)} CPUs`),
  ],
  ['frequency governor', ({ host }) => host.cpu.governor],
  ['memory', ({ host }) => `${(host.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
  ['kernel', ({ host }) => host.kernel],
  ['operating system', ({ host }) => host.os],
  [
    'runs under',
    ({ host }) =>
      [
        host.outerHypervisor ? outerName(host.outerHypervisor) : 'nothing that shows',
        ...(footingOf(host) === 'emulated' ? ['which emulates the CPU: times mean nothing'] : []),
      ].join(', '),
  ],
  ['KVM is backed by', ({ host }) => host.kvm.backing],
  ['nested paging', ({ host }) => host.kvm.nestedPaging],
  ['transparent huge pages', ({ host }) => host.transparentHugePages],
  ['Node.js', ({ host }) => host.node],
  ['C compiler', ({ host }) => host.compiler],
  ['hvbench', ({ tool }) => tool.version],
  ['profile', ({ profile }) => profile],
];

const mitigationOf = (vulnerability: string) => `mitigation of ${vulnerability}`;
const versionOf = (hypervisor: string) => `version of ${hypervisor}`;

/** All that is compared, of one result; what it does not tell is `unknown`, or absent. */
export function factsOf(result: Result): [what: string, value: string][] {
  return [
    ...FACTS.map(([what, read]): [string, string] => [what, text(read(result))]),
    ...Object.entries(result.host.cpu.mitigations).map(([name, value]): [string, string] => [
      mitigationOf(name),
      value,
    ]),
    ...result.hypervisors.map(({ id, version }): [string, string] => [versionOf(id), text(version)]),
  ];
}

export function hostDifferences(results: readonly Result[]): HostDifference[] {
  const vulnerabilities = [
    ...new Set(results.flatMap(({ host }) => Object.keys(host.cpu.mitigations))),
  ].sort();
  const hypervisors = [...new Set(results.flatMap((result) => result.hypervisors.map(({ id }) => id)))];
  const facts: typeof FACTS = [
    ...FACTS,
    ...vulnerabilities.map(
      (name) => [mitigationOf(name), ({ host }: Result) => host.cpu.mitigations[name]] as const,
    ),
    ...hypervisors.map(
      (id) =>
        [versionOf(id), (result: Result) => result.hypervisors.find((h) => h.id === id)?.version] as const,
    ),
    ...hypervisors.map(
      (id) =>
        [
          `other computers of ${id}`,
          (result: Result) => elsewhereOf(result.hypervisors, id) ?? 'none',
        ] as const,
    ),
  ];
  return facts.flatMap(([what, read]) => {
    const values = results.map((result) => text(read(result)));
    return new Set(values).size > 1 ? [{ what, values }] : [];
  });
}
