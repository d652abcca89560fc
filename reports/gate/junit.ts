/**
 * A gate as JUnit XML. The format has no standard: this is valid by the schema of Jenkins' xUnit plugin
 * (junit-10.xsd), which has no count of skipped cases on the root, and writes times as Ant does, in UTC
 * and without a zone.
 */
import { htmlEscape } from 'escape-goat';
import { groupBy } from '../../core/group-by.ts';
import type { RowIdentity } from '../../core/judge/compare/match.ts';
import type { NamedRow } from '../../core/judge/compare/match-metrics.ts';
import type { Gate, GateRow } from '../../core/judge/gate/gate.ts';
import { plainDeep } from '../../core/present/format.ts';
import { driftPhrase } from './drift.ts';
import { metricFigures } from './metrics.ts';
import { absences, figures } from './view.ts';

interface Finding {
  readonly element: 'failure' | 'skipped';
  /** What CI shows in its list. */
  readonly message: string;
  readonly type?: string;
  /** What CI shows besides when the case is opened. */
  readonly body?: string;
}

/** A test case. */
export interface JunitCase {
  readonly suite: string;
  readonly name: string;
  /** Null where it passed. */
  readonly finding: Finding | null;
}

/** Characters that XML 1.0 does not allow, not even as references. */
const NOT_XML = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

function escapeXml(text: string): string {
  return htmlEscape(text.replace(NOT_XML, ''));
}

/** ` name="value"` for each; what has no value is left out. */
function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

function rowCase({ hypervisor, isa, suite, workload }: RowIdentity, finding: Finding | null): JunitCase {
  return { suite: `${hypervisor}.${isa}.${suite}`, name: workload, finding };
}

/** "bare/warm: ready" of "kvm.x86_64.boot" */
function metricCase(row: NamedRow, metric: string | null, finding: Finding | null): JunitCase {
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
function driftCase({ suite, name }: JunitCase, { drift }: Pick<GateRow, 'drift'>): JunitCase[] {
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

function caseXml({ suite, name, finding }: JunitCase): string {
  const open = `    <testcase${attributes({ classname: suite, name })}`;
  if (!finding) return `${open}/>`;
  const { element, message, type, body = '' } = finding;
  return `${open}><${element}${attributes({ message, type })}>${escapeXml(body)}</${element}></testcase>`;
}

function counts(cases: readonly JunitCase[]) {
  const of = (element: Finding['element']) =>
    cases.filter(({ finding }) => finding?.element === element).length;
  return { tests: cases.length, failures: of('failure'), errors: 0, skipped: of('skipped') };
}

function suiteXml(name: string, cases: readonly JunitCase[], timestamp: string | undefined): string {
  return [
    `  <testsuite${attributes({ name, ...counts(cases), timestamp })}>`,
    ...cases.map(caseXml),
    '  </testsuite>',
  ].join('\n');
}

/** A suite for each suite, ISA and hypervisor; a case for each row and metric. Rows take turns, so only the whole has a time. */
export function renderJunit(raw: Gate): string {
  const gate = plainDeep(raw);
  const timestamp = new Date(gate.startedAt).toISOString().slice(0, 19);
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
  return junitDocument(cases, { timestamp, time: gate.elapsedSeconds.toFixed(3) });
}

/** The whole file: `timestamp` as Ant writes it, `time` in seconds. */
export function junitDocument(
  cases: readonly JunitCase[],
  { timestamp, time }: { readonly timestamp?: string; readonly time?: string },
): string {
  const { tests, failures, errors } = counts(cases);
  const suites = groupBy(cases, ({ suite }) => suite);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'hvbench gate', tests, failures, errors, time })}>`,
    ...[...suites].map(([name, rows]) => suiteXml(name, rows, timestamp)),
    '</testsuites>',
    '',
  ].join('\n');
}
