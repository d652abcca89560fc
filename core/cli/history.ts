/** `hvbench history add` and `hvbench history show`: what became of each row over many results. */
import { type ClassHistory, historyFormats } from '../../reports/history/index.ts';
import { UserError } from '../errors.ts';
import { capture } from '../host/capture.ts';
import {
  historyAdd as addTo,
  type HistoryAddOptions,
  type HistoryShowOptions,
  historyShow as lookAt,
} from '../library/history.ts';
import { type Output, type OutputFlags, outputsOf, redirected } from './outputs.ts';
import { type ConfigFlag, partsToShow } from './parts.ts';
import { present } from './present.ts';
import { printable } from './printable.ts';

const GIT_LIMIT_MS = 3000;

/** Throws UserError where a result or a history cannot be read: then nothing is added to any. */
export async function historyAdd(
  paths: readonly string[],
  flags: HistoryAddOptions & ConfigFlag,
): Promise<void> {
  const commit = flags.commit ?? (await currentCommit());
  const additions = await addTo(paths, { ...flags, commit }, await partsToShow(flags));
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

export interface HistoryShowFlags extends HistoryShowOptions, OutputFlags {
  /** The former way to name a file: where the one format goes instead of standard output. */
  readonly out?: string;
}

/** Throws UserError where there is no such history, or it cannot be read, or nothing in it is what was asked for. */
export async function historyShow(flags: HistoryShowFlags): Promise<void> {
  const outputs = outputsFor(flags);
  for (const { format, file } of outputs)
    if (kindOf(format) === 'picture' && file === null && process.stdout.isTTY)
      throw new UserError(
        `a ${format} cannot be shown in a terminal: name a file with --format ${format}=FILE`,
      );
  const { classes } = lookAt(flags);
  await present(outputs, {
    formats: historyFormats,
    render: (format, options) =>
      format.kind === 'picture'
        ? format.render(theOnlyOne(classes, format.name))
        : format.render({ classes }, options),
  });
}

/** A file that `--out` names has the format that is named, or that its own name tells. */
function outputsFor({ out, ...flags }: HistoryShowFlags): readonly Output[] {
  const outputs = outputsOf(flags, usual.name);
  if (out === undefined) return outputs;
  const told = historyFormats.find(({ ending }) => flags.format === undefined && out.endsWith(ending));
  return [{ ...redirected(outputs, out), ...(told && { format: told.name }) }];
}

const [usual] = historyFormats;
const kindOf = (name: string) => historyFormats.find((format) => format.name === name)?.kind;

function theOnlyOne(classes: readonly ClassHistory[], format: string): ClassHistory {
  const [first, ...others] = classes as [ClassHistory, ...ClassHistory[]];
  if (others.length > 0)
    throw new UserError(`a ${format} shows a single host class: choose one with --class: ${idsOf(classes)}`);
  return first;
}

function idsOf(classes: readonly ClassHistory[]): string {
  return classes.map(({ hostClass }) => hostClass.id).join(', ');
}
