/** A made-up gate for testing its outputs: nothing in it was ever measured. */
import type {
  Gate,
  GateAbsence,
  GateRow,
  GateVerdict,
  MinimumEffect,
} from '../../../core/judge/gate/gate.ts';
import type { Interval, Isa } from '../../../core/results/schema.ts';
import { HOSTILE } from '../fixture.ts';

const NOISE: MinimumEffect = { fraction: 0.0239, source: 'noise' };

/** Per workload: made-up overheads, fractions, of kvm and of v86. */
const WORKLOADS: readonly (readonly [suite: string, workload: string, kvm: number, v86: number])[] = [
  ['cpu', 'integer', 0.002, 1.5],
  ['cpu', 'sha256', 0.004, 3.4],
  ['cpu', 'sieve', 0.101, 6.62],
  ['cpu', 'quicksort', 0.003, 4.1],
  ['cpu', 'lz77', 0.001, 5.2],
  ['cpu', 'interpreter', -0.002, 8.8],
  ['cpu', 'matrix-product', 0.006, 23],
  ['memory', 'stream-copy', 0.011, 2.2],
  ['memory', 'stream-triad', 0.012, 13],
  ['memory', 'chase-l1', 0.001, 5.5],
  ['memory', 'chase-dram', 0.031, 0.45],
  ['memory', 'first-touch', 0.19, 2.9],
];

/** What changed: the rest is the same. */
const CHANGES: Readonly<Record<string, readonly [verdict: GateVerdict, change: number, MinimumEffect?]>> = {
  'cpu/sieve kvm': ['regressed', 0.1017],
  'memory/first-touch kvm': ['regressed', 0.26, { fraction: 0.05, source: 'config' }],
  'cpu/lz77 v86': ['improved', -0.12],
  'memory/chase-dram kvm': ['undecided', 0.021, NOISE],
  'memory/chase-dram v86': ['undecided', -0.018, NOISE],
  'cpu/quicksort v86': ['undecided', 0.009],
};

const REASONS: Readonly<Record<GateVerdict, string>> = {
  regressed: 'the whole interval lies above the minimum effect, and 6 fresh launches confirm it',
  improved: 'the whole interval lies below the minimum effect',
  undecided: 'the interval crosses the minimum effect: measure longer',
  same: 'the whole interval lies within',
};

function around(estimate: number, half: number): Interval {
  return { estimate, low: estimate - half, high: estimate + half };
}

function rowOf(suite: string, workload: string, hypervisor: string, isa: Isa, overhead: number): GateRow {
  const [verdict, change, minimumEffect] = CHANGES[`${suite}/${workload} ${hypervisor}`] ?? ['same', 0.0008];
  const now = (1 + overhead) * (1 + change) - 1;
  const suspect = verdict === 'regressed' || verdict === 'undecided';
  return {
    ...{ suite, workload, isa, hypervisor, verdict },
    before: around(overhead, 0.003 * (1 + overhead)),
    after: around(now, 0.0025 * (1 + now)),
    change: around(change, verdict === 'undecided' ? 0.016 : 0.0061),
    minimumEffect: minimumEffect ?? { fraction: 0.01, source: 'default' },
    confirmation: suspect ? around(change, 0.007) : null,
    launches: { before: 15, now: suspect ? 14 : 8, fresh: suspect ? 6 : 0 },
    reason: REASONS[verdict],
  };
}

const rows = WORKLOADS.flatMap(([suite, workload, kvm, v86]) => [
  rowOf(suite, workload, 'control', 'x86_64', 0.0003),
  rowOf(suite, workload, 'kvm', 'x86_64', kvm),
  rowOf(suite, workload, 'v86', 'i386', v86),
]);

const absent: readonly GateAbsence[] = [
  {
    ...{ suite: 'cpu', workload: 'spectral-norm', isa: 'x86_64', hypervisor: 'kvm', side: 'baseline' },
    reason: 'the machine code differs (another digest)',
  },
  {
    ...{ suite: 'cpu', workload: 'spectral-norm', isa: 'x86_64', hypervisor: 'kvm', side: 'now' },
    reason: 'the machine code differs (another digest)',
  },
  {
    ...{ suite: 'memory', workload: 'gups-4k', isa: 'i386', hypervisor: 'v86', side: 'now' },
    reason: 'failed: wrong checksum: 1 instead of 2',
  },
];

/** 36 rows, of which 2 regressed, 1 improved and 3 are undecided; 2 more could not be judged. */
export const failed: Gate = {
  passed: false,
  strict: false,
  baseline: { path: 'ci/baseline.json', createdAt: '2026-01-02T03:04:05Z', runs: 5 },
  hostClass: {
    id: '0123456789ab',
    facts: [
      ['CPU', 'None Synthetic CPU 9000'],
      ['family, model, stepping', '1, 2, 3'],
      ['caches', '32768, 524288, 33554432'],
      ['runs under', 'KVM'],
      ['KVM is backed by', 'kvm_pvm'],
      ['nested paging', 'unknown'],
    ],
  },
  folder: 'results/tuesday',
  alpha: 0.05,
  confidence: 1 - 0.1 / 72,
  metricConfidence: null,
  rows,
  absent,
  metrics: [],
  absentMetrics: [],
  startedAt: '2026-02-03T04:05:06.789Z',
  elapsedSeconds: 154.3217,
};

/** The gate with the rows that have these verdicts, and what follows from that. */
export function only(verdicts: readonly GateVerdict[], strict = false): Gate {
  const left = rows.filter(({ verdict }) => verdicts.includes(verdict));
  const fails = (verdict: GateVerdict) => verdict === 'regressed' || (strict && verdict === 'undecided');
  return { ...failed, strict, rows: left, passed: !verdicts.some(fails) };
}

export const strict: Gate = { ...failed, strict: true };

/** `length` rows of one verdict, each under another name. */
export function many(verdict: GateVerdict, length: number): Gate {
  const gate = only([verdict]);
  const numbered = Array.from({ length }, (_, index) =>
    gate.rows.slice(0, 1).map((row) => ({ ...row, workload: `w${index}` })),
  );
  return { ...gate, rows: numbered.flat() };
}

const WORKFLOW = '::error::owned\r\n::set-output name=x::y%0A,title=z';

/** Paths, names and reasons would all like to be more than text. */
export const hostile: Gate = {
  ...strict,
  baseline: { ...failed.baseline, path: HOSTILE.markup },
  folder: HOSTILE.terminal,
  hostClass: { ...failed.hostClass, facts: [['CPU', HOSTILE.closing]] },
  rows: failed.rows.map((row, index) => {
    const texts = [...Object.values(HOSTILE), ']]>&"\' \uffff\ud800\u0000', WORKFLOW];
    const text = texts[Math.floor(index / 3) % texts.length] ?? '';
    return { ...row, workload: `${row.workload} ${text}`, reason: text };
  }),
  absent: failed.absent.map((row) => ({ ...row, workload: HOSTILE.markdown, reason: WORKFLOW })),
};
