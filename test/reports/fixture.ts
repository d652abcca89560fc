/**
 * A synthetic result for testing reports: every figure in it is made up by a seeded generator, none was ever
 * measured. Names and reasons may be hostile: they come from config and from guests.
 */

import { judgeClaims } from '../../core/judge/claims/judge.ts';
import {
  type HypervisorInfo,
  type Interval,
  type Isa,
  type Measurement,
  type OperationResult,
  RESULT_SCHEMA,
  type Result,
  resultSchema,
} from '../../core/results/schema.ts';
import { createRandom, type Random } from '../../core/stats/random.ts';

export const HOSTILE = {
  markup: '<script>globalThis.pwned=1</script><img src=x onerror=alert(1)>',
  closing: '</script><script>globalThis.pwned=1</script>\u2028',
  formula: '=cmd|"/c calc"!A1',
  terminal: '\u001b[31mred\u001b]0;owned\u0007\u202Egnp',
  markdown: '|a|`b` [x](javascript:alert(1)) @all',
} as const;

const LAUNCHES = 3;
const ROUNDS = 8;

/** Per suite: name of the workload, made-up native nanoseconds, made-up slowdown under v86. */
const WORKLOADS: Record<string, readonly (readonly [string, number, number])[]> = {
  cpu: [
    ['integer', 1.4, 2.5],
    ['sha256', 240, 4.4],
    ['sieve', 51_000, 7.6],
    ['quicksort', 830_000, 5.1],
    ['lz77', 12_400, 6.2],
    ['interpreter', 9.2, 9.8],
    ['recursion', 3.1, 12],
    ['spectral-norm', 18_000, 17],
    ['matrix-product', 2_300_000, 24],
  ],
  memory: [
    ['stream-copy', 4_100_000, 3.2],
    ['stream-triad', 5_200_000, 14],
    ['chase-l1', 1.2, 6.5],
    ['chase-l2', 4.3, 3.4],
    ['chase-llc', 21, 1.9],
    ['chase-dram', 96, 1.45],
    ['gups-4k', 28, 1.22],
    ['first-touch', 310, 3.9],
  ],
};

function around(estimate: number, relative: number): Interval {
  return { estimate, low: estimate - relative, high: estimate + relative };
}

interface Guest {
  readonly id: string;
  readonly mode: Measurement['mode'];
  readonly technique: Measurement['technique'];
  readonly slowdown: (v86: number) => number;
}

const NATIVE: Guest = { id: 'native', mode: 'native', technique: 'bare', slowdown: () => 1 };
const CONTROL: Guest = { ...NATIVE, id: 'control' };
const KVM: Guest = { id: 'kvm', mode: 'hosted', technique: 'direct-execution', slowdown: () => 1.004 };
const V86: Guest = { id: 'v86', mode: 'hosted', technique: 'binary-translation', slowdown: (v86) => v86 };

const GUESTS: Record<Isa, readonly Guest[]> = {
  x86_64: [NATIVE, CONTROL, KVM],
  i386: [NATIVE, CONTROL, V86],
};

function measured(
  guest: Guest,
  [name, ns, v86]: readonly [string, number, number],
  base: Pick<Measurement, 'suite' | 'isa'>,
  random: Random,
): Measurement {
  const factor = guest.slowdown(v86) * (1 + (random.nextFloat() - 0.5) * 0.006);
  // Only the page faults of a guest cost something where user code runs directly.
  const slow = guest.id === 'kvm' && name === 'first-touch' ? 1.19 : factor;
  const width = 0.004 * slow;
  const overhead = guest.id === 'native' ? null : around(slow - 1, width);
  const cpu = guest.id === 'v86' ? 1.12 : 1;
  return {
    ...base,
    workload: name,
    title: `${name}: synthetic`,
    exposes: 'nothing: it was never run',
    hypervisor: guest.id,
    mode: guest.mode,
    technique: guest.technique,
    digest: 'ab'.repeat(32),
    argument: 0,
    status: 'ok',
    launches: LAUNCHES,
    rounds: LAUNCHES * ROUNDS,
    roundsWithoutFigure: { wall: 0, cpu: 0 },
    iterationsPerBatch: 1000,
    nsPerIteration: around(ns * slow, ns * width),
    cpuNsPerIteration: around(ns * slow * cpu, ns * width),
    overhead,
    cpuOverhead: overhead && around(slow * cpu - 1, width),
    cold: { nsPerIteration: ns * slow * 3, factor: 3 },
    exitsPerSecond: null,
    samples: Array.from({ length: LAUNCHES }, (_, launch) => {
      const rounds = Array.from(
        { length: ROUNDS },
        () => ns * slow * (1 + (random.nextFloat() + random.nextFloat() - 1) * 0.02),
      );
      return { launch, nsPerIteration: rounds, cpuNsPerIteration: rounds.map((value) => value * cpu) };
    }),
  };
}

function missing(m: Measurement, status: 'failed' | 'unavailable', error: string): Measurement {
  return {
    ...m,
    ...{ status, error, launches: 0, rounds: 0, iterationsPerBatch: null, cold: null, samples: [] },
    ...{ nsPerIteration: null, cpuNsPerIteration: null, overhead: null, cpuOverhead: null },
  };
}

function hypervisor(guest: Guest, isas: Isa[], more: Partial<HypervisorInfo> = {}): HypervisorInfo {
  return {
    id: guest.id,
    title: `${guest.id} (${guest.technique})`,
    mode: guest.mode,
    technique: guest.technique,
    ...{ paging: null, version: '1.0', isas, available: true, evidence: ['synthetic'], notes: [] },
    ...more,
  };
}

export interface FixtureOptions {
  /** Put {@link HOSTILE} names and reasons in; default true. */
  readonly hostile?: boolean;
  /** Single operations and counted exits besides; default false. */
  readonly operations?: boolean;
}

/** Made-up nanoseconds of an operation: native, kvm and v86; null where it is unavailable. */
const OPERATIONS: Record<string, readonly [number | null, number | null, number | null]> = {
  callret: [1.4, 1.4, 15],
  cpuid: [60, 1200, 14],
  syscall: [120, 70, 340],
  in: [null, 4000, 150],
  out: [null, 4100, 160],
  'fresh-page': [500, 2500, null],
  ipi: [null, 3000, null],
};

/** Cycles of the made-up CPU in a nanosecond. */
export const CYCLES_PER_NS = 3;

/** An operation that was measured, or was not: made up. */
export function operationRow(
  rest: Partial<OperationResult> & Pick<OperationResult, 'operation' | 'hypervisor'>,
  ns: number | null,
): OperationResult {
  const guest = [NATIVE, KVM, V86].find(({ id }) => id === rest.hypervisor) ?? KVM;
  return {
    suite: 'privileged',
    title: `${rest.operation}: synthetic`,
    isa: 'x86_64',
    mode: guest.mode,
    technique: guest.technique,
    counterpart: null,
    digest: 'cd'.repeat(32),
    launches: ns === null ? 0 : LAUNCHES,
    operationsPerBatch: ns === null ? null : 1024,
    nsPerOperation: ns === null ? null : around(ns, ns * 0.1),
    cyclesPerOperation: ns === null ? null : around(ns * CYCLES_PER_NS, ns * CYCLES_PER_NS * 0.1),
    samples: ns === null ? [] : [{ launch: 0, nsPerOperation: [ns] }],
    ...(ns === null
      ? { status: 'unavailable' as const, error: 'it was never run' }
      : { status: 'ok' as const }),
    ...rest,
  };
}

function operationRows(hostile: boolean): OperationResult[] {
  return Object.entries(OPERATIONS).flatMap(([operation, [native, kvm, v86]]) => [
    operationRow(
      {
        operation,
        hypervisor: 'native',
        counterpart: operation === 'syscall' ? 'a system call of Linux' : null,
        ...(native === null && { error: hostile ? HOSTILE.markup : 'a process may not do this' }),
      },
      native,
    ),
    operationRow({ operation, hypervisor: 'kvm' }, kvm),
    operationRow({ operation, hypervisor: 'native', isa: 'i386' }, native),
    operationRow(
      {
        operation,
        hypervisor: 'v86',
        isa: 'i386',
        ...(v86 === null && { error: hostile ? HOSTILE.terminal : 'its CPU has no local APIC' }),
      },
      v86,
    ),
  ]);
}

/** A valid synthetic result: two ISAs, two suites, native, control, kvm and v86, some rows failed or unavailable. */
export function fixtureResult({ hostile = true, operations = false }: FixtureOptions = {}): Result {
  const random = createRandom(20051);
  const measurements = (['x86_64', 'i386'] as const).flatMap((isa) =>
    Object.entries(WORKLOADS).flatMap(([suite, workloads]) =>
      workloads.flatMap((workload) =>
        GUESTS[isa].map((guest) => measured(guest, workload, { suite, isa }, random)),
      ),
    ),
  );
  const change = (workload: string, guest: string, to: (m: Measurement) => Measurement) => {
    const index = measurements.findIndex((m) => m.workload === workload && m.hypervisor === guest);
    measurements[index] = to(measurements[index] as Measurement);
  };
  change('lz77', 'v86', (m) => missing(m, 'failed', 'wrong checksum: 1 instead of 2'));
  change('recursion', 'kvm', (m) =>
    missing(m, 'failed', hostile ? HOSTILE.terminal : 'the guest ended without a word'),
  );
  change('gups-4k', 'kvm', (m) => missing(m, 'unavailable', hostile ? HOSTILE.markup : 'no large pages'));
  if (operations) {
    for (const m of measurements) {
      if (m.hypervisor !== 'kvm' || !m.overhead) continue;
      const faults = m.workload === 'first-touch' ? 90_000 : 0;
      m.exitsPerSecond = { exits: 250 + faults, user: 0, interrupt: 240, 'page-fault': faults };
    }
  }
  if (hostile) {
    for (const m of measurements) {
      if (m.workload === 'integer') m.workload = HOSTILE.markup;
      if (m.workload === 'sha256') m.workload = HOSTILE.formula;
      if (m.workload === 'sieve') Object.assign(m, { workload: HOSTILE.markdown, exposes: HOSTILE.closing });
    }
  }
  const suites = (['x86_64', 'i386'] as const).flatMap((isa) =>
    Object.keys(WORKLOADS).flatMap((suite) =>
      GUESTS[isa].slice(1).map(({ id }) => {
        const rows = measurements.filter((m) => m.suite === suite && m.isa === isa && m.hypervisor === id);
        const logs = rows.flatMap(({ overhead }) => (overhead ? [Math.log1p(overhead.estimate)] : []));
        const mean = Math.expm1(logs.reduce((sum, log) => sum + log, 0) / logs.length);
        const overhead = around(mean, 0.003 * (1 + mean));
        return { suite, isa, hypervisor: id, overhead, cpuOverhead: overhead, workloads: logs.length };
      }),
    ),
  );
  const hypervisors = [
    hypervisor(NATIVE, ['x86_64', 'i386']),
    hypervisor(CONTROL, ['x86_64', 'i386']),
    hypervisor(KVM, ['x86_64']),
    hypervisor(V86, ['i386']),
    hypervisor({ ...V86, id: 'qemu-tcg' }, [], {
      ...{ available: false, version: null, reason: 'qemu-system-x86_64 is not installed' },
      remedy: 'apt-get install qemu-system-x86',
    }),
  ];
  const host: Result['host'] = {
    cpu: {
      ...{ model: `Synthetic ${hostile ? HOSTILE.markup : 'CPU'} 9000`, vendor: 'None', family: 1 },
      ...{ modelNumber: 2, stepping: 3, microcode: '0x1', cpus: 2, smt: null, governor: null },
      ...{ virtualization: null, core: null, quiet: [] },
      caches: { l1d: 32_768, l2: 524_288, llc: 33_554_432 },
      mitigations: { spectre_v2: 'synthetic' },
    },
    ...{ memoryBytes: 24 * 2 ** 30, kernel: '6.1.0', os: 'Synthetic Linux 1', node: 'v20.0.0' },
    compiler: 'cc 1.0',
    outerHypervisor: { hypervisor: 'KVM', evidence: ['synthetic evidence'] },
    kvm: { present: true, accessible: true, backing: 'kvm_pvm', nestedPaging: null, reason: null },
    ...{ transparentHugePages: 'madvise', load: 0.1, stealFraction: 0.0004, cpuQuota: null },
  };
  const claims = judgeClaims({
    ...{ host, hypervisors, suites, measurements, negligible: 0.02, rows: [], launches: [] },
  });
  if (hostile) for (const claim of claims) claim.source = HOSTILE.closing;
  const result: Result = {
    schema: RESULT_SCHEMA,
    tool: { name: 'hvbench', version: '0.0.0-synthetic' },
    host,
    startedAt: '2026-01-02T03:04:05Z',
    seed: 42,
    profile: 'standard',
    config: { profile: 'standard', seed: 42 },
    plan: {
      ...{
        benchCpu: 1,
        cpuChosen: false,
        toolCpus: [0],
        rounds: ROUNDS,
        fullLaunches: LAUNCHES,
        minLaunches: LAUNCHES,
        maxLaunches: 9,
        batchMs: 20,
      },
      ...{ budgetSeconds: 150, precision: { direct: 0.01, translated: 0.03 } },
      ...{ resamples: 2000, negligible: 0.02 },
    },
    stopped: { reason: 'precision', elapsedSeconds: 123.4 },
    hypervisors,
    measurements,
    suites,
    rows: [],
    details: {},
    launches: Array.from({ length: LAUNCHES }, (_, index) => ({
      ...{ index, isa: 'x86_64' as const, startMs: { native: 3, kvm: 12 }, load: 0.2 },
      ...{ platform: 'bare' as const, bootMs: {} },
      peakResidentBytes: { native: 2 ** 20, kvm: 2 ** 26 },
      stealFraction: index === 1 ? 0.02 : 0,
      throttling: null,
      clocks: [{ hypervisor: 'v86', ticksPerNs: 1, deviation: 0.2, agrees: false, refines: false }],
    })),
    failures: [
      {
        launch: 1,
        isa: 'i386',
        hypervisor: 'v86',
        workload: 'lz77',
        error: 'wrong checksum: 1 instead of 2',
      },
      ...(hostile
        ? [
            {
              launch: 0,
              isa: 'x86_64' as const,
              hypervisor: 'kvm',
              workload: 'recursion',
              error: HOSTILE.terminal,
            },
          ]
        : []),
    ],
    claims,
    operations: operations ? operationRows(hostile) : [],
  };
  return resultSchema.parse(result);
}
