/** `--format NAME[=FILE]`: in which formats a command presents what it found, and where each goes. The same everywhere. */
import { InvalidArgumentError } from 'commander';

export interface Output {
  readonly format: string;
  /** Standard output if null. */
  readonly file: string | null;
  /** The option that named it: what to change if the file cannot be written. */
  readonly option: string;
}

/** What commands had before: they go on working. */
export interface FormerFlags {
  readonly report?: readonly Output[];
  readonly exportJson?: readonly Output[];
  readonly exportCsv?: readonly Output[];
  readonly exportMarkdown?: readonly Output[];
}

export interface OutputFlags extends FormerFlags {
  readonly format?: readonly Output[];
  readonly json?: boolean;
}

/** `-` is standard output, as everywhere. */
const fileIn = (name: string): string | null => (name === '-' ? null : name);

/** Parses what the option was given. It may be repeated; names without a file may also be separated by commas. */
export function outputsIn(known: readonly string[], option = '--format') {
  return (text: string, earlier: readonly Output[] = []): Output[] => {
    const one = (part: string): Output => {
      const at = part.indexOf('=');
      const format = at < 0 ? part : part.slice(0, at);
      const file = at < 0 ? null : fileIn(part.slice(at + 1));
      if (!known.includes(format))
        throw new InvalidArgumentError(`Unknown format '${format}': use one of ${known.join(', ')}.`);
      if (file === '') throw new InvalidArgumentError(`No file is named after '${format}='.`);
      return { format, file, option };
    };
    // The name of a file may have a comma in it.
    const parts = text.includes('=') ? [text] : text.split(',').map((part) => part.trim());
    return [...earlier, ...parts.map(one)];
  };
}

/** Parses what a former option was given, which named a file for one format. */
export function exportTo(format: string, option: string) {
  return (file: string): Output[] => [{ format, file: fileIn(file), option }];
}

/** All that was asked for. */
export function outputsAsked(flags: OutputFlags): Output[] {
  const { format = [], report = [], exportJson = [], exportCsv = [], exportMarkdown = [] } = flags;
  const named = [...format, ...report, ...exportJson, ...exportCsv, ...exportMarkdown];
  const hasJson = named.some((one) => isShown(one) && one.format === 'json');
  return flags.json && !hasJson ? [shows('json'), ...named] : named;
}

/** The same; if nothing is for standard output, `usual` is. */
export function outputsOf(flags: OutputFlags, usual: string): Output[] {
  const asked = outputsAsked(flags);
  return asked.some(isShown) ? asked : [shows(usual), ...asked];
}

const isShown = ({ file }: Output) => file === null;
const shows = (name: string): Output => ({ format: name, file: null, option: '--json' });

/** The last one for standard output, into a file: what `--out` of commands that have no folder meant. */
export function redirected(outputs: readonly Output[], file: string): Output {
  const { format } = outputs.findLast((one) => one.file === null) ?? { format: 'terminal' };
  return { format, file, option: '--out' };
}
