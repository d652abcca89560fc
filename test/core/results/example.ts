/** A hand-made run: every figure in it is chosen for the tests. */
import {
  JOURNAL_SCHEMA,
  type JournalEntry,
  type JournalHeader,
  type JournalOperation,
  type JournalRow,
  type OperationSample,
  type Sample,
} from '../../../core/results/journal.ts';
import type { HypervisorInfo } from '../../../core/results/schema.ts';
import { QUIET } from '../host/example.ts';

type Of<T extends JournalEntry['type']> = Extract<JournalEntry, { type: T }>;

const info = (id: string, rest: Partial<HypervisorInfo> = {}): HypervisorInfo => ({
  id,
  title: id,
  mode: 'native',
  technique: 'bare',
  paging: null,
  version: '1',
  isas: ['x86_64', 'i386'],
  available: true,
  evidence: [],
  notes: [],
  ...rest,
});

export function row(rest: Partial<JournalRow> = {}): JournalRow {
  return {
    suite: 'cpu',
    workload: 'integer',
    title: 'a loop',
    exposes: 'nothing',
    isa: 'x86_64',
    platform: 'bare',
    digest: 'd'.repeat(64),
    argument: 0,
    hypervisor: 'native',
    ...rest,
  };
}

/** Every hypervisor of the example in each of the rows' workloads. */
export function rows(...workloads: string[]): JournalRow[] {
  return workloads.flatMap((workload) =>
    ['native', 'control', 'kvm'].map((hypervisor) => row({ workload, hypervisor })),
  );
}

export function header(rest: Partial<JournalHeader> = {}): JournalHeader {
  return {
    type: 'header',
    schema: JOURNAL_SCHEMA,
    tool: { name: 'hvbench', version: '0.0.0' },
    host: QUIET,
    startedAt: '2026-01-02T03:04:05.678Z',
    seed: 1,
    profile: 'quick',
    plan: {
      benchCpu: 1,
      cpuChosen: false,
      toolCpus: [0],
      rounds: 3,
      fullLaunches: 3,
      minLaunches: 3,
      maxLaunches: 6,
      batchMs: 5,
      budgetSeconds: 35,
      precision: { direct: 0.03, translated: 0.1 },
      resamples: 200,
      negligible: 0.02,
    },
    hypervisors: [
      info('native'),
      info('control'),
      info('kvm', { mode: 'hosted', technique: 'direct-execution', isas: ['x86_64'] }),
    ],
    rows: rows('integer'),
    operations: [],
    studies: [],
    config: { seed: 1 },
    ...rest,
  };
}

export function sample(rest: Partial<Sample> = {}): Sample {
  return {
    type: 'sample',
    launch: 0,
    isa: 'x86_64',
    platform: 'bare',
    suite: 'cpu',
    workload: 'integer',
    hypervisor: 'native',
    phase: 'round',
    round: 0,
    iterations: 1000,
    wallNs: 5e6,
    cpuNs: 5e6,
    beganNs: 0,
    beganTicks: 0,
    ticks: 15e6,
    emptyWallNs: 0,
    emptyCpuNs: 0,
    ...rest,
  };
}

export function operation(rest: Partial<JournalOperation> = {}): JournalOperation {
  return {
    suite: 'privileged',
    operation: 'cpuid',
    title: 'an instruction',
    isa: 'x86_64',
    digest: 'e'.repeat(64),
    hypervisor: 'native',
    counterpart: null,
    ...rest,
  };
}

/** 10 ns an operation, and 3 cycles a nanosecond. */
export function operationSample(rest: Partial<OperationSample> = {}): OperationSample {
  return {
    type: 'operation',
    launch: 0,
    isa: 'x86_64',
    suite: 'privileged',
    operation: 'cpuid',
    hypervisor: 'native',
    iterations: 1000,
    wallNs: [10_000, 10_000, 10_000],
    ticks: [30_000, 30_000, 30_000],
    emptyWallNs: 0,
    ...rest,
  };
}

export function noOperation(rest: Partial<Of<'no-operation'>> = {}): Of<'no-operation'> {
  return {
    type: 'no-operation',
    launch: 0,
    isa: 'x86_64',
    suite: 'privileged',
    operation: 'cpuid',
    hypervisor: 'kvm',
    status: 'unavailable',
    error: 'the guest triple-faulted',
    ...rest,
  };
}

export function launch(index: number, rest: Partial<Of<'launch'>> = {}): Of<'launch'> {
  return {
    type: 'launch',
    index,
    isa: 'x86_64',
    platform: 'bare',
    bootMs: {},
    startMs: { native: 2, control: 2, kvm: 60 },
    peakResidentBytes: { native: 1e6 },
    load: 0.1,
    stealFraction: 0,
    throttling: null,
    clocks: [],
    ...rest,
  };
}

export function failure(rest: Partial<Of<'failure'>> = {}): Of<'failure'> {
  return {
    type: 'failure',
    launch: 0,
    isa: 'x86_64',
    platform: 'bare',
    hypervisor: 'kvm',
    suite: 'cpu',
    workload: 'integer',
    error: 'the guest triple-faulted',
    ...rest,
  };
}

export function end(rest: Partial<Of<'end'>> = {}): Of<'end'> {
  return { type: 'end', reason: 'precision', elapsedSeconds: 12, ...rest };
}

/** What a suite with a method of its own wrote into the journal. */
export function suiteEntries(suite: string, entries: readonly { readonly type: string }[]): JournalEntry[] {
  return entries.map((entry) => ({ type: 'suite', suite, entry: { ...entry } }));
}
