/** Every claim, judged by what was measured. */
import type { Row } from '../../model/row.ts';
import { type Measured, nativeComputer } from '../../results/computers.ts';
import { footingOf } from '../../results/footing.ts';
import { nativeNote } from '../../results/outer-hypervisor.ts';
import type {
  ClaimResult,
  HypervisorInfo,
  LaunchRecord,
  Measurement,
  SuiteSummary,
} from '../../results/schema.ts';
import type { Claim, Thresholds } from './claim.ts';
import { CLAIMS } from './claims.ts';
import { judgeMetric } from './metrics.ts';
import { overheadOf, ratioOf, rowsOf, versusRows } from './overheads.ts';
import { noiseOf, noiseReason } from './quiet.ts';
import { elsewhere, emulated, kinship, notMeasured, notTestable, rowsReason } from './reasons.ts';
import { type ClaimRow, judgeRows } from './rows.ts';
import { subjects } from './subject.ts';
import { BY_WALL_TIME, lacksCpuTime, noWallTime, wallTimeNote, wallTimeOf } from './wall-time.ts';

export interface JudgeInput extends Thresholds, Measured {
  readonly suites: readonly SuiteSummary[];
  readonly measurements: readonly Measurement[];
  readonly launches: readonly LaunchRecord[];
  readonly rows: readonly Row[];
}

type Judged = Pick<ClaimResult, 'verdict' | 'rows' | 'spread' | 'noise' | 'footing' | 'reason'>;

/**
 * Judges every claim by the figure that it is about: one row for each available hypervisor that it speaks of, and each
 * suite and ISA measured in it. A claim that nothing was measured for gets one row, not testable, whose hypervisor is
 * `none`; so no claim is ever passed over in silence. Of time, nothing is judged on an emulated CPU: it is the emulator's.
 */
export function judgeClaims(input: JudgeInput, claims: readonly Claim[] = CLAIMS): ClaimResult[] {
  const native = nativeComputer(input);
  return claims.flatMap((claim) => {
    if (claim.untestable !== undefined) return [unjudged(claim, input, `${capital(claim.untestable)}.`)];
    if (claim.figure !== 'memory' && footingOf(native) === 'emulated')
      return [unjudged(claim, input, emulated(native))];
    const results = subjects(claim.of, input.hypervisors).flatMap((hypervisor) =>
      claim.metric === undefined
        ? input.suites
            .filter((suite) => suite.hypervisor === hypervisor.id && isOf(claim, suite))
            .flatMap((suite) => judge(claim, hypervisor, suite, input))
        : judgeMetric(claim, hypervisor, input).map((judged) => ({
            ...cited(claim),
            hypervisor: hypervisor.id,
            band: claim.band(input),
            footing: footingOf(native),
            ...judged,
          })),
    );
    return results.length > 0 ? results : [unjudged(claim, input, notTestable(claim, input.hypervisors))];
  });
}

function isOf({ suites }: Claim, { suite }: SuiteSummary): boolean {
  return suites === undefined || suites.includes(suite);
}

function judge(
  claim: Claim,
  hypervisor: HypervisorInfo,
  suite: SuiteSummary,
  input: JudgeInput,
): ClaimResult[] {
  const about = {
    ...cited(claim),
    hypervisor: hypervisor.id,
    scope: `${suite.suite} (${suite.isa})`,
    band: claim.band(input),
  };
  const reason = elsewhere(hypervisor, input);
  if (reason !== null) return [{ ...about, ...NOTHING, reason }];
  if (claim.versus)
    return subjects(claim.versus, input.hypervisors).flatMap((other) => {
      if (elsewhere(other, input) !== null) return [];
      // Neither CPU time may lack what a hypervisor spends.
      if ([hypervisor, other].some((one) => lacksCpuTime(claim, one))) return [];
      const rows = versusRows(claim, suite, other.id, input);
      if (rows.length === 0) return [];
      const scope = `${about.scope}, against ${other.id}`;
      return [{ ...about, scope, ...NO_MEAN, ...verdictOf(claim, hypervisor, suite, rows, input) }];
    });
  if (!lacksCpuTime(claim, hypervisor)) return [{ ...about, ...judgeSuite(claim, hypervisor, suite, input) }];
  const wallTime = wallTimeOf(suite, input);
  if (typeof wallTime === 'string') return [{ ...about, ...NOTHING, reason: noWallTime(wallTime) }];
  const judged = judgeSuite({ ...claim, figure: 'wall-time' }, hypervisor, suite, input);
  const scope = `${about.scope}, ${BY_WALL_TIME}`;
  const told = [judged.reason, wallTimeNote(wallTime)].filter(Boolean).join(' ');
  return [{ ...about, ...judged, scope, wallTime, reason: told }];
}

/** By the figure of the claim. */
function judgeSuite(
  claim: Claim,
  hypervisor: HypervisorInfo,
  suite: SuiteSummary,
  input: JudgeInput,
): Pick<ClaimResult, 'estimate' | 'low' | 'high' | keyof Judged> {
  const overhead = overheadOf(claim, suite);
  if (overhead === null) return { ...NOTHING, reason: notMeasured(suite) };
  const { estimate, low, high } = overhead;
  const rows = rowsOf(claim, suite, input.measurements);
  return { estimate, low, high, ...verdictOf(claim, hypervisor, suite, rows, input) };
}

/** What the rows say, if the computer was quiet. */
function verdictOf(
  claim: Claim,
  hypervisor: HypervisorInfo,
  suite: SuiteSummary,
  rows: readonly ClaimRow[],
  input: JudgeInput,
): Judged {
  const judged = judgeRows(rows, ratioOf(claim.band(input)));
  const noise = noiseOf(input.suites, suite, claim);
  const estimates = rows.flatMap(({ figure }) => (figure ? [figure.estimate - 1] : []));
  return {
    verdict: noise.isQuiet ? judged.verdict : 'undecided',
    rows: judged.rows,
    ...(estimates.length > 1 && {
      spread: { low: Math.min(...estimates), high: Math.max(...estimates) },
    }),
    noise,
    footing: footingOf(nativeComputer(input)),
    reason: [
      noiseReason(noise),
      rowsReason(judged),
      kinship(claim, hypervisor),
      claim.against === 'native' ? nativeNote(nativeComputer(input)) : '',
    ]
      .filter(Boolean)
      .join(' '),
  };
}

function unjudged(claim: Claim, input: Thresholds, reason: string): ClaimResult {
  return {
    ...cited(claim),
    ...{ hypervisor: 'none', scope: 'all suites', band: claim.band(input) },
    ...{ ...NOTHING, reason },
  };
}

const NO_MEAN = { estimate: null, low: null, high: null } as const;
const NOTHING = { ...NO_MEAN, verdict: 'not-testable' } as const;

function cited({ id, statement, source, year, figure, against, work, basis, recalled = false }: Claim) {
  return { id, statement, source, about: { year, figure, against, work, basis, recalled } };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
