import { isReference } from '../../model/role.ts';
import { footingOf } from '../../results/footing.ts';
import type {
  ClaimResult,
  HostRecord,
  HypervisorInfo,
  Measurement,
  SuiteSummary,
} from '../../results/schema.ts';
import { NEVER_MEASURED } from '../../results/state.ts';
import type { Interval } from '../../stats/index.ts';
import { CLAIMS, type Claim, type Thresholds } from './claims.ts';
import { noiseOf, noiseReason } from './quiet.ts';
import { emulated, kinship, lackOf, notMeasured, notTestable, rowsReason } from './reasons.ts';
import { type ClaimRow, judgeRows } from './rows.ts';

export interface JudgeInput extends Thresholds {
  readonly host: Pick<HostRecord, 'outerHypervisor'>;
  readonly hypervisors: readonly HypervisorInfo[];
  readonly suites: readonly SuiteSummary[];
  readonly measurements: readonly Measurement[];
}

/**
 * Judges every claim by CPU overhead, since CPU is what the claims are about: one row for each available
 * hypervisor of the claim's mode, and each suite and ISA measured in it. A claim that nothing was measured
 * for gets one row, not testable, whose hypervisor is `none`; so no claim is ever passed over in silence. All of them speak
 * of time, which on an emulated CPU is the emulator's.
 */
export function judgeClaims(input: JudgeInput): ClaimResult[] {
  if (footingOf(input.host) === 'emulated')
    return CLAIMS.map((claim) => ({ ...unjudged(claim, input), reason: emulated(input.host) }));
  return CLAIMS.flatMap((claim) => {
    const rows = input.hypervisors
      .filter(({ mode, available }) => mode === claim.mode && available)
      .flatMap((hypervisor) =>
        input.suites
          .filter((suite) => suite.hypervisor === hypervisor.id)
          .map((suite) => judge(claim, hypervisor, suite, input)),
      );
    return rows.length > 0 ? rows : [unjudged(claim, input)];
  });
}

function judge(
  claim: Claim,
  hypervisor: HypervisorInfo,
  suite: SuiteSummary,
  input: JudgeInput,
): ClaimResult {
  const band = claim.band(input);
  const about = {
    ...cited(claim),
    hypervisor: hypervisor.id,
    scope: `${suite.suite} (${suite.isa})`,
    band,
  };
  const overhead = suite.cpuOverhead;
  if (overhead === null) return { ...about, ...NOTHING, reason: notMeasured(suite) };
  const judged = judgeRows(rowsOf(suite, input), {
    low: band.low === null ? null : 1 + band.low,
    high: band.high === null ? null : 1 + band.high,
  });
  const noise = noiseOf(input.suites, suite, claim.quiet);
  return {
    ...about,
    estimate: overhead.estimate,
    low: overhead.low,
    high: overhead.high,
    verdict: noise.isQuiet ? judged.verdict : 'undecided',
    rows: judged.rows,
    ...spreadOf(suite, input),
    noise,
    footing: footingOf(input.host),
    reason: [noiseReason(noise), rowsReason(judged), kinship(claim, hypervisor)].filter(Boolean).join(' '),
  };
}

const belongsTo =
  ({ suite, isa, hypervisor }: SuiteSummary) =>
  (one: Measurement) =>
    one.suite === suite && one.isa === isa && one.hypervisor === hypervisor;

function rowsOf(suite: SuiteSummary, { measurements }: JudgeInput): ClaimRow[] {
  return measurements.filter(belongsTo(suite)).map((row) => ({
    name: row.workload,
    figure: row.cpuOverhead && ratioOf(row.cpuOverhead),
    launches: row.launches,
    lack: row.cpuOverhead ? null : lackOf(row),
    impossible: cannotRun(row, measurements),
  }));
}

const ratioOf = ({ estimate, low, high }: Interval): Interval => ({
  estimate: 1 + estimate,
  low: 1 + low,
  high: 1 + high,
});

/** A row that native has, and that the hypervisor was never asked for. */
function cannotRun(row: Measurement, measurements: readonly Measurement[]): boolean {
  if (row.status !== 'unavailable' || row.error === NEVER_MEASURED) return false;
  return measurements.some(
    ({ suite, workload, isa, hypervisor, status }) =>
      isReference(hypervisor) &&
      status === 'ok' &&
      suite === row.suite &&
      workload === row.workload &&
      isa === row.isa,
  );
}

function spreadOf(suite: SuiteSummary, { measurements }: JudgeInput): Pick<ClaimResult, 'spread'> {
  const estimates = measurements
    .filter(belongsTo(suite))
    .flatMap(({ cpuOverhead }) => (cpuOverhead ? [cpuOverhead.estimate] : []));
  if (estimates.length < 2) return {};
  return { spread: { low: Math.min(...estimates), high: Math.max(...estimates) } };
}

function unjudged(claim: Claim, { hypervisors, negligible }: JudgeInput): ClaimResult {
  return {
    ...cited(claim),
    hypervisor: 'none',
    scope: 'all suites',
    band: claim.band({ negligible }),
    ...NOTHING,
    reason: notTestable(claim, hypervisors),
  };
}

const NOTHING = { estimate: null, low: null, high: null, verdict: 'not-testable' } as const;

function cited({ id, statement, source }: Claim) {
  return { id, statement, source };
}
