import type { ClaimResult, HypervisorInfo, SuiteSummary, Verdict } from '../../results/schema.ts';
import { classify, type Position } from '../../stats/index.ts';
import { CLAIMS, type Claim, type Thresholds } from './claims.ts';
import { basis, notMeasured, notTestable } from './reasons.ts';

export interface JudgeInput extends Thresholds {
  readonly hypervisors: readonly HypervisorInfo[];
  readonly suites: readonly SuiteSummary[];
}

const VERDICTS: Record<Position, Verdict> = {
  inside: 'supported',
  above: 'refuted-above',
  below: 'refuted-below',
  undecided: 'undecided',
};

/**
 * Judges every claim by CPU overhead, since CPU is what the claims are about: one row for each available
 * hypervisor of the claim's mode, and each suite and ISA measured in it. A claim that nothing was measured
 * for gets one row, not testable, whose hypervisor is `none`; so no claim is ever passed over in silence.
 */
export function judgeClaims(input: JudgeInput): ClaimResult[] {
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
  thresholds: Thresholds,
): ClaimResult {
  const band = claim.band(thresholds);
  const about = {
    ...cited(claim),
    hypervisor: hypervisor.id,
    scope: `${suite.suite} (${suite.isa})`,
    band,
  };
  const overhead = suite.cpuOverhead;
  if (overhead === null) return { ...about, ...NOTHING, reason: notMeasured(suite) };
  return {
    ...about,
    estimate: overhead.estimate,
    low: overhead.low,
    high: overhead.high,
    verdict: VERDICTS[classify(overhead, band)],
    reason: basis(claim, hypervisor, suite),
  };
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
