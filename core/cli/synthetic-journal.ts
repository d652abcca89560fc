/** Journals of any size, to see what it costs to make reports of them: every figure in them is made up. */
import { JOURNAL_SCHEMA, type JournalEntry, type JournalHeader } from '../results/journal.ts';
import type { HostRecord } from '../results/schema.ts';
import { createRandom } from '../stats/index.ts';

/** Slowdowns, made up. */
const HYPERVISORS = { native: 1, control: 1, kvm: 1.01, 'qemu-tcg': 5 };
const WORKLOADS = 10;
export const LAUNCHES = 25;
const BATCH_NS = 5e6;
/** Between two batches. */
const PAUSE_NS = 1e5;
const TICKS_PER_NS = 2.5;

/** The entries of a run with so many samples, to a thousand: ten workloads on four machines, in 25 launches. */
export function* syntheticJournal(samples: number, host: HostRecord): Generator<JournalEntry> {
  yield headerOf(host);
  const ids = Object.entries(HYPERVISORS);
  const rounds = Math.round(samples / (LAUNCHES * WORKLOADS * ids.length));
  const random = createRandom(1);
  for (let launch = 0; launch < LAUNCHES; launch++) {
    let beganNs = launch * 1e12;
    for (let round = 0; round < rounds; round++)
      for (let workload = 0; workload < WORKLOADS; workload++)
        for (const [hypervisor, slowdown] of ids) {
          const wallNs = Math.round(BATCH_NS * slowdown * (1 + random.nextFloat() / 50));
          yield {
            ...{ type: 'sample', launch, isa: 'x86_64', platform: 'bare' },
            ...{ suite: 'cpu', workload: `workload-${workload}`, hypervisor },
            ...{ phase: 'round', round, iterations: 1000 },
            ...{ wallNs, cpuNs: wallNs, beganNs, beganTicks: beganNs * TICKS_PER_NS },
            ...{ ticks: wallNs * TICKS_PER_NS, emptyWallNs: 2000, emptyCpuNs: 2000 },
          };
          beganNs += wallNs + PAUSE_NS;
        }
    yield {
      ...{ type: 'launch', index: launch, isa: 'x86_64', platform: 'bare', startMs: {}, bootMs: {} },
      ...{ peakResidentBytes: {}, load: 0, stealFraction: null, throttling: null, clocks: [] },
    };
  }
  yield { type: 'end', reason: 'launches', elapsedSeconds: 1 };
}

function headerOf(host: HostRecord): JournalHeader {
  const hypervisors = Object.keys(HYPERVISORS).map((id): JournalHeader['hypervisors'][number] => ({
    ...{ id, title: id, mode: 'hosted', technique: 'direct-execution', paging: null, version: null },
    ...{ isas: ['x86_64'], available: true, evidence: [], notes: ['every figure is made up'] },
  }));
  return {
    ...{ type: 'header', schema: JOURNAL_SCHEMA, tool: { name: 'hvbench', version: 'synthetic' } },
    ...{ host, startedAt: new Date(0).toISOString(), seed: 1, profile: 'synthetic', config: {} },
    plan: {
      ...{
        benchCpu: 0,
        cpuChosen: false,
        toolCpus: [0],
        rounds: 1,
        fullLaunches: 1,
        minLaunches: 1,
        maxLaunches: LAUNCHES,
      },
      ...{ batchMs: 5, budgetSeconds: 1, precision: { direct: 0.01, translated: 0.03 } },
      ...{ resamples: 2000, negligible: 0.02 },
    },
    hypervisors,
    rows: Array.from({ length: WORKLOADS }, (_, workload) =>
      hypervisors.map(({ id }): JournalHeader['rows'][number] => ({
        ...{ suite: 'cpu', workload: `workload-${workload}`, title: '', exposes: '', isa: 'x86_64' },
        ...{ platform: 'bare', digest: '', argument: 0, hypervisor: id },
      })),
    ).flat(),
    ...{ operations: [], studies: [] },
  };
}
