/** `hvbench history add` and `hvbench history show`: what became of each row over many results. */
import { type ClassHistory, type HistoryFormat, historyFormats } from '../../reports/history/index.ts';
import { UserError } from '../errors.ts';
import { capture } from '../host/capture.ts';
import { identityOf, type RowIdentity } from '../judge/compare/match.ts';
import { entryOf, type HistoryEntry, NOTE_LENGTH } from '../judge/history/entry.ts';
import { appendHistory, historyClasses, historyPath, readHistory } from '../judge/history/folder.ts';
import { rowHistories } from '../judge/history/series.ts';
import { type HostClass, hostClassOf } from '../results/host-class.ts';
import { useColour } from './colour.ts';
import { loadResult, write } from './compare.ts';
import { printable } from './printable.ts';
import { outputWidth } from './terminal.ts';

const DIR = 'history';
const GIT_LIMIT_MS = 3000;

export interface HistoryAddFlags {
  /** Where histories are; `history` unless given. */
  readonly dir?: string;
  /** Instead of what Git says. */
  readonly commit?: string;
  readonly label?: string;
}

/** Throws UserError where a result or a history cannot be read: then nothing is added to any. */
export async function historyAdd(paths: readonly string[], flags: HistoryAddFlags): Promise<void> {
  const dir = flags.dir ?? DIR;
  const notes = {
    commit: noteOf('--commit', flags.commit) ?? (await currentCommit()),
    label: noteOf('--label', flags.label),
  };
  const classes = new Map<
    string,
    { hostClass: HostClass; entries: { path: string; entry: HistoryEntry }[] }
  >();
  for (const path of paths) {
    const result = await loadResult(path);
    const hostClass = hostClassOf(result.host);
    const entry = entryOf(result, notes);
    if (entry.rows.length === 0) throw new UserError(`${path} holds no overhead: there is nothing to add`);
    const { entries } = classes.get(hostClass.id) ?? { entries: [] };
    classes.set(hostClass.id, { hostClass, entries: [...entries, { path, entry }] });
  }
  // A history that is damaged stops all of it before the first is written to.
  for (const id of classes.keys()) readHistory(dir, id);
  for (const { hostClass, entries } of classes.values()) {
    const added = appendHistory(
      dir,
      hostClass,
      entries.map(({ entry }) => entry),
    );
    const file = historyPath(dir, hostClass.id);
    for (const { path, entry } of entries) {
      const what = added.includes(entry) ? `added to ${file}` : `is in ${file} already: skipped`;
      process.stdout.write(`${printable(`${path} (${entry.startedAt}) ${what}`)}\n`);
    }
  }
}

function noteOf(flag: string, text: string | undefined): string | null {
  if (text !== undefined && text.length > NOTE_LENGTH)
    throw new UserError(`${flag} may have ${NOTE_LENGTH} characters at most, not ${text.length}`);
  return text ?? null;
}

/** What is checked out here; null outside a work tree, without Git, or before the first commit. */
async function currentCommit(): Promise<string | null> {
  const text = await capture('git', ['rev-parse', '--verify', 'HEAD'], { timeoutMs: GIT_LIMIT_MS });
  const commit = text?.trim() ?? '';
  return /^[0-9a-f]{7,64}$/.test(commit) ? commit : null;
}

export interface HistoryShowFlags {
  readonly dir?: string;
  /** Id of a host class, or how it begins. */
  readonly class?: string;
  readonly suite?: readonly string[];
  readonly workload?: readonly string[];
  readonly hypervisor?: readonly string[];
  readonly isa?: readonly string[];
  /** The latest results of each host class that are looked at; 200 unless given. */
  readonly last?: number;
  readonly format?: string;
  readonly out?: string;
}

/** More results show no more in a picture, and the time that changes take to find grows with their square. */
const LAST = 200;
const MOST_LAST = 1000;

/** Throws UserError where there is no such history, or it cannot be read, or nothing in it is what was asked for. */
export async function historyShow(flags: HistoryShowFlags): Promise<void> {
  const { out } = flags;
  const format = formatOf(flags);
  if (format.kind === 'picture' && out === undefined && process.stdout.isTTY)
    throw new UserError(`a ${format.name} is no text for a terminal: name its file by --out`);
  const classes = load(flags);
  let content: string | Buffer;
  if (format.kind === 'picture') {
    const [first, ...others] = classes as [ClassHistory, ...ClassHistory[]];
    if (others.length > 0)
      throw new UserError(
        `a ${format.name} shows one host class: choose it by --class, of ${idsOf(classes)}`,
      );
    content = format.render(first);
  } else {
    const colour = out === undefined && useColour();
    content = format.render({ classes }, { colour, width: outputWidth() });
  }
  if (out === undefined) process.stdout.write(content);
  else {
    write(out, content);
    process.stdout.write(`Written to ${printable(out)}\n`);
  }
}

/** The one that is named, or that the file's name tells. */
function formatOf({ format, out }: HistoryShowFlags): HistoryFormat {
  return (
    historyFormats.find(({ name }) => name === format) ??
    historyFormats.find(({ ending }) => format === undefined && out?.endsWith(ending)) ??
    historyFormats[0]
  );
}

function load(flags: HistoryShowFlags): ClassHistory[] {
  const { dir = DIR, last = LAST } = flags;
  if (last > MOST_LAST) throw new UserError(`--last takes ${MOST_LAST} results at most, not ${last}`);
  const known = historyClasses(dir);
  const chosen = known.filter((id) => id.startsWith(flags.class ?? ''));
  if (known.length > 0 && chosen.length === 0)
    throw new UserError(`${dir} has no host class '${flags.class}': there is ${known.join(', ')}`);
  const whole = chosen.flatMap((id) => {
    const history = readHistory(dir, id);
    return history && history.entries.length > 0 ? [history] : [];
  });
  if (whole.length === 0)
    throw new UserError(`${dir} holds no results: add one by hvbench history add RESULT`);
  const classes = whole.flatMap(({ hostClass, entries }): ClassHistory[] => {
    const latest = entries.slice(-last);
    const asked = latest.map((entry) => ({
      ...entry,
      rows: entry.rows.filter((row) => matches(row, flags)),
    }));
    const rows = rowHistories(asked);
    const [from, to] = [latest[0]?.startedAt ?? '', latest.at(-1)?.startedAt ?? ''];
    const results = { results: latest.length, older: entries.length - latest.length };
    return rows.length > 0 ? [{ hostClass, ...results, from, to, rows }] : [];
  });
  if (classes.length > 0) return classes;
  const rows = whole.flatMap(({ entries }) => entries.slice(-last).flatMap((entry) => entry.rows));
  throw new UserError(`no row in ${dir} is what was asked for: there is ${examples(rows)}`);
}

function matches(row: RowIdentity, { suite, workload, hypervisor, isa }: HistoryShowFlags): boolean {
  return (
    (suite?.includes(row.suite) ?? true) &&
    (workload?.includes(row.workload) ?? true) &&
    (hypervisor?.includes(row.hypervisor) ?? true) &&
    (isa?.includes(row.isa) ?? true)
  );
}

function idsOf(classes: readonly ClassHistory[]): string {
  return classes.map(({ hostClass }) => hostClass.id).join(', ');
}

/** Rows by name, so that a typing error shows. */
function examples(rows: readonly RowIdentity[]): string {
  const names = [...new Set(rows.map(identityOf))];
  const more = names.length > 5 ? `, and ${names.length - 5} more` : '';
  return `${names.slice(0, 5).join(', ')}${more}`;
}
