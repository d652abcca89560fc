/** The outputs of a gate that has judged nothing: each says so, and none can be taken for a gate that found nothing. */
import { createColors } from 'picocolors';
import type { KnownClass, Unjudged } from '../../core/judge/gate/unjudged.ts';
import { count, dateTime, plainDeep } from '../../core/present/format.ts';
import { describeHostClass } from '../../core/results/host-class.ts';
import { printableJson } from '../json.ts';
import { junitDocument } from '../junit.ts';
import { markdownText } from '../markdown.ts';
import type { TerminalOptions } from '../terminal/index.ts';
import { section } from '../terminal/items.ts';
import { command } from '../workflow-commands.ts';
import { wrap } from '../wrap.ts';
import { GATE_SCHEMA } from './json.ts';

/** What services that follow a gate over time know it by; a row is never called so. */
const SERIES = 'hvbench gate';

/** "Nothing was judged: there is no baseline ci.json; write one here with --update" */
function outcome({ reason, advice, learnt }: Unjudged): string {
  return `Nothing was judged: ${reason}${learnt ? '' : `; ${advice}`}`;
}

/** "Learnt: 13 rows and 4 metrics from one run, added to ci.json"; none if nothing was. */
function learntLines({ learnt, baseline }: Unjudged): string[] {
  if (!learnt) return [];
  const metrics = learnt.metrics > 0 ? ` and ${count(learnt.metrics, 'metric')}` : '';
  const runs = learnt.runs === 1 ? 'one run' : `${learnt.runs} runs`;
  return [`Learnt: ${count(learnt.rows, 'row')}${metrics} from ${runs}, added to ${baseline.path}`];
}

function contextLines({ folder, hostClass }: Unjudged): string[] {
  return [
    ...(folder === null ? [] : [`Not judged: ${folder}`]),
    `Host class ${hostClass.id}: ${describeHostClass(hostClass)}`,
  ];
}

function classLine({ hostClass, createdAt, runs, rows, differs }: KnownClass): string {
  const other = differs.length > 0 ? `; ${differs.join('; ')}` : '';
  return `${hostClass.id}, ${dateTime(createdAt)}, ${count(rows, 'row')} from ${count(runs, 'run')}${other}`;
}

const CLASSES = 'Host classes in the baseline';

/** Text for people. */
export function unjudgedTerminal(raw: Unjudged, { colour, width }: TerminalOptions): string {
  const unjudged = plainDeep(raw);
  const colours = createColors(colour);
  return [
    ...wrap(`${outcome(unjudged)}.`, width).map((line) => colours.bold(colours.yellow(line))),
    ...learntLines(unjudged).flatMap((line) => wrap(line, width)),
    '',
    ...contextLines(unjudged).flatMap((line) => wrap(line, width)),
    '',
    ...section(CLASSES, unjudged.classes.map(classLine), colours, width),
  ].join('\n');
}

export function unjudgedMarkdown(raw: Unjudged): string {
  const unjudged = plainDeep(raw);
  const list = (lines: readonly string[]) => lines.map((line) => `- ${markdownText(line)}`).join('\n');
  const blocks = [
    `## ${markdownText(outcome(unjudged))}`,
    ...learntLines(unjudged).map(markdownText),
    list(contextLines(unjudged)),
    ...(unjudged.classes.length > 0 ? [`${CLASSES}:`, list(unjudged.classes.map(classLine))] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

export function unjudgedJson(unjudged: Unjudged): string {
  return printableJson({ schema: GATE_SCHEMA, ...unjudged });
}

/** One case, skipped: what reads JUnit XML counts it, and shows the message. */
export function unjudgedJunit(raw: Unjudged): string {
  const unjudged = plainDeep(raw);
  const message = [outcome(unjudged), ...learntLines(unjudged)].join('. ');
  return junitDocument(
    'hvbench gate',
    [{ suite: 'gate', name: 'baseline', finding: { element: 'skipped', message } }],
    null,
  );
}

export function unjudgedGithub(raw: Unjudged): string {
  const unjudged = plainDeep(raw);
  const message = [outcome(unjudged), ...learntLines(unjudged), ...contextLines(unjudged)].join('\n');
  return `${command('warning', SERIES, message)}\n`;
}

/** A figure of its own: the action refuses a file without any, and nothing of what it follows was judged. */
export function unjudgedBenchmark(raw: Unjudged): string {
  const unjudged = plainDeep(raw);
  const extra = [outcome(unjudged), ...learntLines(unjudged)].join('\n');
  return `${JSON.stringify([{ name: SERIES, unit: 'rows judged', value: 0, extra }], null, 1)}\n`;
}

/** The format has no place for a reason. */
export function unjudgedBencher(): string {
  return `${JSON.stringify({ [`${SERIES}: nothing was judged`]: { 'rows-judged': { value: 0 } } }, null, 1)}\n`;
}
