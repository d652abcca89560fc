/** The journal of a run that did everything: every figure in it is made up. */
import type { JournalEntry } from '../../core/results/journal.ts';
import { createRandom } from '../../core/stats/random.ts';
import type { BootEntry } from '../../suites/boot/schema.ts';
import {
  end,
  failure,
  header,
  launch,
  noOperation,
  operation,
  operationSample,
  rows,
  sample,
  suiteEntries,
} from '../core/results/example.ts';
import { ended, levelsOf, loadProfileEntry } from '../suites/consolidation/example.ts';
import { journal as density } from '../suites/density/example.ts';

const HYPERVISORS = ['native', 'control', 'kvm'];
const WORKLOADS = ['integer', 'sieve'];

function samples(): JournalEntry[] {
  const random = createRandom(1);
  const entries: JournalEntry[] = [];
  for (let index = 0; index < 4; index++) {
    entries.push(launch(index));
    let began = index * 1e9;
    for (const workload of WORKLOADS)
      for (const round of [0, 1, 2, 3])
        for (const hypervisor of HYPERVISORS) {
          const wallNs = Math.round(5e6 * (1 + random.nextFloat() / 50));
          const timing = { wallNs, cpuNs: wallNs, ticks: wallNs * 3, beganNs: began, beganTicks: began * 3 };
          const exits = hypervisor === 'kvm' && {
            exits: { exits: 4, user: 2 },
            emptyExits: { exits: 2, user: 2 },
          };
          const phase = round === 0 ? 'cold' : 'round';
          entries.push(sample({ launch: index, workload, hypervisor, round, phase, ...timing, ...exits }));
          began += wallNs + 1e6;
        }
  }
  return entries;
}

function operations(): JournalEntry[] {
  return ['native', 'control'].flatMap((hypervisor) =>
    [0, 1, 2].map((index) =>
      operationSample({ hypervisor, launch: index, wallNs: [10_000, 10_100 + index, 10_200] }),
    ),
  );
}

function boots(): BootEntry[] {
  const target = { hypervisor: 'kvm', machineType: null, isa: 'x86_64', role: 'bare' } as const;
  return [
    { type: 'boot-subject', suite: 'boot', ...target, imageBytes: 1000, kernelBytes: null },
    ...[100, 110, 121].map(
      (ready, index): BootEntry => ({
        ...{ type: 'boot-launch', launch: index, ...target, cache: index === 2 ? 'cold' : 'warm' },
        milestonesMs: { hypervisor: 50, guest: ready - 1, kernel: null, userSpace: null, ready },
        ...{ cpuMs: ready * 2, peakResidentBytes: 1e6, proportionalBytes: 5e5 },
        files: { residentBytes: 300, readBytes: 100, unknownBytes: 0 },
      }),
    ),
    { type: 'boot-end', reason: 'launches' },
  ];
}

export function wholeJournal(): JournalEntry[] {
  return [
    header({
      rows: rows(...WORKLOADS),
      operations: HYPERVISORS.map((hypervisor) => operation({ hypervisor })),
      config: { seed: 1, suites: ['cpu'], kernels: [] },
    }),
    { type: 'inside', hypervisor: 'kvm', isa: 'x86_64', platform: 'bare', evidence: ['CPUID: hvbench VMM'] },
    ...operations(),
    noOperation(),
    ...suiteEntries('boot', boots()),
    ...suiteEntries('consolidation', [
      loadProfileEntry(),
      ...levelsOf('native', { 1: 10, 2: 10 }),
      ended('native', 'machines', 2),
      ...levelsOf('kvm', { 1: 9, 2: 8 }, { missedFrom: 2 }),
      ended('kvm', 'quality', 2),
    ]),
    ...suiteEntries('density', density),
    ...samples(),
    failure({ launch: 3 }),
    end(),
  ];
}
