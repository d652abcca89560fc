/** What became of each row over many results: added to, and looked at. */
import type { ClassHistory, HistoryReport } from '../../reports/history/index.ts';
import { UserError } from '../errors.ts';
import { identityOf } from '../judge/compare/match.ts';
import { metricRowName } from '../judge/compare/match-metrics.ts';
import { entryOf, type HistoryEntry, NOTE_LENGTH } from '../judge/history/entry.ts';
import { appendHistory, historyClasses, historyPath, readHistory } from '../judge/history/folder.ts';
import { metricHistories } from '../judge/history/metric-series.ts';
import type { History } from '../judge/history/parse.ts';
import { rowHistories } from '../judge/history/series.ts';
import { type NamedFigure, namedFigure, OVERHEAD } from '../judge/metric-figure.ts';
import { type HostClass, hostClassOf } from '../results/host-class.ts';
import type { Result } from '../results/schema.ts';
import type { Parts } from '../run/parts.ts';
import { readResult } from './read.ts';

const DIR = 'history';

export interface HistoryAddOptions {
  /** Where histories are, a file for each host class; `history` if left out. */
  readonly dir?: string | undefined;
  /** What was measured: at most 200 characters. */
  readonly commit?: string | null | undefined;
  /** A note: at most 200 characters. */
  readonly label?: string | null | undefined;
}

/** What became of one result that was to be added. */
export interface HistoryAddition {
  /** As it was named. */
  readonly path: string;
  /** When it was begun, ISO 8601. */
  readonly startedAt: string;
  /** The history of its host class. */
  readonly file: string;
  /** False if it is in there already. */
  readonly added: boolean;
}

interface Pending {
  readonly hostClass: HostClass;
  readonly entries: { readonly path: string; readonly entry: HistoryEntry }[];
}

/**
 * Adds results, each as an object or by its path: a run's folder, or its result.json. Throws UserError if a result
 * or a history cannot be read: then nothing is added to any.
 */
export async function historyAdd(
  sources: readonly (string | Result)[],
  { dir = DIR, commit = null, label = null }: HistoryAddOptions,
  parts: Parts,
): Promise<HistoryAddition[]> {
  const notes = { commit: noteOf('commit', commit), label: noteOf('label', label) };
  const classes = new Map<string, Pending>();
  for (const source of sources) {
    const result = typeof source === 'string' ? await readResult(source, parts) : source;
    const path = typeof source === 'string' ? source : 'a result in memory';
    const hostClass = hostClassOf(result.host);
    const entry = entryOf(result, notes);
    if (entry.rows.length === 0 && !entry.metrics)
      throw new UserError(`${path} holds no overhead and no other metric: nothing to add`);
    const pending = classes.get(hostClass.id) ?? { hostClass, entries: [] };
    pending.entries.push({ path, entry });
    classes.set(hostClass.id, pending);
  }
  // A history that is damaged stops all of it before the first is written to.
  for (const id of classes.keys()) readHistory(dir, id);
  return [...classes.values()].flatMap(({ hostClass, entries }) => {
    const added = appendHistory(
      dir,
      hostClass,
      entries.map(({ entry }) => entry),
    );
    const file = historyPath(dir, hostClass.id);
    return entries.map(({ path, entry }) => ({
      ...{ path, file, startedAt: entry.startedAt, added: added.includes(entry) },
    }));
  });
}

function noteOf(what: string, text: string | null): string | null {
  if (text !== null && text.length > NOTE_LENGTH)
    throw new UserError(`a ${what} may have at most ${NOTE_LENGTH} characters, not ${text.length}`);
  return text;
}

/** The results of every host class that a folder has a history of. Throws UserError if one cannot be read. */
export function historyRead(dir = DIR): History[] {
  return historyClasses(dir).flatMap((id) => readHistory(dir, id) ?? []);
}

export interface HistoryShowOptions {
  /** Where histories are; `history` if left out. */
  readonly dir?: string | undefined;
  /** Id of a host class, or how it begins; all if left out. */
  readonly class?: string | undefined;
  /** Names of rows to keep; all if left out. */
  readonly suite?: readonly string[] | undefined;
  /** Of what is no workload, any of its dimensions: `cpuid`, `warm`. */
  readonly workload?: readonly string[] | undefined;
  /** Names of metrics, as results have them; `overhead` is that of workloads. */
  readonly metric?: readonly string[] | undefined;
  readonly hypervisor?: readonly string[] | undefined;
  readonly isa?: readonly string[] | undefined;
  /** The latest results of each host class that are looked at: 200 if left out, 1000 at most. */
  readonly last?: number | undefined;
}

/** More results show no more in a picture, and the time that changes take to find grows with their square. */
const LAST = 200;
const MOST_LAST = 1000;

/**
 * Every row's levels and changes. Throws UserError if there is no such history, or it cannot be read, or nothing in it is
 * what was asked for.
 */
export function historyShow(options: HistoryShowOptions = {}): HistoryReport {
  const { dir = DIR, last = LAST } = options;
  if (last > MOST_LAST) throw new UserError(`--last can be at most ${MOST_LAST}, not ${last}`);
  const known = historyClasses(dir);
  const chosen = known.filter((id) => id.startsWith(options.class ?? ''));
  if (known.length > 0 && chosen.length === 0)
    throw new UserError(`${dir} has no host class '${options.class}': use one of ${known.join(', ')}`);
  const whole = chosen.flatMap((id) => {
    const history = readHistory(dir, id);
    return history && history.entries.length > 0 ? [history] : [];
  });
  if (whole.length === 0)
    throw new UserError(`${dir} holds no results: add one with hvbench history add RESULT`);
  const classes = whole.flatMap(({ hostClass, entries }): ClassHistory[] => {
    const latest = entries.slice(-last);
    const asked = latest.map((entry) => askedOf(entry, options));
    const found = { rows: rowHistories(asked), metrics: metricHistories(asked) };
    const [from, to] = [latest[0]?.startedAt ?? '', latest.at(-1)?.startedAt ?? ''];
    const results = { results: latest.length, older: entries.length - latest.length };
    const nothing = found.rows.length + found.metrics.length === 0;
    return nothing ? [] : [{ hostClass, ...results, from, to, ...found }];
  });
  if (classes.length > 0) return { classes };
  const there = examples(whole.flatMap(({ entries }) => entries.slice(-last)));
  throw new UserError(`no row in ${dir} matches: it has ${there}`);
}

/** The entry with what was asked for alone. */
function askedOf(entry: HistoryEntry, options: HistoryShowOptions): HistoryEntry {
  const isAsked = ({ suite, isa, hypervisor, workloads, metric }: NamedFigure) =>
    (options.suite?.includes(suite) ?? true) &&
    (options.workload?.some((name) => workloads.includes(name)) ?? true) &&
    (options.hypervisor?.includes(hypervisor) ?? true) &&
    (options.isa?.includes(isa) ?? true) &&
    (options.metric?.includes(metric) ?? true);
  return {
    ...entry,
    rows: entry.rows.filter((row) => isAsked({ ...row, workloads: [row.workload], metric: OVERHEAD })),
    metrics: (entry.metrics ?? []).map((row) => {
      const metrics = Object.entries(row.metrics).filter(([metric]) => isAsked(namedFigure(row, metric)));
      return { ...row, metrics: Object.fromEntries(metrics) };
    }),
  };
}

/** Rows by name, and metrics, so that a typing error shows. */
function examples(entries: readonly HistoryEntry[]): string {
  const names = [
    ...new Set([
      ...entries.flatMap(({ rows }) => rows.map(identityOf)),
      ...entries.flatMap(({ metrics = [] }) =>
        metrics.flatMap((row) =>
          Object.keys(row.metrics).map((metric) => `${metricRowName(row)}: ${metric}`),
        ),
      ),
    ]),
  ];
  const more = names.length > 5 ? `, and ${names.length - 5} more` : '';
  return `${names.slice(0, 5).join(', ')}${more}`;
}
