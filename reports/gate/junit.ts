/** A gate as JUnit XML. */
import type { RowIdentity } from '../../core/judge/compare/match.ts';
import type { NamedRow } from '../../core/judge/compare/match-metrics.ts';
import type { Gate, GateRow } from '../../core/judge/gate/gate.ts';
import { plainDeep } from '../../core/present/format.ts';
import { type Case, type Finding, junitDocument } from '../junit.ts';
import { driftPhrase } from './drift.ts';
import { metricFigures } from './metrics.ts';
import { absences, figures } from './view.ts';

function rowCase({ hypervisor, isa, suite, workload }: RowIdentity, finding: Finding | null): Case {
  return { suite: `${hypervisor}.${isa}.${suite}`, name: workload, finding };
}

/** "bare/warm: ready" of "kvm.x86_64.boot" */
function metricCase(row: NamedRow, metric: string | null, finding: Finding | null): Case {
  const { suite, target, dimensions } = row;
  const { hypervisor, machineType, isa } = target;
  const names = [Object.values(dimensions).join('/'), metric].filter(Boolean);
  return {
    suite: [hypervisor, ...(machineType === null ? [] : [machineType]), isa, suite].join('.'),
    name: names.join(': ') || suite,
    finding,
  };
}

function findingOf(
  { verdict, reason }: Pick<GateRow, 'verdict' | 'reason'>,
  message: string,
  strict: boolean,
): Finding | null {
  if (verdict === 'regressed' || (verdict === 'undecided' && strict)) {
    return { element: 'failure', message, type: verdict, body: reason };
  }
  return verdict === 'undecided' ? { element: 'skipped', message: `undecided: ${reason}` } : null;
}

/** One more case where the baseline has moved from its anchor; "sieve: drift". */
function driftCase({ suite, name }: Case, { drift }: Pick<GateRow, 'drift'>): Case[] {
  if (!drift) return [];
  const { verdict, reason } = drift;
  const message = driftPhrase(drift);
  const finding: Finding | null =
    verdict === 'drifted'
      ? { element: 'failure', message, type: verdict, body: reason }
      : verdict === 'undecided'
        ? { element: 'skipped', message: `undecided: ${message}: ${reason}` }
        : null;
  return [{ suite, name: `${name}: drift`, finding }];
}

const notJudged = (reason: string): Finding => ({ element: 'skipped', message: `not judged: ${reason}` });

/** A suite for each suite, ISA and hypervisor; a case for each row and metric. */
export function renderJunit(raw: Gate): string {
  const gate = plainDeep(raw);
  const cases = [
    ...gate.rows.map((row) => rowCase(row, findingOf(row, figures(row), gate.strict))),
    ...gate.rows.flatMap((row) => driftCase(rowCase(row, null), row)),
    ...absences(gate).map((row) => rowCase(row, notJudged(row.reason))),
    ...gate.metrics.map((one) =>
      metricCase(one, one.metric, findingOf(one, `${one.title}: ${metricFigures(one)}`, gate.strict)),
    ),
    ...gate.metrics.flatMap((one) => driftCase(metricCase(one, one.metric, null), one)),
    ...gate.absentMetrics.map((one) => metricCase(one, one.metric, notJudged(one.reason))),
  ];
  return junitDocument('hvbench gate', cases, gate);
}
