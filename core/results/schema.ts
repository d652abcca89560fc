/**
 * The shape of `result.json` (`hvbench/result@2`): the one thing that every report is made from.
 * Durations are nanoseconds unless a name says otherwise; overheads are fractions (0.12 is 12 %);
 * an interval is the 95 % confidence interval around its estimate.
 */
import { z } from 'zod';
import { intervalSchema } from '../model/interval.ts';
import { ISAS, PLATFORMS } from '../model/isa.ts';
import { rowSchema } from '../model/row.ts';
import {
  bytes,
  change,
  configuration,
  elapsed,
  end,
  index,
  MOST_FAILURES,
  MOST_HYPERVISORS,
  MOST_LAUNCHES,
  MOST_NOTES,
  MOST_RESAMPLES,
  MOST_ROUNDS,
  MOST_ROWS,
  MOST_SUITE_ROWS,
  MOST_SUITES,
  namedUpTo,
  perIteration,
} from './bounds.ts';

export { type Interval, intervalSchema } from '../model/interval.ts';
export type { Isa, Platform } from '../model/isa.ts';

export const RESULT_SCHEMA = 'hvbench/result@2';

export const isaSchema = z.enum(ISAS);

/** `unknown`: of a machine on another computer, whose hypervisor does not tell. The same of its technique. */
export const modeSchema = z.enum(['native', 'hosted', 'hardware-assisted', 'unknown']);
export type Mode = z.infer<typeof modeSchema>;

export const techniqueSchema = z.enum([
  'bare',
  'interpretation',
  'binary-translation',
  'direct-execution',
  'amd-v',
  'vt-x',
  'unknown',
]);
export type Technique = z.infer<typeof techniqueSchema>;

/**
 * On the hardware, in the domain by which a hypervisor on the hardware is run (Xen's dom0), in a guest of a hypervisor (so
 * that guests are at level 2), or on an emulated CPU.
 */
export const footingSchema = z.enum(['hardware', 'dom0', 'nested', 'emulated']);
export type Footing = z.infer<typeof footingSchema>;

export const platformSchema = z.enum(PLATFORMS);

const text = z.string().max(4096);
/** Reports name files after it, and a result may be somebody else's. */
const suiteName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/);

export const cachesSchema = z.strictObject({ l1d: z.number(), l2: z.number(), llc: z.number() });

/** What a computer is to Xen; null where that does not show. */
export const xenDomainSchema = z.strictObject({
  role: z.enum(['dom0', 'domU']).nullable(),
  /** Paravirtual, paravirtual within hardware assist, or with hardware assist and emulated devices. */
  kind: z.enum(['PV', 'PVH', 'HVM']).nullable(),
});
export type XenDomain = z.infer<typeof xenDomainSchema>;

export const hostSchema = z.strictObject({
  cpu: z.strictObject({
    model: text,
    vendor: text,
    family: z.number().nullable(),
    modelNumber: z.number().nullable(),
    stepping: z.number().nullable(),
    microcode: text.nullable(),
    /** CPUs online. */
    cpus: z.number(),
    smt: z.boolean().nullable(),
    governor: text.nullable(),
    virtualization: z
      .enum(['svm', 'vmx'])
      .nullable()
      .describe('CPU flag of hardware assist, as this host sees it'),
    /** The kind of core that measures, of a hybrid CPU; null if all cores are alike. */
    core: z.enum(['performance', 'efficiency']).nullable().default(null),
    /** What keeps others off the CPU that measures: isolcpus, nohz_full. */
    quiet: z
      .array(z.enum(['isolated', 'tickless']))
      .max(2)
      .default([]),
    caches: cachesSchema.describe('bytes'),
    mitigations: namedUpTo(MOST_NOTES, text),
  }),
  memoryBytes: z.number(),
  kernel: text,
  os: text,
  node: text,
  compiler: text.nullable(),
  /** What this host itself runs under; null on hardware, or where nothing tells. */
  outerHypervisor: z
    .strictObject({
      hypervisor: text,
      evidence: z.array(text).max(MOST_NOTES),
      /** Of the hypervisor; absent if nothing tells it. */
      version: text.optional(),
      /** Of Xen alone. */
      domain: xenDomainSchema.optional(),
      /** What the hypervisor itself runs under, if that shows. */
      beneath: text.optional(),
      /** Whether it, or what is beneath it, carries out each instruction by program, as TCG and Bochs do; absent if nothing tells so. */
      emulated: z.boolean().optional(),
    })
    .nullable(),
  /** What a licence says of publishing figures measured here; absent if none is known to say something. */
  publication: z.strictObject({ restriction: text, source: text }).optional(),
  kvm: z.strictObject({
    present: z.boolean(),
    accessible: z.boolean(),
    /** The module behind /dev/kvm: kvm_amd, kvm_intel, kvm_pvm, … */
    backing: text.nullable(),
    nestedPaging: z.boolean().nullable(),
    reason: text.nullable().describe('why it cannot be used, and the command that fixes it'),
  }),
  transparentHugePages: text.nullable(),
  /** At the start of the run: load average over one minute, and the share of CPU time stolen since boot. */
  load: z.number(),
  stealFraction: end.nullable(),
  /** CPUs' worth of time that hvbench may use, by the tightest cgroup quota; null if there is none. */
  cpuQuota: z.number().positive().nullable().default(null),
});
export type HostRecord = z.infer<typeof hostSchema>;

const { cpu: cpuSchema, ...hostFields } = hostSchema.shape;

/** Another computer, whose machine was reached by SSH or by a plugin: what it told of itself. Its address is nobody else's business. */
export const computerSchema = z.strictObject({
  cpu: cpuSchema.pick({
    ...{ model: true, vendor: true, family: true, modelNumber: true, stepping: true, microcode: true },
    ...{ cpus: true, governor: true, caches: true },
  }),
  memoryBytes: hostFields.memoryBytes,
  kernel: hostFields.kernel,
  os: hostFields.os,
  /** What it runs on, recognised from inside; null if nothing shows a hypervisor. */
  outerHypervisor: hostFields.outerHypervisor,
  publication: hostFields.publication,
  clockSource: text.nullable().describe('by which its kernel tells the time: tsc, kvm-clock, …'),
  /** Share of its CPU time stolen since it booted, when the run began. */
  stealFraction: hostFields.stealFraction,
  /** Whether it is this computer itself, by the boot ID of its kernel. */
  sameAsHost: z.boolean(),
});
export type ComputerRecord = z.infer<typeof computerSchema>;

export const variantSchema = z.strictObject({
  /** The id of its driver. */
  of: text,
  /** The file of its program, or of what its program interprets, without folders. */
  program: z.strictObject({ name: text, sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
  /** What it was told, by option; paths without their folders. */
  options: namedUpTo(64, text),
});
export type VariantRecord = z.infer<typeof variantSchema>;

export const hypervisorSchema = z.strictObject({
  id: text,
  /** A name for people, e.g. "v86 (binary translation)". */
  title: text,
  mode: modeSchema,
  technique: techniqueSchema,
  /** nested or shadow paging, where the technique knows the difference. */
  paging: z.enum(['nested-paging', 'shadow-paging']).nullable(),
  version: text.nullable(),
  isas: z.array(isaSchema).max(16),
  available: z.boolean(),
  /** Why it is not available, or what to know about it. */
  reason: text.optional(),
  /** The command that would make it available. */
  remedy: text.optional(),
  /** What the guest itself saw and what the host recorded: the proof of what really executed. */
  evidence: z.array(text).max(MOST_NOTES),
  notes: z.array(text).max(MOST_NOTES),
  /** What the computer stands on that it ran on (see `outerHypervisor`); absent from results of before that. */
  footing: footingSchema.optional(),
  /** Of a variant: what it is a variant of; absent from drivers as they are. */
  variant: variantSchema.optional(),
  /** Of a machine on another computer, reached by SSH or by a plugin: what that is; absent from those on this one. */
  computer: computerSchema.optional(),
});
export type HypervisorInfo = z.infer<typeof hypervisorSchema>;

/** How often, by reason; what is not counted is absent. */
export const exitsSchema = namedUpTo(64, change, z.string().max(32));

export const launchSamplesSchema = z.strictObject({
  launch: z.number(),
  /** One figure a round, in the order measured; empty batch subtracted, null if nothing is left. */
  nsPerIteration: z.array(perIteration.nullable()).max(MOST_ROUNDS),
  cpuNsPerIteration: z.array(perIteration.nullable()).max(MOST_ROUNDS),
});
export type LaunchSamples = z.infer<typeof launchSamplesSchema>;

export const measurementSchema = z.strictObject({
  suite: text,
  workload: text,
  title: text,
  exposes: text,
  isa: isaSchema,
  hypervisor: text,
  mode: modeSchema,
  technique: techniqueSchema,
  /** SHA-256 of the workload's linked code. */
  digest: text,
  /** The workload's parameter (0 if it has none), usually a working set in bytes. */
  argument: z.number(),
  status: z.enum(['ok', 'failed', 'unavailable']),
  error: text.optional(),
  launches: z.number(),
  rounds: z.number(),
  /**
   * Rounds in which this machine's batch took no more time than an empty one, by either clock. The row then has no
   * interval by that clock, and no guest has one against it: it would rest on the longer batches alone.
   */
  roundsWithoutFigure: z.strictObject({ wall: z.number(), cpu: z.number() }).default({ wall: 0, cpu: 0 }),
  iterationsPerBatch: z.number().nullable(),
  nsPerIteration: intervalSchema.nullable(),
  cpuNsPerIteration: intervalSchema.nullable(),
  /** Against native, in the same rounds; null for native itself. */
  overhead: intervalSchema.nullable(),
  cpuOverhead: intervalSchema.nullable(),
  /** The first batch after each launch against the steady ones: what a cold start costs. */
  cold: z.strictObject({ nsPerIteration: z.number(), factor: z.number() }).nullable(),
  /** How often a second the guest came out of the CPU, by reason (`exits`: all); null if nobody counts. */
  exitsPerSecond: exitsSchema.nullable().default(null),
  /** The same for one iteration, which no clock is part of; absent if nobody counts, and from results of before that. */
  exitsPerIteration: exitsSchema.optional(),
  samples: z.array(launchSamplesSchema).max(MOST_LAUNCHES),
});
export type Measurement = z.infer<typeof measurementSchema>;

/** One operation of a suite that asks what a single thing costs, such as `cpuid`; see docs/method.md. */
export const operationSchema = z.strictObject({
  suite: text,
  operation: text,
  title: text,
  isa: isaSchema,
  hypervisor: text,
  mode: modeSchema,
  technique: techniqueSchema,
  /** What was done instead, where native code can only do something like it: "a fault to a signal"; else null. */
  counterpart: text.nullable(),
  /** SHA-256 of the image that ran it. */
  digest: text,
  status: z.enum(['ok', 'failed', 'unavailable']),
  error: text.optional(),
  launches: z.number(),
  operationsPerBatch: z.number().nullable(),
  nsPerOperation: intervalSchema.nullable(),
  /** Reference cycles: nanoseconds times the rate of native's time-stamp counter. */
  cyclesPerOperation: intervalSchema.nullable(),
  /** How often the guest came out of the CPU for one, by reason (`exits`: all); absent if nobody counts. */
  exitsPerOperation: exitsSchema.optional(),
  samples: z
    .array(
      z.strictObject({
        launch: z.number(),
        /** One figure a batch, empty batch subtracted; null if nothing is left, and then the row has no interval. */
        nsPerOperation: z.array(perIteration.nullable()).max(MOST_ROUNDS),
      }),
    )
    .max(MOST_LAUNCHES),
});
export type OperationResult = z.infer<typeof operationSchema>;

export const suiteSummarySchema = z.strictObject({
  suite: text,
  isa: isaSchema,
  hypervisor: text,
  /** Geometric mean over the suite's workloads; null if none was measured. */
  overhead: intervalSchema.nullable(),
  cpuOverhead: intervalSchema.nullable(),
  workloads: z.number(),
  /** Workloads that `cpuOverhead` is of; absent if they are as many as `workloads`. */
  cpuWorkloads: z.number().optional(),
});
export type SuiteSummary = z.infer<typeof suiteSummarySchema>;

export const verdictSchema = z.enum([
  'supported',
  'refuted-above',
  'refuted-below',
  'mixed',
  'undecided',
  'not-testable',
]);
export type Verdict = z.infer<typeof verdictSchema>;

export const claimFigureSchema = z.enum(['cpu-time', 'wall-time', 'boot-time', 'memory']);
export type ClaimFigure = z.infer<typeof claimFigureSchema>;

const rowNames = z.array(text).max(MOST_ROWS);

export const claimResultSchema = z.strictObject({
  id: text,
  statement: text,
  source: text,
  hypervisor: text,
  /** What it was judged on: a suite and an ISA, e.g. "cpu (x86_64)". */
  scope: text,
  /** What the claim is; absent from results of before that, in which all were of CPU time. */
  about: z
    .strictObject({
      /** 0 if nobody said. */
      year: z.number(),
      /** Overheads as fractions, times in nanoseconds, memory in bytes. */
      figure: claimFigureSchema,
      against: text,
      work: text,
      basis: z.enum(['measured', 'advertised']),
      recalled: z.boolean().describe('whether the figure is quoted from memory'),
    })
    .optional(),
  /** The band that the claim names; an open end is null. */
  band: z.strictObject({ low: end.nullable(), high: end.nullable() }),
  estimate: end.nullable(),
  low: end.nullable(),
  high: end.nullable(),
  verdict: verdictSchema,
  /** Names of the rows that were judged, by where their own intervals lie; absent from results of before that. */
  rows: z
    .strictObject({ inside: rowNames, above: rowNames, below: rowNames, undecided: rowNames })
    .optional(),
  /** The least and the largest estimate of a row; `estimate` is their geometric mean. */
  spread: z.strictObject({ low: end, high: end }).optional(),
  /** The control's CPU overhead of the same suite and ISA, and how far from 0 its interval may reach for a verdict. */
  footing: footingSchema.optional().describe('what the computer stands on that it was judged on'),
  noise: z.strictObject({ limit: end, control: intervalSchema.nullable(), isQuiet: z.boolean() }).optional(),
  /**
   * Of a claim about CPU time that was judged by wall-clock time, on another computer: what allowed it. Absent from all others.
   */
  wallTime: z
    .strictObject({
      stolen: end.describe('the largest share of CPU time stolen in a launch, of the machine or of native'),
      onCpu: end.describe('the least share of its wall-clock time for which a workload had its CPU'),
    })
    .optional(),
  reason: text.optional(),
  /** Where it could not be tested: what exits counted elsewhere predict for hardware that was measured by others. No verdict. */
  predicted: z
    .array(
      z.strictObject({
        /** Whose exits have a published cost, and since when. */
        cpu: text,
        paging: z.enum(['nested-paging', 'shadow-paging']),
        recalled: z.boolean().describe('whether a cost or the clock is quoted from memory'),
        /** Workloads that something is predicted for. */
        workloads: z.number(),
        /** Those of them beyond the band, with their overheads as fractions. */
        beyond: z.array(z.strictObject({ name: text, overhead: end })).max(MOST_ROWS),
      }),
    )
    .max(64)
    .optional(),
});
export type ClaimResult = z.infer<typeof claimResultSchema>;

export const throttlingSchema = z.strictObject({ periods: index, throttled: index });

/**
 * What a machine does in a launch: it starts (and says what it is), is given a workload, runs empty batches, is calibrated
 * (first launch only), computes what the others must come to (native only), warms up, and runs the rounds that count.
 */
export const LAUNCH_PHASES = ['start', 'prepare', 'empty', 'calibrate', 'check', 'warm-up', 'round'] as const;
const launchPhaseSchema = z.enum(LAUNCH_PHASES);
export type LaunchPhase = z.infer<typeof launchPhaseSchema>;

export const launchSchema = z.strictObject({
  index: z.number(),
  isa: isaSchema,
  platform: platformSchema.default('bare'),
  /** Time from the start of each machine's process to its first answer, milliseconds. */
  startMs: namedUpTo(MOST_HYPERVISORS, change),
  /**
   * On the way there, of machines that boot an operating system: from the start of the process to the first byte on
   * the console, and to the first instruction in user space; milliseconds, null if it was not seen.
   */
  bootMs: namedUpTo(
    MOST_HYPERVISORS,
    z.strictObject({ console: change.nullable(), init: change.nullable() }),
  ).default({}),
  /** Most memory that each machine's process held, bytes. */
  peakResidentBytes: namedUpTo(MOST_HYPERVISORS, bytes),
  /**
   * What of its memory the host gave each machine in pages of 2 MiB of its own accord, bytes; without those for which it is
   * not known. Absent in results of earlier versions.
   */
  largePageBytes: namedUpTo(MOST_HYPERVISORS, bytes).optional(),
  /** Where the launch's time went: seconds of each machine by what it did; absent in results of earlier versions. */
  spentSeconds: namedUpTo(MOST_HYPERVISORS, z.partialRecord(launchPhaseSchema, elapsed)).optional(),
  load: z.number(),
  stealFraction: end.nullable(),
  /** The same of machines on other computers, there, since the launch before; absent if there are none, or none tells. */
  stolenElsewhere: namedUpTo(MOST_HYPERVISORS, end).optional(),
  /**
   * Trials that a connection to another computer has cost, and that were tried again; `workload`: null if it was lost before
   * the first. Absent if there are none.
   */
  lost: z
    .array(z.strictObject({ hypervisor: text, workload: text.nullable(), error: text }))
    .max(MOST_ROWS)
    .optional(),
  /** Periods of a CPU quota during this launch, and those in which it stopped hvbench or a machine; null without one. */
  throttling: throttlingSchema.nullable().default(null),
  /** The guest's time-stamp counter against the host's clock over this launch. */
  clocks: z
    .array(
      z.strictObject({
        hypervisor: text,
        ticksPerNs: z.number(),
        /** How far the rate of the launch's second half is from that of its first, or of single steps, as a fraction. */
        deviation: end,
        agrees: z.boolean(),
        /** How far the guest's own monotonic clock gained on the host's, as a fraction; absent if it has none. */
        drift: end.optional(),
        /** Whether it is native's own counter, so that it times the batches more finely than the marks do. */
        refines: z.boolean(),
      }),
    )
    .max(MOST_HYPERVISORS),
});
export type LaunchRecord = z.infer<typeof launchSchema>;

export const failureSchema = z.strictObject({
  launch: z.number(),
  isa: isaSchema,
  hypervisor: text,
  workload: text.nullable(),
  error: text,
});
export type Failure = z.infer<typeof failureSchema>;

export const resultSchema = z.strictObject({
  schema: z.literal(RESULT_SCHEMA),
  tool: z.strictObject({ name: z.literal('hvbench'), version: text }),
  host: hostSchema,
  startedAt: z.iso.datetime(),
  seed: z.number(),
  profile: text,
  /** What was asked for, as bench.config.ts would say it: the same again gives the same plan. */
  config: configuration,
  /** How it was measured. */
  plan: z.strictObject({
    benchCpu: z.number(),
    /** Whether a user chose it; else hvbench did. */
    cpuChosen: z.boolean().default(false),
    toolCpus: z.array(z.number()).max(8192),
    rounds: z.number(),
    fullLaunches: z.number(),
    minLaunches: z.number(),
    maxLaunches: z.number(),
    batchMs: z.number(),
    budgetSeconds: z.number(),
    /** Half-width asked for, as a fraction: of direct execution and hardware assist, and of translators. */
    precision: z.strictObject({ direct: end, translated: end }),
    resamples: z.number().int().min(2).max(MOST_RESAMPLES),
    negligible: end,
  }),
  stopped: z.strictObject({
    reason: z.enum(['precision', 'budget', 'launches', 'failed', 'interrupted', 'recovered']),
    elapsedSeconds: elapsed,
  }),
  hypervisors: z.array(hypervisorSchema).max(MOST_HYPERVISORS),
  measurements: z.array(measurementSchema).max(MOST_ROWS),
  suites: z.array(suiteSummarySchema).max(MOST_ROWS),
  /** What single operations cost; empty if no such suite was measured. */
  operations: z.array(operationSchema).max(MOST_ROWS).default([]),
  /**
   * What every suite found, in words that need no knowledge of the suite. Those of workloads have no samples: these are in
   * `measurements`.
   */
  rows: z.array(rowSchema).max(2 * MOST_ROWS),
  /** By suite: what it keeps beside rows, for what it says of them itself. */
  details: namedUpTo(MOST_SUITES, z.array(configuration).max(MOST_SUITE_ROWS), suiteName),
  launches: z.array(launchSchema).max(MOST_LAUNCHES),
  failures: z.array(failureSchema).max(MOST_FAILURES),
  claims: z.array(claimResultSchema).max(MOST_ROWS),
});
export type Result = z.infer<typeof resultSchema>;
