/**
 * JUnit XML. The format has no standard: this is valid by the schema of Jenkins' xUnit plugin (junit-10.xsd), which has no
 * count of skipped cases on the root, and writes times as Ant does, in UTC and without a zone.
 */
import { htmlEscape } from 'escape-goat';
import { groupBy } from '../core/group-by.ts';

export interface Finding {
  readonly element: 'failure' | 'skipped';
  /** What CI shows in its list. */
  readonly message: string;
  readonly type?: string;
  /** What CI shows besides when the case is opened. */
  readonly body?: string;
}

export interface Case {
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

function caseXml({ suite, name, finding }: Case): string {
  const open = `    <testcase${attributes({ classname: suite, name })}`;
  if (!finding) return `${open}/>`;
  const { element, message, type, body = '' } = finding;
  return `${open}><${element}${attributes({ message, type })}>${escapeXml(body)}</${element}></testcase>`;
}

function counts(cases: readonly Case[]) {
  const of = (element: Finding['element']) =>
    cases.filter(({ finding }) => finding?.element === element).length;
  return { tests: cases.length, failures: of('failure'), errors: 0, skipped: of('skipped') };
}

function suiteXml(name: string, cases: readonly Case[], timestamp: string | undefined): string {
  return [
    `  <testsuite${attributes({ name, ...counts(cases), timestamp })}>`,
    ...cases.map(caseXml),
    '  </testsuite>',
  ].join('\n');
}

/**
 * A suite for each name that cases give. Rows take turns, so only the whole has a time; what did not run has neither time
 * nor date.
 */
export function junitDocument(
  name: string,
  cases: readonly Case[],
  run: { readonly startedAt: string; readonly elapsedSeconds: number } | null,
): string {
  const timestamp = run ? new Date(run.startedAt).toISOString().slice(0, 19) : undefined;
  const { tests, failures, errors } = counts(cases);
  const suites = groupBy(cases, ({ suite }) => suite);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, tests, failures, errors, time: run?.elapsedSeconds.toFixed(3) })}>`,
    ...[...suites].map(([name, rows]) => suiteXml(name, rows, timestamp)),
    '</testsuites>',
    '',
  ].join('\n');
}
