/** Claims about a figure of its own, such as the time to user space: judged by the rows of whatever suite has it. */
import { groupBy } from '../../group-by.ts';
import type { Row } from '../../model/row.ts';
import type { ClaimResult, HypervisorInfo } from '../../results/schema.ts';
import type { Interval } from '../../stats/index.ts';
import type { Claim, Thresholds } from './claim.ts';
import { rowsReason } from './reasons.ts';
import { type ClaimRow, judgeRows } from './rows.ts';

type Judged = Pick<
  ClaimResult,
  'scope' | 'estimate' | 'low' | 'high' | 'verdict' | 'rows' | 'spread' | 'reason'
>;

/** A bare number has no launches that its interval rests on: chance is in what counts as no change. */
const AS_GOOD_AS_KNOWN = 1_000_000;

/** One for each suite and ISA that has the metric in that hypervisor. */
export function judgeMetric(
  claim: Claim,
  { id }: HypervisorInfo,
  input: Thresholds & { readonly rows: readonly Row[] },
): Judged[] {
  const { suites, metric = '' } = claim;
  const rows = input.rows.filter(
    ({ suite, target, metrics }) =>
      target.hypervisor === id && (suites?.includes(suite) ?? true) && metrics[metric] !== undefined,
  );
  const scopes = groupBy(rows, ({ suite, target }) => `${suite} (${target.isa})`);
  return [...scopes].map(([scope, all]): Judged => {
    const known = largest(all).map((row) => rowOf(row, metric));
    const judged = judgeRows(known, claim.band(input));
    const figures = known.flatMap(({ figure }) => figure ?? []);
    const [only] = figures;
    const alone = figures.length === 1 && only ? only : null;
    const estimates = figures.map(({ estimate }) => estimate);
    return {
      scope,
      estimate: alone?.estimate ?? null,
      low: alone?.low ?? null,
      high: alone?.high ?? null,
      verdict: judged.verdict,
      rows: judged.rows,
      ...(estimates.length > 1 && {
        spread: { low: Math.min(...estimates), high: Math.max(...estimates) },
      }),
      reason: [rowsReason(judged, 'row'), claim.note].filter(Boolean).join(' '),
    };
  });
}

/** Of rows for several numbers of machines, that of the largest, where each one's own share shows best. */
function largest(rows: readonly Row[]): readonly Row[] {
  const machines = ({ dimensions }: Row) => Number(dimensions.machines ?? 0);
  const most = Math.max(...rows.map(machines));
  return rows.filter((row) => machines(row) === most);
}

function rowOf(row: Row, metric: string): ClaimRow {
  const { value, minimumEffect, samples } = row.metrics[metric] as Row['metrics'][string];
  const { machineType } = row.target;
  const name = [machineType, ...Object.entries(row.dimensions).map(([key, one]) => text(key, one))];
  // The suite says how far its figure moves without a reason: without launches, that is what is known of it.
  const figure: Interval =
    typeof value === 'number'
      ? {
          estimate: value,
          low: value * (1 - minimumEffect.fraction),
          high: value * (1 + minimumEffect.fraction),
        }
      : value;
  return {
    name: name.filter(Boolean).join(' '),
    figure: figure.estimate > 0 ? figure : null,
    launches: typeof value === 'number' ? AS_GOOD_AS_KNOWN : (samples?.length ?? 2),
    lack: figure.estimate > 0 ? null : 'nothing was seen of it',
    impossible: false,
  };
}

const text = (key: string, value: string | number) => (typeof value === 'number' ? `${key} ${value}` : value);
