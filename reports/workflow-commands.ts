/**
 * Workflow commands, which a GitHub run shows as annotations. Escaped as in command.ts of
 * https://github.com/actions/toolkit.
 */
import { clip, count } from '../core/present/format.ts';

export type Level = 'error' | 'warning' | 'notice';

/** GitHub shows no more annotations of one level for one step. */
export const MOST = 10;

/** Characters of names in the annotation that counts the rows left out. */
const NAMES_LENGTH = 1000;

const code = (character: string) => encodeURIComponent(character);

export function command(level: Level, title: string, message: string): string {
  return `::${level} title=${title.replace(/[%\r\n:,]/g, code)}::${message.replace(/[%\r\n]/g, code)}`;
}

/** What an annotation says of a row or a metric. */
export interface Note {
  readonly name: string;
  readonly verdict: string;
  readonly message: string;
}

/** One for each; beyond `most`, the last one speaks of all that are left. */
export function commands(level: Level, notes: readonly Note[], most = MOST): string[] {
  const shown = notes.length <= most ? notes : notes.slice(0, most - 1);
  const left = notes.slice(shown.length);
  const names = clip(left.map(({ name }) => name).join('; '), NAMES_LENGTH);
  return [
    ...shown.map(({ name, verdict, message }) => command(level, `${name}: ${verdict}`, message)),
    ...(left.length > 0 ? [command(level, `${count(left.length, 'more row')}`, names)] : []),
  ];
}
