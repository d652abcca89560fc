/** `hvbench history add` and `hvbench history show`: what became of each row over many results. */
import { type ClassHistory, type HistoryFormat, historyFormats } from '../../reports/history/index.ts';
import { UserError } from '../errors.ts';
import { capture } from '../host/capture.ts';
import {
  historyAdd as addTo,
  type HistoryAddOptions,
  type HistoryShowOptions,
  historyShow as lookAt,
} from '../library/history.ts';
import { useColour } from './colour.ts';
import { write } from './compare.ts';
import { type ConfigFlag, partsFor } from './parts.ts';
import { printable } from './printable.ts';
import { outputWidth } from './terminal.ts';

const GIT_LIMIT_MS = 3000;

/** Throws UserError where a result or a history cannot be read: then nothing is added to any. */
export async function historyAdd(
  paths: readonly string[],
  flags: HistoryAddOptions & ConfigFlag,
): Promise<void> {
  const commit = flags.commit ?? (await currentCommit());
  const additions = await addTo(paths, { ...flags, commit }, await partsFor(flags));
  for (const { path, startedAt, file, added } of additions) {
    const what = added ? `added to ${file}` : `is in ${file} already: skipped`;
    process.stdout.write(`${printable(`${path} (${startedAt}) ${what}`)}\n`);
  }
}

/** What is checked out here; null outside a work tree, without Git, or before the first commit. */
async function currentCommit(): Promise<string | null> {
  const text = await capture('git', ['rev-parse', '--verify', 'HEAD'], { timeoutMs: GIT_LIMIT_MS });
  const commit = text?.trim() ?? '';
  return /^[0-9a-f]{7,64}$/.test(commit) ? commit : null;
}

export interface HistoryShowFlags extends HistoryShowOptions {
  readonly format?: string;
  readonly out?: string;
}

/** Throws UserError where there is no such history, or it cannot be read, or nothing in it is what was asked for. */
export async function historyShow(flags: HistoryShowFlags): Promise<void> {
  const { out } = flags;
  const format = formatOf(flags);
  if (format.kind === 'picture' && out === undefined && process.stdout.isTTY)
    throw new UserError(`a ${format.name} is no text for a terminal: name its file by --out`);
  const { classes } = lookAt(flags);
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

function idsOf(classes: readonly ClassHistory[]): string {
  return classes.map(({ hostClass }) => hostClass.id).join(', ');
}
